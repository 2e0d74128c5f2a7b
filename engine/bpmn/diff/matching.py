"""Which element of the old file is which of the new one.

An id that stayed is the best witness, unless the names say that a tool gave old ids to other elements. What is left
is matched by kind and name, then by what it stands between, until nothing more can be told.
"""

from __future__ import annotations

import difflib
import heapq
from collections import Counter
from collections.abc import Iterable

from engine.bpmn.diff.drawing import Drawing, Node
from engine.bpmn.model import Step

#: Names at least this alike are the same name, written better.
ALIKE = 0.75
#: Below this nothing speaks for two elements being one.
ENOUGH = 3.0
MOST_NAMESAKES = 20


def match(old: Drawing, new: Drawing) -> dict[str, str]:
    """Old element id → new element id: processes, flow nodes and sequence flows."""
    found = match_processes(old, new)
    nodes = by_id(old, new)
    nodes |= by_name(old, new, found | nodes)
    nodes |= by_surroundings(old, new, found | nodes)
    found |= nodes
    return found | match_flows(old, new, found)


def match_processes(old: Drawing, new: Drawing) -> dict[str, str]:
    found = {key: key for key in old.processes if key in new.processes}
    left = [key for key in old.processes if key not in found]
    free = [key for key in new.processes if key not in found]
    for key in list(left):
        name = old.definition.procedures[key].name
        same = [other for other in free if new.definition.procedures[other].name == name]
        if len(same) == 1:
            found[key] = same[0]
            left.remove(key)
            free.remove(same[0])
    if len(left) == 1 and len(free) == 1:
        found[left[0]] = free[0]
    return found


def by_id(old: Drawing, new: Drawing) -> dict[str, str]:
    """The same id on the same kind of element, but for ids that went to an element of another name."""
    named_old, named_new = _names(old), _names(new)
    found = {}
    for id_, node in old.nodes.items():
        other = new.nodes.get(id_)
        if other is None or other.family != node.family:
            continue
        if node.name != other.name and (
            _stands_elsewhere(node, id_, new, named_new) or _came(other, id_, old, named_old)
        ):
            continue
        found[id_] = id_
    return found


def _stands_elsewhere(node: Node, id_: str, new: Drawing, named: Counter) -> bool:
    """Whether the other file has an element of this name and kind under another id that the old file did not have."""
    key = _key(node)
    return node.is_named and named[key] == 1 and id_ in new.nodes and _key(new.nodes[id_]) != key


def _came(other: Node, id_: str, old: Drawing, named: Counter) -> bool:
    return other.is_named and named[_key(other)] == 1 and _key(old.nodes[id_]) != _key(other)


def by_name(old: Drawing, new: Drawing, known: dict[str, str]) -> dict[str, str]:
    """Elements that alone bear their name, or that alone are what they are, on both sides."""
    taken = set(known.values())
    left = _alone([node for node in old.nodes.values() if node.id not in known], old, known)
    free = _alone([node for node in new.nodes.values() if node.id not in taken], new, {})
    return {node.id: free[key].id for key, node in left.items() if key in free}


def _alone(nodes: list[Node], drawing: Drawing, known: dict[str, str]) -> dict[tuple, Node]:
    found: dict[tuple, list[Node]] = {}
    for node in nodes:
        process = known.get(node.process_id, node.process_id)
        found.setdefault((process, _key(node), node.kind, tuple(_event(node, drawing))), []).append(node)
    every = Counter((node.process_id, node.kind) for node in drawing.nodes.values())
    return {
        key: same[0] for key, same in found.items()
        if len(same) == 1 and (same[0].is_named or every[same[0].process_id, same[0].kind] == 1)
    }  # fmt: skip


def by_surroundings(old: Drawing, new: Drawing, known: dict[str, str]) -> dict[str, str]:
    """What stands beside matched elements, the likeliest first, each match speaking for its own neighbours.

    Where no neighbour tells anything more, elements of one name are taken in the order of the files.
    """
    known, found = dict(known), {}
    taken = set(known.values())
    near_old, near_new = _near(old), _near(new)
    heap: list[tuple[float, str, str]] = []

    def look_around(one: str, other: str) -> None:
        for mine in near_old.get(one, ()):
            for theirs in near_new.get(other, ()):
                if mine not in known and theirs not in taken:
                    score = likeness(old.nodes[mine], new.nodes[theirs], old, new, known)
                    if score >= ENOUGH:
                        same_way = _labels(old, one, mine) == _labels(new, other, theirs)
                        heapq.heappush(heap, (-score - 0.5 * same_way, mine, theirs))

    def take(one: str, other: str) -> None:
        known[one] = found[one] = other
        taken.add(other)
        look_around(one, other)

    for one, other in list(known.items()):
        look_around(one, other)
    alone = [[node for node in drawing.nodes.values() if not any(_around(node))] for drawing in (old, new)]
    loners = [
        (a.id, b.id) for a in alone[0] for b in alone[1][:MOST_NAMESAKES] if likeness(a, b, old, new, known) >= ENOUGH
    ]
    namesakes = [*_namesakes(old, new), *loners]
    while True:
        while heap:
            _, one, other = heapq.heappop(heap)
            if one not in known and other not in taken:
                take(one, other)
        pair = next(((a, b) for a, b in namesakes if a not in known and b not in taken), None)
        if pair is None:
            return found
        take(*pair)


