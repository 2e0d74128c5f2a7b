"""Desks to click on: `closeloop run --demo` as a process of its own, on a demo organisation made once.

Its present is the morning of a working day, whatever the day of the test: the demo's own clock is set before the
organisation is made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from engine.domain.clock import SystemClock
from engine.handlers.calendar_files import read_calendar
from engine.store import people
from engine.store.organisation_clock import CLOCK_OFFSET
from engine.store.session import Database
from tests.processes.shelf import PROCESSES
from tests.webui.serving import Process, started
from webui import start

FILE = "closeloop.db"
MAKING_SECONDS = 240
MORNING = time(9, 30)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that answers at `address`; its files lie in `folder`."""

    address: str
    folder: Path
    process: Process

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / FILE}"


@contextmanager
def made(folder: Path) -> Iterator[Desk]:
    """A desk whose organisation is made now, by the program itself."""
    database = Database(f"sqlite:///{folder / FILE}")
    start.upgrade(database)
    start.mark_as_demo(database)
    now = SystemClock().now()
    with database.write() as conn:
        people.set_setting(conn, CLOCK_OFFSET, str(int((working_morning(now) - now).total_seconds())))
    database.close()
    with running(folder) as desk:
        yield desk


@contextmanager
def running(folder: Path) -> Iterator[Desk]:
    """A desk on what lies in the folder."""
    with started(folder, "run", "--demo", "--port", "0", CLOSELOOP_LOG_LEVEL="warning") as process:
        yield Desk(process.address(MAKING_SECONDS), folder, process)


def copy(source_folder: Path, folder: Path) -> None:
    """The folder holds what the other holds at this moment, whether a desk runs on that or not."""
    with closing(sqlite3.connect(source_folder / FILE)) as source, closing(sqlite3.connect(folder / FILE)) as target:
        source.backup(target)


def working_morning(after: datetime) -> datetime:
    """Half past nine of a working day that two more working days follow, in the calendar of the back office."""
    source = json.loads((PROCESSES / "calendars/back-office.json").read_text(encoding="utf-8"))
    hours = read_calendar(source, (after.year, after.year + 1))
    day = after.astimezone(hours.tzinfo).date() + timedelta(1)
    while True:
        morning = datetime.combine(day, MORNING, hours.tzinfo)
        if hours.between(morning, morning + timedelta(days=3)) >= 3 * hours.day:
            return morning.astimezone(UTC)
        day += timedelta(1)
