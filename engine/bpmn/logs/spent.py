"""How long each step waited and took: from the end of the steps before it to its beginning, and from there to its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from engine.bpmn.conformance.net import Net, Node
from engine.bpmn.logs.event import Trace
from engine.domain.text import Text


class Spent:
    """`seen` are the elements a log tells of; what lies between two of them takes no part."""

    def __init__(self, net: Net, seen: frozenset[str]) -> None:
        self.before = {element: _before(net, element, seen) for element in net.named if element in seen}
        self.waited: dict[str, list[float]] = {}
        self.took: dict[str, list[float]] = {}
        self.passed: dict[str, int] = {}
        self.people: dict[str, set[str]] = {}

    def add(self, trace: Trace, mapping: Mapping[str, str]) -> None:
        """Waiting counts from the latest end of a step the diagram has before it; of a first step nothing is known."""
        ended: dict[str, datetime] = {}
        for event in trace.events:
            element = mapping.get(event.activity)
            if element is None:
                continue
            self.passed[element] = self.passed.get(element, 0) + 1
            if event.resource:
                self.people.setdefault(element, set()).add(event.resource)
            if event.at is None:
                continue
            since = max((ended[one] for one in self.before[element] if one in ended), default=None)
            begun = event.began or event.at
            if since is not None:
                self.waited.setdefault(element, []).append(max(0.0, (begun - since).total_seconds()))
            if event.began is not None:
                self.took.setdefault(element, []).append(max(0.0, (event.at - event.began).total_seconds()))
            ended[element] = event.at

    def told(self, name: Callable[[str], Text]) -> list[dict[str, Any]]:
        """Seconds, of each step in the order of the diagram."""
        return [
            {
                "element": element,
                "name": name(element).to_dict(),
                "passed": self.passed[element],
                "people": len(self.people.get(element, ())),
                "waited": _figures(self.waited.get(element, [])),
                "took": _figures(self.took.get(element, [])),
            }
            for element in self.before
            if element in self.passed
        ]


def _figures(seconds: list[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    ninth = ordered[-(-len(ordered) * 9 // 10) - 1]
    return {"count": len(ordered), "median": median(ordered), "p90": ninth, "most": ordered[-1]}


def _before(net: Net, element: str, seen: frozenset[str]) -> frozenset[str]:
    """The seen elements from which this one is reached without passing another."""
    found: set[str] = set()
    todo, known = deque(net.named[element]), set(net.named[element])
    while todo:
        for one in _straight_before(net, todo.popleft()):
            if one.id in seen:
                found.add(one.id)
            elif one not in known:
                known.add(one)
                todo.append(one)
    return frozenset(found)


def _straight_before(net: Net, node: Node) -> list[Node]:
    """Along flows, into the ends of a subprocess, out of its start, and from where a boundary event hangs."""
    if node.kind == "boundaryEvent":
        return [one for flow in net.nodes[node.scope, node.host or ""].incoming if (one := net.source(flow))]
    if node.kind == "startEvent":
        return [one for host in net.hosts.get(node.scope, ()) for flow in host.incoming if (one := net.source(flow))]
    sources = [one for flow in node.incoming if (one := net.source(flow))]
    inside = [one for source in sources for scope in net.bodies(source) for one in net.nodes.values() if one.scope == scope]
    return sources + [one for one in inside if one.kind == "endEvent"]
