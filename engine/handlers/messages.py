"""Messages from outside a case: to the instance that waits, or to the procedure they start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.entry import plain
from engine.bpmn.results import Message
from engine.domain import commands as c
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, SYSTEM
from engine.domain.errors import Forbidden, InvalidInput, NobodyWaits
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import starting
from engine.handlers.pending import agrees
from engine.handlers.progress import Progress
from engine.handlers.work import Work
from engine.store import releases, visibility, waiting

SEVERAL = Text(
    "有 {count} 个服务工单在等待该消息，请用 correlation 指明（例如 case 或 business_key）。",
    "{count} cases wait for this message; name one by its correlation (for example case or business_key).",
)


def deliver(command: c.DeliverMessage, work: Work) -> Mapping[str, Any]:
    work.lock_open(command.case_id)
    progress = Progress(work)
    message = Message(command.name, dict(command.variables), dict(command.correlation))
    if not progress.deliveries.deliver(message):
        raise NobodyWaits(name=command.name[:100])
    progress.finish()
    return {"case": work.case.id, "number": work.case.number, "state": work.case.state}


def send(command: c.SendMessage, work: Work) -> Mapping[str, Any]:
    """To the one case that waits and agrees with the correlation; where none does, a new case may start."""
    if not work.actor.has(EMPLOYEE, LEAD, ADMIN):
        raise Forbidden(why=Text("只有员工可以发送消息", "only employees send messages"))
    case_ids = _waiting_cases(command, work)
    if len(case_ids) > 1:
        raise InvalidInput(fields={"correlation": SEVERAL.format(count=len(case_ids))})
    if case_ids:
        rest = {k: v for k, v in command.correlation.items() if k not in ("case", "business_key")}
        return deliver(c.DeliverMessage(case_ids[0], command.name, rest, command.variables), work)
    if "case" in command.correlation:
        raise NobodyWaits(name=command.name[:100])
    return _start_case(command, work)


def _waiting_cases(command: c.SendMessage, work: Work) -> list[int]:
    """The cases named by number or business key that wait; else those that ask for what the message brings."""
    brought = plain(dict(command.correlation))
    number, business_key = brought.pop("case", None), brought.pop("business_key", None)
    if number is None and business_key is None:
        found = waiting.waits_asking(work.conn, command.name, brought)
    else:
        key = None if business_key is None else str(business_key)
        case_id = None if number is None else _case_id(str(number))
        rows = waiting.waits_for(work.conn, command.name, case_id=case_id, business_key=key)
        found = list(dict.fromkeys(row.case_id for row in rows if agrees(row.correlation, brought)))
    return [case_id for case_id in found if _is_visible(work, case_id)]


def _case_id(number: str) -> int:
    """17 for `17` and for `CL-000017`; -1, which no case has, for anything else."""
    digits = number.removeprefix("CL-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else -1


def _is_visible(work: Work, case_id: int) -> bool:
    return visibility.may_see_case(work.conn, work.actor, work.organisations.current(work.conn), case_id)


def _start_case(command: c.SendMessage, work: Work) -> Mapping[str, Any]:
    business_key = command.correlation.get("business_key")
    opening = {
        "channel": "message",
        "customer_id": None,
        "business_key": str(business_key)[:200] if business_key is not None else None,
        "owner_id": None if work.actor.id == SYSTEM.id else work.actor.id,
        "department": work.actor.department,
    }
    releases.hold(work.conn)
    given = starting.by_message(work, command.name, opening)
    if given is None:
        raise NobodyWaits(name=command.name[:100])
    case, version = work.case, given.version
    work.record(
        EventType.CaseStarted,
        number=case.number,
        procedure=version.key,
        version=version.number,
        title=given.name.zh,
        channel="message",
        why="started-by-message",
    )
    progress = Progress(work)
    progress.start(given, dict(command.variables), command.name)
    progress.finish()
    return {"case": case.id, "number": case.number, "state": case.state}
