"""What a case's trail says was passed, in which instance and version, and what had been recorded there by then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from engine.bpmn.model import Form
from engine.domain.errors import NotFound
from engine.domain.events import EventType as E
from engine.queries.trail import REDACTED, EntryRow
from engine.versions import Version

READ: Mapping[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """`known` are the values recorded in the instance by then, typed by the forms they were entered in."""

    place: int
    element: str
    entry: EntryRow
    instance: int
    known: Mapping[str, Any]


@dataclass
class Recorded:
    """`passages` in their order; `completions` the same of tasks, whether or not they went on; `versions` says from
    which entry on each instance ran on which version; `ended` in which entry it ended."""

    passages: list[Passage] = field(default_factory=list)
    completions: list[Passage] = field(default_factory=list)
    versions: dict[int, list[tuple[int, Version]]] = field(default_factory=dict)
    ended: dict[int, EntryRow] = field(default_factory=dict)
    entries: tuple[EntryRow, ...] = ()

    @cached_property
    def by_element(self) -> Mapping[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for one in self.passages:
            found.setdefault(one.element, []).append(one)
        return found


def recorded(entries: Iterable[EntryRow], version: Callable[[str, int], Version]) -> Recorded:
    """An entry that cannot be read is passed over: the replay of the flow says so."""
    reading = _Reading(version, tuple(entries))
    for entry in reading.found.entries:
        with suppress(KeyError, TypeError, AttributeError, ValueError, NotFound):
            reading.one(entry)
    return reading.found


class _Reading:
    def __init__(self, version: Callable[[str, int], Version], entries: tuple[EntryRow, ...]) -> None:
        self.version = version
        self.found = Recorded(entries=entries)
        self.known: dict[int, Mapping[str, Any]] = {}
        self.tasks: dict[int, int] = {}
        self.opening: Mapping[str, Any] = {}

    def one(self, entry: EntryRow) -> None:
        data = entry.data
        if entry.type == E.CaseStarted:
            self.opening = data.get("values") or {}
        elif entry.type == E.InstanceStarted:
            version = self.version(data["procedure"], data["version"])
            self.found.versions[data["instance"]] = [(0, version)]
            given = data.get("values") or ({} if data.get("from") else self.opening)
            self.learn(data["instance"], given, version.procedure.start_form)
        elif entry.type in (E.CaseMigrated, E.MigrationUndone):
            self.found.versions[data["instance"]].append((entry.seq, self.version(data["procedure"], data["to"])))
        elif entry.type == E.TaskCreated:
            self.tasks[data["task"]] = data["instance"]
        elif entry.type in (E.VariablesEdited, E.MessageReceived):
            self.learn(data["instance"], data.get("values") or {}, None)
        elif entry.type == E.TaskCompleted:
            instance = self.tasks[data["task"]]
            step = self.found.versions[instance][-1][1].find(data["element"])
            self.learn(instance, data.get("values") or {}, step.form if step else None)
            self.found.completions.append(self.passage(data["element"], entry, instance))
        elif entry.type == E.InstanceEnded:
            self.found.ended[data["instance"]] = entry
        self.follow(entry)

    def follow(self, entry: EntryRow) -> None:
        """What is passed in an instance that has ended is told by the replay, and breaks no rule besides."""
        instance = entry.data.get("instance") or self.tasks.get(entry.data.get("task", 0))
        if instance is None or instance in self.found.ended:
            return
        for step in entry.data.get("path") or ():
            if step.get("kind") != "instance":
                self.found.passages.append(self.passage(step["element"], entry, instance))

    def passage(self, element: str, entry: EntryRow, instance: int) -> Passage:
        return Passage(len(self.found.passages), element, entry, instance, self.known.get(instance, {}))

    def learn(self, instance: int, values: Mapping[str, Any], form: Form | None) -> None:
        version = self.found.versions[instance][-1][1]
        told = {key: _typed(key, value, form, version) for key, value in values.items()}
        self.known[instance] = {**self.known.get(instance, {}), **told}
        for key in [key for key, value in told.items() if value == REDACTED]:
            self.known[instance] = {k: v for k, v in self.known[instance].items() if k != key}


def _typed(key: str, value: Any, form: Form | None, version: Version) -> Any:
    """A value as it was when it was entered: numbers and dates are written as text in the trail."""
    found = (form.field(key) if form else None) or version.field(key)
    if found is None or value is None or found.type not in READ:
        return value
    try:
        return READ[found.type](value)
    except (TypeError, ValueError, InvalidOperation):
        return value
