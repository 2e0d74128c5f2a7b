"""Releases: who gets which version, and the lock between those who start instances and those who change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, exists, func, insert, select, text, update

from engine.domain.guard import Tally
from engine.domain.release import Release, parse
from engine.domain.text import Text as Words
from engine.store.schema import clock, incident, instance, procedure, release

#: Names the lock among the advisory locks of a PostgreSQL database.
LOCK = 0x636C_6F73_6572_656C
HOLD, HOLD_ALONE = (
    text(f"SELECT pg_advisory_xact_lock{how}({LOCK})").columns() for how in ("_shared", "")
)

@dataclass(frozen=True, slots=True)
class Released:
    """A procedure and what is released of it now."""

    key: str
    name: Words
    starts_by: Sequence[str]
    releases: tuple[Release, ...]


ACTIVE = release.c.ended_at.is_(None)
RELEASED = (
    select(*(procedure.c[name] for name in ("key", "name_zh", "name_en", "starts_by")))
    .add_columns(*(release.c[name] for name in ("id", "version_id", "scope", "places")))
    .outerjoin(release, and_(release.c.procedure == procedure.c.key, ACTIVE))
    .order_by(procedure.c.key, release.c.id)
)
OF_PROCEDURE = RELEASED.where(procedure.c.key == bindparam("the_key"))


def hold(conn: Connection) -> None:
    """Until this transaction ends no release begins or ends, so what it starts is started on what is released.

    Whoever changes a release waits for the starts under way, and starts that come later wait for it; what is read
    after this is then what it left. On SQLite every write transaction is alone in any case.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(HOLD)


def hold_alone(conn: Connection) -> None:
    """Until this transaction ends nobody starts an instance or changes a release. Taken before anything is read."""
    if conn.dialect.name == "postgresql":
        conn.execute(HOLD_ALONE)


def of_procedure(conn: Connection, key: str) -> Released | None:
    """None where there is no such procedure."""
    return next(_grouped(conn.execute(OF_PROCEDURE, {"the_key": key})), None)


def of_all(conn: Connection) -> list[Released]:
    return list(_grouped(conn.execute(RELEASED)))


def started_by(conn: Connection, message: str) -> list[Released]:
    """The procedures of which some version that somebody gets begins by the message."""
    return [one for one in of_all(conn) if message in one.starts_by]


def active(conn: Connection, key: str) -> Sequence[Row]:
    return conn.execute(select(release).where(release.c.procedure == key, ACTIVE).order_by(release.c.id)).all()


def find(conn: Connection, release_id: int) -> Row | None:
    return conn.execute(select(release).where(release.c.id == release_id)).one_or_none()


def history(conn: Connection, key: str) -> Sequence[Row]:
    """All releases of the procedure, the newest first."""
    return conn.execute(select(release).where(release.c.procedure == key).order_by(release.c.id.desc())).all()


def guarded(conn: Connection) -> Sequence[Row]:
    """What is released now and may end by itself."""
    return conn.execute(select(release).where(ACTIVE, release.c.guard.is_not(None)).order_by(release.c.id)).all()


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(release).returning(release.c.id), dict(values)).scalar_one()


def end(
    conn: Connection, release_id: int, at: datetime, by: str, how: str, why: str | None = None, figures: Any = None
) -> None:
    """`how`: replaced, promoted, changed, withdrawn or stopped."""
    values = {"ended_at": at, "ended_by": by, "ended_how": how, "ended_why": why, "figures": figures}
    conn.execute(update(release).where(release.c.id == release_id).values(**values))


def set_guard(conn: Connection, release_id: int, guard: Mapping[str, Any] | None) -> None:
    conn.execute(update(release).where(release.c.id == release_id).values(guard=guard))


def point(conn: Connection, key: str, released_id: int | None, names: tuple[str, str] | None, starts: list[str]) -> None:
    """What everyone gets, what the procedure is called, and the messages that begin a version somebody gets."""
    values: dict[str, Any] = {"released_id": released_id, "starts_by": starts}
    if names is not None:
        values |= {"name_zh": names[0], "name_en": names[1]}
    conn.execute(update(procedure).where(procedure.c.key == key).values(**values))


def set_department(conn: Connection, key: str, department: str | None) -> None:
    conn.execute(update(procedure).where(procedure.c.key == key).values(department=department))


def tally(conn: Connection, row: Row) -> Tally:
    """What has become of the instances of a release. Cancelled ones say nothing about promises."""

    def of_instance(table: Any, *more: Any) -> Any:
        return exists().where(table.c.case_id == instance.c.case_id, table.c.instance_no == instance.c.no, *more)

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    late = of_instance(clock, clock.c.breached_at.is_not(None))
    in_time = and_(instance.c.ending != "cancelled", of_instance(clock), ~late)
    query = select(
        func.count().label("started"),
        count(late).label("late"),
        count(in_time).label("in_time"),
        count(of_instance(incident)).label("failed"),
    ).where(
        instance.c.version_id == row.version_id,
        instance.c.started_at >= row.released_at,
        instance.c.release_id == row.id,
    )
    found = conn.execute(query).one()
    return Tally(int(found.late + found.in_time), int(found.in_time), found.started, int(found.failed))


def _grouped(rows: Iterable[Row]) -> Iterator[Released]:
    for _, of_one in groupby(rows, key=lambda row: row.key):
        first, *more = of_one
        found = tuple(_release(row) for row in (first, *more) if row.id is not None)
        yield Released(first.key, Words(first.name_zh, first.name_en), first.starts_by, found)


def _release(row: Row) -> Release:
    places = tuple((start, end) for start, end in row.places or ())
    return Release(row.id, row.version_id, parse(row.scope), places)
