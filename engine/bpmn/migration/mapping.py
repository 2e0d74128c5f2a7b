"""What an owner says about which element takes the place of which, looked over before any case is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.flow_nodes import Element
from engine.bpmn.migration import words
from engine.bpmn.migration.markings import is_automatic
from engine.bpmn.migration.matching import Match, kind_of
from engine.bpmn.process import ProcessSpec
from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the entry of an old element."""

    element_id: str
    text: Text


def problems_of(match: Match) -> tuple[Problem, ...]:
    """Elements that do not exist, kinds that do not fit, two that may be open together made one; empty when all is well."""
    return tuple(dict.fromkeys([*_one_by_one(match), *_two_on_one(match)]))


def _one_by_one(match: Match) -> Iterator[Problem]:
    old, new = elements(match.old.bodies.values()), elements(match.new.bodies.values())
    for old_id, new_id in match.mapping.items():
        if old_id not in old:
            yield Problem(old_id, words.NOT_OLD.format(element=old_id))
        elif new_id is not None and new_id not in new:
            yield Problem(old_id, words.NOT_NEW.format(element=new_id))
        elif new_id is not None:
            yield from _pair(match, *old[old_id], *new[new_id])


def _pair(match: Match, body: ProcessSpec, one: Element, new_body: ProcessSpec, other: Element) -> Iterator[Problem]:
    names = {"element": match.name(one), "other": match.name(other)}
    if not _is_same_place(match, body, new_body):
        yield Problem(one.bpmn_id, words.ELSEWHERE.format(**names))
    elif (was := kind_of(one)) != (now := kind_of(other)):
        why = words.KIND.format(element=match.name(one), was=words.in_words(was), now=words.in_words(now))
        yield Problem(one.bpmn_id, why)


def _is_same_place(match: Match, body: ProcessSpec, new_body: ProcessSpec) -> bool:
    """The process itself, or the subprocesses that correspond all the way up."""
    one, other = body.key.split("/"), new_body.key.split("/")
    roots = (match.new.process_id if one[0] == match.old.process_id else one[0]), other[0]
    inner = zip(one[1:], other[1:], strict=False)
    return len(one) == len(other) and roots[0] == roots[1] and all(match.mapping.get(a, a) == b for a, b in inner)


def _two_on_one(match: Match) -> Iterator[Problem]:
    for body in match.old.bodies.values():
        new_body = next((other for other in match.new.bodies.values() if _is_same_place(match, body, other)), None)
        if new_body is None:
            continue
        onto: dict[str, Element] = {}
        for element in body.task_specs.values():
            target = match.partner(element, new_body) if is_drawn(element) else None
            if target is None:
                continue
            other = onto.setdefault(target.name, element)
            if other is not element and match.mapping.keys() & {element.bpmn_id, other.bpmn_id} and _together(match, body, element, other):
                said, second = (element, other) if element.bpmn_id in match.mapping else (other, element)
                names = {"element": match.name(said), "other": match.name(second), "target": match.name(target)}
                yield Problem(said.bpmn_id, words.BOTH.format(**names))


def _together(match: Match, body: ProcessSpec, one: Element, other: Element) -> bool:
    """Whether a case may stand at both at once, as far as can be told."""
    if not _is_waited_at(one) or not _is_waited_at(other):
        return False
    known = match.markings(body, frozenset())
    return known is None or any({one.name, other.name} <= {place[0] for place, _ in marking} for marking in known)


def _is_waited_at(element: Element) -> bool:
    return element.waits_for_others or not is_automatic(element)


def elements(bodies: object) -> dict[str, tuple[ProcessSpec, Element]]:
    """Every element by its id, with the process or subprocess it is in; that of the first, where two have the same."""
    found: dict[str, tuple[ProcessSpec, Element]] = {}
    for body in bodies:
        for element in body.task_specs.values():
            if is_drawn(element):
                found.setdefault(element.bpmn_id, (body, element))
    return found


def is_drawn(element: Element) -> bool:
    """An element of the file, not one of ours that stands for what it does."""
    return element.loop is None and not element.is_watch
