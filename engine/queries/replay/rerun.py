"""An instance that has ended, driven on another version with the same inputs at the same instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn.errors import NoSuchStart, NotFailed, NotReady, NotWaiting
from engine.bpmn.results import Failure
from engine.domain.text import Text
from engine.queries.replay.drive import Drive, Opened
from engine.queries.replay.history import Input, Lived, apply
from engine.queries.replay.promises import Told

MOST_NEW_STEPS = 50
LACKS = Text("在{element}：{problem}", "at {element}: {problem}")


class Places(Mapping[str, "str | None"]):
    """Where elements of the old version are in the new one: None where they are gone.

    Elements of called files, which the comparison does not cover, are where they were.
    """

    def __init__(self, mapping: Mapping[str, str], old: frozenset[str], new: frozenset[str]) -> None:
        self._mapping, self._old, self._new = mapping, old, new
        self._taken = frozenset(mapping.values())

    def is_new(self, element_id: str) -> bool:
        """Whether an element of the new version has no counterpart in the old one."""
        return element_id in self._new and element_id not in self._taken

    def __getitem__(self, element_id: str) -> str | None:
        return self._mapping.get(element_id, None if element_id in self._old else element_id)

    def __iter__(self):
        return iter(self._mapping)

    def __len__(self) -> int:
        return len(self._mapping)


@dataclass(slots=True)
class Rerun:
    """`assumed`: new steps taken to be done at once with nothing filled in; `skipped`: what is no longer asked for.

    `stuck_at` is the input that found nobody; `failure` what could not be carried out, and `until` how far it came.
    """

    drive: Drive
    until: datetime
    assumed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    stuck_at: Input | None = None
    failure: Failure | None = None


def rerun(lived: Lived, drive: Drive, places: Places, clocks: list[tuple[int, Told]]) -> Rerun:
    """`clocks` is what the other instances of the case did to its clocks, by instance."""
    return _Run(lived, drive, places, [told for no, told in clocks if no != lived.no]).run()


class _Run:
    def __init__(self, lived: Lived, drive: Drive, places: Places, told: list[Told]) -> None:
        self.lived, self.drive, self.places = lived, drive, places
        self.told = sorted(told, key=lambda one: one[0])
        self.found = Rerun(drive, lived.began_at)
        self.noticed = {
            (new, due_at): at for (old, due_at), at in lived.fired.items() if (new := places[old]) is not None
        }

    def run(self) -> Rerun:
        for given in self.lived.inputs:
            if not self._give(given):
                return self.found
        last = max([self.found.until, *self.lived.fired.values(), *([self.lived.ended_at] if self.lived.ended_at else [])])
        if self.drive.ended is None:
            self._pass_time(last)
            self.found.until = last
        if self.lived.ended_at is not None and self.drive.ended is None and not self._has_failed():
            self._do_new_steps(last)
        return self.found

    def _give(self, given: Input) -> bool:
        """The input has come; False when it found nobody to take it or something failed."""
        self.found.until = given.at
        if given.kind != "start":
            self._pass_time(given.at)
        if self._has_failed():
            return False
        if self.drive.ended is not None:
            self.found.stuck_at = given
            return False
        element = self.places[given.element_id] if given.element_id else ""
        if element is None:
            self.found.skipped.append(given.element_id)
            return True
        try:
            self._apply(given, element)
        except (KeyError, NotReady, NotWaiting, NotFailed, NoSuchStart):
            self.found.stuck_at = given
            return False
        return given.kind == "cancel" or not self._has_failed()

    def _apply(self, given: Input, element: str) -> None:
        try:
            apply(self.drive, given, element)
        except KeyError:
            if not self._do_new_steps(given.at):
                raise
            apply(self.drive, given, element)

    def _do_new_steps(self, now: datetime) -> bool:
        """Nobody has done steps that were not there yet: they are taken to be done at once, with nothing filled in."""
        done = 0
        while (task := self._new_step()) is not None and done < MOST_NEW_STEPS and not self.drive.failures:
            self.found.assumed.append(task.element_id)
            self.drive.complete(max(now, task.at), task.token, {})
            done += 1
        return done > 0

    def _new_step(self) -> Opened | None:
        return next((task for task in self.drive.open.values() if self.places.is_new(task.element_id)), None)

    def _pass_time(self, until: datetime) -> None:
        """Timers happen when they are due, or when those of the old version were noticed; clocks hear of the others."""
        while self.drive.ended is None:
            due = min(((self._noticed_at(*timer), timer) for timer in self.drive.timers.values()), default=None)
            if due is None or due[0] > until:
                break
            self._hear(due[0])
            before = dict(self.drive.timers)
            self.drive.fire(due[0])
            if self.drive.timers == before or self._has_failed():
                break
        self._hear(until)

    def _noticed_at(self, element_id: str, due_at: datetime) -> datetime:
        return self.noticed.get((element_id, due_at), due_at)

    def _hear(self, until: datetime) -> None:
        while self.told and self.told[0][0] <= until:
            self.drive.promises.hear(self.told.pop(0))

    def _has_failed(self) -> bool:
        """Something cannot be carried out that the old version carried out, or nobody tried again."""
        retried = {self.places[g.element_id] for g in self.lived.inputs if g.kind == "retry"}
        self.found.failure = next((f for f in self.drive.failures.values() if f.element_id not in retried), None)
        return self.found.failure is not None


@dataclass(frozen=True, slots=True)
class Fork:
    """Where the ways part: after `at` it was `was`, and would be `would` (element ids of the two versions).

    `would` is what it would pass or stand at next, None where there is nothing more; `waits` are its open steps then.
    """

    at: str | None
    was: str | None
    would: str | None
    waits: tuple[str, ...] = ()


def fork(lived: Lived, found: Rerun, places: Places) -> Fork | None:
    """The first place at which the two ways differ in what both versions know; None where they do not."""
    old = [(new, p) for p in lived.drive.passed if (new := places[p.element_id]) is not None]
    new = [(p.element_id, p) for p in found.drive.passed if not places.is_new(p.element_id)]
    left = Counter(element for element, _ in old)
    left.subtract(Counter(element for element, _ in new))
    if not any(left.values()):
        return None
    was = _first(old, {element: n for element, n in left.items() if n > 0})
    would = _first(new, {element: -n for element, n in left.items() if n < 0})
    waits = tuple(dict.fromkeys(task.element_id for task in found.drive.open.values()))
    at = _before(old, was) if was is not None else _before(new, would)
    stands = next((id_ for id_ in waits if not any(id_ == element for element, _ in old)), next(iter(waits), None))
    return Fork(at, _id(old, was), new[would][0] if would is not None else stands, waits)


def _first(path: list, extra: dict[str, int]) -> int | None:
    """The first passage that is more than the other side has of its element."""
    seen: Counter = Counter()
    total = Counter(element for element, _ in path)
    for index, (element, _) in enumerate(path):
        seen[element] += 1
        if seen[element] > total[element] - extra.get(element, 0):
            return index
    return None


def _before(path: list, index: int | None) -> str | None:
    return path[index - 1][0] if index else None


def _id(path: list, index: int | None) -> str | None:
    return path[index][1].element_id if index is not None else None


def why_failed(failure: Failure, name: Text) -> Text:
    return LACKS.format(element=name, problem=failure.text)


