"""What will be decided next, once a token moves on from an element, and values that decide it one way or another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.errors import StepFault
from engine.bpmn.events import Catching, NoneEvent
from engine.bpmn.expressions import EvaluationError, Expression, Script
from engine.bpmn.flow_nodes import Element, EventGateway, ExclusiveGateway, ScriptTask
from engine.bpmn.loops import StandardLoop
from engine.bpmn.model import NOTHING, Field
from engine.bpmn.rule_tasks import DecisionTask
from engine.bpmn.spec import ExecutableSpec
from engine.bpmn.subprocesses import SubProcess
from engine.bpmn.trial.rulings import Ruling
from engine.bpmn.trial.values import Path, Trials, assembled

Computing = Script | Ruling

MOST_COMBINATIONS = 256
MOST_TURNS = 16


@dataclass(frozen=True, slots=True)
class Turn:
    """`values` to set so that these flows are taken next; empty where nothing has to be decided.

    `asked` says for each variable which element asks for it first.
    """

    values: Mapping[str, Any]
    flows: frozenset[str]
    asked: Mapping[str, str] = field(default_factory=lambda: NOTHING)


class Ahead:
    """For each element the deciding elements a token comes to before anything waits again."""

    def __init__(self, spec: ExecutableSpec) -> None:
        self.hosts: dict[str, list[Element]] = {}
        self.known: dict[Element, tuple[list[Element], list[Computing]]] = {}
        for body in spec.bodies.values():
            for element in body.task_specs.values():
                inside = getattr(getattr(element, "inner", element), "body_spec", None)
                if inside is not None:
                    self.hosts.setdefault(inside.key, []).append(element)
        self.body_of = {e: body.key for body in spec.bodies.values() for e in body.task_specs.values()}

    def deciding(self, element: Element) -> tuple[list[Element], list[Computing]]:
        """The elements with conditions, and what is computed before them, in the order they are come to."""
        if element not in self.known:
            found: list[Element] = []
            scripts: list[Computing] = []
            seen: set[Element] = set()
            todo = [element]
            while todo:
                one = todo.pop(0)
                if one in seen:
                    continue
                seen.add(one)
                if any(flow.condition is not None for flow in one.outgoing) or isinstance(one, StandardLoop):
                    found.append(one)
                if isinstance(one, ScriptTask):
                    scripts.append(one.program)
                elif isinstance(one, DecisionTask):
                    scripts.append(Ruling(one))
                todo += [target for target in self.after(one) if target not in seen and not waits(target)]
            self.known[element] = found, scripts
        return self.known[element]

    def after(self, element: Element) -> Iterator[Element]:
        """What a token comes to next: along the flows, into a subprocess, out of one, back into a loop."""
        yield from (flow.target for flow in element.outgoing)
        if element.loop is not None:
            yield element.loop
        inside = getattr(element, "body_spec", None) if isinstance(element, SubProcess) else None
        if inside is not None and inside.plain_start is not None:
            yield inside.plain_start
        if not element.outgoing:
            yield from self.hosts.get(self.body_of.get(element, ""), ())


def waits(element: Element) -> bool:
    if isinstance(element, EventGateway) or (getattr(element, "manual", False) and not isinstance(element, SubProcess)):
        return True
    return isinstance(element, Catching) and not isinstance(element.event_definition, NoneEvent)


def turns(elements: list[Element], scripts: list[Computing], seen: Mapping[str, Any], entries: Mapping[str, Field]) -> list[Turn]:
    """Values for each different way the deciding elements may decide, as few as show them all."""
    if not elements:
        return [Turn({}, frozenset())]
    trials = Trials()
    for condition in (c for element in elements for c in conditions(element)):
        trials.read(condition.source)
    pass_on(trials, scripts)
    points = {path: trials.points(path, entries.get(path[0]) if len(path) == 1 else None) for path in trials.constants}
    asked = {name: e.bpmn_id or e.name for e in reversed(elements) for c in conditions(e) for name in c.names}
    found: dict[tuple, Turn] = {}
    for values in combinations(points):
        given = assembled(values, seen)
        after = computed(scripts, {**seen, **given})
        decided = tuple(decision(element, after) for element in elements)
        if decided not in found:
            found[decided] = Turn(given, frozenset(flow for flows in decided for flow in flows or ()), asked)
    sure = {decided: turn for decided, turn in found.items() if None not in decided}
    return list((sure or found).values())[:MOST_TURNS]


def satisfying(condition: Expression, seen: Mapping[str, Any], entries: Mapping[str, Field]) -> list[dict[str, Any]]:
    """Values with which the condition is true; one set is enough."""
    trials = Trials()
    trials.read(condition.source)
    points = {path: trials.points(path, entries.get(path[0]) if len(path) == 1 else None) for path in trials.constants}
    for values in combinations(points):
        given = assembled(values, seen)
        try:
            if condition.evaluate({**seen, **given}) is True:
                return [given]
        except EvaluationError:
            continue
    return []


def pass_on(trials: Trials, scripts: list[Computing]) -> None:
    """What a script computes a variable from is tried with what the variable is compared with."""
    for script in reversed(scripts):
        if isinstance(script, Ruling):
            for name in script.assigns:
                trials.constants.pop((name,), None)
            for name, values in script.tested():
                trials.note((name,), values)
            continue
        for name, expression in reversed(script.steps):
            wanted = trials.constants.pop((name,), None)
            truth = (name,) in trials.truths
            trials.truths.discard((name,))
            for source in expression.names if wanted is not None else ():
                trials.note((source,), [*wanted, *([True] if truth else []), 0, 1, 1_000_000])


def conditions(element: Element) -> Iterator[Expression]:
    yield from (flow.condition for flow in element.outgoing if flow.condition is not None)
    if isinstance(element, StandardLoop) and element.repeat is not None:
        yield element.repeat


def decision(element: Element, seen: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The flows an element with conditions would let its token take; None where it would fail."""
    try:
        if isinstance(element, StandardLoop) and element.repeat is not None and element.repeat.evaluate(seen) is True:
            return ("again",)
        taken = [
            flow
            for flow in element.outgoing
            if flow is not element.default and (flow.condition is None or flow.condition.evaluate(seen) is True)
        ]
    except EvaluationError:
        return None
    if isinstance(element, ExclusiveGateway):
        taken = [flow for flow in taken if flow.condition is not None or len(element.outgoing) == 1][:1]
    if taken:
        return tuple(flow.id for flow in taken)
    return (element.default.id,) if element.default is not None else () if not element.outgoing else None


def computed(scripts: list[Computing], seen: Mapping[str, Any]) -> Mapping[str, Any]:
    for script in scripts:
        try:
            seen = {**seen, **script.run(seen)}
        except (EvaluationError, StepFault):
            continue
    return seen


def combinations(points: Mapping[Path, list[Any]]) -> Iterator[dict[Path, Any]]:
    """All combinations where they are few; else those in which the variables change one at a time and all together."""
    paths = sorted(points)
    count = 1
    for path in paths:
        count *= len(points[path])
    if count <= MOST_COMBINATIONS:
        for number in range(count):
            values: dict[Path, Any] = {}
            for path in paths:
                number, at = divmod(number, len(points[path]))
                values[path] = points[path][at]
            yield values
        return
    for at in range(max(len(found) for found in points.values())):
        yield {path: points[path][at % len(points[path])] for path in paths}
    for base in (0, -1):
        first = {path: points[path][base] for path in paths}
        yield first
        for path in paths:
            yield from ({**first, path: value} for value in points[path])
