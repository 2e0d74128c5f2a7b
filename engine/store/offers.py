"""Which open tasks are whose: the index branches a worklist is made of.

A worklist never scans: it is the union of short index reads, one for each person or set of candidates concerned,
each already in the order shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select, tuple_, union_all

from engine.domain.actors import ADMIN, AUDITOR, EMPLOYEE, LEAD, OWNER, Actor
from engine.store.organisation import Organisation
from engine.store.schema import audience, user_task

OPEN = user_task.c.state == "open"
ORDER = (user_task.c.sort_at, user_task.c.case_id, user_task.c.no)
VIEWS = ("mine", "available", "team", "all")


def branches(conn: Connection, actor: Actor, organisation: Organisation, view: str) -> list[ColumnElement[bool]]:
    """The conditions whose union is the view; each is served by one index in worklist order."""
    if view == "mine":
        return [held_by(user_id) for user_id in sorted(actor.acts_as)]
    if view == "available":
        return [offered_to(audience_id) for audience_id in audiences_of(conn, actor)]
    if view == "team":
        return _team(conn, actor, organisation)
    return [OPEN] if actor.has(LEAD, AUDITOR, ADMIN, OWNER) else []


def held_by(user_id: int) -> ColumnElement[bool]:
    return and_(OPEN, user_task.c.assignee_id == user_id)


def offered_to(audience_id: int) -> ColumnElement[bool]:
    return and_(OPEN, user_task.c.assignee_id.is_(None), user_task.c.audience_id == audience_id)


def keys(
    conditions: Iterable[ColumnElement[bool]], limit: int, after: Sequence[int] | None = None, *more: Any
) -> Select[Any] | None:
    """(sort_at, case_id, no) of the first `limit` tasks of the union, in order; None when there is no branch."""
    parts = []
    for condition in conditions:
        part = select(*ORDER).where(condition, *more)
        if after is not None:
            part = part.where(tuple_(*ORDER) > tuple(after))
        parts.append(part.order_by(*ORDER).limit(limit).subquery())
    if not parts:
        return None
    if len(parts) == 1:
        return select(parts[0])
    merged = union_all(*(select(part) for part in parts)).subquery()
    return select(merged).order_by(merged.c.sort_at, merged.c.case_id, merged.c.no).limit(limit)


def most_urgent(conn: Connection, actor: Actor, organisation: Organisation, limit: int = 20) -> list[tuple[int, int]]:
    """The tasks the actor could claim, most urgent first: (case, number)."""
    query = keys(branches(conn, actor, organisation, "available"), limit)
    return [(row.case_id, row.no) for row in conn.execute(query)] if query is not None else []


def audiences_of(conn: Connection, actor: Actor) -> list[int]:
    """The sets of candidates the actor belongs to, standing in for the absent included."""
    groups, people, takes_all = actor.all_groups, actor.acts_as, actor.has(EMPLOYEE, LEAD)

    def is_in(row: Any) -> bool:
        if not row.groups and not row.user_ids:
            return takes_all
        return not groups.isdisjoint(row.groups) or not people.isdisjoint(row.user_ids)

    return [row.id for row in conn.execute(select(audience)) if is_in(row)]


def _team(conn: Connection, actor: Actor, organisation: Organisation) -> list[ColumnElement[bool]]:
    """What is held by the people of the lead's departments or offered to their groups."""
    if not actor.has(LEAD, ADMIN):
        return []
    reach = actor.departments if not actor.has(ADMIN) else frozenset(organisation.departments)
    people = sorted(user.id for user in organisation.users.values() if user.department in reach)
    groups = {key for key, group in organisation.groups.items() if group.department in reach}
    audiences = (row.id for row in conn.execute(select(audience)) if not groups.isdisjoint(row.groups))
    return [held_by(user_id) for user_id in people] + [offered_to(audience_id) for audience_id in audiences]
