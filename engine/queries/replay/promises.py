"""The limits of a case that is driven again: which of them would be kept and which broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_value
from engine.bpmn.model import Limit, Step
from engine.bpmn.results import Passage
from engine.domain import sla
from engine.domain.calendar import WALL, Calendar
from engine.domain.text import Text
from engine.store.organisation import Organisation
from engine.versions import Version

NOTE = Text("等待", "waiting")
#: What happened to a clock of the case: when, what, its name, who asked.
Told = tuple[datetime, str, str, str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A limit that was passed. `kind`: step or clock; `name` the element, or the clock of the case; `nth` its turn."""

    kind: str
    name: str
    nth: int
    due_at: datetime


class Promises:
    """The clocks of one instance. `tell` is told of what its steps do to clocks of the case, whoever has them."""

    def __init__(
        self, version: Version, organisation: Organisation, department: str | None, no: int, tell: Callable[[Told], None]
    ) -> None:
        self.version, self.organisation, self.department, self.no = version, organisation, department, no
        self._tell = tell
        self._case: list[sla.Clock] = []
        self._tasks: dict[int, sla.Clock] = {}
        self._done: list[sla.Clock] = []

    def begin(self, now: datetime) -> None:
        for clock in self.version.procedure.clocks:
            self._case.append(self._clock(clock.name, clock.limit, self.department, now))

    def opened(self, token: int, process_id: str, element_id: str, seen: Mapping[str, Any], now: datetime) -> None:
        step = self.version.step(process_id, element_id)
        if step is not None and step.limit is not None:
            self._tasks[token] = self._clock(element_id, step.limit, self._department(step, seen), now)
        self._pause(step, token, now)

    def completed(self, token: int, process_id: str, element_id: str, now: datetime) -> None:
        self.gone(token, now)
        step = self.version.step(process_id, element_id)
        for name in step.stops if step else ():
            self._say(now, "stop", name)

    def gone(self, token: int, now: datetime) -> None:
        """A task was done or taken away, or something is no longer awaited."""
        if (clock := self._tasks.pop(token, None)) is not None:
            self._done.append(clock.stop(now))
        self._say(now, "resume", "", f"{self.no}:{token}")

    def waits(self, token: int, element_id: str, now: datetime) -> None:
        self._pause(self.version.find(element_id), token, now)

    def passed(self, passed: Iterable[Passage], now: datetime) -> None:
        for passage in passed:
            step = self.version.step(passage.process_id, passage.element_id)
            if step is not None and not step.is_human:
                for name in step.stops:
                    self._say(now, "stop", name)

    def end(self, now: datetime) -> None:
        self._case = [clock.stop(now) for clock in self._case]

    def hear(self, told: Told) -> None:
        """What any step of the case does to the clocks of that name."""
        at, what, name, key = told

        def heard(clock: sla.Clock) -> sla.Clock:
            if clock.stopped_at is not None:
                return clock
            if what == "resume":
                return clock.resume(at, key)
            if clock.name != name:
                return clock
            return clock.stop(at) if what == "stop" else clock.pause(at, NOTE, key)

        self._case = [heard(clock) for clock in self._case]

    def broken(self, until: datetime) -> tuple[Broken, ...]:
        """Every limit that was passed by then."""
        turns: dict[str, int] = {}
        found = []
        every = [*(("step", c) for c in (*self._done, *self._tasks.values())), *(("clock", c) for c in self._case)]
        for kind, clock in sorted(every, key=lambda one: one[1].started_at):
            turns[clock.name] = turns.get(clock.name, 0) + 1
            at = sla.breached_at(clock)
            if at is not None and at <= until:
                found.append(Broken(kind, clock.name, turns[clock.name], at))
        return tuple(found)

    def _clock(self, name: str, limit: Limit, department: str | None, now: datetime) -> sla.Clock:
        return sla.Clock(name, limit.limit, limit.warn, self._calendar(limit.calendar, department), now)

    def _calendar(self, kind: str, department: str | None) -> Calendar:
        return WALL if kind == "wall" else self.organisation.calendar_of(department)

    def _department(self, step: Step, seen: Mapping[str, Any]) -> str | None:
        """The department that answers for the step: that of its groups, else that of the case."""
        names = [name for entry in step.assignment.candidate_groups for name in _names(entry, seen)]
        groups = (self.organisation.groups.get(self.organisation.group_key(name)) for name in sorted(names))
        return next((group.department for group in groups if group and group.department), self.department)

    def _pause(self, step: Step | None, token: int, now: datetime) -> None:
        for name in step.pauses if step else ():
            self._say(now, "pause", name, f"{self.no}:{token}")

    def _say(self, now: datetime, what: str, name: str, key: str = "") -> None:
        self.hear((now, what, name, key))
        self._tell((now, what, name, key))


def _names(entry: str, seen: Mapping[str, Any]) -> list[str]:
    try:
        value = compile_value(entry).evaluate(seen)
    except (EvaluationError, ExpressionError):
        return []
    parts = value if isinstance(value, (list, tuple)) else str(value or "").split(",")
    return [str(part).strip() for part in parts if str(part).strip()]