def _labels(drawing: Drawing, one: str, other: str) -> set[tuple[bool, str, str]]:
    """What is written on the flows between two elements, and which way they go."""
    node = drawing.nodes.get(one)
    if node is None:
        return set()
    out = {(True, flow.name, flow.condition) for flow in node.outgoing if flow.target == other}
    return out | {(False, flow.name, flow.condition) for flow in node.incoming if flow.source == other}


def _near(drawing: Drawing) -> dict[str, set[str]]:
    """What to look at beside an element: along the flows either way, boundary events and hosts, what it lies in."""
    near: dict[str, set[str]] = {}
    links = [(flow.source, flow.target) for flow in drawing.flows.values()]
    links += [(node.host, node.id) for node in drawing.nodes.values() if node.host in drawing.nodes]
    for one, other in links:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    for node in drawing.nodes.values():
        if node.parent in drawing.nodes:
            near.setdefault(node.id, set()).add(node.parent)
    return near


def _namesakes(old: Drawing, new: Drawing) -> list[tuple[str, str]]:
    """Elements of the same name and kind on both sides, the first with the first and so on."""
    waiting: dict[tuple[str, str, str], list[str]] = {}
    for node in new.nodes.values():
        if node.is_named:
            waiting.setdefault(_key(node), []).append(node.id)
    named = [(node.id, waiting[_key(node)]) for node in old.nodes.values() if _key(node) in waiting]
    return [(id_, other) for id_, others in named for other in others[:MOST_NAMESAKES]]


def likeness(one: Node, other: Node, old: Drawing, new: Drawing, known: dict[str, str]) -> float:
    """How much speaks for two elements being the same; 0 where something speaks against it."""
    if one.family != other.family or known.get(one.process_id, one.process_id) != other.process_id:
        return 0.0
    if one.host and other.host and known.get(one.host) not in (None, other.host):
        return 0.0
    around = _shared(_around(one), _around(other), known)
    same_kind = 0.5 if one.kind == other.kind else 0.0
    same_kind += 0.2 if one.step is not None and other.step is not None and _who(one.step) == _who(other.step) else 0.0
    what = list(_event(one, old)) == list(_event(other, new))
    if one.name == other.name and one.is_named:
        return 4.0 + around + same_kind + what
    if one.is_named != other.is_named or not what:
        return 0.0
    if not one.is_named:
        return (2.5 + around + same_kind) if around >= 1 else 0.0
    if around < 1.5:
        return 0.0
    alike = _fields(one) & _fields(other) or any(
        difflib.SequenceMatcher(None, a, b).ratio() >= ALIKE
        for a, b in ((one.name.zh, other.name.zh), (one.name.en, other.name.en))
    )
    return 1.5 + around + same_kind if alike else 0.0


def match_flows(old: Drawing, new: Drawing, known: dict[str, str]) -> dict[str, str]:
    """Flows between the same two elements; where there are several, by condition, then in order."""
    waiting: dict[tuple[str, str], list] = {}
    for flow in new.flows.values():
        waiting.setdefault((flow.source, flow.target), []).append(flow)
    found = {}
    flows = list(old.flows.values())
    for same in (lambda a, b: a.id == b.id, lambda a, b: a.condition == b.condition, lambda a, b: True):
        for flow in flows:
            ends = (known.get(flow.source, ""), known.get(flow.target, ""))
            if flow.id in found:
                continue
            other = next((one for one in waiting.get(ends, ()) if same(flow, one)), None)
            if other is not None:
                found[flow.id] = other.id
                waiting[ends].remove(other)
    return found


def _names(drawing: Drawing) -> Counter:
    return Counter(_key(node) for node in drawing.nodes.values())


def _key(node: Node) -> tuple[str, str, str]:
    return (node.family, node.name.zh, node.name.en)


def _around(node: Node) -> tuple[set[str], set[str]]:
    before = {flow.source for flow in node.incoming} | ({node.host} if node.host else set())
    return before, {flow.target for flow in node.outgoing}


def _shared(one: tuple[set[str], set[str]], other: tuple[set[str], set[str]], known: dict[str, str]) -> float:
    """The share of neighbours that are the same on both sides, before and after, from 0 to 2."""
    total = 0.0
    for mine, theirs in zip(one, other, strict=True):
        same = {known[id_] for id_ in mine if id_ in known} & theirs
        total += len(same) / max(len(mine), len(theirs), 1) if mine or theirs else 0.5
    return total


def _event(node: Node, drawing: Drawing) -> Iterable[str]:
    return [what for what, _ in drawing.definitions_of(node)]


def _who(step: Step) -> tuple[object, ...]:
    return step.lane, step.assignment, step.limit


def _fields(node: Node) -> set[str]:
    return {field.key for field in node.step.form.fields} if node.step is not None else set()
