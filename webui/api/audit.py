"""Whether the trail holds, what was signed of it, and the trail to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.exports import forms
from engine.audit.verify import Fault
from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, OWNER
from engine.domain.case import case_number
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import cases, checkpoints, verification
from engine.queries.exports import Wanted
from webui import exports
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import Answer, Resource
from webui.api.words import iso, reader_locale, said

api = Resource("audit")
PROCEDURE = {"type": "string", "minLength": 1, "maxLength": 200}


@api.get(
    "/audit/verification",
    Text("验证轨迹未被更改；该次验证也会被记录", "Verify that nothing was altered; the reading is itself recorded"),
    s.named("Verification"),
    query={"case": s.CASE_REFERENCE},
)
def verify(query: Mapping[str, Any]) -> dict[str, Any]:
    """The whole trail is for auditors, owners and administrators; a case for whoever may see it."""
    case_id = case_id_of(query["case"]) if "case" in query else None
    with reading() as (conn, organisation):
        if case_id is not None:
            cases.find(conn, actor(), organisation, case_id)
        elif not actor().has(AUDITOR, OWNER, ADMIN):
            raise Forbidden(why=Text("整体验证仅供审计、流程负责人和管理员", "the whole trail is verified by auditors, owners, admins"))
    with engine().read(is_snapshot=True) as conn:
        verdict = verification.verify(conn, case_id)
    scope, word = case_number(case_id) if case_id else "all", "intact" if verdict.holds else "broken"
    run(c.RecordVerification(scope, verdict.entries, word))
    return {
        "verdict": word,
        "scope": scope,
        "chains": verdict.chains,
        "entries": verdict.entries,
        "faults": [_fault(fault) for fault in verdict.faults],
        "verified_at": iso(engine().clock.now()),
    }


@api.post(
    "/audit/checkpoints",
    Text("建立已签名的检查点", "Sign what the trail is now: a checkpoint"),
    s.named("Checkpoint"),
)
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
    if not actor().has(AUDITOR, OWNER, ADMIN):
        raise Forbidden(why=Text("检查点仅供审计、流程负责人和管理员", "checkpoints are for auditors, owners, admins"))
    limit = query.get("limit", s.LIMIT["default"])
    with reading() as (conn, _):
        found = checkpoints.newest(conn, limit + 1, query.get("before"))
    following = str(found[limit - 1].id) if len(found) > limit else None
    return {"items": [_checkpoint(one) for one in found[:limit]], "next": following}


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


@api.get(
    "/audit/export",
    Text("下载轨迹；该次下载会被记录", "Take the trail away; that it was taken is itself recorded"),
    None,
    query={"format": s.choice(*forms.FORMS), "case": s.CASE_REFERENCE, "procedure": PROCEDURE, "from": s.INSTANT, "to": s.INSTANT},
    media="application/octet-stream",
)
def export(query: Mapping[str, Any]) -> Answer:
    """Streamed. Auditors and administrators all of it, owners the cases of their procedures; `format` is jsonl unless said."""
    case_id = case_id_of(query["case"]) if "case" in query else None
    wanted = Wanted(case_id, query.get("procedure"), query.get("from"), query.get("to"))
    begun = exports.begin(engine(), actor(), query.get("format", "jsonl"), wanted, reader_locale())
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{begun.name}"'}
    return Answer(begun.pieces(), headers=headers | {"X-Content-Type-Options": "nosniff"})


def _fault(fault: Fault) -> dict[str, Any]:
    kind = verification.KINDS.get(fault.kind, Text.same(fault.kind))
    where = {"case_id": fault.case_id or None, "case_number": case_number(fault.case_id) if fault.case_id else None}
    text = Text("第 {seq} 条：{kind}。", "Entry {seq}: {kind}.").format(seq=fault.seq, kind=kind)
    return {**where, "seq": fault.seq, "kind": fault.kind, "text": said(text)}
