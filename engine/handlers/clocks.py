"""The clocks of the locked case: started, paused, struck and stopped in memory, written once at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.bpmn.model import Limit
from engine.domain import sla
from engine.domain.calendar import WALL
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import clocks as store
from engine.store import effects
from engine.store.organisation import Organisation


@dataclass(slots=True)
class Running:
    """A clock that has not been stopped. `is_new` until it is written, `is_changed` when it has to be again."""

    no: int
    task_no: int | None
    instance_no: int
    department: str | None
    clock: sla.Clock
    calendar_hash: str
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    stored_wake_at: datetime | None = None
    is_new: bool = False
    is_changed: bool = False
    is_redefined: bool = False

    @property
    def due_at(self) -> datetime | None:
        return sla.due_at(self.clock)

    @property
    def warn_at(self) -> datetime | None:
        return sla.warn_at(self.clock)

    def told(self) -> dict[str, Any]:
        """What the trail says of its beginning: all that is needed to work it out again."""
        clock = self.clock
        warn = str(clock.warn) if clock.warn is not None else None
        told = {"limit": clock.limit, "warn": warn, "calendar": clock.calendar.key, "hash": self.calendar_hash}
        return told | {"due_at": self.due_at}

    @property
    def wake_at(self) -> datetime | None:
        """When it has to be looked at next: to warn, then to breach."""
        if self.clock.stopped_at is not None or self.breached_at is not None:
            return None
        if self.warned_at is None and self.clock.warn is not None:
            return sla.warn_at(self.clock)
        return self.due_at


class Clocks:
    def __init__(self, work: Work) -> None:
        self.work = work
        self._running: list[Running] | None = None

    @property
    def running(self) -> list[Running]:
        if self._running is None:
            conn, organisation = self.work.conn, self.work.organisation
            if self.work.claimed:
                rows = self.work.claimed.clocks
            else:
                rows = store.running(conn, self.work.case.id) if self.work.case.locked_seq else ()
            self._running = [_read(conn, organisation, row) for row in rows]
        return self._running

    def start(self, name: str, limit: Limit, instance_no: int, department: str | None) -> None:
        """A clock of the whole matter, started now."""
        one = self._begin(name, limit, instance_no, department)
        self.work.record(EventType.ClockStarted, clock=one.no, name=name, **one.told())

    def start_task(
        self, element_id: str, limit: Limit, instance_no: int, department: str | None, task_no: int
    ) -> Running:
        """The clock of a task, started now; the task's own event tells of it."""
        return self._begin(element_id, limit, instance_no, department, task_no)

    def stop_task(self, task_no: int) -> dict[str, Any]:
        """The clock of a task is stopped; returns what the task's own event tells of it."""
        for one in self.running:
            if one.task_no == task_no and one.clock.stopped_at is None:
                self._strike(one)
                self._change(one, one.clock.stop(self.work.now))
                return {"clock": one.no, "met": one.breached_at is None}
        return {}

    def stop_named(self, name: str) -> None:
        """Stop the case clocks of that name."""
        for one in self.running:
            if one.task_no is None and one.clock.name == name:
                self._stop(one)

    def stop(self, one: Running) -> None:
        self._stop(one)

    def redefine(self, one: Running, clock: sla.Clock, calendar_hash: str) -> None:
        """Another name, limit or calendar from the beginning on; a warning that came too early then comes again."""
        one.calendar_hash, one.is_redefined = calendar_hash, True
        self._change(one, clock)
        warn_at = sla.warn_at(clock)
        if one.warned_at is not None and warn_at is not None and warn_at > self.work.now:
            one.warned_at = None

    def all_of(self, numbers: Collection[int]) -> list[Running]:
        """The clocks of these numbers, those that were stopped among them."""
        known = {one.no: one for one in self.running}
        for row in store.of_case(self.work.conn, self.work.case.id):
            if row.no in numbers and row.no not in known:
                known[row.no] = _read(self.work.conn, self.work.organisation, row)
                self.running.append(known[row.no])
        return [known[no] for no in sorted(numbers) if no in known]

    def stop_of_instance(self, instance_no: int) -> None:
        for one in self.running:
            if one.instance_no == instance_no:
                self._stop(one)

    def stop_all(self) -> None:
        for one in self.running:
            self._stop(one)

    def pause(self, name: str, key: str, why: Text) -> None:
        """The case clocks of that name stand still until the key is resumed."""
        for one in self.running:
            if one.task_no is None and one.clock.name == name and one.clock.stopped_at is None:
                self._strike(one)
                self._change(one, one.clock.pause(self.work.now, why, key))
                self.work.record(EventType.ClockPaused, clock=one.no, name=name, why=why)

    def resume(self, key: str, name: str | None = None) -> None:
        """What the key has paused runs on; with a name, the clocks of that name alone."""
        for one in self.running:
            if name is not None and one.clock.name != name:
                continue
            if one.clock.stopped_at is None and any(p.key == key and p.end_at is None for p in one.clock.pauses):
                self._change(one, one.clock.resume(self.work.now, key))
                if not one.clock.is_paused:
                    self.work.record(EventType.ClockResumed, clock=one.no, name=one.clock.name, due_at=one.due_at)

    def strike(self) -> int:
        """Warn and breach every clock whose instant has come; returns how many did."""
        return sum(self._strike(one) for one in self.running)

    def put_off(self) -> set[int]:
        """The instances with a clock that failed when it was due; it is looked at when it should be again."""
        found = [one for one in self.running if not one.is_new and one.stored_wake_at != one.wake_at]
        for one in found:
            one.is_changed = True
        return {one.instance_no for one in found}

    def save(self) -> None:
        if self._running is None:
            return
        case_id = self.work.case.id
        if added := [_row(case_id, one) for one in self._running if one.is_new]:
            store.add(self.work.writes, added)
        if changed := [_changes(case_id, one) for one in self._running if one.is_changed and not one.is_new]:
            store.save(self.work.writes, changed)
        if redefined := [_definition(case_id, one) for one in self._running if one.is_redefined]:
            store.redefine(self.work.writes, redefined)

    def _begin(
        self, name: str, limit: Limit, instance_no: int, department: str | None, task_no: int | None = None
    ) -> Running:
        work = self.work
        calendar = work.calendar(limit.calendar, department)
        clock = sla.Clock(name, limit.limit, limit.warn, calendar, work.now)
        hash_ = store.WALL_HASH if calendar is WALL else work.organisation.calendar_hash(calendar)
        one = Running(work.number(), task_no, instance_no, department, clock, hash_, is_new=True)
        self.running.append(one)
        return one

    def _stop(self, one: Running) -> None:
        if one.clock.stopped_at is not None:
            return
        self._strike(one)
        self._change(one, one.clock.stop(self.work.now))
        self.work.record(
            EventType.ClockStopped, clock=one.no, name=one.clock.name, met=one.breached_at is None
        )

    def _strike(self, one: Running) -> bool:
        now, struck = self.work.now, False
        if one.clock.stopped_at is not None:
            return False
        warn_at, due_at = sla.warn_at(one.clock), one.due_at
        if one.warned_at is None and warn_at is not None and warn_at <= now and one.breached_at is None:
            one.warned_at, struck = warn_at, True
            self._record_strike(EventType.ClockWarned, one, warn_at, due_at)
        if one.breached_at is None and due_at is not None and due_at <= now:
            one.breached_at, struck = due_at, True
            self._record_strike(EventType.ClockBreached, one, due_at, due_at)
            self._escalate(one)
        one.is_changed |= struck
        return struck

    def _record_strike(self, type_: EventType, one: Running, at: datetime, due_at: datetime | None) -> None:
        late = int((self.work.now - at).total_seconds())
        self.work.record(
            type_, clock=one.no, name=one.clock.name, due_at=due_at, task=one.task_no, late_s=late or None
        )

    def _escalate(self, one: Running) -> None:
        """Tell the leads who answer for the department that a promise was broken."""
        work = self.work
        leads = work.organisation.leads_of(one.department or work.case.department)
        work.record(EventType.EscalationRaised, clock=one.no, task=one.task_no, to=[lead.login for lead in leads])
        due = one.due_at.isoformat() if one.due_at else ""
        body = {"clock": one.clock.name, "task": one.task_no, "due": due, "to": [lead.login for lead in leads]}
        effects.add(work.conn, work.case.id, "escalation", body, work.now)

    def _change(self, one: Running, clock: sla.Clock) -> None:
        one.clock, one.is_changed = clock, True


