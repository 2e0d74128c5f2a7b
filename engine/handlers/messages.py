"""Messages from outside a case: to the instance that waits, or to the procedure they start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.entry import plain
from engine.bpmn.results import Message
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import InvalidInput, NobodyWaits
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.progress import Progress, agrees
from engine.handlers.work import Work
from engine.store import procedures, visibility, waiting

SEVERAL = Text(
    "有 {count} 个服务工单在等待该消息，请用 correlation 指明（例如 case 或 business_key）。",
    "{count} cases wait for this message; name one by its correlation (for example case or business_key).",
)


def deliver(command: c.DeliverMessage, work: Work) -> Mapping[str, Any]:
    work.lock_open(command.case_id)
    progress = Progress(work)
    message = Message(command.name, dict(command.variables), dict(command.correlation))
    if not progress.deliver(message, {}):
        raise NobodyWaits(name=command.name[:100])
    progress.finish()
    return {"case": work.case.id, "number": work.case.number, "state": work.case.state}


def send(command: c.SendMessage, work: Work) -> Mapping[str, Any]:
    """To the one case that waits and agrees with the correlation; where none does, a new case may start."""
    case_ids = _waiting_cases(command, work)
    if len(case_ids) > 1:
        raise InvalidInput(fields={"correlation": SEVERAL.format(count=len(case_ids))})
    if case_ids:
        rest = {k: v for k, v in command.correlation.items() if k not in ("case", "business_key")}
        return deliver(c.DeliverMessage(case_ids[0], command.name, rest, command.variables), work)
    row = next((row for row in procedures.released(work.conn) if command.name in row.starts_by), None)
    if row is None or "case" in command.correlation:
        raise NobodyWaits(name=command.name[:100])
    return _start_case(command, work, row)


def _waiting_cases(command: c.SendMessage, work: Work) -> list[int]:
    wanted = plain(dict(command.correlation))
    case_number, business_key = wanted.pop("case", None), wanted.pop("business_key", None)
    found = []
    for row in waiting.waits_for(work.conn, command.name):
        named = case_number is not None and str(case_number) in (str(row.case_id), f"CL-{row.case_id:06d}")
        keyed = business_key is not None and row.business_key == str(business_key)
        if (case_number is not None and not named) or (business_key is not None and not keyed):
            continue
        matches = named or keyed or bool(row.correlation)
        if matches and agrees(row.correlation, wanted) and _is_visible(work, row.case_id):
            found.append(row.case_id)
    return list(dict.fromkeys(found))


def _is_visible(work: Work, case_id: int) -> bool:
    return visibility.may_see_case(work.conn, work.actor, work.organisation, case_id)


def _start_case(command: c.SendMessage, work: Work, row: Any) -> Mapping[str, Any]:
    version = work.versions.get(work.conn, row.released_id)
    business_key = command.correlation.get("business_key")
    case = work.open_case(
        procedure=version.key,
        title=version.procedure.name.zh or version.procedure.name.en,
        channel="message",
        customer_id=None,
        business_key=str(business_key)[:200] if business_key is not None else None,
        owner_id=None if work.actor.id == SYSTEM.id else work.actor.id,
        department=work.actor.department,
    )
    work.record(
        EventType.CaseStarted,
        number=case.number,
        procedure=version.key,
        version=version.number,
        title=case.title,
        channel="message",
        why=f"message {command.name[:200]}",
    )
    progress = Progress(work)
    progress.start(version, dict(command.variables), command.name)
    progress.finish()
    return {"case": case.id, "number": case.number, "state": case.state}
