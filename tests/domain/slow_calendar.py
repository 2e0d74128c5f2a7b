"""Business time the slow way: look at the clock on the wall every minute (or second) and ask whether work is done.

Shares nothing with `engine.domain.calendar`: it reads the plain JSON of a calendar. Instants and shifts must lie on
the step. The furthest the clock on the wall has got so far is what counts, so an hour shown twice is worked once
through, and what the clock never showed is never worked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    def __init__(self, data: dict, step: timedelta = MINUTE) -> None:
        self.zone, self.step = ZoneInfo(data["zone"]), step
        self.data = data

    def between(self, start: datetime, end: datetime, standstills: list = ()) -> timedelta:
        total = timedelta(0)
        for now, working in self.watch(start):
            if now >= end:
                return total
            if working and not any(a <= now and (b is None or now < b) for a, b in standstills):
                total += self.step
        raise AssertionError

    def add(self, start: datetime, amount: timedelta, standstills: list = ()) -> datetime:
        left = amount
        for now, working in self.watch(start):
            if not left:
                return now
            if working and not any(a <= now and (b is None or now < b) for a, b in standstills):
                left -= self.step
        raise AssertionError

    def watch(self, start: datetime) -> Iterator[tuple[datetime, bool]]:
        now = start.astimezone(UTC) - timedelta(hours=30)
        furthest = now.astimezone(self.zone).replace(tzinfo=None)
        while True:
            furthest = max(furthest, now.astimezone(self.zone).replace(tzinfo=None))
            if now >= start:
                yield now, self.working(furthest)
            now += self.step

    def working(self, shown: datetime) -> bool:
        clock = shown.time().isoformat()
        return any(_full(start) <= clock < _full(end) for start, end in self.shifts(shown.date()))

    def shifts(self, day: date) -> list:
        data, name = self.data, day.isoformat()
        if name in data["workdays"]:
            return data["workdays"][name] or data["hours"][min(data["hours"])]
        return [] if name in data["holidays"] else data["hours"].get(str(day.weekday()), [])


def _full(hour: str) -> str:
    return hour if len(hour) == 8 else hour + ":00"
