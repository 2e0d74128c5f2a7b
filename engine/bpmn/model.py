"""What Closeloop understands of a BPMN file, free of XML and of the library that runs it.

A `Definition` is one uploaded file; each `Procedure` in it one executable process; each `Step` one flow node.
All values are frozen: a definition is read once per version and shared by every thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from engine.domain.text import Text

NOTHING: Mapping = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a choice field: the value stored and the words shown."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One form field. `type`: text, long_text, integer, decimal, boolean, date, datetime, choice, phone, email."""

    key: str
    label: Text
    type: str = "text"
    required: bool = False
    readonly: bool = False
    personal: bool = False
    options: tuple[Option, ...] = ()
    default: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Form:
    fields: tuple[Field, ...] = ()

    def field(self, key: str) -> Field | None:
        return next((f for f in self.fields if f.key == key), None)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as written (`PT2H`, `P1D`), in the calendar named, and the share of it at which to warn."""

    limit: str
    warn: Decimal = Decimal("0.8")
    calendar: str = "business"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who may do a step. Entries may be expressions (`${clerk}`, `=clerk`) over the case variables.

    No assignee, user or group at all means: any employee may claim it.
    """

    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class CaseClock:
    """A clock of the whole matter, started with the process, stopped or paused by steps that name it."""

    name: str
    limit: Limit
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One flow node. `kind` is the BPMN element name: userTask, manualTask, exclusiveGateway, boundaryEvent …"""

    element_id: str
    kind: str
    name: Text
    lane: Text | None = None
    assignment: Assignment = Assignment()
    form: Form = Form()
    limit: Limit | None = None
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    guidance: Text | None = None
    script: Text | None = None
    stage: str | None = None
    touchpoint: bool = False

    @property
    def is_human(self) -> bool:
        """Whether it waits for a person. A task of no kind does too: somebody has to say that it was done."""
        return self.kind in ("userTask", "manualTask", "task")


@dataclass(frozen=True, slots=True)
class Start:
    """How an instance may begin: `kind` is none, message or timer; `message` is the message name."""

    element_id: str
    kind: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """An element a rule speaks of; with a condition, only when that holds of what was recorded by then."""

    element: str
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A time from one element to another, as written, in `business` or `wall` time."""

    length: str
    calendar: str = "wall"


@dataclass(frozen=True, slots=True)
class DeclaredRule:
    """`rule.NAME`: what auditors hold cases against. Of each list of elements any one will do.

    `kind`: response (`first` is followed by `then`), precedence (`then` only after `first`), absence (never `first`),
    required (`first` is not completed without a value in `field`). `after` is the least time between the two, `within`
    the longest; `since`: what lies before the latest of these does not count; `when`: only if this holds of what was
    recorded by the time the rule speaks of.
    """

    name: str
    kind: str
    first: tuple[Mention, ...]
    then: tuple[Mention, ...] = ()
    field: str | None = None
    after: Wait | None = None
    within: Wait | None = None
    since: tuple[Mention, ...] = ()
    when: str | None = None
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """One executable process. `start_form` is the form of its none start event, asked when a case is opened.

    `retention`: how long after its case is closed personal values are kept; None: until somebody redacts them.
    """

    key: str
    name: Text
    version_tag: str | None = None
    calendar: str = "business"
    clocks: tuple[CaseClock, ...] = ()
    steps: Mapping[str, Step] = field(default_factory=lambda: NOTHING)
    starts: tuple[Start, ...] = ()
    start_form: Form = Form()
    sends: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    documentation: Text | None = None
    rules: tuple[DeclaredRule, ...] = ()
    retention: str | None = None

    def step(self, element_id: str) -> Step | None:
        return self.steps.get(element_id)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a file's author should know. `level` is error, warning or info; errors make a file undeployable.

    `message` says what is wrong, `advice` what to do; `element_id` is None when the whole file is meant. `witness` is
    the way that leads to it, elements and flows in order; `also` are the other elements the same is said of.
    """

    level: str
    rule: str
    element_id: str | None
    message: Text
    advice: Text | None = None
    line: int | None = None
    witness: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """A process of a file that could be the one to run; `tasks` is how many tasks it has."""

    process_id: str
    name: Text
    is_executable: bool
    tasks: int


@dataclass(frozen=True, slots=True)
class Definition:
    """One file: `main` is the process a case of it starts with; `procedures`, by process id, that one and all it calls.

    `candidates` are all processes `main` could have been, in the order of the file.
    """

    main: str
    procedures: Mapping[str, Procedure]
    findings: tuple[Finding, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def procedure(self) -> Procedure:
        return self.procedures[self.main]

    def step(self, process_id: str, element_id: str) -> Step | None:
        found = self.procedures.get(process_id)
        return found.step(element_id) if found else None
