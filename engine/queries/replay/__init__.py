"""What finished cases would have become on another version: driven again in memory, from their trails.

`replay` is pure: entries of one case in, what is different out. `engine.queries.replays` reads the finished cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.text import Text
from engine.queries.comparison import of_versions
from engine.queries.replay.drive import Drive
from engine.queries.replay.history import Lived, Shadow, Unreplayable, due_of
from engine.queries.replay.promises import Broken, Promises
from engine.queries.replay.rerun import Places, Rerun, fork, rerun, why_failed
from engine.queries.trail import EntryRow
from engine.store.organisation import Organisation
from engine.versions import Version

__all__ = ["Broken", "Limit", "Replayed", "Unreplayable", "replay"]

SAME, OTHER, UNKNOWN = "same", "other", "unknown"
STUCK = Text("{element}没有等到它的办理记录", "nothing is recorded for {element}")


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that would be broken, or was. `kind`: step or clock; `element_id` of the new version, or the clock's name."""

    kind: str
    element_id: str
    name: Text
    was_broken: bool
    would_be_broken: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have become of one instance. `outcome`: same, other (another way) or unknown (`why` says why).

    `assumed` are new steps, taken to be done at once; `skipped` steps that are gone.
    """

    case_id: int
    instance_no: int
    version: int
    outcome: str
    at: str | None = None
    was: str | None = None
    would: str | None = None
    waits: tuple[str, ...] = ()
    why: Text | None = None
    limits: tuple[Limit, ...] = ()
    assumed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def replay(
    entries: Sequence[EntryRow],
    candidate: Version,
    organisation: Organisation,
    department: str | None,
    version: Callable[[str, int], Version],
    customer: Callable[[int], Mapping[str, Any]] = lambda _: {},
) -> tuple[Replayed, ...]:
    """Every instance of the candidate's procedure in one finished case, on the candidate instead of its own version."""
    case_id = entries[0].case_id if entries else 0
    shadow = Shadow(organisation, department, version, customer)
    try:
        shadow.read(entries)
    except Unreplayable as problem:
        mine = [e.data for e in entries if e.type == "InstanceStarted" and e.data.get("procedure") == candidate.key]
        return tuple(Replayed(case_id, one["instance"], one["version"], UNKNOWN, why=problem.why) for one in mine)
    return tuple(
        _replayed(case_id, lived, shadow, candidate, organisation, department)
        for lived in shadow.lived.values()
        if lived.version.key == candidate.key
    )


def _replayed(
    case_id: int, lived: Lived, shadow: Shadow, candidate: Version, organisation: Organisation, department: str | None
) -> Replayed:
    places = _places(lived.version, candidate)
    promises = Promises(candidate, organisation, department, lived.no, lambda told: None)
    found = rerun(lived, Drive(candidate.spec, due_of(organisation, department), promises), places, shadow.clocks)
    until = lived.ended_at or max(found.until, shadow.last_at)
    parted = fork(lived, found, places)
    more = {
        "limits": _limits(lived, found, places, until),
        "assumed": tuple(dict.fromkeys(found.assumed)),
        "skipped": tuple(dict.fromkeys(found.skipped)),
    }
    known = (case_id, lived.no, lived.version.number)
    if found.failure is not None:
        why = why_failed(found.failure, candidate.name_of(found.failure.element_id))
        return Replayed(*known, UNKNOWN, at=found.failure.element_id, why=why, **more)
    if parted is not None:
        return Replayed(*known, OTHER, parted.at, parted.was, parted.would, parted.waits, **more)
    if found.stuck_at is not None:
        return Replayed(*known, OTHER, None, found.stuck_at.element_id or None, None, _open(found), **more)
    return Replayed(*known, SAME, **more)


def _open(found: Rerun) -> tuple[str, ...]:
    return tuple(dict.fromkeys(task.element_id for task in found.drive.open.values()))


def _places(old: Version, new: Version) -> Places:
    found = of_versions(old, new)
    elements = [{id_ for p in one.definition.procedures.values() for id_ in p.steps} for one in (old, new)]
    return Places(found.mapping, frozenset(elements[0]), frozenset(elements[1]))


def _limits(lived: Lived, found: Rerun, places: Places, until: datetime) -> tuple[Limit, ...]:
    """Limits that either version breaks; those of steps taken to be done at once are not judged."""
    was = {(one.kind, _there(one, places), one.nth): one for one in lived.drive.promises.broken(until)}
    would = {(one.kind, one.name, one.nth): one for one in found.drive.promises.broken(_judged(found, until))}
    version = found.drive.promises.version
    told = []
    for key in dict.fromkeys([*would, *was]):
        kind, name, _nth = key
        if name is None or name in found.assumed:
            continue
        called = version.name_of(name) if kind == "step" else version.name_of_clock(name)
        told.append(Limit(kind, name, called, key in was, key in would))
    return tuple(told)


def _judged(found: Rerun, until: datetime) -> datetime:
    """A way that parted is judged as far as it was followed."""
    return min(until, found.until) if found.stuck_at is not None or found.failure is not None else until


def _there(broken: Broken, places: Places) -> str | None:
    return places[broken.name] if broken.kind == "step" else broken.name
