"""A migration ready to show: which element becomes which, who would stay and why, and what became of each case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from engine import moves
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries.migrations import Preview
from engine.versions import Version

MOST_CASES = 12


@dataclass(frozen=True, slots=True)
class Target:
    """An element of the new version that may take the place of an old one."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Pair:
    """An element of the old version; `chosen` is the id of what takes its place, empty for nothing."""

    id: str
    name: Text
    field: str
    chosen: str
    targets: tuple[Target, ...]
    fault: str | None


@dataclass(frozen=True, slots=True)
class CaseLink:
    number: str
    href: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why cases stay, and which; `more` of them are not listed."""

    text: Text
    cases: tuple[CaseLink, ...]
    more: int

    @property
    def count(self) -> int:
        return len(self.cases) + self.more


def pairs(old: Version, new: Version, mapping: moves.Pairs, faults: Mapping[str, str]) -> list[Pair]:
    """Only those about which there is something to say: not the many that are called the same in both."""
    after = moves.node_ids(new)
    found = []
    for procedure in old.definition.procedures.values():
        for id_, step in procedure.steps.items():
            chosen = mapping.get(id_, id_ if id_ in after else None)
            if chosen == id_ and id_ not in faults:
                continue
            targets = tuple(
                Target(other, new.name_of(other))
                for one in new.definition.procedures.values()
                for other, candidate in one.steps.items()
                if candidate.is_human == step.is_human and (step.is_human or candidate.kind == step.kind)
            )
            found.append(Pair(id_, old.name_of(id_), f"map-{id_}", chosen or "", targets, faults.get(id_)))
    return found


def reasons(found: Preview) -> list[Reason]:
    """The most frequent first."""
    by_text: dict[Text, list[int]] = {}
    for one in found.predictions:
        for obstacle in one.obstacles:
            by_text.setdefault(obstacle.text, []).append(one.case_id)
    told = [Reason(text, _links(cases[:MOST_CASES]), max(0, len(cases) - MOST_CASES)) for text, cases in by_text.items()]
    return sorted(told, key=lambda reason: -reason.count)


def _links(cases: Iterable[int]) -> tuple[CaseLink, ...]:
    return tuple(CaseLink(case_number(id_), url_for("cases.show", case_id=id_)) for id_ in cases)
