"""What is written down although nothing was changed: an attempt that four eyes forbade, an auditor's look at somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import AUDITOR
from engine.domain.errors import SeparationOfDuties
from engine.domain.events import EventType
from engine.handlers.work import Work
from engine.store import notices, tasks


def of_separation(command: c.Command, refusal: SeparationOfDuties) -> c.RecordSeparationRefused | None:
    """What there is to write down of a command that was refused."""
    if not isinstance(command, c.ClaimTask | c.CompleteTask | c.SaveDraft | c.DelegateTask | c.AssignTask):
        return None
    to_login = getattr(command, "to_login", None)
    return c.RecordSeparationRefused(command.case_id, command.no, VERBS[type(command)], refusal.separate_from, to_login)


VERBS: Mapping[type[c.Command], str] = {
    c.ClaimTask: "claim",
    c.CompleteTask: "complete",
    c.SaveDraft: "draft",
    c.DelegateTask: "delegate",
    c.AssignTask: "assign",
}


def separation_refused(command: c.RecordSeparationRefused, work: Work) -> Mapping[str, Any]:
    """Once an hour for the same person at the same task, however often they try."""
    case = work.lock(command.case_id)
    row = tasks.find(work.conn, case.id, command.no)
    what = {"task": command.no, "verb": command.verb, "separate": command.separate, "to": command.to_login}
    told = notices.latest(work.conn, EventType.SeparationRefused, work.actor.id, work.now, case.id)
    if row is not None and not any(one.get("task") == command.no and one.get("to") == command.to_login for one in told):
        work.record(EventType.SeparationRefused, element=row.element_id, **what)
    return {}


def reading(command: c.RecordReading, work: Work) -> Mapping[str, Any]:
    """Once an hour for the same auditor and the same case, customer or list."""
    if not work.actor.has(AUDITOR):
        return {}
    if command.case_id is not None:
        case_id = work.lock(command.case_id).id
        if not notices.has_read(work.conn, work.actor.id, work.now, case_id=case_id):
            work.record(EventType.PersonalDataRead, what=command.what)
    elif not notices.has_read(work.conn, work.actor.id, work.now, what=command.what, customer=command.customer):
        work.record_system(EventType.PersonalDataRead, what=command.what, customer=command.customer)
    return {}
