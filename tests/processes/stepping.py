"""A case driven by the stepper alone, its instances linked by their messages by hand: no database, no commands.

What the product does with tasks, clocks and messages is done here once more and as simply as possible, so that the
procedures can be tried before there is a desk, and the desk can be held against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.bpmn import forms, stepper
from engine.bpmn.model import Step
from engine.bpmn.results import Message, StepResult, Surroundings
from engine.domain import sla
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.errors import InvalidInput, NobodyWaits, Refusal
from engine.domain.user_task import TaskFacts, check_complete
from tests.processes.shelf import KEYS, ZONE, business, people, procedure, separated, spec


@dataclass(slots=True)
class Task:
    element: str
    clock: sla.Clock | None


@dataclass(slots=True)
class Run:
    """One instance of a procedure in the case."""

    key: str
    state: bytes = b""
    ended: str | None = None
    tasks: dict[int, Task] = field(default_factory=dict)
    timers: dict[int, datetime] = field(default_factory=dict)
    waits: dict[int, str] = field(default_factory=dict)


class Case:
    """`passed` are all elements left, in order; `flows` all sequence flows taken, by procedure."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.cancelled = False
        self.runs: list[Run] = []
        self.passed: list[str] = []
        self.flows: set[tuple[str, str]] = set()
        self.clocks: dict[str, list[sla.Clock]] = {}
        self._doers: dict[str, set[int]] = {}

    def start(self, key: str, variables: Mapping[str, Any], message: str | None = None) -> None:
        if message is None:
            filled = forms.fill(procedure(key).start_form, variables, ZONE)
            assert not filled.errors, filled.errors
            variables = filled.values
        run = Run(key)
        self.runs.append(run)
        for clock in procedure(key).clocks:
            started = sla.Clock(clock.name, clock.limit.limit, clock.limit.warn, business(), self.now)
            self.clocks.setdefault(f"clock:{clock.name}", []).append(started)
        self._take(run, stepper.start(spec(key), dict(variables), self._around(), message))

    def complete(self, element: str, login: str, values: Mapping[str, Any]) -> None:
        """Raises the refusal the product would give."""
        run, token = self._open(element)
        step = procedure(run.key).steps[element]
        actor = people()[login]
        check_complete(actor, self._facts(run.key, step))
        seen = stepper.variables(spec(run.key), run.state, token)
        filled = forms.fill(step.form, values, ZONE, seen)
        if filled.errors:
            raise InvalidInput(fields=filled.errors)
        self._doers.setdefault(element, set()).add(actor.id)
        result = stepper.complete(spec(run.key), run.state, token, filled.values, self._around())
        self._close(run, token)
        for name in step.stops:
            self._stop(f"clock:{name}")
        self._take(run, result)

    def wait(self, duration: str) -> None:
        """The clock moves on, halting at every timer that becomes due."""
        until = WALL.add(self.now, Duration.parse(duration))
        while due := sorted((at, n) for n, run in enumerate(self.runs) for at in run.timers.values() if at <= until):
            at, number = due[0]
            self.now = max(self.now, at)
            run = self.runs[number]
            self._take(run, stepper.fire_due(spec(run.key), run.state, self._around()))
        self.now = until

    def deliver(self, name: str, values: Mapping[str, Any]) -> None:
        self._bring(Message(name, dict(values)), {})

    def cancel(self) -> None:
        self.cancelled = True
        for run in self.runs:
            if run.ended is None:
                self._take(run, stepper.cancel(spec(run.key), run.state, self._around()))

    @property
    def state(self) -> str:
        if self.cancelled:
            return "cancelled"
        return "closed" if all(run.ended for run in self.runs) else "open"

    @property
    def endings(self) -> dict[str, Any]:
        """By procedure how its instances ended, in the order they began; alone when there is one."""
        found: dict[str, list[str | None]] = {}
        for run in self.runs:
            found.setdefault(run.key, []).append(run.ended)
        return {key: ended[0] if len(ended) == 1 else ended for key, ended in found.items()}

    @property
    def breached(self) -> list[str]:
        """Steps and case clocks (`clock:NAME`) whose limit was passed by now."""
        running = [(t.element, t.clock) for run in self.runs for t in run.tasks.values() if t.clock is not None]
        every = [*running, *((name, clock) for name, clocks in self.clocks.items() for clock in clocks)]
        return sorted({name for name, clock in every if (at := sla.breached_at(clock)) is not None and at <= self.now})

    @property
    def open_tasks(self) -> list[str]:
        return [task.element for run in self.runs for task in run.tasks.values()]

    # What a step did

    def _take(self, run: Run, result: StepResult) -> None:
        assert not result.failures, result.failures
        run.state, run.ended = result.state, result.ended
        steps = procedure(run.key).steps
        for passage in result.passed:
            self.passed.append(passage.element_id)
            self.flows |= {(run.key, flow) for flow in passage.flows}
            if not steps[passage.element_id].is_human:
                for name in steps[passage.element_id].stops:
                    self._stop(f"clock:{name}")
        for token in result.closed:
            self._close(run, token)
        for tokens, kept in ((result.timers_gone, run.timers), (result.waits_gone, run.waits)):
            for token in tokens:
                del kept[token]
                self._resume(run, token)
        for opened in result.opened:
            limit = steps[opened.element_id].limit
            clock = sla.Clock(opened.element_id, limit.limit, limit.warn, business(), self.now) if limit else None
            run.tasks[opened.token] = Task(opened.element_id, clock)
            self._pause(run, opened.token, steps[opened.element_id])
        for timer in result.timers_set:
            run.timers[timer.token] = timer.due_at
            self._pause(run, timer.token, steps[timer.element_id])
        for wait in result.waits_set:
            run.waits[wait.token] = wait.message
            self._pause(run, wait.token, steps[wait.element_id])
        if run.ended:
            for clock in procedure(run.key).clocks:
                self._stop(f"clock:{clock.name}")
        for message in result.sent:
            self._bring(message, result.variables)

    def _bring(self, message: Message, carried: Mapping[str, Any]) -> None:
        values = {**carried, **message.values}
        for run in self.runs:
            if run.ended is None and message.name in run.waits.values():
                brought = Message(message.name, values)
                return self._take(run, stepper.deliver(spec(run.key), run.state, brought, self._around()))
        for key in KEYS:
            if any(start.message == message.name for start in procedure(key).starts):
                return self.start(key, values, message.name)
        raise NobodyWaits(name=message.name)

    def _open(self, element: str) -> tuple[Run, int]:
        found = [(run, n) for run in self.runs for n, task in run.tasks.items() if task.element == element]
        assert len(found) == 1, f"{element} is open {len(found)} times; open: {self.open_tasks}"
        return found[0]

    def _facts(self, key: str, step: Step) -> TaskFacts:
        others = {other for one, other in separated(key) if one == step.element_id}
        done = {other: (step.name, dict.fromkeys(self._doers.get(other, ()), "?")) for other in others}
        return TaskFacts(step.name, None, "", frozenset(step.assignment.candidate_groups), frozenset(), "service", done)

    def _close(self, run: Run, token: int) -> None:
        task = run.tasks.pop(token)
        if task.clock is not None:
            self.clocks.setdefault(task.element, []).append(task.clock.stop(self.now))
        self._resume(run, token)

    def _pause(self, run: Run, token: int, step: Step) -> None:
        for name in step.pauses:
            self._change(f"clock:{name}", lambda clock: clock.pause(self.now, step.name, f"{id(run)}:{token}"))

    def _resume(self, run: Run, token: int) -> None:
        for name in [name for name in self.clocks if name.startswith("clock:")]:
            self._change(name, lambda clock: clock.resume(self.now, f"{id(run)}:{token}"))

    def _stop(self, name: str) -> None:
        self._change(name, lambda clock: clock.stop(self.now))

    def _change(self, name: str, change: Any) -> None:
        self.clocks[name] = [change(clock) if clock.stopped_at is None else clock for clock in self.clocks[name]]

    def _around(self) -> Surroundings:
        def due(calendar: str, start: datetime, duration: str) -> datetime:
            return (WALL if calendar == "wall" else business()).add(start, Duration.parse(duration))

        return Surroundings(self.now, due)


def play(scenario: Mapping[str, Any]) -> Case:
    """The case after all steps of the scenario. A step that should be refused is, with its code."""
    case = Case(datetime.fromisoformat(scenario["at"]).astimezone(UTC))
    case.start(scenario["procedure"], scenario["start"])
    for step in scenario["steps"]:
        match step:
            case {"refused": code, "task": element, "by": login, "values": values}:
                refusal = None
                try:
                    case.complete(element, login, values)
                except Refusal as problem:
                    refusal = problem.code
                assert refusal == code, f"{element} by {login}: {refusal}, not {code}"
            case {"task": element, "by": login, "values": values}:
                case.complete(element, login, values)
            case {"wait": duration}:
                case.wait(duration)
            case {"message": name, "values": values}:
                case.deliver(name, values)
            case {"cancel": _, "by": _}:
                case.cancel()
            case _:
                raise AssertionError(f"unknown step {step}")
    return case
