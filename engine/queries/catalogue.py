"""The catalogue: procedures, their versions, and where their running instances stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.store import procedures
from engine.store.schema import incident, instance, user_task
from engine.store.tasks import sort_at
from engine.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """`starts_by_hand`: a case can be opened with it; others are started by a message."""

    key: str
    name: Text
    released: int | None
    released_id: int | None
    released_at: datetime | None
    tag: str | None
    versions: int
    running: int
    starts_by_hand: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: int
    procedure: str
    number: int
    tag: str | None
    state: str
    note: str
    sha256: str
    deployed_at: datetime
    deployed_by: str
    released_at: datetime | None
    running: int
    findings: tuple[Any, ...]
    repairs: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ElementCount:
    """Open tasks at one element; `late` of them past their due instant."""

    element_id: str
    name: Text
    open: int
    late: int


def all_procedures(conn: Connection, versions: Versions) -> tuple[ProcedureRow, ...]:
    """In the order in which they were first deployed."""
    running, stored = _running(conn), procedures.versions_of_all(conn)
    rows = sorted(procedures.all_(conn), key=lambda row: min((version.id for version in stored.get(row.key, ())), default=0))
    return tuple(_procedure(conn, versions, row, stored.get(row.key, []), running) for row in rows)


def procedure(conn: Connection, versions: Versions, key: str) -> ProcedureRow:
    row = procedures.find(conn, key)
    if row is None:
        raise NotFound(what=Text(f"流程“{key[:100]}”", f"Procedure “{key[:100]}”"))
    return _procedure(conn, versions, row, procedures.versions(conn, key), _running(conn))


def versions_of(conn: Connection, key: str) -> tuple[VersionRow, ...]:
    """The newest first."""
    running = _running(conn)
    return tuple(_version(row, running) for row in procedures.versions(conn, key))


def version(conn: Connection, versions: Versions, key: str, number: int) -> Version:
    row = procedures.version_by_number(conn, key, number)
    if row is None:
        raise NotFound(what=Text("流程版本", "The version"))
    return versions.get(conn, row.id)


def element_counts(conn: Connection, versions: Versions, version_id: int, now: datetime) -> tuple[ElementCount, ...]:
    """Where the open tasks of a version stand."""
    task = user_task.c
    late = func.count().filter(task.due_at <= now)
    query = select(task.element_id, func.count().label("open"), late.label("late")).where(
        task.version_id == version_id, task.state == "open"
    )
    known = versions.get(conn, version_id)
    rows = conn.execute(query.group_by(task.element_id).order_by(task.element_id))
    return tuple(ElementCount(r.element_id, known.name_of(r.element_id), r.open, r.late) for r in rows)


def version_ids(conn: Connection) -> dict[str, list[int]]:
    """The ids of the versions of every procedure."""
    return {key: [row.id for row in rows] for key, rows in procedures.versions_of_all(conn).items()}


def late_tasks(conn: Connection, now: datetime) -> dict[int, int]:
    """How many open tasks of each version are past their due instant."""
    task = user_task.c
    query = select(task.version_id, func.count().label("n")).where(task.state == "open", task.sort_at <= sort_at(now))
    return {row.version_id: row.n for row in conn.execute(query.group_by(task.version_id))}


def open_incidents(conn: Connection) -> dict[int, int]:
    """How many incidents nobody has settled, by version."""
    query = (
        select(instance.c.version_id, func.count().label("n"))
        .join(incident, (incident.c.case_id == instance.c.case_id) & (incident.c.instance_no == instance.c.no))
        .where(incident.c.resolved_at.is_(None))
    )
    return {row.version_id: row.n for row in conn.execute(query.group_by(instance.c.version_id))}


def _running(conn: Connection) -> dict[int, int]:
    query = select(instance.c.version_id, func.count().label("n")).where(instance.c.ended_at.is_(None))
    return {row.version_id: row.n for row in conn.execute(query.group_by(instance.c.version_id))}


def _procedure(
    conn: Connection, versions: Versions, row: Row, mine: Sequence[Row], running: dict[int, int]
) -> ProcedureRow:
    released = next((version for version in mine if version.id == row.released_id), None)
    starts = versions.get(conn, released.id).procedure.starts if released else ()
    return ProcedureRow(
        key=row.key,
        name=Text(row.name_zh, row.name_en),
        released=released.number if released else None,
        released_id=row.released_id,
        released_at=released.released_at if released else None,
        tag=released.tag if released else None,
        versions=len(mine),
        running=sum(running.get(version.id, 0) for version in mine),
        starts_by_hand=any(start.kind == "none" for start in starts),
    )


def _version(row: Row, running: dict[int, int]) -> VersionRow:
    return VersionRow(
        id=row.id,
        procedure=row.procedure,
        number=row.number,
        tag=row.tag,
        state=row.state,
        note=row.note,
        sha256=row.sha256,
        deployed_at=row.deployed_at,
        deployed_by=row.deployed_by,
        released_at=row.released_at,
        running=running.get(row.id, 0),
        findings=tuple(row.findings),
        repairs=tuple(row.repairs or ()),
    )
