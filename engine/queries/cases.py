"""Cases: the list, and one case with its instances, steps, clocks, incidents and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from engine.bpmn import stepper
from engine.domain import sla
from engine.domain.actors import Actor
from engine.domain.case import CASE, case_number
from engine.domain.errors import NotFound
from engine.domain.segments import Segment
from engine.domain.text import Text
from engine.queries import names
from engine.queries.names import CaseNames
from engine.queries.paging import MOST, USUAL, Page, cut, instant_in, read_cursor
from engine.queries.worklist import cases_matching
from engine.store import cases, clocks
from engine.store.organisation import Organisation
from engine.store.schema import customer, incident, instance, procedure, service_case
from engine.store.types import EPOCH, MICROSECOND
from engine.store.visibility import may_see_case, visible_cases
from engine.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: int
    number: str
    title: str
    state: str
    procedure: str
    procedure_name: Text
    channel: str | None
    business_key: str | None
    customer_id: int | None
    customer: str
    owner_id: int | None
    owner: str
    department: str | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """`ending` is None while it runs."""

    no: int
    version_id: int
    procedure: str
    procedure_name: Text
    version: int
    started_at: datetime
    ended_at: datetime | None
    ending: str | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock and how it came to its due instant, segment by segment. `standing`: see `engine.domain.sla.standing`."""

    no: int
    name: str
    label: Text
    task_no: int | None
    limit: str
    calendar: str
    started_at: datetime
    warn_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    standing: str
    used_seconds: int
    remaining_seconds: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    no: int
    instance_no: int
    element_id: str
    name: Text
    text: Text
    source: str
    raised_at: datetime
    resolved_at: datetime | None


def find(conn: Connection, actor: Actor, organisation: Organisation, case_id: int) -> CaseRow:
    """Raises `NotFound` also for what is not this person's to see."""
    if not may_see_case(conn, actor, organisation, case_id):
        raise NotFound(what=CASE)
    row = conn.execute(_rows().where(service_case.c.id == case_id)).one_or_none()
    if row is None:
        raise NotFound(what=CASE)
    return _case(row, organisation)


