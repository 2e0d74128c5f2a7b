"""What a case waits for: BPMN timers, messages, and people who have to settle an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from engine.store.schema import clock, incident, message_wait, service_case, timer
from engine.store.writes import Writes

#: So many names of a correlation are looked at: every choice of them is one thing a wait may have asked for.
MOST_NAMES = 8

INSERT_TIMER = insert(timer)
INSERT_WAIT = insert(message_wait)
INSERT_INCIDENT = insert(incident)


def _gone(table: Any) -> Any:
    return delete(table).where(
        table.c.case_id == bindparam("the_case"),
        table.c.instance_no == bindparam("the_instance"),
        table.c.token == bindparam("the_token"),
    )


DELETE_TIMERS, DELETE_WAITS = _gone(timer), _gone(message_wait)

DUE_TIMERS = (
    select(timer)
    .where(timer.c.case_id == bindparam("the_case"), timer.c.due_at <= bindparam("now"))
    .order_by(timer.c.due_at, timer.c.no)
)


def add_timers(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_TIMER, rows)


def drop_timers(writes: Writes, case_id: int, instance_no: int, tokens: Iterable[int]) -> None:
    writes.add(DELETE_TIMERS, [{"the_case": case_id, "the_instance": instance_no, "the_token": one} for one in tokens])


def add_waits(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_WAIT, rows)


def drop_waits(writes: Writes, case_id: int, instance_no: int, tokens: Iterable[int]) -> None:
    writes.add(DELETE_WAITS, [{"the_case": case_id, "the_instance": instance_no, "the_token": one} for one in tokens])


def due_timers(conn: Connection, case_id: int, now: datetime) -> Sequence[Row]:
    return conn.execute(DUE_TIMERS, {"the_case": case_id, "now": now}).all()


def due_clocks(conn: Connection, case_id: int, now: datetime) -> Sequence[Row]:
    query = select(clock).where(clock.c.case_id == case_id, clock.c.wake_at <= now)
    return conn.execute(query.order_by(clock.c.wake_at, clock.c.no)).all()


def still_clocks(conn: Connection, case_id: int) -> None:
    """Nothing of this case will come due any more."""
    conn.execute(update(clock).where(clock.c.case_id == case_id).values(wake_at=None))


def drop_numbers(conn: Connection, case_id: int, numbers: Iterable[int]) -> None:
    """Timers the instance knows nothing of are gone."""
    conn.execute(delete(timer).where(timer.c.case_id == case_id, timer.c.no.in_(list(numbers))))


def postpone_timers(conn: Connection, case_id: int, now: datetime, until: datetime) -> None:
    """What is due in the case is looked at again at `until`; the instance itself remembers when it was due."""
    due = (timer.c.case_id == case_id) & (timer.c.due_at <= now)
    conn.execute(update(timer).where(due).values(due_at=until))


def postpone_clocks(conn: Connection, case_id: int, now: datetime, until: datetime) -> None:
    due = (clock.c.case_id == case_id) & (clock.c.wake_at <= now)
    conn.execute(update(clock).where(due).values(wake_at=until))


def next_instant(conn: Connection) -> datetime | None:
    """The earliest instant at which something is due, past or future."""
    instants = [conn.execute(select(func.min(column))).scalar() for column in (timer.c.due_at, clock.c.wake_at)]
    return min((instant for instant in instants if instant is not None), default=None)


def waits_in(conn: Connection, case_id: int, message: str, kind: str) -> Sequence[Row]:
    at = (message_wait.c.case_id == case_id) & (message_wait.c.message == message) & (message_wait.c.kind == kind)
    return conn.execute(select(message_wait).where(at).order_by(message_wait.c.no)).all()


def waits_for(
    conn: Connection, message: str, *, case_id: int | None = None, business_key: str | None = None
) -> Sequence[Row]:
    """Those who wait for a message in one case, or in the cases of one business key: with their correlation."""
    query = select(message_wait).where(message_wait.c.message == message, message_wait.c.kind == "message")
    if case_id is not None:
        query = query.where(message_wait.c.case_id == case_id)
    if business_key is not None:
        query = query.join(service_case, service_case.c.id == message_wait.c.case_id)
        query = query.where(service_case.c.business_key == business_key)
    return conn.execute(query.order_by(message_wait.c.case_id, message_wait.c.no)).all()


def waits_asking(conn: Connection, message: str, brought: Mapping[str, Any]) -> list[int]:
    """The cases that wait for the message and ask for nothing but what it brings, and for at least one thing of it."""
    names = sorted(brought)[:MOST_NAMES]
    asked = [{n: brought[n] for n in some} for size in range(1, len(names) + 1) for some in combinations(names, size)]
    if not asked:
        return []
    query = select(message_wait.c.case_id).where(
        message_wait.c.message == message, message_wait.c.kind == "message", message_wait.c.correlation.in_(asked)
    )
    return list(dict.fromkeys(conn.execute(query.order_by(message_wait.c.case_id)).scalars()))


def raise_incidents(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_INCIDENT, rows)


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
