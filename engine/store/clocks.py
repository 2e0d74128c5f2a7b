"""SLA clocks: of a task or of the whole case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from engine.domain import sla
from engine.domain.calendar import WALL, Calendar
from engine.domain.text import Text
from engine.store import people
from engine.store.organisation import Organisation, edition_hash
from engine.store.schema import clock
from engine.store.writes import Writes

WALL_HASH = edition_hash(WALL)

INSERT_CLOCK = insert(clock)

RUNNING = (
    select(clock).where(clock.c.case_id == bindparam("case_id"), clock.c.stopped_at.is_(None)).order_by(clock.c.no)
)

SAVE = (
    update(clock)
    .where(clock.c.case_id == bindparam("the_case"), clock.c.no == bindparam("the_no"))
    .values(
        pauses=bindparam("new_pauses"),
        stopped_at=bindparam("new_stopped_at"),
        due_at=bindparam("new_due_at"),
        warned_at=bindparam("new_warned_at"),
        breached_at=bindparam("new_breached_at"),
        wake_at=bindparam("new_wake_at"),
    )
)

REDEFINE = (
    update(clock)
    .where(clock.c.case_id == bindparam("the_case"), clock.c.no == bindparam("the_no"))
    .values(
        name=bindparam("new_name"),
        limit=bindparam("new_limit"),
        warn=bindparam("new_warn"),
        calendar_key=bindparam("new_calendar_key"),
        calendar_hash=bindparam("new_calendar_hash"),
    )
)


def add(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_CLOCK, rows)


def running(conn: Connection, case_id: int) -> Sequence[Row]:
    """All clocks of the case that are not stopped, paused ones included."""
    return conn.execute(RUNNING, {"case_id": case_id}).all()


def of_case(conn: Connection, case_id: int) -> Sequence[Row]:
    return conn.execute(select(clock).where(clock.c.case_id == case_id).order_by(clock.c.no)).all()


def save(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(SAVE, rows)


def redefine(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(REDEFINE, rows)


def calendar_edition(conn: Connection, organisation: Organisation, key: str, hash_: str) -> Calendar:
    """The calendar as it was when the clock was started."""
    if hash_ == WALL_HASH:
        return WALL
    if organisation.calendar_hashes.get(key) == hash_:
        return organisation.calendars[key]
    return Calendar.from_dict(people.calendar_body(conn, hash_))


def clock_of(row: Row, calendar: Calendar) -> sla.Clock:
    pauses = tuple(
        sla.Pause(
            datetime.fromisoformat(p["start_at"]),
            datetime.fromisoformat(p["end_at"]) if p["end_at"] else None,
            Text(**p["reason"]),
            p["key"],
        )
        for p in row.pauses or ()
    )
    warn = Decimal(row.warn) if row.warn is not None else None
    clock = sla.Clock(row.name, row.limit, warn, calendar, row.started_at, pauses)
    return replace(clock, stopped_at=row.stopped_at) if row.stopped_at is not None else clock
