"""A checkpoint: the heads that have moved become leaves, and the root over all leaves is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.audit import checkpoint, merkle
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.actors import OVERSEERS, SYSTEM, Actor
from engine.domain.errors import Forbidden, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.work import Work
from engine.store import checkpoints, effects

HASH_BYTES, NO_CASE = 32, 0
MAIL, POST = "checkpoint-mail", "checkpoint-post"


class NoSigningKey(Refusal):
    code, kind = "no-signing-key", "unavailable"
    sentence = Text(
        "没有签名密钥。请设置 CLOSELOOP_SIGNING_KEY 或 CLOSELOOP_SIGNING_KEY_FILE。",
        "There is no key to sign with. Set CLOSELOOP_SIGNING_KEY or CLOSELOOP_SIGNING_KEY_FILE.",
    )


@dataclass(slots=True)
class Grown:
    """The tree after checkpoint `before` (0: none), grown by the heads that have moved since, which are its new leaves."""

    before: int
    tree: merkle.Tree
    chains: int
    entries: int
    leaves: list[dict[str, Any]] = field(default_factory=list)


def look(command: c.MakeCheckpoint, ahead: Ahead) -> Grown | None:
    """What takes long, finding the heads that have moved, is done while nobody has to wait for it."""
    if not _may(ahead.actor):
        return None
    with ahead.read() as conn:
        return _grow(conn, checkpoints.latest(conn))


def make(command: c.MakeCheckpoint, work: Work) -> Mapping[str, Any]:
    if not _may(work.actor):
        raise Forbidden(why=Text("检查点仅供审计、流程负责人和管理员", "checkpoints are made by auditors, owners, admins"))
    if work.notary is None:
        raise NoSigningKey()
    signer, before = work.notary.signer(), checkpoints.latest(work.conn)
    _use(signer, before, work)
    grown, last = work.prepared, before.id if before is not None else 0
    if not isinstance(grown, Grown) or grown.before != last:  # somebody made one meanwhile
        grown = _grow(work.conn, before)
    number, tree = last + 1, grown.tree
    for at in range(0, len(grown.leaves), checkpoints.BATCH):
        checkpoints.add_leaves(work.conn, [leaf | {"checkpoint_id": number} for leaf in grown.leaves[at : at + checkpoints.BATCH]])
    previous = checkpoint.digest(before.note) if before is not None else None
    note = checkpoint.Note(work.now, tree.size, grown.chains, grown.entries, tree.root(), previous, signer.key_id)
    text = note.text()
    signature = signer.sign(text)
    checkpoints.add(
        work.conn,
        {"id": number, "at": work.now, "size": note.size, "chains": note.chains, "entries": note.entries, "root": note.root,
         "peaks": b"".join(tree.peaks), "note": text, "signature": signature, "key_id": note.key},
    )  # fmt: skip
    work.record_system(
        EventType.CheckpointMade, checkpoint=number, size=note.size, root=note.root.hex(),
        digest=checkpoint.digest(text).hex(), key=note.key,
    )  # fmt: skip
    _carry_out(work, number, checkpoint.file(text, signature, signer.public))
    return {"id": number}


def _may(actor: Actor) -> bool:
    return actor == SYSTEM or actor.has(*OVERSEERS)


def _carry_out(work: Work, number: int, file: bytes) -> None:
    """To wherever it is kept besides the database: a folder at once, mail and address by the worker, until it arrives."""
    if (keep := work.notary.keep) is not None:
        work.after.append(lambda: keep(checkpoint.file_name(number), file))
    for kind, is_wanted in ((MAIL, work.notary.mail), (POST, work.notary.post)):
        if is_wanted:
            effects.add(work.conn, NO_CASE, kind, {"checkpoint": number}, work.now)


def _use(signer: Signer, before: Any, work: Work) -> None:
    """Another key than that of the checkpoint before is recorded before anything is signed with it."""
    last = before.key_id if before is not None else None
    if last != signer.key_id:
        checkpoints.add_key(work.conn, signer.key_id, signer.public, work.now)
        work.record_system(EventType.SigningKeyChanged, key=signer.key_id, before=last)


def _grow(conn: Connection, before: Any) -> Grown:
    grown = Grown(0, merkle.Tree(), 0, 0)
    if before is not None:
        peaks = bytes(before.peaks)
        tree = merkle.Tree(before.size, [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)])
        grown = Grown(before.id, tree, before.chains, before.entries)
    for case_id, seq, hash_, known in checkpoints.moved(conn):
        grown.leaves.append({"no": grown.tree.size, "case_id": case_id, "seq": seq, "hash": hash_})
        grown.tree.add(checkpoint.leaf(case_id, seq, hash_))
        grown.chains, grown.entries = grown.chains + (known == 0), grown.entries + seq - known
    return grown
