"""Whether the trail holds, what was signed of it, and that one checkpoint continues another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.audit.checkpoint import Kept, digest, read_file
from engine.audit.verify import Fault, Verdict
from engine.domain import commands as c
from engine.domain.actors import OVERSEERS
from engine.domain.case import case_number
from engine.domain.errors import Forbidden, InvalidInput
from engine.domain.text import Text
from engine.queries import cases, checkpoints, consistency, verification
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import Resource
from webui.api.words import iso, said

api = Resource("audit")
VERIFIES = Text("验证轨迹未被更改；该次验证也会被记录", "Verify that nothing was altered; the reading is itself recorded")
AGAINST = Text("只验证新增部分，或与外部保存的检查点比对", "Verify what was added only, or against a checkpoint kept outside")
NOT_ALL = Text("整体验证仅供审计、流程负责人和管理员", "the whole trail is verified by auditors, owners, admins")
NOT_YOURS = Text("检查点仅供审计、流程负责人和管理员", "checkpoints are for auditors, owners, admins")
NO_CHECKPOINT = Text("不是检查点文件的内容：{why}", "Not what the file of a checkpoint holds: {why}")
HEX = {"type": "string", "pattern": "^[0-9a-f]*$", "maxLength": 200}
KEPT = s.record({"note": {"type": "string", "maxLength": 10_000}, "signature": HEX, "public_key": HEX})
PROOF = s.record(
    {"closeloop": s.choice("consistency"), "version": s.WHOLE, "first": KEPT, "second": KEPT, "proof": s.items(HEX)}
)


@api.get("/audit/verification", VERIFIES, s.named("Verification"), query={"case": s.CASE_REFERENCE, "since_checkpoint": s.YES_NO})
def verify(query: Mapping[str, Any]) -> dict[str, Any]:
    """The whole trail is for auditors, owners and administrators; a case for whoever may see it."""
    return _verified(query, None)


@api.post(
    "/audit/verification",
    AGAINST,
    s.named("Verification"),
    body=s.record({}, {"case": s.CASE_REFERENCE, "since_checkpoint": s.YES_NO, "checkpoint": KEPT}),
)
def verify_against(body: Mapping[str, Any]) -> dict[str, Any]:
    """`checkpoint` is the file as it was kept."""
    return _verified(body, _kept(body["checkpoint"]) if "checkpoint" in body else None)


@api.post("/audit/checkpoints", Text("建立已签名的检查点", "Sign what the trail is now: a checkpoint"), s.named("Checkpoint"))
def make_checkpoint() -> dict[str, Any]:
    number = run(c.MakeCheckpoint())["id"]
    with reading() as (conn, _):
        return _checkpoint(checkpoints.find(conn, number))


@api.get(
    "/audit/checkpoints",
    Text("检查点，最新的在前", "Checkpoints, the newest first"),
    s.listing(s.named("Checkpoint")),
    query={"limit": s.LIMIT, "before": s.ID},
)
def list_checkpoints(query: Mapping[str, Any]) -> dict[str, Any]:
    """`note` is what is signed, to the byte; `next` goes into `before`."""
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=NOT_YOURS)
    limit = query.get("limit", s.LIMIT["default"])
    with reading() as (conn, _):
        found = checkpoints.newest(conn, limit + 1, query.get("before"))
    following = str(found[limit - 1].id) if len(found) > limit else None
    return {"items": [_checkpoint(one) for one in found[:limit]], "next": following}


@api.get(
    "/audit/checkpoints/{number}/consistency",
    Text("证明该检查点延续较早的检查点", "The proof that this checkpoint continues an earlier one"),
    PROOF,
    query={"from": s.NO},
)
def prove(number: int, query: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 9162. Written to a file as it is, the verify.py of any evidence pack verifies it; without `from`, from the first."""
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=NOT_YOURS)
    with reading() as (conn, _):
        return consistency.proof(conn, query.get("from", 1), number)


def _verified(wanted: Mapping[str, Any], kept: Kept | None) -> dict[str, Any]:
    case_id = case_id_of(wanted["case"]) if "case" in wanted else None
    with reading() as (conn, organisation):
        if not actor().has(*OVERSEERS) and (case_id is None or kept is not None):
            raise Forbidden(why=NOT_ALL)
        if case_id is not None:
            cases.find(conn, actor(), organisation, case_id)
    with engine().read(is_snapshot=True) as conn:
        verdict = verification.verify(conn, case_id, kept=kept, since_checkpoint=wanted.get("since_checkpoint", False))
    scope, word = case_number(case_id) if case_id else "all", "intact" if verdict.holds else "broken"
    against = digest(kept.text).hex() if kept is not None else None
    run(c.RecordVerification(scope, verdict.entries, word, verdict.since, against))
    return _verdict(verdict, scope, word)


def _kept(given: Mapping[str, str]) -> Kept:
    try:
        return read_file(json.dumps(given).encode())
    except ValueError as problem:
        raise InvalidInput(fields={"checkpoint": NO_CHECKPOINT.format(why=str(problem))}) from problem


def _verdict(verdict: Verdict, scope: str, word: str) -> dict[str, Any]:
    return {
        "verdict": word,
        "scope": scope,
        "chains": verdict.chains,
        "entries": verdict.entries,
        "since_checkpoint": verdict.since,
        "faults": [_fault(fault) for fault in verdict.faults],
        "verified_at": iso(engine().clock.now()),
    }


def _checkpoint(one: checkpoints.Checkpoint) -> dict[str, Any]:
    note = one.said
    return {
        "id": one.id,
        "at": iso(note.at),
        "size": note.size,
        "chains": note.chains,
        "entries": note.entries,
        "root": note.root.hex(),
        "key": note.key,
        "note": one.note.decode(),
        "signature": one.signature.hex(),
        "public_key": one.public.hex(),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    kind = verification.KINDS.get(fault.kind, Text.same(fault.kind))
    where = {"case_id": fault.case_id or None, "case_number": case_number(fault.case_id) if fault.case_id else None}
    text = Text("第 {seq} 条：{kind}。", "Entry {seq}: {kind}.").format(seq=fault.seq, kind=kind)
    return {**where, "seq": fault.seq, "kind": fault.kind, "text": said(text)}
