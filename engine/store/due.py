"""What is due, claimed in batches: the cases are locked, and what their commands will read is read together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, union

from engine.store import places
from engine.store.cases import case_columns, revision
from engine.store.schema import clock, instance, service_case, timer


@dataclass(slots=True)
class Due:
    """A locked case in which something is due, with what the command about it would otherwise read by itself.

    `timers` and `clocks_due` are due; `clocks` are all that have not stopped; `instances` those with a due timer.
    """

    case: Row
    timers: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    instances: dict[int, Row] = field(default_factory=dict)
    clocks_due: bool = False

    @property
    def case_id(self) -> int:
        return self.case.case_id


def claim(conn: Connection, now: datetime, limit: int, candidates: int) -> list[Due]:
    """In the order of their ids, which every worker locks them in.

    Looks among the `candidates` most overdue; what another worker or a person holds at the moment is passed by.
    """
    found = {row.case_id: Due(row) for row in conn.execute(_cases(now, limit, candidates))}
    if not found:
        return []
    timers = select(timer).where(timer.c.case_id.in_(found), timer.c.due_at <= now).order_by(timer.c.due_at, timer.c.no)
    for row in conn.execute(timers):
        found[row.case_id].timers.append(row)
    for row in conn.execute(select(clock).where(clock.c.case_id.in_(found), clock.c.stopped_at.is_(None)).order_by(clock.c.no)):
        found[row.case_id].clocks.append(row)
        found[row.case_id].clocks_due |= row.wake_at is not None and row.wake_at <= now
    concerned = {(due.case_id, row.instance_no) for due in found.values() for row in due.timers}
    if concerned:
        for row in conn.execute(select(instance).where(places.at(instance.c.case_id, instance.c.no, concerned))):
            found[row.case_id].instances[row.no] = row
    return list(found.values())


def _cases(now: datetime, limit: int, candidates: int) -> Select[Any]:
    most_overdue = (_most_overdue(timer.c.due_at, timer.c.case_id, now, candidates),
                    _most_overdue(clock.c.wake_at, clock.c.case_id, now, candidates))  # fmt: skip
    concerned = union(*(select(query.subquery()) for query in most_overdue)).subquery()
    cases = select(*case_columns, revision).where(service_case.c.id.in_(select(concerned)))
    return cases.order_by(service_case.c.id).limit(limit).with_for_update(of=service_case, skip_locked=True)


def _most_overdue(instant: Any, case_id: Any, now: datetime, limit: int) -> Select[Any]:
    return select(case_id).where(instant <= now).order_by(instant).limit(limit)
