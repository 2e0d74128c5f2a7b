"""Two versions of a procedure side by side: which element is which, and what becomes of an instance of the old one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.bpmn import diff
from engine.bpmn.migration import Match, problems_of
from engine.domain.case import case_number
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.text import Text
from engine.store import procedures
from engine.versions import Version, Versions

#: Old element id → new one, or None where nothing takes its place; ids that are not named stay what they are.
Pairs = Mapping[str, str | None]

VERSION = Text("流程“{key}”的第 {number} 版", "Version {number} of procedure “{key}”")
SAME = Text("请选择另一个版本作为目标。", "Choose another version to move to.")
NOT_THERE = Text(
    "下列服务工单没有在该版本上运行：{numbers}。", "These cases have nothing running on that version: {numbers}."
)
MOST_TOLD = 20


def two_of(conn: Connection, versions: Versions, key: str, from_number: int, to_number: int) -> tuple[Version, Version]:
    """The version to move from and the one to move to. Raises `NotFound`, `InvalidInput` where they are one."""
    found = []
    for number in (from_number, to_number):
        row = procedures.version_by_number(conn, key, number) if 0 < number < 2**31 else None
        if row is None:
            raise NotFound(what=VERSION.format(key=key[:100], number=number))
        found.append(versions.get(conn, row.id))
    if from_number == to_number:
        raise InvalidInput(fields={"to": SAME})
    return found[0], found[1]


def checked(old: Version, new: Version, mapping: Mapping[str, Any] | None) -> Pairs:
    """The pairs of elements, those the comparison proposes where none are given; what is wrong is told by element."""
    if mapping is None:
        return proposed(old, new)
    pairs = {str(one): str(other) if other else None for one, other in mapping.items()}
    if problems := problems_of(match_of(old, new, pairs)):
        raise InvalidInput(fields={problem.element_id: problem.text for problem in problems})
    return pairs


def check_there(wanted: Iterable[int] | None, found: Iterable[int]) -> None:
    """Every case that was asked for has something to move."""
    if wanted is not None and (missing := sorted(set(wanted) - set(found))):
        numbers = ", ".join(case_number(id_) for id_ in missing[:MOST_TOLD])
        raise InvalidInput(fields={"cases": NOT_THERE.format(numbers=numbers)})


def match_of(old: Version, new: Version, pairs: Pairs) -> Match:
    """Made once for the two versions and the pairs; what it finds out about them is kept with the old version."""
    key = (new.id, tuple(sorted(pairs.items(), key=lambda pair: pair[0])))
    found = old.matches.get(key)
    if found is None:
        found = old.matches.setdefault(key, Match(old.spec, new.spec, pairs, lambda id_: name_in(old, new, id_)))
    return found


def name_in(old: Version, new: Version, element_id: str) -> Text:
    """What people call an element of either version; its id where it has no name."""
    found = old.name_of(element_id)
    return new.name_of(element_id) if found == Text.same(element_id) else found


def proposed(old: Version, new: Version) -> dict[str, str | None]:
    """What the comparison of the files finds: elements under another id, and ids that went to something else."""
    found = diff.diff(_source(old), _source(new)).mapping
    before, after = node_ids(old), node_ids(new)
    pairs = {id_: found[id_] for id_ in sorted(before) if found.get(id_) in after}
    taken = {id_: None for id_ in sorted(before & after) if id_ not in pairs}
    renamed = {id_: other for id_, other in pairs.items() if id_ != other}
    wrong = {problem.element_id for problem in problems_of(match_of(old, new, renamed | taken))}
    return {id_: other for id_, other in (renamed | taken).items() if id_ not in wrong}


def renames(pairs: Pairs) -> dict[str, str]:
    """The elements that have another id in the new version."""
    return {one: other for one, other in pairs.items() if other is not None and one != other}


def node_ids(version: Version) -> set[str]:
    """The flow nodes of its file."""
    return {id_ for procedure in version.definition.procedures.values() for id_ in procedure.steps}


def _source(version: Version) -> diff.Source:
    return diff.Source(version.bpmn, version.definition, version.beside)