def _read(conn: Connection, organisation: Organisation, row: Row) -> Running:
    clock = store.clock_of(row, store.calendar_edition(conn, organisation, row.calendar_key, row.calendar_hash))
    known = (row.calendar_hash, row.warned_at, row.breached_at, row.wake_at)
    return Running(row.no, row.task_no, row.instance_no, row.department, clock, *known)


def _row(case_id: int, one: Running) -> Mapping[str, Any]:
    return {
        "case_id": case_id,
        "no": one.no,
        "task_no": one.task_no,
        "instance_no": one.instance_no,
        "department": one.department,
        "name": one.clock.name,
        "limit": one.clock.limit,
        "warn": str(one.clock.warn) if one.clock.warn is not None else None,
        "calendar_key": one.clock.calendar.key,
        "calendar_hash": one.calendar_hash,
        "started_at": one.clock.started_at,
        "pauses": _pauses(one.clock),
        "stopped_at": one.clock.stopped_at,
        "due_at": one.due_at,
        "warned_at": one.warned_at,
        "breached_at": one.breached_at,
        "wake_at": one.wake_at,
    }


def _changes(case_id: int, one: Running) -> Mapping[str, Any]:
    names = ("pauses", "stopped_at", "due_at", "warned_at", "breached_at", "wake_at")
    row = _row(case_id, one)
    return {"the_case": case_id, "the_no": one.no, **{f"new_{name}": row[name] for name in names}}


def _definition(case_id: int, one: Running) -> Mapping[str, Any]:
    names = ("name", "limit", "warn", "calendar_key", "calendar_hash")
    row = _row(case_id, one)
    return {"the_case": case_id, "the_no": one.no, **{f"new_{name}": row[name] for name in names}}


def _pauses(clock: sla.Clock) -> list[Mapping[str, Any]] | None:
    def written(pause: sla.Pause) -> Mapping[str, Any]:
        ends = pause.end_at.isoformat() if pause.end_at else None
        start, reason = pause.start_at.isoformat(), pause.reason.to_dict()
        return {"start_at": start, "end_at": ends, "reason": reason, "key": pause.key}

    return [written(pause) for pause in clock.pauses] or None
