"""One step of an instance: state and input in, new state and everything that changed out.

Every function loads the instance, lets the timers that are due happen, does its one thing, runs on until only people,
time and messages are awaited, and says what is different from before. Nothing is kept between calls and nothing of the
arguments is changed; specs may be shared by any number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import codec, timers
from engine.bpmn.errors import NoSuchStart, NotFailed, NotReady, NotWaiting
from engine.bpmn.instance import Instance
from engine.bpmn.joins import is_boundary_watch
from engine.bpmn.messages import hand_over, receivers, wait_of
from engine.bpmn.results import (
    Failure,
    Message,
    OpenTask,
    Passage,
    Position,
    StepResult,
    Surroundings,
    TimerSet,
    Wait,
)
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.token import ERROR, FUTURE, READY, STARTED, WAITING, Scope, Token
from engine.domain.text import Text

__all__ = [
    "Failure", "Message", "NoSuchStart", "NotFailed", "NotReady", "NotWaiting", "OpenTask", "Passage", "Position",
    "StepResult", "Surroundings", "TimerSet", "Wait", "cancel", "complete", "deliver", "edit", "fire_due", "positions",
    "retry", "start", "variables",
]  # fmt: skip


def start(
    spec: ExecutableSpec, variables: Mapping[str, Any], around: Surroundings, message: str | None = None
) -> StepResult:
    """A new instance, begun at its plain start event or at the one for the message. Raises `NoSuchStart`."""
    return result(begin(spec, variables, around, message), NOTHING_YET)


def complete(
    spec: ExecutableSpec, state: bytes, token: int, values: Mapping[str, Any], around: Surroundings
) -> StepResult:
    """The open task is done, with these values. Raises `NotReady`, also when a due timer took it away just now."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    do_complete(instance, token, values)
    return result(instance, before)


def fire_due(spec: ExecutableSpec, state: bytes, around: Surroundings) -> StepResult:
    """Every timer due at `around.now` has happened."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    timers.refresh(instance)
    return result(instance, before)


def deliver(
    spec: ExecutableSpec, state: bytes, message: Message, around: Surroundings, token: int | None = None
) -> StepResult:
    """The message reaches the token that waits for it (the oldest, unless `token` names one). Raises `NotWaiting`."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    do_deliver(instance, message, token)
    return result(instance, before)


def retry(spec: ExecutableSpec, state: bytes, token: int, edits: Mapping[str, Any], around: Surroundings) -> StepResult:
    """What failed is tried again, after the variables were corrected. Raises `NotFailed`."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    do_retry(instance, token, edits)
    return result(instance, before)


def edit(spec: ExecutableSpec, state: bytes, edits: Mapping[str, Any], around: Surroundings) -> StepResult:
    """The variables of the process are corrected; conditions that wait for them are looked at again."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    timers.refresh(instance)
    instance.scope.local.update(edits)
    instance.advance()
    return result(instance, before)


def cancel(spec: ExecutableSpec, state: bytes, around: Surroundings) -> StepResult:
    """Nothing of the instance goes on."""
    instance = codec.load(spec, state, around)
    before = Shown(instance)
    instance.end("cancelled")
    return result(instance, before)


def variables(spec: ExecutableSpec, state: bytes, token: int | None = None) -> dict[str, Any]:
    """The variables of the process, or those a token sees. Raises `NotReady` for a token that is gone."""
    instance = codec.load(spec, state, NOWHERE)
    if token is None:
        return instance.scope.visible()
    return scope_of(instance, live(instance, token)).visible()


def positions(spec: ExecutableSpec, state: bytes) -> tuple[Position, ...]:
    """Where the instance stands, for a diagram: every live token but the watching boundary events."""
    instance = codec.load(spec, state, NOWHERE)
    return tuple(
        Position(token.id, token.task_spec.bpmn_id, token.task_spec.process_id, STATES[token._state])
        for token in instance.tokens()
        if not is_boundary_watch(token)
    )


# -- the same on a loaded instance: what the tests of the random restart drive without saving --------------------------


def begin(
    spec: ExecutableSpec, variables: Mapping[str, Any], around: Surroundings, message: str | None = None
) -> Instance:
    instance = Instance(spec.main, spec.bodies, around)
    instance.plant(0, Scope(dict(variables)))
    if message is None:
        element = spec.main.plain_start
    else:
        element = next((s for s in spec.main.starts() if s.message == message), None)
    if element is None:
        raise NoSuchStart(process=spec.process_id, name=message or "-")
    instance.begin(element)
    instance.advance()
    return instance


