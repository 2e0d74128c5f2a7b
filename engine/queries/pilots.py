"""What the cases of two versions came to, of those that were started while both could be got."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from engine.bpmn.repeating import repeating
from engine.domain.errors import NotFound
from engine.domain.pilot import Comparison, Sample, compare
from engine.domain.text import Text
from engine.store import procedures, releases
from engine.store.organisation import Organisation
from engine.store.schema import clock, incident, instance, service_case, user_task
from engine.versions import Versions

#: So many of the latest instances of a version are looked at.
MOST = 2_000
VERSION = Text("流程版本", "The version")

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Compared:
    """`periods`: when both could be got, in order."""

    comparison: Comparison
    periods: tuple[Period, ...]


def of_versions(
    conn: Connection, versions: Versions, organisation: Organisation, key: str, one: int, other: int, now: datetime
) -> Compared:
    """The second version against the first, by their numbers."""
    rows = [procedures.version_by_number(conn, key, number) for number in (one, other)]
    if None in rows:
        raise NotFound(what=VERSION)
    ids = [row.id for row in rows]
    history = releases.history(conn, key)
    released = [[row for row in history if row.version_id == id_] for id_ in ids]
    periods = overlaps(*(_periods(of_one, now) for of_one in released))
    found = [
        _samples(conn, versions, organisation, id_, [row.id for row in of_one], periods) if periods else []
        for id_, of_one in zip(ids, released, strict=True)
    ]
    return Compared(compare((one, other), *found, together=bool(periods)), periods)


def usual_pair(conn: Connection, key: str) -> tuple[int, int] | None:
    """The version for everyone and the newest pilot beside it; without a pilot the two that were last released."""
    numbers = {row.id: row.number for row in procedures.versions(conn, key)}
    row = procedures.find(conn, key)
    if row is None:
        raise NotFound(what=VERSION)
    history = releases.history(conn, key)
    pilots = [one.version_id for one in history if one.ended_at is None and one.version_id != row.released_id]
    latest = list(dict.fromkeys(one.version_id for one in history))
    if row.released_id is not None and pilots:
        return numbers[row.released_id], numbers[pilots[0]]
    others = [id_ for id_ in latest if id_ != row.released_id]
    if row.released_id is not None and others:
        return numbers[row.released_id], numbers[others[0]]
    return (numbers[latest[1]], numbers[latest[0]]) if len(latest) > 1 else None


def overlaps(one: Sequence[Period], other: Sequence[Period]) -> tuple[Period, ...]:
    """The times in both, each given in order and apart from each other."""
    found = [(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other]
    return tuple(sorted(period for period in found if period[0] < period[1]))


def _periods(rows: Iterable[Row], now: datetime) -> list[Period]:
    """From when to when a version could be got; releases that follow at once make one time."""
    joined: list[Period] = []
    for start, end in sorted((row.released_at, row.ended_at or now) for row in rows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _samples(
    conn: Connection,
    versions: Versions,
    organisation: Organisation,
    version_id: int,
    release_ids: Sequence[int],
    periods: Sequence[Period],
) -> list[Sample]:
    """Of the instances that got the version by one of these releases; those moved to it later are left out."""
    within = or_(*(and_(instance.c.started_at >= start, instance.c.started_at <= end) for start, end in periods))
    chosen = (
        select(instance.c.case_id, instance.c.no)
        .where(instance.c.version_id == version_id, within, instance.c.release_id.in_(release_ids))
        .order_by(instance.c.started_at.desc(), instance.c.case_id.desc())
        .limit(MOST)
        .subquery()
    )
    done, clocks, failed = _done(conn, chosen), _clocks(conn, chosen), _incidents(conn, chosen)
    several = repeating(versions.get(conn, version_id).bpmn)
    samples = []
    for row in _instances(conn, chosen):
        at = (row.case_id, row.no)
        is_done = row.ended_at is not None and row.ending != "cancelled"
        people, steps = done.get(at, (set(), Counter()))
        counted, late = clocks.get(at, (0, 0))
        samples.append(
            Sample(
                wall=row.ended_at - row.started_at if is_done else None,
                business=organisation.calendar_of(row.department).between(row.started_at, row.ended_at) if is_done else None,
                on_time=False if late else True if counted and is_done else None,
                reworked=any(n > 1 and step not in several for step, n in steps.items()) if is_done and steps else None,
                first_contact=len(people) == 1 and not row.again if is_done and row.state == "closed" and people else None,
                incidents=failed.get(at, 0),
            )
        )
    return samples


def _instances(conn: Connection, chosen: Any) -> Sequence[Row]:
    later = instance.alias("later")
    again = select(func.count()).where(
        later.c.case_id == instance.c.case_id, later.c.procedure == instance.c.procedure, later.c.no > instance.c.no
    )
    query = (
        select(
            instance.c.case_id, instance.c.no, instance.c.started_at, instance.c.ended_at, instance.c.ending,
            service_case.c.department, service_case.c.state, again.scalar_subquery().label("again"),
        )
        .join(chosen, and_(chosen.c.case_id == instance.c.case_id, chosen.c.no == instance.c.no))
        .join(service_case, service_case.c.id == instance.c.case_id)
    )
    return conn.execute(query).all()


def _done(conn: Connection, chosen: Any) -> dict[tuple[int, int], tuple[set[int], Counter[str]]]:
    """Who completed steps of each instance, and how often each step was."""
    columns = user_task.c.case_id, user_task.c.instance_no, user_task.c.element_id, user_task.c.ended_by
    query = select(*columns).join(chosen, _same(user_task, chosen)).where(user_task.c.state == "completed")
    found: dict[tuple[int, int], tuple[set[int], Counter[str]]] = defaultdict(lambda: (set(), Counter()))
    for row in conn.execute(query):
        people, steps = found[row.case_id, row.instance_no]
        people.add(row.ended_by)
        steps[row.element_id] += 1
    return found


def _clocks(conn: Connection, chosen: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """How many clocks each instance has, and how many of them were broken."""
    columns = clock.c.case_id, clock.c.instance_no
    query = select(*columns, func.count(), func.count(clock.c.breached_at)).join(chosen, _same(clock, chosen))
    return {(case_id, no): (n, late) for case_id, no, n, late in conn.execute(query.group_by(*columns))}


def _incidents(conn: Connection, chosen: Any) -> dict[tuple[int, int], int]:
    columns = incident.c.case_id, incident.c.instance_no
    query = select(*columns, func.count()).join(chosen, _same(incident, chosen))
    return {(case_id, no): n for case_id, no, n in conn.execute(query.group_by(*columns))}


def _same(table: Any, chosen: Any) -> Any:
    return and_(table.c.case_id == chosen.c.case_id, table.c.instance_no == chosen.c.no)
