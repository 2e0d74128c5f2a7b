"""Clocks worked out again from the trail alone: the case's entries and the calendars the system chain defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.domain import sla
from engine.domain.calendar import WALL, Calendar
from engine.store.organisation import edition_hash
from tests.driver import Entry, Trail


@dataclass
class Told:
    """One clock as its entries tell it."""

    name: str
    limit: str
    warn: Decimal | None
    calendar: Calendar
    started_at: datetime
    pauses: list[sla.Pause] = field(default_factory=list)
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    warned_due: datetime | None = None
    breached_at: datetime | None = None

    @property
    def clock(self) -> sla.Clock:
        pauses = [*self.pauses, *([sla.Pause(self.paused_at)] if self.paused_at else [])]
        return sla.Clock(
            self.name, self.limit, self.warn, self.calendar, self.started_at, tuple(pauses), self.stopped_at
        )


def clocks(case: Trail, system: Trail) -> dict[int, Told]:
    """Every clock of the case by its number; each due instant the trail states is checked on the way."""
    calendars = {entry["hash"]: Calendar.from_dict(entry["body"]) for entry in system.of("CalendarDefined")}
    calendars[edition_hash(WALL)] = WALL
    found: dict[int, Told] = {}
    for entry in case.entries:
        if entry.type == "ClockStarted":
            found[entry["clock"]] = _started(entry, entry["name"], entry.data, calendars)
        elif entry.type == "TaskCreated" and "clock" in entry.data:
            clock = entry["clock"]
            found[clock["no"]] = _started(entry, entry["element"], clock, calendars)
        elif entry.type in ("TaskCompleted", "TaskCancelled") and "clock" in entry.data:
            _stopped(found[entry["clock"]], entry)
        elif entry.type in ("CaseMigrated", "MigrationUndone"):
            for clock in entry.data.get("clocks", ()):
                _redefined(found[clock["clock"]], clock, calendars)
        elif entry.type.startswith("Clock"):
            _moved(found[entry["clock"]], entry)
    return found


def _started(entry: Entry, name: str, clock: Mapping[str, Any], calendars: dict[str, Calendar]) -> Told:
    warn = clock.get("warn")
    told = Told(name, clock["limit"], Decimal(warn) if warn else None, calendars[clock["hash"]], instant(entry.at))
    assert sla.due_at(told.clock) == instant(clock["due_at"])
    return told


def _redefined(told: Told, clock: Mapping[str, Any], calendars: dict[str, Calendar]) -> None:
    """The clock has another limit from its beginning on, and runs."""
    warn = clock.get("warn")
    told.name, told.limit, told.warn = clock["name"], clock["limit"], Decimal(warn) if warn else None
    told.calendar, told.stopped_at = calendars[clock["hash"]], None
    assert (sla.due_at(told.clock)) == (instant(clock["due_at"]) if "due_at" in clock else None)


def _moved(told: Told, entry: Entry) -> None:
    at = instant(entry.at)
    if entry.type == "ClockPaused":
        told.paused_at = told.paused_at or at
    elif entry.type == "ClockResumed":
        told.pauses.append(sla.Pause(told.paused_at, at))
        told.paused_at = None
        assert sla.due_at(told.clock) == instant(entry["due_at"])
    elif entry.type == "ClockStopped":
        _stopped(told, entry)
    else:
        assert sla.due_at(told.clock) == instant(entry["due_at"])
        happened = sla.warn_at(told.clock) if entry.type == "ClockWarned" else sla.due_at(told.clock)
        assert int((at - happened).total_seconds()) == entry.data.get("late_s", 0)
        if entry.type == "ClockBreached":
            told.breached_at = happened


def _stopped(told: Told, entry: Entry) -> None:
    assert entry["met"] is (told.breached_at is None)
    told.stopped_at = instant(entry.at)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
