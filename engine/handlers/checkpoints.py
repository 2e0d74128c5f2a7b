"""A checkpoint: the heads that have moved become leaves, and the root over all leaves is signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit import checkpoint, merkle
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, OWNER, SYSTEM
from engine.domain.errors import Forbidden, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import checkpoints

HASH_BYTES = 32
MAKERS = (AUDITOR, OWNER, ADMIN)


class NoSigningKey(Refusal):
    code, kind = "no-signing-key", "unavailable"
    sentence = Text(
        "没有签名密钥。请设置 CLOSELOOP_SIGNING_KEY 或 CLOSELOOP_SIGNING_KEY_FILE。",
        "There is no key to sign with. Set CLOSELOOP_SIGNING_KEY or CLOSELOOP_SIGNING_KEY_FILE.",
    )


def make(command: c.MakeCheckpoint, work: Work) -> Mapping[str, Any]:
    if work.actor != SYSTEM and not work.actor.has(*MAKERS):
        raise Forbidden(why=Text("检查点仅供审计、流程负责人和管理员", "checkpoints are made by auditors, owners, admins"))
    if work.notary is None:
        raise NoSigningKey()
    signer, before = work.notary.signer(), checkpoints.latest(work.conn)
    _use(signer, work)
    number = before.id + 1 if before is not None else 1
    tree = _tree(before)
    chains, entries = _add_leaves(work, number, tree, before)
    previous = checkpoint.digest(before.note) if before is not None else None
    note = checkpoint.Note(work.now, tree.size, chains, entries, tree.root(), previous, signer.key_id)
    text = note.text()
    signature = signer.sign(text)
    checkpoints.add(
        work.conn,
        {"id": number, "at": work.now, "size": note.size, "chains": chains, "entries": entries, "root": note.root,
         "peaks": b"".join(tree.peaks), "note": text, "signature": signature, "key_id": note.key},
    )  # fmt: skip
    work.record_system(
        EventType.CheckpointMade, checkpoint=number, size=note.size, root=note.root.hex(),
        digest=checkpoint.digest(text).hex(), key=note.key,
    )  # fmt: skip
    if (keep := work.notary.keep) is not None:
        file = checkpoint.file(text, signature, signer.public)
        work.after.append(lambda: keep(f"checkpoint-{number:06d}.json", file))
    return {"id": number}


def _use(signer: Signer, work: Work) -> None:
    """Another key than before is recorded before anything is signed with it."""
    current = next((key.key_id for key in checkpoints.keys(work.conn) if key.until_at is None), None)
    if current != signer.key_id:
        checkpoints.change_key(work.conn, signer.key_id, signer.public, work.now)
        work.record_system(EventType.SigningKeyChanged, key=signer.key_id, before=current)


def _tree(before: Any) -> merkle.Tree:
    if before is None:
        return merkle.Tree()
    peaks = bytes(before.peaks)
    return merkle.Tree(before.size, [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)])


def _add_leaves(work: Work, number: int, tree: merkle.Tree, before: Any) -> tuple[int, int]:
    """How many chains and entries all leaves together stand for."""
    chains, entries = (before.chains, before.entries) if before is not None else (0, 0)
    batch: list[dict[str, Any]] = []
    for case_id, seq, hash_, known in checkpoints.moved(work.conn):
        batch.append({"no": tree.size, "checkpoint_id": number, "case_id": case_id, "seq": seq, "hash": hash_})
        tree.add(checkpoint.leaf(case_id, seq, hash_))
        chains, entries = chains + (known == 0), entries + seq - known
        if len(batch) == checkpoints.BATCH:
            checkpoints.add_leaves(work.conn, batch)
            batch = []
    checkpoints.add_leaves(work.conn, batch)
    return chains, entries
