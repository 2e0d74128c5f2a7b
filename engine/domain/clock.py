"""Where the engine gets the time from: always an argument, never a call to the system in the middle of a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands until it is moved; for tests and for making a demo organisation through time."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        self._at += by

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


class ShiftedClock:
    """The system's time plus an offset that a visitor of the demo organisation may enlarge."""

    def __init__(self, offset: timedelta = timedelta(0), base: Clock | None = None) -> None:
        self._base = base or SystemClock()
        self.offset = offset

    def now(self) -> datetime:
        return self._base.now() + self.offset