def page(
    conn: Connection,
    actor: Actor,
    organisation: Organisation,
    *,
    state: str | None = None,
    key: str | None = None,
    customer_id: int | None = None,
    words: str | None = None,
    mine: bool = False,
    limit: int = USUAL,
    cursor: str | None = None,
) -> Page[CaseRow]:
    """The newest first."""
    limit = max(1, min(limit, MOST))
    query = _rows().where(visible_cases(conn, actor, organisation))
    wanted = {"state": state, "procedure": key, "customer_id": customer_id}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(service_case.c[name] == value)
    if mine:
        query = query.where(service_case.c.owner_id == actor.id)
    if words and words.strip():
        query = query.where(service_case.c.id.in_(cases_matching(words)))
    if after := read_cursor(cursor, 2):
        at = instant_in(after[0])
        query = query.where(tuple_(service_case.c.opened_at, service_case.c.id) < (at, after[1]))
    query = query.order_by(service_case.c.opened_at.desc(), service_case.c.id.desc()).limit(limit + 1)
    rows = conn.execute(query).all()
    shown, following = cut(rows, limit, lambda row: ((row.opened_at - EPOCH) // MICROSECOND, row.id))
    return Page(tuple(_case(row, organisation) for row in shown), following)


def instances(conn: Connection, versions: Versions, case_id: int) -> tuple[InstanceRow, ...]:
    columns = [column for column in instance.c if column.name != "state"]
    rows = conn.execute(select(*columns).where(instance.c.case_id == case_id).order_by(instance.c.no))
    return tuple(_instance(versions.get(conn, row.version_id), row) for row in rows)


def variables(conn: Connection, versions: Versions, case_id: int, instance_no: int) -> Mapping[str, Any]:
    row = cases.instance_of(conn, case_id, instance_no)
    return stepper.variables(versions.get(conn, row.version_id).spec, bytes(row.state)) if row else {}


def explained_clocks(
    conn: Connection, organisation: Organisation, versions: Versions, case_id: int, now: datetime
) -> tuple[ClockView, ...]:
    """Every clock of the case, each with the segments that make its due instant."""
    known = {row.no: versions.get(conn, row.version_id) for row in cases_instances(conn, case_id)}
    rows = clocks.of_case(conn, case_id)
    earlier = CaseNames()
    if not all(_is_of(known[row.instance_no], row) for row in rows):
        earlier = names.of_case(conn, versions, case_id)
    return tuple(_clock(conn, organisation, row, known[row.instance_no], earlier, now) for row in rows)


def incidents(conn: Connection, versions: Versions, case_id: int, *, settled: bool = False) -> tuple[IncidentRow, ...]:
    known = {row.no: versions.get(conn, row.version_id) for row in cases_instances(conn, case_id)}
    query = select(incident).where(incident.c.case_id == case_id).order_by(incident.c.no)
    if not settled:
        query = query.where(incident.c.resolved_at.is_(None))

    def view(row: Row) -> IncidentRow:
        name = known[row.instance_no].name_of(row.element_id)
        text = Text(row.text_zh, row.text_en)
        return IncidentRow(
            row.no, row.instance_no, row.element_id, name, text, row.source, row.raised_at, row.resolved_at
        )

    return tuple(view(row) for row in conn.execute(query))


def cases_instances(conn: Connection, case_id: int) -> list[Row]:
    return list(conn.execute(select(instance.c.no, instance.c.version_id).where(instance.c.case_id == case_id)))


def _rows() -> Select[Any]:
    names = [procedure.c.name_zh, procedure.c.name_en, customer.c.name.label("customer")]
    return (
        select(service_case, *names)
        .join(procedure, procedure.c.key == service_case.c.procedure)
        .join(customer, customer.c.id == service_case.c.customer_id, isouter=True)
    )


def _case(row: Row, organisation: Organisation) -> CaseRow:
    return CaseRow(
        id=row.id,
        number=case_number(row.id),
        title=row.title,
        state=row.state,
        procedure=row.procedure,
        procedure_name=Text(row.name_zh, row.name_en),
        channel=row.channel,
        business_key=row.business_key,
        customer_id=row.customer_id,
        customer=row.customer or "",
        owner_id=row.owner_id,
        owner=organisation.name_of(row.owner_id),
        department=row.department,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _instance(version: Any, row: Row) -> InstanceRow:
    return InstanceRow(
        no=row.no,
        version_id=row.version_id,
        procedure=version.key,
        procedure_name=version.procedure.name,
        version=version.number,
        started_at=row.started_at,
        ended_at=row.ended_at,
        ending=row.ending,
    )


def _is_of(version: Version, row: Row) -> bool:
    """Whether the version the instance is on has the clock; it may have ended on an earlier one."""
    if row.task_no is not None:
        return version.find(row.name) is not None
    return any(clock.name == row.name for clock in version.procedure.clocks)


def _label(version: Version, row: Row, earlier: CaseNames) -> Text:
    if not _is_of(version, row) and row.name in earlier.clocks:
        return earlier.clocks[row.name]
    return version.name_of(row.name) if row.task_no is not None else version.name_of_clock(row.name)


def _clock(
    conn: Connection, organisation: Organisation, row: Row, version: Version, earlier: CaseNames, now: datetime
) -> ClockView:
    clock = clocks.clock_of(row, clocks.calendar_edition(conn, organisation, row.calendar_key, row.calendar_hash))
    return ClockView(
        no=row.no,
        name=row.name,
        label=_label(version, row, earlier),
        task_no=row.task_no,
        limit=row.limit,
        calendar=row.calendar_key,
        started_at=row.started_at,
        warn_at=sla.warn_at(clock),
        due_at=sla.due_at(clock),
        stopped_at=row.stopped_at,
        breached_at=row.breached_at,
        standing=sla.standing(clock, now),
        used_seconds=int(sla.used(clock, now).total_seconds()),
        remaining_seconds=int(sla.remaining(clock, now).total_seconds()),
        segments=sla.explain(clock, now),
    )
