"""Personal values go: at an administrator's word, or when the time a procedure keeps them is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.errors import Forbidden
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import retention
from engine.handlers.cases import reason_in
from engine.handlers.work import Work
from engine.store import attachments, personal, trail


def redact(command: c.RedactPersonalValues, work: Work) -> Mapping[str, Any]:
    reason = reason_in(command.reason)
    if not work.actor.has(ADMIN):
        raise Forbidden(why=Text("只有管理员可以删除个人信息", "only administrators redact personal values"))
    case = work.lock(command.case_id)
    count = _forget(work)
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
    count = _forget(work)
    if count:
        of = {"procedure": rule.version.key, "version": rule.version.number}
        work.record(EventType.PersonalValuesRedacted, count=count, rule=rule.retention, **of)
    return {"count": count}


def _forget(work: Work) -> int:
    count = trail.forget_personal_values(work.conn, work.case.id)
    return count + attachments.forget(work.conn, work.case.id, work.now, work.actor.id)
