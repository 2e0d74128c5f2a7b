"""What a case waits for: BPMN timers, messages, and people who have to settle an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from engine.store.schema import clock, incident, message_wait, service_case, timer

INSERT_TIMER = insert(timer)
INSERT_WAIT = insert(message_wait)
INSERT_INCIDENT = insert(incident)


def _gone(table: Any) -> Any:
    return delete(table).where(
        table.c.case_id == bindparam("the_case"),
        table.c.instance_no == bindparam("the_instance"),
        table.c.token.in_(bindparam("tokens", expanding=True)),
    )


DELETE_TIMERS, DELETE_WAITS = _gone(timer), _gone(message_wait)


def add_timers(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(INSERT_TIMER, list(rows))


def drop_timers(conn: Connection, case_id: int, instance_no: int, tokens: Iterable[int]) -> None:
    conn.execute(DELETE_TIMERS, {"the_case": case_id, "the_instance": instance_no, "tokens": list(tokens)})


def add_waits(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(INSERT_WAIT, list(rows))


def drop_waits(conn: Connection, case_id: int, instance_no: int, tokens: Iterable[int]) -> None:
    conn.execute(DELETE_WAITS, {"the_case": case_id, "the_instance": instance_no, "tokens": list(tokens)})


def due_timers(conn: Connection, case_id: int, now: datetime) -> Sequence[Row]:
    query = select(timer).where(timer.c.case_id == case_id, timer.c.due_at <= now)
    return conn.execute(query.order_by(timer.c.due_at, timer.c.no)).all()


def drop_numbers(conn: Connection, case_id: int, numbers: Iterable[int]) -> None:
    """These timers have fired. One that was set again in the same step is a new row and stays."""
    conn.execute(delete(timer).where(timer.c.case_id == case_id, timer.c.no.in_(list(numbers))))


def cases_with_due_timers(conn: Connection, now: datetime, limit: int) -> list[int]:
    """The cases whose BPMN timers are due, most overdue first."""
    return _cases(conn, timer.c.due_at, timer.c.case_id, now, limit)


def cases_with_due_clocks(conn: Connection, now: datetime, limit: int) -> list[int]:
    """The cases whose SLA clocks have to warn or breach, most overdue first."""
    return _cases(conn, clock.c.wake_at, clock.c.case_id, now, limit)


def next_instant(conn: Connection) -> datetime | None:
    """The earliest instant at which something is due, past or future."""
    instants = [conn.execute(select(func.min(column))).scalar() for column in (timer.c.due_at, clock.c.wake_at)]
    return min((instant for instant in instants if instant is not None), default=None)


def waits_in(conn: Connection, case_id: int, message: str) -> Sequence[Row]:
    query = select(message_wait).where(message_wait.c.case_id == case_id, message_wait.c.message == message)
    return conn.execute(query.order_by(message_wait.c.no)).all()


def waits_of(conn: Connection, case_id: int) -> Sequence[Row]:
    query = select(message_wait).where(message_wait.c.case_id == case_id).order_by(message_wait.c.no)
    return conn.execute(query).all()


def waits_for(conn: Connection, message: str, limit: int = 1000) -> Sequence[Row]:
    query = select(message_wait, service_case.c.business_key).join(
        service_case, service_case.c.id == message_wait.c.case_id
    )
    return conn.execute(query.where(message_wait.c.message == message).order_by(message_wait.c.case_id).limit(limit)).all()


def raise_incidents(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(INSERT_INCIDENT, list(rows))


def open_incident(conn: Connection, case_id: int, no: int) -> Row | None:
    at = (incident.c.case_id == case_id) & (incident.c.no == no) & incident.c.resolved_at.is_(None)
    return conn.execute(select(incident).where(at)).one_or_none()


def open_incidents(conn: Connection, case_id: int, instance_no: int | None = None) -> Sequence[Row]:
    query = select(incident).where(incident.c.case_id == case_id, incident.c.resolved_at.is_(None))
    if instance_no is not None:
        query = query.where(incident.c.instance_no == instance_no)
    return conn.execute(query.order_by(incident.c.no)).all()


def resolve_incidents(conn: Connection, case_id: int, numbers: Iterable[int], at: datetime) -> None:
    which = (incident.c.case_id == case_id) & incident.c.no.in_(list(numbers))
    conn.execute(update(incident).where(which).values(resolved_at=at))


def drop_all(conn: Connection, case_id: int) -> None:
    for table in (timer, message_wait):
        conn.execute(delete(table).where(table.c.case_id == case_id))


def _cases(conn: Connection, instant: Any, case_id: Any, now: datetime, limit: int) -> list[int]:
    due = select(case_id).where(instant <= now).order_by(instant).limit(limit)
    return list(dict.fromkeys(conn.execute(due).scalars()))
