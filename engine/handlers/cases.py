"""Start, cancel, reassign, annotate and correct a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from engine.bpmn import forms, stepper
from engine.bpmn.errors import NotFailed
from engine.bpmn.results import Failure
from engine.domain import commands as c
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, SYSTEM
from engine.domain.case import may_change, may_correct, may_note
from engine.domain.errors import Forbidden, IncidentNotOpen, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import retention, starting
from engine.handlers.customers import register
from engine.handlers.incidents import CLOCKS
from engine.handlers.progress import Progress
from engine.handlers.runs import Run
from engine.handlers.work import Work
from engine.store import customers, releases, visibility, waiting

LONGEST_REASON = 2_000
REASON_NEEDED = Text("请说明原因。", "Give the reason.")


def start(command: c.StartCase, work: Work) -> Mapping[str, Any]:
    if not work.actor.has(EMPLOYEE, LEAD, ADMIN):
        raise Forbidden(why=Text("只有员工可以建立服务工单", "only employees open cases"))
    releases.hold(work.conn)
    released = releases.of_procedure(work.conn, command.procedure)
    if released is None:
        raise NotFound(what=Text(f"流程“{command.procedure[:100]}”", f"Procedure “{command.procedure[:100]}”"))
    starting.check_by_hand(work, released)
    customer = _customer(work, command)
    owner = None if work.actor.id == SYSTEM.id else work.actor
    opening = {
        "procedure": released.key,
        "title": _title(command, customer, released.name),
        "channel": _short(command.channel, 64),
        "customer_id": customer.id if customer else None,
        "business_key": _short(command.business_key),
        "owner_id": owner.id if owner else None,
        "department": work.actor.department,
    }
    given = starting.by_hand(work, released, opening)
    version = given.version
    zone = work.organisation.calendar_of(work.actor.department).tzinfo
    filled = forms.fill(version.procedure.start_form, command.variables, zone)
    if filled.errors:
        raise InvalidInput(fields=filled.errors, version=version.number)
    case = work.case or work.open_case(**opening)
    personal = [("values", f.key) for f in version.procedure.start_form.fields if f.personal]
    work.record(
        EventType.CaseStarted,
        personal=[*personal, ("title",), ("business_key",)],
        number=case.number,
        procedure=version.key,
        version=version.number,
        title=opening["title"],
        customer=opening["customer_id"],
        channel=opening["channel"],
        business_key=opening["business_key"],
        values=filled.values,
        owner=owner.login if owner else None,
        why=given.why,
    )
    progress = Progress(work)
    progress.start(given, _customer_variables(customer) | dict(filled.values))
    progress.finish()
    answer = {"id": case.id, "number": case.number, "state": case.state, "procedure": version.key}
    answer |= {"customer_id": opening["customer_id"]}
    return answer | {"version": version.number, "next": progress.tasks.next_for(work.actor)}


def cancel(command: c.CancelCase, work: Work) -> Mapping[str, Any]:
    reason = reason_in(command.reason)
    case = work.lock_open(command.case_id)
    _check_may_change(work, "取消服务工单", "cancel a case")
    progress = Progress(work)
    work.record(EventType.CaseCancelled, personal=[("reason",)], reason=reason)
    case.state, case.closed_at = "cancelled", work.now
    progress.cancel_all()
    retention.plan(work)
    progress.finish(closing=False)
    waiting.drop_all(work.conn, case.id)
    return _answer(work)


def reassign(command: c.ReassignCase, work: Work) -> Mapping[str, Any]:
    case = work.lock_open(command.case_id)
    _check_may_change(work, "更换服务工单负责人", "give a case another owner")
    user = work.organisation.by_login.get(command.to_login)
    if user is None or not user.active:
        raise NotFound(what=Text("用户", "The person"))
    before = work.organisation.users.get(case.owner_id or -1)
    case.owner_id = user.id
    work.record(
        EventType.OwnerChanged,
        personal=[("reason",)],
        to=user.login,
        reason=command.reason.strip()[:LONGEST_REASON] or None,
        **{"from": before.login if before else ""},
    )
    return _answer(work)


def add_note(command: c.AddNote, work: Work) -> Mapping[str, Any]:
    text = command.text.strip()
    if not text or len(text) > forms.LONGEST_TEXT:
        words = Text("备注应为 1 至 10000 个字。", "A note has between 1 and 10,000 characters.")
        raise InvalidInput(fields={"text": words})
    work.lock(command.case_id)
    check_may_see(work)
    if not may_note(work.actor):
        raise Forbidden(why=Text("审计人员只读", "auditors read and change nothing"))
    retention.check_not_forgotten(work)
    work.record(EventType.NoteAdded, personal=[("text",)], text=text)
    return _answer(work)


def edit_variables(command: c.EditVariables, work: Work) -> Mapping[str, Any]:
    reason = reason_in(command.reason)
    work.lock_open(command.case_id)
    _check_may_correct(work)
    progress = Progress(work)
    run = progress.runs.get(command.instance_no)
    if run.ended is not None:
        raise NotFound(what=Text("运行中的流程实例", "A running process instance"))
    _record_edits(work, run, command.edits, reason, is_typed=True)
    progress.take(run, stepper.edit(run.version.spec, run.state, dict(command.edits), work.around()))
    progress.finish()
    return _answer(work)


def retry_incident(command: c.RetryIncident, work: Work) -> Mapping[str, Any]:
    """Tried again, after the variables were corrected; what fails again is a new incident."""
    work.lock_open(command.case_id)
    _check_may_change(work, "处理异常", "settle an incident")
    row = waiting.open_incident(work.conn, command.case_id, command.no)
    if row is None:
        raise IncidentNotOpen()
    progress = Progress(work)
    run = progress.runs.get(row.instance_no)
    if command.edits:
        _check_may_correct(work)
        _record_edits(work, run, command.edits, f"incident {row.no}")
    if row.token == CLOCKS:
        progress.incidents.resolve(run.no, (CLOCKS,), "retried")
        progress.clocks.strike()
    else:
        _try_again(progress, run, row, dict(command.edits))
    progress.finish()
    return _answer(work)


def _try_again(progress: Progress, run: Run, row: Row, edits: dict[str, Any]) -> None:
    spec, around = run.version.spec, progress.work.around()
    try:
        result = stepper.retry(spec, run.state, row.token, edits, around)
    except NotFailed:  # a timer that failed when it was due stands in the instance as if nothing had happened
        result = stepper.edit(spec, run.state, edits, around) if edits else stepper.fire_due(spec, run.state, around)
    else:
        if row.token not in (*result.failures_gone, *(failure.token for failure in result.failures)):
            again = Failure(row.token, row.element_id, Text(row.text_zh, row.text_en), row.source)
            result = replace(result, failures=(*result.failures, again))
    progress.take(run, result, retried=row.token)


def _customer(work: Work, command: c.StartCase) -> Any:
    customer_id = command.customer_id
    if command.new_customer is not None:
        customer_id = register(c.RegisterCustomer(**command.new_customer), work)["id"]
    if customer_id is None:
        return None
    row = customers.find(work.conn, customer_id)
    if row is None:
        raise NotFound(what=Text("客户", "The customer"))
    return row


def _customer_variables(customer: Any) -> dict[str, Any]:
    """What the procedure may use of the customer's record, under names of its own."""
    if customer is None:
        return {}
    return {"customer_name": customer.name, "customer_phone": customer.phone, "customer_segment": customer.segment}


