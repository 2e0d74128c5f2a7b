"""Which cases a person may see. Every query over cases goes through here; what is not visible does not exist."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, or_, select, true

from engine.domain.actors import EMPLOYEE, LEAD, OVERSEERS, Actor
from engine.store.offers import audiences_of
from engine.store.organisation import Organisation
from engine.store.schema import service_case, user_task


def visible_cases(conn: Connection, actor: Actor, organisation: Organisation) -> ColumnElement[bool]:
    """Auditors, process owners and administrators see all cases; others those of their departments, those they own,
    and those in which a task is or was theirs or is offered to them."""
    if actor.has(*OVERSEERS):
        return true()
    task = user_task.c
    people = sorted(actor.acts_as)
    concerned = [task.assignee_id.in_(people), task.ended_by.in_(people)]
    if audiences := audiences_of(actor, organisation):
        concerned.append((task.state == "open") & task.audience_id.in_(audiences))
    involved = exists().where(task.case_id == service_case.c.id, or_(*concerned))
    ways = [service_case.c.owner_id.in_(people), involved]
    if actor.has(EMPLOYEE, LEAD) and actor.departments:
        ways.append(service_case.c.department.in_(sorted(actor.departments)))
    return or_(*ways)


def may_see_case(conn: Connection, actor: Actor, organisation: Organisation, case_id: int) -> bool:
    if actor.has(*OVERSEERS):
        return True
    visible = visible_cases(conn, actor, organisation)
    query = select(service_case.c.id).where(service_case.c.id == case_id, visible)
    return conn.execute(query).first() is not None
