"""Where a version is slow and where it is late, step by step, over the cases begun lately.

The instances of a version are found by the index on version and start, their tasks by the key of their case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, and_, case, func, select, type_coerce

from engine.store.schema import instance, user_task

PERIODS = (30, 90)
#: More instances than this are not looked through: the newest ones are enough to know a step by.
MOST_INSTANCES = 20_000


@dataclass(frozen=True, slots=True)
class Heat:
    """Of the tasks at one step: `done` were completed, `late` of the `limited` ones missed their due instant, done or
    not, and `median` is how long the completed ones took from being made to being done, by the clock on the wall.
    """

    element_id: str
    done: int
    limited: int
    late: int
    median: timedelta | None

    @property
    def late_share(self) -> float | None:
        return self.late / self.limited if self.limited else None


def of_version(conn: Connection, version_id: int, days: int, now: datetime) -> Mapping[str, Heat]:
    """By element, over the instances of the version begun within so many days."""
    task, of_element = user_task.c, {"partition_by": user_task.c.element_id}
    begun = (
        select(instance.c.case_id, instance.c.no)
        .where(instance.c.version_id == version_id, instance.c.started_at > now - timedelta(days=days))
        .order_by(instance.c.started_at.desc())
        .limit(MOST_INSTANCES)
        .subquery()
    )
    took = type_coerce(task.ended_at, BigInteger) - type_coerce(task.created_at, BigInteger)
    is_done = task.state == "completed"
    missed = and_(task.due_at.is_not(None), task.due_at < func.coalesce(task.ended_at, type_coerce(now, task.due_at.type)))
    tasks = (
        select(
            task.element_id,
            case((is_done, took)).label("took"),
            case((is_done, 1), else_=0).label("done"),
            case((task.due_at.is_not(None), 1), else_=0).label("limited"),
            case((missed, 1), else_=0).label("late"),
            func.row_number().over(**of_element, order_by=case((is_done, took)).nulls_last()).label("place"),
            func.sum(case((is_done, 1), else_=0)).over(**of_element).label("all"),
        )
        .join(begun, and_(begun.c.case_id == task.case_id, begun.c.no == task.instance_no))
        .where(task.version_id == version_id, task.state != "cancelled")
        .subquery()
    )
    middle = and_(2 * tasks.c.place >= tasks.c.all, 2 * tasks.c.place <= tasks.c.all + 2, tasks.c.took.is_not(None))
    sums = [func.sum(tasks.c[name]).label(name) for name in ("done", "limited", "late")]
    median = func.avg(case((middle, tasks.c.took))).label("median")
    query = select(tasks.c.element_id, *sums, median).group_by(tasks.c.element_id)
    return {
        row.element_id: Heat(
            row.element_id,
            int(row.done),
            int(row.limited),
            int(row.late),
            timedelta(microseconds=int(row.median)) if row.median is not None else None,
        )
        for row in conn.execute(query)
    }
