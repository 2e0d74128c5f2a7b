"""Worklists: whose open tasks, most urgent first, and how many.

The usual order (by due instant) is read off indexes whatever the number of open tasks; other orders sort what the
view holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, and_, bindparam, func, or_, select

from engine.domain.actors import Actor
from engine.domain.text import Text
from engine.queries.paging import MOST, USUAL, Page, cut, read_cursor, write_cursor
from engine.store import offers
from engine.store.customers import digits
from engine.store.organisation import Organisation
from engine.store.schema import customer, procedure_version, service_case, user_task
from engine.store.tasks import sort_at
from engine.versions import Versions

MOST_COUNTED = 1000
SORTS = {
    "due": user_task.c.sort_at,
    "created": user_task.c.created_at,
    "priority": user_task.c.priority,
    "case": user_task.c.case_id,
    "step": user_task.c.element_id,
    "customer": customer.c.name,
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a worklist. `waits`: the step is open but it is the customer who has to act."""

    case_id: int
    no: int
    element_id: str
    name: Text
    state: str
    procedure: str
    procedure_name: Text
    version: int
    assignee_id: int | None
    assignee: str
    groups: tuple[str, ...]
    priority: int
    waits: bool
    has_draft: bool
    created_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    case_title: str
    customer_id: int | None
    customer: str
    segment: str

    @property
    def id(self) -> str:
        return f"{self.case_id}-{self.no}"


@dataclass(frozen=True, slots=True)
class Filter:
    """`sort` one of `SORTS`, with a leading `-` for the other direction."""

    case_id: int | None = None
    procedure: str | None = None
    due_before: datetime | None = None
    words: str | None = None
    sort: str = "due"

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.case_id is not None:
            found.append(user_task.c.case_id == self.case_id)
        if self.procedure:
            ids = select(procedure_version.c.id).where(procedure_version.c.procedure == self.procedure)
            found.append(user_task.c.version_id.in_(ids))
        if self.due_before is not None:
            found.append(user_task.c.sort_at < sort_at(self.due_before))
        if self.words and self.words.strip():
            found.append(user_task.c.case_id.in_(cases_matching(self.words)))
        return found


TASK = [
    *offers.ORDER,
    user_task.c.element_id,
    user_task.c.state,
    user_task.c.version_id,
    user_task.c.audience_id,
    user_task.c.assignee_id,
    user_task.c.priority,
    user_task.c.waits,
    user_task.c.draft.is_not(None).label("has_draft"),
    user_task.c.created_at,
    user_task.c.warn_at,
    user_task.c.due_at,
]
CASE = [service_case.c.title, service_case.c.customer_id, customer.c.name.label("customer"), customer.c.segment]


def page(
    conn: Connection,
    actor: Actor,
    organisation: Organisation,
    versions: Versions,
    view: str,
    wanted: Filter | None = None,
    limit: int = USUAL,
    cursor: str | None = None,
) -> Page[TaskRow]:
    wanted, limit = wanted or Filter(), max(1, min(limit, MOST))
    reach = offers.reach(actor, organisation, view)
    if not reach:
        return Page(())
    if wanted.sort == "due":
        after = read_cursor(cursor, 3)
        query = _by_due(reach.shape, after is not None, wanted if wanted.conditions else None)
        places = {f"after_{n}": part for n, part in enumerate(after or ())}
        rows = conn.execute(query, {**reach.parameters, **places, "most": limit + 1}).all()
        shown, following = cut(rows, limit, lambda row: (row.sort_at, row.case_id, row.no))
    else:
        (skip,) = read_cursor(cursor, 1) or (0,)
        query = _joined().where(or_(*offers.branches(reach.shape)), *wanted.conditions)
        query = query.order_by(_order(wanted.sort), *offers.ORDER).limit(limit + 1).offset(max(skip, 0))
        rows = conn.execute(query, reach.parameters).all()
        shown, following = rows[:limit], write_cursor([skip + limit]) if len(rows) > limit else None
    return Page(tuple(row_of(row, organisation, versions, conn) for row in shown), following)


def count(
    conn: Connection, actor: Actor, organisation: Organisation, view: str, *more: ColumnElement[bool]
) -> int:
    """How many tasks the view holds, counted up to `MOST_COUNTED`."""
    reach = offers.reach(actor, organisation, view)
    if not reach:
        return 0
    query = _counted(reach.shape) if not more else _count_of(reach.shape, *more)
    return min(conn.execute(query, {**reach.parameters, "most": MOST_COUNTED}).scalar_one(), MOST_COUNTED)


