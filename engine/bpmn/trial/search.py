"""Every way through a process, tried in the real stepper: tasks done, time passed, messages brought.

Two states in which tokens stand at the same elements are taken as one, since what is decided next is chosen anew in
each. Of several open tasks the first is done first: the others are still there afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.bpmn import stepper
from engine.bpmn.events import ConditionalEvent
from engine.bpmn.expressions import Expression
from engine.bpmn.expressions.errors import SENTENCES
from engine.bpmn.flow_nodes import Element
from engine.bpmn.loops import MultiInstance
from engine.bpmn.model import Definition, Form
from engine.bpmn.results import Failure, Message, OpenTask, StepResult, Surroundings, Wait
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.trial.decisions import Ahead, Turn, satisfying, turns
from engine.bpmn.trial.standing import STANDS, Found, Standing, Trouble, crowded, is_standstill, missing_name
from engine.bpmn.trial.values import OTHER, fields_of, sample
from engine.domain.errors import Refusal

MAX_STEPS, ENOUGH, MOST_TIMERS, MOST_MENDED = 1_500, 300, 6, 4
GUESSES: tuple[Any, ...] = (OTHER, 1, True, [OTHER])

Due = Callable[[str, datetime, str], datetime]
Move = Callable[[], Standing | None]


class Search:
    """`tired` says when it is time to stop; `wanted` are the elements and flows that should be passed."""

    def __init__(
        self, spec: ExecutableSpec, definition: Definition, due: Due, wanted: frozenset[str], tired: Callable[[], bool]
    ) -> None:
        self.spec, self.definition, self.due, self.wanted, self.tired = spec, definition, due, wanted, tired
        self.found = Found()
        self.ahead = Ahead(spec)
        self.entries = fields_of(definition)
        self.elements: dict[str, Element] = {}
        for element in spec.elements():
            if element.loop is None:
                self.elements.setdefault(element.bpmn_id or element.name, element)
        self.incurable: set[tuple[str, str]] = set()
        self.conditional = [e for e in spec.elements() if isinstance(getattr(e, "event_definition", None), ConditionalEvent)]

    def run(self, start: Element, message: str | None, form: Form, now: datetime) -> int:
        """All ways from one start; how many of them came to an end."""
        before, seen = self.found.ended, set()
        stack = list(self.begin(start, message, form, now))
        while stack:
            standing = self.thinned(stack.pop())
            if standing.ended is not None:
                self.found.ended += 1
                continue
            key = standing.key(self.spec)
            if key in seen:
                continue
            if self.is_over():
                break
            seen.add(key)
            following = self.follow(standing)
            if not following:
                self.get_stuck(standing)
            stack += following
        return self.found.ended - before

    def thinned(self, standing: Standing) -> Standing:
        """The same with no more than a few open tasks of one element: what a reminder opens a hundred times is one thing."""
        while (task := crowded(standing)) is not None and not self.tired() and self.found.steps < MAX_STEPS:
            done = self.complete(standing, task, self.turns_after(self.elements[task.element_id], task.variables)[0])
            if done is None or done.ended is not None or task.token in done.open:
                return done or standing
            standing = done
        return standing

    def is_over(self) -> bool:
        if self.found.steps >= ENOUGH and self.found.ended and self.wanted <= self.found.passed:
            return True
        if self.found.steps >= MAX_STEPS or self.tired():
            self.found.complete = False
            return True
        return False

    def begin(self, start: Element, message: str | None, form: Form, now: datetime) -> Iterator[Standing]:
        for turn in reversed(self.turns_after(start, {})):
            given = {entry.key: sample(entry) for entry in form.fields} | dict(turn.values)
            if message is None:
                self.assume(Standing(now), turn)
            if begun := self.step(Standing(now), lambda given=given: stepper.start(self.spec, given, self.around(now), message)):
                yield begun

    # -- moves --------------------------------------------------------------------------------------------------

    def follow(self, standing: Standing) -> list[Standing]:
        """Every way to go on, the one with the most that is new last. What can be mended is mended first."""
        for number, failure in sorted(standing.failures.items()):
            if mended := self.mend(standing, number, failure):
                return mended
        found: list[tuple[int, Standing]] = []
        for move in self.moves(standing):
            known = len(self.found.passed)
            if (new := move()) is not None:
                found.append((len(self.found.passed) - known, new))
        return [new for _, new in sorted(found, key=lambda pair: pair[0])]

    def moves(self, standing: Standing) -> Iterator[Move]:
        for task in sorted(standing.open.values(), key=lambda task: (task.element_id in self.found.passed, task.token))[:1]:
            for turn in self.turns_after(self.elements[task.element_id], task.variables):
                yield lambda turn=turn, task=task: self.complete(standing, task, turn)
        for wait in sorted(standing.waits.values(), key=lambda wait: wait.token):
            for turn in self.turns_after(self.elements[wait.element_id], standing.variables):
                yield lambda turn=turn, wait=wait: self.deliver(standing, wait, turn)
        for timer in sorted(standing.timers.values(), key=lambda timer: (timer.due_at, timer.token))[:MOST_TIMERS]:
            for turn in self.turns_after(self.elements[timer.element_id], standing.variables):
                yield lambda turn=turn, due=timer.due_at: self.let_pass(standing, due, turn)
        for condition in self.awaited(standing):
            for values in satisfying(condition, standing.variables, self.entries):
                yield lambda values=values: self.edit(standing, values)

    def complete(self, standing: Standing, task: OpenTask, turn: Turn) -> Standing | None:
        """The task is done with its form filled in, and with what else the decisions after it ask for."""
        self.assume(standing, turn)
        given = {entry.key: sample(entry) for entry in self.form_of(task).fields if not entry.readonly} | dict(turn.values)
        around, number = self.around(standing.now), task.token
        return self.step(standing, lambda: stepper.complete(self.spec, standing.state, number, given, around), done=number)

    def deliver(self, standing: Standing, wait: Wait, turn: Turn) -> Standing | None:
        told, around = Message(wait.message, dict(turn.values), dict(wait.correlation), wait.kind), self.around(standing.now)
        return self.step(standing, lambda: stepper.deliver(self.spec, standing.state, told, around, wait.token))

    def let_pass(self, standing: Standing, due: datetime, turn: Turn) -> Standing | None:
        before = self.edit(standing, turn.values)
        self.assume(standing, turn)
        if before is None:
            return None
        now = max(due, before.now)
        return self.step(before, lambda: stepper.fire_due(self.spec, before.state, self.around(now)), now)

    def edit(self, standing: Standing, values: Mapping[str, Any]) -> Standing | None:
        if not values:
            return standing
        return self.step(standing, lambda: stepper.edit(self.spec, standing.state, values, self.around(standing.now)))

    def awaited(self, standing: Standing) -> Iterator[Expression]:
        """The conditions something waits for to become true."""
        names = {position.element_id for position in stepper.positions(self.spec, standing.state)}
        names |= {event.bpmn_id for name in names for event in getattr(self.elements.get(name), "boundary", ())}
        for element in self.conditional:
            if element.is_watch or element.bpmn_id in names:
                yield element.event_definition.condition

    def assume(self, standing: Standing, turn: Turn) -> None:
        """Notes the variables that had to be made up, since no form has them and nothing has set them so far."""
        for name in turn.values.keys() - self.entries.keys() - standing.variables.keys():
            if name in turn.asked:
                at, why = turn.asked[name], SENTENCES["missing-variable"].format(name=name)
                self.found.failed.setdefault((at, name), Trouble(at, why, standing.path, name))

    # -- failures -----------------------------------------------------------------------------------------------

    def mend(self, standing: Standing, number: int, failure: Failure) -> list[Standing]:
        """The same tried again with a value for what was missing; nothing where that does not help."""
        missing = missing_name(failure)
        key = (failure.element_id, missing or failure.text.en)
        if not is_standstill(failure):
            self.found.failed.setdefault(key, Trouble(failure.element_id, failure.text, standing.path, missing))
        if is_standstill(failure) or key in self.incurable:
            return []
        mended: list[Standing] = []
        others: list[Standing] = []
        for values in self.remedies(standing, failure, missing):
            new = self.retry(standing, number, values)
            if new is not None and number not in new.failures:
                mended.append(new)
            elif new is not None and missing_name(new.failures[number]) not in (missing, None):
                others.append(new)
        if mended or others:
            return mended[:MOST_MENDED] or others[:1]
        self.incurable.add(key)
        return []

    def retry(self, standing: Standing, number: int, values: Mapping[str, Any]) -> Standing | None:
        return self.step(standing, lambda: stepper.retry(self.spec, standing.state, number, values, self.around(standing.now)))

    def remedies(self, standing: Standing, failure: Failure, missing: str | None) -> Iterator[dict[str, Any]]:
        element = self.elements[failure.element_id]
        if missing is not None and isinstance(element, MultiInstance) and element.collection is not None:
            yield {missing: [OTHER, OTHER]}
        yield from (dict(turn.values) for turn in self.turns_after(element, standing.variables) if turn.values)
        yield from ({missing: value} for value in GUESSES if missing is not None)

    def get_stuck(self, standing: Standing) -> None:
        for failure in standing.failures.values():
            trouble = Trouble(failure.element_id, failure.text, standing.path, missing_name(failure))
            self.found.stuck.setdefault(failure.element_id, trouble)
        if not standing.failures:
            at = next((p.element_id for p in stepper.positions(self.spec, standing.state)), self.spec.process_id)
            self.found.stuck.setdefault(at, Trouble(at, STANDS, standing.path))

    # -- around a step ------------------------------------------------------------------------------------------

    def step(
        self, standing: Standing, act: Callable[[], StepResult], now: datetime | None = None, done: int | None = None
    ) -> Standing | None:
        """Where the instance stands afterwards; None where the stepper refuses."""
        self.found.steps += 1
        try:
            result = act()
        except Refusal:
            return None
        new = standing.after(result, now or standing.now, done)
        self.found.passed.update(new.path[len(standing.path) :])
        return new

    def around(self, now: datetime) -> Surroundings:
        return Surroundings(now, self.due)

    def turns_after(self, element: Element, seen: Mapping[str, Any]) -> list[Turn]:
        """The ways to decide what comes next, those with flows nobody took yet first."""
        deciding, scripts = self.ahead.deciding(element)
        found = turns(deciding, scripts, seen, self.entries)
        return sorted(found, key=lambda turn: -len(turn.flows - self.found.passed))

    def form_of(self, task: OpenTask) -> Form:
        step = self.definition.step(task.process_id, task.element_id)
        return step.form if step is not None else Form()
