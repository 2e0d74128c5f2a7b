"""SLA clocks: of a task or of the whole case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from engine.store.schema import clock

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


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(INSERT_CLOCK, list(rows))


def running(conn: Connection, case_id: int) -> Sequence[Row]:
    """All clocks of the case that are not stopped, paused ones included."""
    return conn.execute(RUNNING, {"case_id": case_id}).all()


def of_case(conn: Connection, case_id: int) -> Sequence[Row]:
    return conn.execute(select(clock).where(clock.c.case_id == case_id).order_by(clock.c.no)).all()


def save(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(SAVE, list(rows) if len(rows) > 1 else rows[0])