def _title(command: c.StartCase, customer: Any, procedure: Text) -> str:
    if command.title and command.title.strip():
        return " ".join(command.title.split())[:400]
    name = procedure.zh or procedure.en
    return f"{name} · {customer.name}"[:400] if customer is not None else name[:400]


def _check_may_change(work: Work, zh: str, en: str) -> None:
    check_may_see(work)
    if not may_change(work.actor, work.case.owner_id, work.case.department):
        raise Forbidden(why=Text(f"只有负责人、主管或管理员可以{zh}", f"only its owner, a lead or an administrator may {en}"))


def _check_may_correct(work: Work) -> None:
    check_may_see(work)
    if not may_correct(work.actor, work.case.department):
        raise Forbidden(why=Text("只有主管或管理员可以更正变量", "only a lead or an administrator corrects variables"))


def _record_edits(work: Work, run: Run, edits: Mapping[str, Any], reason: str, *, is_typed: bool = False) -> None:
    if not edits:
        raise InvalidInput(fields={"edits": Text("请给出要更正的变量。", "Give the variables to correct.")})
    before = stepper.variables(run.version.spec, run.state)
    work.record(
        EventType.VariablesEdited,
        personal=[*_everything(edits), *([("reason",)] if is_typed else [])],
        instance=run.no,
        reason=reason,
        values=edits,
        was={key: before.get(key) for key in edits},
    )


def check_may_see(work: Work) -> None:
    if not visibility.may_see_case(work.conn, work.actor, work.organisations.current(work.conn), work.case.id):
        raise NotFound(what=Text("服务工单", "The case"))


def reason_in(text: str) -> str:
    if not text.strip():
        raise InvalidInput(fields={"reason": REASON_NEEDED})
    return text.strip()[:LONGEST_REASON]


def _short(text: str | None, most: int = 200) -> str | None:
    return " ".join(text.split())[:most] if text and text.strip() else None


def _everything(edits: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [(part, str(key)) for key in sorted(edits) for part in ("values", "was")]


def _answer(work: Work) -> dict[str, Any]:
    return {"id": work.case.id, "number": work.case.number, "state": work.case.state}

