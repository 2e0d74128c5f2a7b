"""An instance between two steps of a trial run, and what all tries together have come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn import codec, stepper
from engine.bpmn.expressions.errors import SENTENCES
from engine.bpmn.instance import STANDSTILL
from engine.bpmn.results import Failure, OpenTask, StepResult, TimerSet, Wait
from engine.bpmn.spec import ExecutableSpec
from engine.domain.text import Text

MOST_ALIKE = 3
WAITS = STANDSTILL.en.split("{")[0]
MISSING = SENTENCES["missing-variable"].en.split("{name}")
STANDS = Text("之后没有任何事情可以发生。", "Nothing can happen any more.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """An element that failed, or waits for ever, and the way there. `missing` is the variable it lacked."""

    element_id: str
    text: Text
    path: tuple[str, ...]
    missing: str | None = None


@dataclass(slots=True)
class Found:
    """Elements and flows passed, ways that came to an end, what failed, and what could not go on any more."""

    passed: set[str] = field(default_factory=set)
    failed: dict[tuple[str, str], Trouble] = field(default_factory=dict)
    stuck: dict[str, Trouble] = field(default_factory=dict)
    ended: int = 0
    steps: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a caller of the stepper keeps between two steps, and the elements and flows passed so far."""

    now: datetime
    state: bytes = b""
    open: Mapping[int, OpenTask] = field(default_factory=dict)
    timers: Mapping[int, TimerSet] = field(default_factory=dict)
    waits: Mapping[int, Wait] = field(default_factory=dict)
    failures: Mapping[int, Failure] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    ended: str | None = None

    def after(self, step: StepResult, now: datetime, done: int | None = None) -> Standing:
        """Where the instance stands after a step, in which the task `done` was completed."""
        open_ = {n: task for n, task in self.open.items() if n != done and n not in step.closed}
        timers = {n: timer for n, timer in self.timers.items() if n not in step.timers_gone}
        waits = {n: wait for n, wait in self.waits.items() if n not in step.waits_gone}
        failures = {n: failure for n, failure in self.failures.items() if n not in step.failures_gone}
        return Standing(
            now,
            step.state,
            open_ | {task.token: task for task in step.opened},
            timers | {timer.token: timer for timer in step.timers_set},
            waits | {wait.token: wait for wait in step.waits_set},
            failures | {failure.token: failure for failure in step.failures},
            step.variables,
            self.path + tuple(ident for passage in step.passed for ident in (passage.element_id, *passage.flows)),
            step.ended,
        )

    def key(self, spec: ExecutableSpec) -> frozenset[tuple]:
        """Where its tokens are and how far its loops have come; what the variables hold is left out."""
        tokens = codec.load(spec, self.state, stepper.NOWHERE).tokens()
        places = Counter((t.task_spec.name, t.workflow.spec.name, int(t._state), t.internal_data.get("done")) for t in tokens)
        failed = {(failure.element_id, failure.text.en) for failure in self.failures.values()}
        return frozenset({*failed, *((place, min(count, MOST_ALIKE)) for place, count in places.items())})


def crowded(standing: Standing) -> OpenTask | None:
    """A task of which so many are open that one more or less makes no difference."""
    counts = Counter(task.element_id for task in standing.open.values())
    return next((task for task in standing.open.values() if counts[task.element_id] > MOST_ALIKE), None)


def is_standstill(failure: Failure) -> bool:
    return failure.text.en.startswith(WAITS)


def missing_name(failure: Failure) -> str | None:
    """The variable for want of which an element failed."""
    before, after = MISSING
    if failure.text.en.startswith(before) and failure.text.en.endswith(after):
        return failure.text.en[len(before) : len(failure.text.en) - len(after)]
    return None