def tally(conn: Connection, actor: Actor, organisation: Organisation, view: str, now: datetime) -> tuple[int, int]:
    """How many tasks the view holds and how many of them are late, each counted up to `MOST_COUNTED`."""
    reach = offers.reach(actor, organisation, view)
    if not reach:
        return 0, 0
    parameters = {**reach.parameters, "most": MOST_COUNTED, "now": sort_at(now)}
    row = conn.execute(_tallied(reach.shape), parameters).one()
    return min(row[0], MOST_COUNTED), min(row[1], MOST_COUNTED)


def counts(conn: Connection, actor: Actor, organisation: Organisation) -> dict[str, int]:
    """How many tasks each view holds for this person."""
    return {view: count(conn, actor, organisation, view) for view in offers.VIEWS}


def urgency(conn: Connection, actor: Actor, organisation: Organisation, view: str, now: datetime) -> dict[str, int]:
    """Of a view: how many are late, how many will be soon, how many wait for the customer."""
    late = user_task.c.sort_at <= sort_at(now)
    soon = and_(user_task.c.sort_at > sort_at(now), user_task.c.warn_at <= now)
    ways = {"late": late, "soon": soon, "waiting": user_task.c.waits.is_(True)}
    return {name: count(conn, actor, organisation, view, condition) for name, condition in ways.items()}


def of_case(
    conn: Connection, organisation: Organisation, versions: Versions, case_id: int, no: int | None = None
) -> tuple[TaskRow, ...]:
    """All tasks of a case, open and ended, in the order they came."""
    query = _joined().where(user_task.c.case_id == case_id).order_by(user_task.c.no)
    if no is not None:
        query = query.where(user_task.c.no == no)
    return tuple(row_of(row, organisation, versions, conn) for row in conn.execute(query))


def row_of(row: Row, organisation: Organisation, versions: Versions, conn: Connection) -> TaskRow:
    """A row of `TASK` and `CASE`, in words. Taken apart by place: a worklist has fifty of them."""
    (_, case_id, no, element_id, state, version_id, audience_id, assignee_id, priority, waits, has_draft, created_at,
     warn_at, due_at, title, customer_id, customer_name, segment) = row  # fmt: skip
    version = versions.get(conn, version_id)
    return TaskRow(
        case_id,
        no,
        element_id,
        version.name_of(element_id),
        state,
        version.key,
        version.procedure.name,
        version.number,
        assignee_id,
        organisation.name_of(assignee_id),
        organisation.audiences[audience_id].in_order,
        priority,
        bool(waits),
        bool(has_draft),
        created_at,
        warn_at,
        due_at,
        title,
        customer_id,
        customer_name or "",
        segment or "",
    )


@lru_cache(maxsize=512)
def _by_due(shape: tuple[int, int, bool], after: bool, wanted: Filter | None) -> Select[Any]:
    found = offers.union(shape, TASK, *(wanted.conditions if wanted else ()), after=after)
    tasks = select(*found.c, *CASE).join(service_case, service_case.c.id == found.c.case_id)
    customers = tasks.join(customer, customer.c.id == service_case.c.customer_id, isouter=True)
    in_order = customers.order_by(found.c.sort_at, found.c.case_id, found.c.no)
    return in_order.limit(bindparam("most", type_=BigInteger))


@lru_cache(maxsize=256)
def _counted(shape: tuple[int, int, bool]) -> Select[Any]:
    return _count_of(shape)


def _count_of(shape: tuple[int, int, bool], *more: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(offers.union(shape, [user_task.c.sort_at], *more))


@lru_cache(maxsize=256)
def _tallied(shape: tuple[int, int, bool]) -> Select[Any]:
    held = offers.union(shape, [user_task.c.sort_at])
    late = func.count().filter(held.c.sort_at <= bindparam("now", type_=BigInteger))
    return select(func.count(), late).select_from(held)


def _joined() -> Select[Any]:
    return (
        select(*TASK, *CASE)
        .join(service_case, service_case.c.id == user_task.c.case_id)
        .join(customer, customer.c.id == service_case.c.customer_id, isouter=True)
    )


def cases_matching(words: str) -> Select[Any]:
    """The cases a few words mean: number, title, business key, customer's name or phone."""
    words = words.strip().lower()[:200]
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    ways = [
        func.lower(service_case.c.title).like(like, escape="\\"),
        func.lower(service_case.c.business_key).like(like, escape="\\"),
        func.lower(customer.c.name).like(like, escape="\\"),
    ]
    number = words.removeprefix("cl-").lstrip("0")
    if number.isascii() and number.isdigit() and len(number) < 16:
        ways.append(service_case.c.id == int(number))
    if len(phone := digits(words)) >= 4:
        ways.append(customer.c.phone_digits.like(f"%{phone}%"))
    joined = select(service_case.c.id).join(customer, customer.c.id == service_case.c.customer_id, isouter=True)
    return joined.where(or_(*ways))


def _order(sort: str) -> Any:
    column = SORTS.get(sort.removeprefix("-"), user_task.c.sort_at)
    return column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()


