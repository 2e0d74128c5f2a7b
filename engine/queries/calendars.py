"""Which calendar a case counted by at an instant, as the trail tells it."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.calendar import WALL, Calendar
from engine.domain.events import EventType as E
from engine.queries.trail import EntryRow
from engine.store import trail
from engine.store.schema import entry, service_case

DEFAULT = "default"


class Calendars:
    """Every edition there was, read once. The business calendar of a case is the one its own clocks ran on, else that
    of its department, else the default one; without any, time runs round the clock."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def of_case(self, case_id: int, entries: Iterable[EntryRow]) -> CaseCalendar:
        key = next((key for one in entries if (key := _told(one)) in self._editions), None)
        return CaseCalendar(self, key or self._of_department(case_id))

    def edition(self, key: str, at: datetime) -> Calendar:
        known = self._editions.get(key, ())
        if not known:
            return WALL
        return known[max(0, bisect_right(known, at, key=lambda one: one[0]) - 1)][1]

    def _of_department(self, case_id: int) -> str:
        department = self._conn.execute(select(service_case.c.department).where(service_case.c.id == case_id)).scalar()
        passed: set[str] = set()
        while department in self._departments and department not in passed:
            passed.add(department)
            told = self._departments[department]
            if told.get("calendar") in self._editions:
                return told["calendar"]
            department = told.get("parent")
        return DEFAULT

    @cached_property
    def _editions(self) -> Mapping[str, list[tuple[datetime, Calendar]]]:
        found: dict[str, list[tuple[datetime, Calendar]]] = {}
        for at, data in self._rows(E.CalendarDefined):
            found.setdefault(data["calendar"], []).append((at, Calendar.from_dict(data["body"])))
        return found

    @cached_property
    def _departments(self) -> Mapping[str, Mapping[str, Any]]:
        return {data["department"]: data for _, data in self._rows(E.DepartmentDefined)}

    def _rows(self, type_: E) -> list[tuple[datetime, Mapping[str, Any]]]:
        at = (entry.c.case_id == trail.SYSTEM_CHAIN) & (entry.c.type == type_)
        rows = self._conn.execute(select(entry.c.at, entry.c.body).where(at).order_by(entry.c.seq))
        return [(row.at, json.loads(row.body)["data"]) for row in rows]


class CaseCalendar:
    """The business calendar of one case through its editions."""

    def __init__(self, calendars: Calendars, key: str) -> None:
        self._calendars, self._key = calendars, key

    def __call__(self, kind: str, at: datetime) -> Calendar:
        """`wall`, or business time as it was counted then."""
        return WALL if kind == "wall" else self._calendars.edition(self._key, at)


def _told(one: EntryRow) -> str | None:
    """The calendar of the clock that an entry starts."""
    if one.type == E.ClockStarted:
        return one.data.get("calendar")
    clock = one.data.get("clock") if one.type == E.TaskCreated else None
    return clock.get("calendar") if isinstance(clock, Mapping) else None
