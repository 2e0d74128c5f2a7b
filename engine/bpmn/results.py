"""What one step of an instance did, in values the callers store as they are.

Tokens are small integers, numbered within one instance and never used twice in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a step may know of the world: the instant, and how the organisation counts time.

    `due(calendar, start, duration)` gives the instant `duration` (ISO 8601) after `start` in the calendar
    `business` or `wall`; it raises `ValueError` for a duration it cannot read.
    """

    now: datetime
    due: Callable[[str, datetime, str], datetime]


@dataclass(frozen=True, slots=True)
class Passage:
    """A token left an element. `kind`: task, event, gateway, subprocess, call, instance, escalation, error, terminate.

    `instance` is one run of a multi-instance or loop body; the whole of it follows as `task` or `subprocess`.
    `flows` are the sequence flows taken; `code` is the code of an escalation or error.
    """

    element_id: str
    process_id: str
    kind: str
    flows: tuple[str, ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user, manual or plain task that became ready, with the variables it sees."""

    token: int
    element_id: str
    process_id: str
    variables: dict


@dataclass(frozen=True, slots=True)
class TimerSet:
    """A timer is due at `due_at` (UTC). Set again with the same token, it replaces the earlier instant."""

    token: int
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A token waits for the message (or `kind` signal) named; `correlation` are the values it must agree in."""

    token: int
    element_id: str
    message: str
    correlation: dict = field(default_factory=dict)
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Message:
    """A message (or `kind` signal), sent or to be delivered."""

    name: str
    values: dict = field(default_factory=dict)
    correlation: dict = field(default_factory=dict)
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Failure:
    """An element could not be carried out; its token stands still until it is retried.

    Told again with the same token, it replaces what was told before. `source` is the expression or script text at
    fault, empty when it is none.
    """

    token: int
    element_id: str
    text: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a token stands. `state`: open (a person's task), waiting, inside (work goes on within it), failed."""

    token: int
    element_id: str
    process_id: str
    state: str


@dataclass(frozen=True, slots=True)
class StepResult:
    """The new state and everything that differs from the one before. `ended` is None while the instance lives.

    `fired` are the timers that happened in this step, in order, with the instants at which they were due.
    """

    state: bytes
    passed: tuple[Passage, ...] = ()
    fired: tuple[TimerSet, ...] = ()
    opened: tuple[OpenTask, ...] = ()
    closed: tuple[int, ...] = ()
    timers_set: tuple[TimerSet, ...] = ()
    timers_gone: tuple[int, ...] = ()
    waits_set: tuple[Wait, ...] = ()
    waits_gone: tuple[int, ...] = ()
    sent: tuple[Message, ...] = ()
    failures: tuple[Failure, ...] = ()
    failures_gone: tuple[int, ...] = ()
    ended: str | None = None
    variables: Mapping = field(default_factory=dict)
