"""The clocks of an instance that moves to another version: what has passed has passed, the rest is as the version says.

A clock whose limit is the same goes on untouched. One whose limit changed keeps its beginning and its pauses; one that
is broken stays as it is, since a broken promise is not mended by another limit. What is new begins now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.bpmn.migration.ahead import ahead
from engine.bpmn.model import Limit, Step
from engine.domain.calendar import WALL, Calendar
from engine.domain.events import EventType
from engine.handlers.clocks import Clocks, Running
from engine.handlers.runs import Run
from engine.handlers.work import Work
from engine.store import clocks as store
from engine.store.clocks import WALL_HASH
from engine.versions import Version


class Retiming:
    """First `task` for each open task and `case`, which change; then `carry_out`, which begins and ends."""

    def __init__(self, work: Work, clocks: Clocks, run: Run, old: Version, new: Version) -> None:
        self.work, self.clocks, self.run = work, clocks, run
        self.old, self.new = old, new
        self.changed: list[Running] = []
        self.before: list[dict[str, Any]] = []
        self._later: list[Any] = []
        self.began: list[int] = []
        self.stopped: list[int] = []

    # -- what is to be done ---------------------------------------------------------------------------------------

    def task(self, no: int, was: Step | None, now: Step | None, department: str | None) -> None:
        """The limit of an open task is that of the step it stands at now."""
        limit = now.limit if now else None
        one = next((r for r in self.clocks.running if r.task_no == no and r.clock.stopped_at is None), None)
        if one is None:
            if limit is not None:
                self._later.append(lambda: self._begin_task(no, now, limit, department))
        elif limit is None:
            self._later.append(lambda: self._stop_task(no, one))
        else:
            self._redefine(one, now.element_id, limit, same=was is not None and was.limit == limit)

    def case(self, state: bytes) -> None:
        """The clocks of the whole matter; one that only steps behind the case would stop does not begin."""
        was = {clock.name: clock.limit for clock in self.old.procedure.clocks}
        now = {clock.name: clock.limit for clock in self.new.procedure.clocks}
        for one in [r for r in self.clocks.running if r.instance_no == self.run.no and r.task_no is None]:
            name = one.clock.name
            if one.clock.stopped_at is not None or name not in was:
                continue
            if name in now:
                self._redefine(one, name, now[name], same=was[name] == now[name])
            else:
                self._later.append(lambda one=one: self._stop(one))
        added = [name for name in now if name not in was]
        left = ahead(self.new.spec, state) if added else frozenset()
        for name in added:
            stops = stoppers(self.new, name)
            if not stops or stops & left:
                self._later.append(lambda name=name: self._begin(name, now[name]))

    def carry_out(self) -> None:
        """What the trail tells by events of its own: clocks that end and clocks that begin."""
        for follow_up in self._later:
            follow_up()

    # -- one clock ------------------------------------------------------------------------------------------------

    def _redefine(self, one: Running, name: str, limit: Limit, *, same: bool) -> None:
        is_kept = same or one.breached_at is not None
        if is_kept and one.clock.name == name:
            return
        self.before.append(definition(one))
        clock = replace(one.clock, name=name)
        hash_ = one.calendar_hash
        if not is_kept:
            calendar = self.work.calendar(limit.calendar, one.department)
            hash_ = _hash(self.work, calendar)
            clock = replace(clock, limit=limit.limit, warn=limit.warn, calendar=calendar)
        self.clocks.redefine(one, clock, hash_)
        self.changed.append(one)

    def _begin_task(self, no: int, step: Step, limit: Limit, department: str | None) -> None:
        one = self.clocks.start_task(step.element_id, limit, self.run.no, department, no)
        self._tell_beginning(one)

    def _begin(self, name: str, limit: Limit) -> None:
        self.clocks.start(name, limit, self.run.no, self.work.case.department)
        self.began.append(self.clocks.running[-1].no)

    def _tell_beginning(self, one: Running) -> None:
        self.work.record(EventType.ClockStarted, clock=one.no, name=one.clock.name, **one.told())
        self.began.append(one.no)

    def _stop_task(self, no: int, one: Running) -> None:
        stopped = self.clocks.stop_task(no)
        self.work.record(EventType.ClockStopped, name=one.clock.name, **stopped)
        self.stopped.append(one.no)

    def _stop(self, one: Running) -> None:
        self.clocks.stop(one)
        self.stopped.append(one.no)


def definition(one: Running) -> dict[str, Any]:
    """A clock's definition as JSON, to be put back by `restored`."""
    clock = one.clock
    warn = str(clock.warn) if clock.warn is not None else None
    told = {"no": one.no, "name": clock.name, "limit": clock.limit, "warn": warn}
    return told | {"calendar": clock.calendar.key, "hash": one.calendar_hash}


def restore(work: Work, clocks: Clocks, rows: list[Mapping[str, Any]], stopped: list[int]) -> list[Running]:
    """The clocks have the definitions they had; those that were stopped run on as if they had never been."""
    found = []
    for one in clocks.all_of({row["no"] for row in rows} | set(stopped)):
        row = next((row for row in rows if row["no"] == one.no), None)
        clock, hash_ = one.clock, one.calendar_hash
        if row is not None:
            calendar = store.calendar_edition(work.conn, work.organisation, row["calendar"], row["hash"])
            warn = Decimal(row["warn"]) if row["warn"] is not None else None
            clock = replace(clock, name=row["name"], limit=row["limit"], warn=warn, calendar=calendar)
            hash_ = row["hash"]
        if one.no in stopped:
            clock = replace(clock, stopped_at=None)
        clocks.redefine(one, clock, hash_)
        found.append(one)
    return found


def stoppers(version: Version, name: str) -> frozenset[str]:
    """The steps of a version that stop the clock of that name."""
    return frozenset(
        step.element_id
        for definition_ in version.definitions
        for procedure in definition_.procedures.values()
        for step in procedure.steps.values()
        if name in step.stops
    )


def told(changed: list[Running]) -> list[dict[str, Any]]:
    """What the trail says of clocks that were given another definition: all that is needed to work them out again."""
    return [{"clock": one.no, "name": one.clock.name, **_given(one.told())} for one in changed]


def _hash(work: Work, calendar: Calendar) -> str:
    return WALL_HASH if calendar is WALL else work.organisation.calendar_hash(calendar)


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}