def do_complete(instance: Instance, number: int, values: Mapping[str, Any]) -> None:
    timers.refresh(instance)
    token = live(instance, number)
    if token._state != READY or not token.task_spec.manual:
        raise NotReady()
    token.set_data(**values)
    instance.completed_token = number
    instance.run(token)
    instance.advance()


def do_deliver(instance: Instance, message: Message, number: int | None = None) -> None:
    timers.refresh(instance)
    found = receivers(instance, message, number)
    if not found:
        raise NotWaiting(name=message.name)
    hand_over(found[0], message)
    instance.advance()


def do_retry(instance: Instance, number: int, edits: Mapping[str, Any]) -> None:
    timers.refresh(instance)
    token = instance.token(number)
    if token is None or token._state != ERROR:
        raise NotFailed()
    scope_of(instance, token).local.update(edits)
    phase = token.internal_data.pop("fault")[0]
    if phase == "enter":
        token._state = FUTURE
        token.internal_data = {name: token.internal_data[name] for name in ("no",) if name in token.internal_data}
        instance.enter(token)
    elif phase == "run":
        token._state = READY
        instance.run(token)
    else:
        token._state = STARTED
        token.task_spec.leave_again(token)
    instance.advance()


def live(instance: Instance, number: int) -> Token:
    token = instance.token(number)
    if token is None:
        raise NotReady()
    return token


def scope_of(instance: Instance, token: Token) -> Scope:
    """Where the variables are that a token reads: those of the called process if handing them back has failed."""
    body = instance.subprocesses.get(token.id) if token._state == ERROR else None
    return body.scope if body is not None else token.scope


class Shown:
    """What of an instance is visible from outside: its open tasks, timers, waits and failures."""

    __slots__ = ("failures", "tasks", "timers", "waits")

    def __init__(self, instance: Instance | None) -> None:
        self.tasks: dict[int, Token] = {}
        self.timers: dict[int, tuple] = {}
        self.waits: dict[int, Wait] = {}
        self.failures: dict[int, tuple] = {}
        if instance is None:
            return
        for token in instance.tokens():
            state, notes, number = token._state, token.internal_data, token.id
            if state == READY:
                if token.task_spec.manual:
                    self.tasks[number] = token
            elif state == ERROR:
                self.failures[number] = (token, *notes["fault"])
            elif "due" in notes:
                self.timers[number] = (token.task_spec.bpmn_id, notes["due"])
            elif state != STARTED:
                wait = wait_of(token)
                if wait is not None:
                    self.waits[number] = wait


def result(instance: Instance, before: Shown) -> StepResult:
    now = Shown(instance)
    completed = instance.completed_token
    return StepResult(
        state=codec.save(instance),
        passed=tuple(instance.passed),
        fired=tuple(instance.fired),
        opened=tuple(opened(token) for number, token in now.tasks.items() if number not in before.tasks),
        closed=tuple(number for number in before.tasks if number not in now.tasks and number != completed),
        timers_set=tuple(TimerSet(n, *timer) for n, timer in now.timers.items() if before.timers.get(n) != timer),
        timers_gone=tuple(number for number in before.timers if number not in now.timers),
        waits_set=tuple(wait for number, wait in now.waits.items() if before.waits.get(number) != wait),
        waits_gone=tuple(number for number in before.waits if number not in now.waits),
        sent=tuple(instance.sent),
        failures=tuple(failure(*found) for n, found in now.failures.items() if before.failures.get(n) != found),
        failures_gone=tuple(number for number in before.failures if number not in now.failures),
        ended=instance.ended,
        variables=instance.scope.visible(),
    )


def opened(token: Token) -> OpenTask:
    return OpenTask(token.id, token.task_spec.bpmn_id, token.task_spec.process_id, dict(token.data))


def failure(token: Token, phase: str, zh: str, en: str, source: str) -> Failure:
    return Failure(token.id, token.task_spec.bpmn_id, Text(zh, en), source)


STATES = {READY: "open", WAITING: "waiting", STARTED: "inside", ERROR: "failed"}
NOTHING_YET = Shown(None)
NOWHERE = Surroundings(None, None)
