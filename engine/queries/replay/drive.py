"""One instance driven by the stepper in memory: what is open, awaited and due, and all that happened, noted as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn import stepper
from engine.bpmn.results import Failure, Message, Passage, StepResult, Surroundings, Wait
from engine.bpmn.spec import ExecutableSpec
from engine.queries.replay.promises import Promises

Due = Callable[[str, datetime, str], datetime]


@dataclass(slots=True)
class Opened:
    """A person's task, from when it was there to when it was done or taken away."""

    token: int
    element_id: str
    process_id: str
    at: datetime
    variables: Mapping[str, Any]
    done_at: datetime | None = None


class Drive:
    """`due` counts time as the organisation does; `promises` keep the clocks."""

    def __init__(self, spec: ExecutableSpec, due: Due, promises: Promises) -> None:
        self.spec, self.due, self.promises = spec, due, promises
        self.state = b""
        self.ended: str | None = None
        self.open: dict[int, Opened] = {}
        self.every: list[Opened] = []
        self.timers: dict[int, tuple[str, datetime]] = {}
        self.waits: dict[int, Wait] = {}
        self.failures: dict[int, Failure] = {}
        self.passed: list[Passage] = []
        self.sent: list[Message] = []

    def start(self, now: datetime, values: Mapping[str, Any], message: str | None) -> None:
        self.promises.begin(now)
        self._take(stepper.start(self.spec, dict(values), self._around(now), message), now)

    def complete(self, now: datetime, token: int, values: Mapping[str, Any]) -> None:
        result = stepper.complete(self.spec, self.state, token, values, self._around(now))
        task = self.open.pop(token)
        task.done_at = now
        self.promises.completed(task.token, task.process_id, task.element_id, now)
        self._take(result, now)

    def fire(self, now: datetime) -> None:
        """Whatever is due by now has happened."""
        self._take(stepper.fire_due(self.spec, self.state, self._around(now)), now)

    def deliver(self, now: datetime, message: Message, token: int) -> None:
        self._take(stepper.deliver(self.spec, self.state, message, self._around(now), token), now)

    def edit(self, now: datetime, values: Mapping[str, Any]) -> None:
        self._take(stepper.edit(self.spec, self.state, values, self._around(now)), now)

    def retry(self, now: datetime, token: int, values: Mapping[str, Any]) -> None:
        self._take(stepper.retry(self.spec, self.state, token, values, self._around(now)), now)

    def cancel(self, now: datetime) -> None:
        self._take(stepper.cancel(self.spec, self.state, self._around(now)), now)

    def seen_by(self, token: int) -> dict[str, Any]:
        return stepper.variables(self.spec, self.state, token)

    def _around(self, now: datetime) -> Surroundings:
        return Surroundings(now, self.due)

    def _take(self, result: StepResult, now: datetime) -> None:
        """The same that the engine does with a step, without writing any of it down."""
        self.state = result.state
        self.passed += result.passed
        self.promises.passed(result.passed, now)
        for token in result.closed:
            task = self.open.pop(token)
            task.done_at = now
            self.promises.gone(token, now)
        for tokens, kept in ((result.timers_gone, self.timers), (result.waits_gone, self.waits)):
            for token in tokens:
                kept.pop(token, None)
                self.promises.gone(token, now)
        for token in result.failures_gone:
            self.failures.pop(token, None)
        for opened in result.opened:
            task = Opened(opened.token, opened.element_id, opened.process_id, now, opened.variables)
            self.open[opened.token] = task
            self.every.append(task)
            self.promises.opened(task.token, task.process_id, task.element_id, task.variables, now)
        for timer in result.timers_set:
            self.timers[timer.token] = (timer.element_id, timer.due_at)
            self.promises.waits(timer.token, timer.element_id, now)
        for wait in result.waits_set:
            self.waits[wait.token] = wait
            self.promises.waits(wait.token, wait.element_id, now)
        for failure in result.failures:
            self.failures[failure.token] = failure
        self.sent += result.sent
        if result.ended is not None:
            self.ended = result.ended
            self.promises.end(now)
