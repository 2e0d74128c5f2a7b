"""All cases of a log held against one version: how many keep to it, what deviates and where, how long each step waits.

Cases that passed the same elements in the same order are a variant, laid beside the diagram once. An activity without
an element, and a step nothing in the log tells of, are not judged: they are named. `strict` judges them too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.conformance import deviation as d
from engine.bpmn.conformance.net import Net
from engine.bpmn.logs.alignment import BOTH, CASE, DIAGRAM, THOROUGH, Alignment, Move, align
from engine.bpmn.logs.event import Log, LogNotReadable, Trace
from engine.bpmn.logs.spent import Spent
from engine.bpmn.logs.walk import Walk
from engine.domain.text import Text

MOST_VARIANTS, MOST_EXAMPLES = 100, 10
#: So many ways of standing are remembered between cases; then all are forgotten.
MOST_KNOWN = 200_000
#: After so many variants that grew too large to be searched to the end the others are searched less far.
MANY = 100
OUTSIDE = "activity "

NOTHING = Text("没有一个活动与流程图的元素对应。", "no activity is an element of the diagram.")
NO_WAY = Text("在流程图中找不到从开始到结束的路径。", "no way through the diagram from its start to its end was found.")


@dataclass(slots=True)
class Variant:
    passed: tuple[str, ...]
    cases: int = 0
    examples: list[str] = field(default_factory=list)
    alignment: Alignment | None = None

    def add(self, case: str) -> None:
        self.cases += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(case)


def check(
    log: Log,
    net: Net,
    name: Callable[[str], Text],
    mapping: Mapping[str, str],
    *,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """What was found, as plain values. `progress` is told how many cases are done. Raises `LogNotReadable`."""
    steps = checking(log, net, name, mapping, strict=strict)
    while True:
        try:
            done = next(steps)
        except StopIteration as over:
            return over.value
        if progress is not None:
            progress(done)


def checking(
    log: Log, net: Net, name: Callable[[str], Text], mapping: Mapping[str, str], *, strict: bool = False
) -> Generator[int, None, dict[str, Any]]:
    """The same step by step: each yields how many cases are done."""
    mapping = {activity: element for activity, element in mapping.items() if element in net.named}
    if not mapping:
        raise LogNotReadable(why=NOTHING)
    tasks = {node.id for node in net.nodes.values() if node.is_seen and not net.bodies(node)}
    seen = frozenset(mapping.values()) | (frozenset(tasks) if strict else frozenset())
    walk = Walk(net, seen)
    shortest = align(walk, ())
    if shortest is None:
        raise LogNotReadable(why=NO_WAY)
    spent = Spent(net, seen)
    variants: dict[tuple[str, ...], Variant] = {}
    for trace in log.traces:
        passed = tuple(_elements(trace, mapping, strict=strict))
        variants.setdefault(passed, Variant(passed)).add(trace.case)
        spent.add(trace, mapping)
    done = unsure = 0
    for variant in variants.values():
        if walk.size > MOST_KNOWN:
            walk = Walk(net, seen)
        found = variant.alignment = align(walk, variant.passed, THOROUGH if unsure < MANY else THOROUGH // 20)
        unsure += found is None or not found.is_nearest
        done += variant.cases
        yield done
    ordered = sorted(variants.values(), key=lambda one: (-one.cases, one.passed))
    return {
        **_figures(log, mapping, ordered, shortest.cost),
        "deviations": _deviations(ordered, name),
        "steps": spent.told(name),
        "variants": [_variant(one, name) for one in ordered[:MOST_VARIANTS]],
        "names": {element: name(element).to_dict() for element in walk.seen},
        "unmapped": _unmapped(log, mapping),
        "unseen": [{"element": e, "name": name(e).to_dict()} for e in _in_order(net, tasks - set(mapping.values()))],
        "bad": [{"where": bad.where.to_dict(), "why": bad.why.to_dict()} for bad in log.bad],
        "bad_count": log.bad_count,
        "left_out": log.left_out,
        "strict": strict,
    }


def deviations(alignment: Alignment) -> list[tuple[str, str]]:
    """The moves made by one alone, by kind and element: what is missing here and done there was out of order."""
    alone = [move for move in alignment.moves if move.by != BOTH]
    together = {move.element for move in alignment.moves if move.by == BOTH}
    missing = Counter(move.element for move in alone if move.by != CASE)
    extra = Counter(move.element for move in alone if move.by == CASE)
    moved = missing & extra
    last = max((at for at, move in enumerate(alignment.moves) if move.by == BOTH), default=-1)
    left = Counter(move.element for move in alignment.moves[last + 1 :] if move.by == DIAGRAM)
    found: list[tuple[str, str]] = []
    for move in _once_each(alone):
        element = move.element
        if move.by == CASE:
            found += [(d.ORDER, element)] * moved[element]
            kind = d.UNKNOWN if element.startswith(OUTSIDE) else d.TWICE if element in together else d.ORDER
            found += [(kind, element)] * (extra[element] - moved[element])
        else:
            count = missing[element] - moved[element]
            early = min(count, left[element])
            found += [(d.EARLY, element)] * early + [(d.SKIPPED, element)] * (count - early)
    return found


def _once_each(moves: Iterable[Move]) -> list[Move]:
    return list({(move.by, move.element): move for move in moves}.values())


def _elements(trace: Trace, mapping: Mapping[str, str], *, strict: bool) -> Iterable[str]:
    for event in trace.events:
        if element := mapping.get(event.activity):
            yield element
        elif strict:
            yield OUTSIDE + event.activity


def _figures(log: Log, mapping: Mapping[str, str], variants: list[Variant], shortest: int) -> dict[str, Any]:
    """Fitness: 1 where every case keeps to the diagram, 0 where nothing any case did is in it."""
    judged = [(one, one.alignment) for one in variants if one.alignment is not None]
    cases = sum(one.cases for one, _ in judged)
    spent = sum(found.cost * one.cases for one, found in judged)
    worst = sum((len(one.passed) + shortest) * one.cases for one, _ in judged)
    counts = log.activities()
    return {
        "cases": len(log.traces),
        "judged": cases,
        "events": log.events,
        "mapped_events": sum(count for activity, count in counts.items() if activity in mapping),
        "fitting": sum(one.cases for one, found in judged if not found.cost),
        "fitness": round(1 - spent / worst, 6) if worst else 1.0,
        "variant_count": len(variants),
        "perhaps_nearer": sum(one.cases for one, found in judged if not found.is_nearest),
    }


def _deviations(variants: list[Variant], name: Callable[[str], Text]) -> list[dict[str, Any]]:
    """By kind and element: how many cases, how often, a few of the cases; the most frequent first."""
    cases: Counter[tuple[str, str]] = Counter()
    times: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for variant in variants:
        found = Counter(deviations(variant.alignment)) if variant.alignment is not None else Counter()
        for key, count in found.items():
            cases[key] += variant.cases
            times[key] += variant.cases * count
            examples[key] = [*examples.get(key, []), *variant.examples][:MOST_EXAMPLES]
    ordered = sorted(cases, key=lambda key: (-cases[key], key))
    return [{**_said(*key, name), "cases": cases[key], "times": times[key], "examples": examples[key]} for key in ordered]


def _variant(variant: Variant, name: Callable[[str], Text]) -> dict[str, Any]:
    found = variant.alignment
    return {
        "elements": list(variant.passed),
        "cases": variant.cases,
        "examples": variant.examples,
        "cost": found.cost if found is not None else None,
        "deviations": [_said(*key, name) for key in deviations(found)] if found is not None else [],
    }


def _said(kind: str, element: str, name: Callable[[str], Text]) -> dict[str, Any]:
    named = _named(element, name)
    outside = element.startswith(OUTSIDE)
    sentence = d.SENTENCES[kind].format(name=named).to_dict()
    return {"kind": kind, "element": "" if outside else element, "name": named.to_dict(), "sentence": sentence}


def _named(element: str, name: Callable[[str], Text]) -> Text:
    return Text.same(element.removeprefix(OUTSIDE)) if element.startswith(OUTSIDE) else name(element)


def _unmapped(log: Log, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    cases = Counter(a for trace in log.traces for a in {event.activity for event in trace.events} if a not in mapping)
    events = log.activities()
    return [{"activity": activity, "events": events[activity], "cases": cases[activity]} for activity in events if activity in cases]


def _in_order(net: Net, elements: set[str]) -> list[str]:
    return [element for element in net.named if element in elements]
