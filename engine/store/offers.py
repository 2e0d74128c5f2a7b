"""Which open tasks are whose: the index branches a worklist is made of.

A worklist never scans: it is the union of short index reads, one for each person or set of candidates concerned,
each already in the order shown. Its statement depends only on how many branches there are, so it is made once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    select,
    tuple_,
    union_all,
)

from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, OVERSEERS, Actor
from engine.store.organisation import Audience, Organisation
from engine.store.schema import user_task

OPEN = user_task.c.state == "open"
ORDER = (user_task.c.sort_at, user_task.c.case_id, user_task.c.no)
VIEWS = ("mine", "available", "team", "all")


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose open tasks a view shows: those these people hold, those offered to these sets of candidates, or all."""

    held_by: tuple[int, ...] = ()
    offered_to: tuple[int, ...] = ()
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.held_by or self.offered_to or self.everything)

    @property
    def shape(self) -> tuple[int, int, bool]:
        return len(self.held_by), len(self.offered_to), self.everything

    @property
    def parameters(self) -> Mapping[str, int]:
        held = {f"held_{n}": person for n, person in enumerate(self.held_by)}
        return held | {f"offered_{n}": audience for n, audience in enumerate(self.offered_to)}


def reach(actor: Actor, organisation: Organisation, view: str) -> Reach:
    if view == "mine":
        return Reach(held_by=tuple(sorted(actor.acts_as)))
    if view == "available":
        return Reach(offered_to=audiences_of(actor, organisation))
    if view == "team":
        return _team(actor, organisation)
    return Reach(everything=actor.has(LEAD, *OVERSEERS))


def branches(shape: tuple[int, int, bool]) -> list[ColumnElement[bool]]:
    """The conditions whose union is the view; each is served by one index in worklist order."""
    held, offered, everything = shape
    if everything:
        return [OPEN]
    to = user_task.c.assignee_id.is_(None)
    return [
        *(and_(OPEN, user_task.c.assignee_id == bindparam(f"held_{n}", type_=BigInteger)) for n in range(held)),
        *(and_(OPEN, to, user_task.c.audience_id == bindparam(f"offered_{n}", type_=BigInteger)) for n in range(offered)),
    ]


def union(
    shape: tuple[int, int, bool], columns: Sequence[Any], *more: Any, after: bool = False
) -> Subquery:
    """The first `most` tasks of each branch. Parameters: those of `Reach`, `most`, and `after_0` … `after_2`."""
    parts = []
    for condition in branches(shape):
        part = select(*columns).where(condition, *more)
        if after:
            part = part.where(tuple_(*ORDER) > tuple_(*(bindparam(f"after_{n}", type_=BigInteger) for n in range(3))))
        parts.append(part.order_by(*ORDER).limit(bindparam("most", type_=BigInteger)).subquery())
    if len(parts) == 1:
        return parts[0]
    return union_all(*(select(part) for part in parts)).subquery()


def most_urgent(
    conn: Connection,
    actor: Actor,
    organisation: Organisation,
    limit: int = 20,
    *,
    only: Collection[int] = (),
    without: Collection[int] = (),
) -> list[tuple[int, int]]:
    """The tasks the actor could claim, most urgent first: (case, number). `only` and `without` these versions."""
    view = reach(actor, organisation, "available")
    if not view:
        return []
    of_versions = [user_task.c.version_id.in_(only)] if only else []
    of_versions += [user_task.c.version_id.not_in(without)] if without else []
    query = _most_urgent_of(view.shape, *of_versions) if of_versions else _most_urgent(view.shape)
    rows = conn.execute(query, {**view.parameters, "most": limit})
    return [(row.case_id, row.no) for row in rows]


def audiences_of(actor: Actor, organisation: Organisation) -> tuple[int, ...]:
    """The sets of candidates the actor belongs to, standing in for the absent included."""
    groups, people, takes_all = actor.all_groups, actor.acts_as, actor.has(EMPLOYEE, LEAD)

    def is_in(audience: Audience) -> bool:
        if not audience.groups and not audience.user_ids:
            return takes_all
        return not groups.isdisjoint(audience.groups) or not people.isdisjoint(audience.user_ids)

    return tuple(id_ for id_, audience in organisation.audiences.items() if is_in(audience))


@lru_cache(maxsize=256)
def _most_urgent(shape: tuple[int, int, bool]) -> Select[Any]:
    return _most_urgent_of(shape)


def _most_urgent_of(shape: tuple[int, int, bool], *more: ColumnElement[bool]) -> Select[Any]:
    found = union(shape, ORDER, *more)
    return select(found.c.case_id, found.c.no).order_by(found.c.sort_at, found.c.case_id, found.c.no).limit(
        bindparam("most", type_=BigInteger)
    )


def _team(actor: Actor, organisation: Organisation) -> Reach:
    """What is held by the people of the lead's departments or offered to their groups."""
    if not actor.has(LEAD, ADMIN):
        return Reach()
    departments = actor.departments if not actor.has(ADMIN) else frozenset(organisation.departments)
    people = (user.id for user in organisation.users.values() if user.department in departments)
    groups = {key for key, group in organisation.groups.items() if group.department in departments}
    offered = (id_ for id_, audience in organisation.audiences.items() if not groups.isdisjoint(audience.groups))
    return Reach(tuple(sorted(people)), tuple(offered))
