"""Personal values go: at an administrator's word, or when the time a procedure keeps them is over.

The trail keeps its entries, in which such values only ever stood as commitments. What else the case knew of the person
goes with them: title, customer, drafts, variables, files, and what was copied into messages, incidents and answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn import codec
from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.case import case_number
from engine.domain.errors import Forbidden, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.forgetting import Forgetting, texts_in
from engine.domain.text import Text
from engine.handlers import exports, retention
from engine.handlers.cases import reason_in
from engine.handlers.customers import KEYS
from engine.handlers.work import Work
from engine.store import attachments, cases, customers, personal, procedures, trail
from engine.store.session import overwrite_log

#: What of the customer's record a procedure may have copied into its variables.
OF_CUSTOMER = ("customer_name", "customer_phone")


ABOUT_CUSTOMER = (EventType.CustomerRegistered, EventType.CustomerUpdated)
ADMINS_ONLY = Text("只有管理员可以删除个人信息", "only administrators redact personal values")


class CustomerHasCases(Refusal):
    code = "customer-has-cases"
    sentence = Text(
        "该客户还有 {count} 个服务工单（{cases}）：请先办结，或先删除这些工单中的个人信息。",
        "The customer still has {count} case(s) ({cases}): close them, or redact those first.",
    )


def redact(command: c.RedactPersonalValues, work: Work) -> Mapping[str, Any]:
    reason = reason_in(command.reason)
    if not work.actor.has(ADMIN):
        raise Forbidden(why=ADMINS_ONLY)
    case = work.lock(command.case_id)
    forgetting = _forgetting(work)
    count = _forget(work, forgetting)
    personal.forget_answers(work.conn, forgetting)
    work.record(EventType.PersonalValuesRedacted, reason=reason, count=count)
    return {"id": case.id, "number": case.number, "state": case.state, "count": count}


def forget_in_time(command: c.ForgetValues, work: Work) -> Mapping[str, Any]:
    """The worker's. Nothing happens to a case whose time is not over, whoever says so."""
    case = work.lock(command.case_id)
    rule = retention.rule_of(work) if case.state != "open" else None
    if rule is None or rule.until > work.now:
        personal.set_forget_at(work.writes, case.id, rule.until if rule else None)
        return {"count": 0}
    personal.set_forget_at(work.writes, case.id, None)
    count = _forget(work, _forgetting(work))
    if count:
        of = {"procedure": rule.version.key, "version": rule.version.number}
        work.record(EventType.PersonalValuesRedacted, count=count, rule=rule.retention, **of)
    return {"count": count}


def redact_customer(command: c.RedactCustomer, work: Work) -> Mapping[str, Any]:
    """Once no case knows the customer: what is left of them are commitments and a number."""
    reason = reason_in(command.reason)
    if not work.actor.has(ADMIN):
        raise Forbidden(why=ADMINS_ONLY)
    row = customers.find(work.conn, command.customer_id)
    if row is None:
        raise NotFound(what=Text("客户", "The customer"))
    known = [case_number(one.id) for one in customers.cases_of(work.conn, row.id)]
    if known:
        raise CustomerHasCases(cases=", ".join(known[:5]), count=len(known))
    forgetting = Forgetting(getattr(row, key) for key in KEYS if key != "segment")
    seqs = list(trail.seqs_about_customer(work.conn, ABOUT_CUSTOMER, row.id))
    count = trail.forget_personal_values_at(work.conn, seqs)
    customers.drop(work.conn, row.id)
    exports.forget_case(work, trail.SYSTEM_CHAIN)
    personal.forget_answers(work.conn, forgetting)
    work.after.append(lambda: overwrite_log(work.conn.engine))
    work.record_system(EventType.CustomerRedacted, customer=row.id, reason=reason, count=count)
    return {"id": row.id, "count": count}


def _forgetting(work: Work) -> Forgetting:
    """Of an open case only what its forms call personal: with the rest the procedure could not go on."""
    rows = personal.of_case(work.conn, work.case.id)
    fields = set(_personal_fields(work))
    is_over = work.case.state != "open"
    told = [row.value for row in rows if is_over or _last(row.name) in fields or row.name in ("title", "text", "name")]
    texts = [*texts_in(told), *_of_customer(work)]
    names = fields | ({_last(row.name) for row in rows if "/" in row.name} if is_over else set())
    return Forgetting(texts, names | set(OF_CUSTOMER))


def _forget(work: Work, forgetting: Forgetting) -> int:
    """How many values there were. The values themselves are in no page of the database's file any more."""
    conn, case = work.conn, work.case
    head = personal.head_of(conn, case.id)
    count = trail.forget_personal_values(conn, case.id)
    count += attachments.forget(conn, case.id, work.now, work.actor.id)
    procedure = procedures.find(conn, head.procedure)
    key = head.business_key if forgetting.of(head.business_key) == head.business_key else None
    personal.rename(conn, case.id, (procedure.name_zh or procedure.name_en)[:400], key)
    personal.forget_drafts(conn, case.id)
    personal.forget_in_states(
        conn, case.id, lambda row: codec.without(bytes(row.state), forgetting, is_over=row.ended_at is not None)
    )
    personal.forget_copies(conn, case.id, forgetting)
    exports.forget_case(work, case.id)
    work.after.append(lambda: overwrite_log(conn.engine))
    return count


def _personal_fields(work: Work) -> Iterator[str]:
    """The fields that the forms of the case's procedures call personal."""
    for version_id in cases.versions_of(work.conn, work.case.id):
        for procedure in work.versions.get(work.conn, version_id).definition.procedures.values():
            forms = [procedure.start_form, *(step.form for step in procedure.steps.values())]
            yield from (field.key for form in forms for field in form.fields if field.personal)


def _of_customer(work: Work) -> Iterator[str]:
    head = personal.head_of(work.conn, work.case.id)
    row = customers.find(work.conn, head.customer_id) if head.customer_id else None
    if row is not None:
        yield from (getattr(row, key) for key in KEYS if key != "segment")


def _last(name: str) -> str:
    return name.rpartition("/")[2]
