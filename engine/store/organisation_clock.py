"""The time of a demo organisation: the system's, plus the offset that visitors have moved it by."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from engine.domain.clock import ShiftedClock
from engine.store import people
from engine.store.session import Database

CLOCK_OFFSET = "clock-offset-seconds"
LOOK_EVERY = 0.5


class OrganisationClock(ShiftedClock):
    """Every process of the demo reads the offset from the database again, at most twice a second."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._database = database
        self._monotonic = monotonic
        self._looked_at = float("-inf")

    def now(self):
        if self._monotonic() - self._looked_at >= LOOK_EVERY:
            self.look()
        return super().now()

    def look(self) -> None:
        """Take the offset of the database now; for whoever has just moved it."""
        self._looked_at = self._monotonic()
        with self._database.read() as conn:
            self.offset = timedelta(seconds=int(people.setting_value(conn, CLOCK_OFFSET, "0")))
