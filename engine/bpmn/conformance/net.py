"""The net a trail is held against: every element of a file with the flows that lead to it and away, by scope.

It is read from the BPMN file itself and knows nothing of the code that runs it. A token stands on a flow: the element
at its end has it, waits for it or works on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.conformance.details import add_details, own_calendar
from engine.bpmn.conformance.node import Node
from engine.bpmn.dialects.names import FLOW_NODES, SUBPROCESSES, bpmn, event_definitions, kind
from engine.bpmn.lint.sheet import condition_of, scopes_of
from engine.bpmn.lint.structure import link_name, throws_link
from engine.bpmn.reader import read

LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


@dataclass(frozen=True, eq=False, slots=True)
class Net:
    """`nodes` by scope and id; `named` all of an id; `flows` say (scope, source, target)."""

    main: str
    nodes: Mapping[tuple[str, str], Node]
    named: Mapping[str, tuple[Node, ...]]
    flows: Mapping[str, tuple[str, str, str]]
    hosts: Mapping[str, tuple[Node, ...]]
    links: Mapping[str, str]

    def target(self, flow: str) -> Node:
        scope, _, target = self.flows[flow]
        return self.nodes[scope, target]

    def source(self, flow: str) -> Node | None:
        scope, source, _ = self.flows[flow]
        return self.nodes.get((scope, source))

    def bodies(self, node: Node) -> tuple[str, ...]:
        """The scopes that begin when a token comes to this element."""
        return tuple(scope for scope, hosts in self.hosts.items() if any(host is node for host in hosts))

    def watched_by(self, node: Node) -> list[Node]:
        """The boundary events at an element."""
        return [one for (scope, _), one in self.nodes.items() if scope == node.scope and one.host == node.id]

    def way_to(self, flow: str, holds: Callable[[str], bool]) -> tuple[str, tuple[Node, ...]] | None:
        """The nearest flow with a token from which this one is reached, and the elements between, in order."""
        before: dict[str, str | None] = {flow: None}
        todo = deque([flow])
        while todo:
            one = todo.popleft()
            if one != flow and holds(one):
                way, at = [], one
                while at != flow:
                    way.append(self.target(at))
                    at = before[at] or flow
                return one, tuple(way)
            source = self.source(one)
            if source is None:
                continue
            into = list(source.incoming)
            if source.kind == "boundaryEvent" and source.host:
                into = list(self.nodes[source.scope, source.host].incoming)
            for other in into:
                if other not in before:
                    before[other] = one
                    todo.append(other)
        return None


def net_of(data: bytes, main: str, called: Mapping[str, bytes] | None = None) -> Net:
    """Of one version: its file and those it calls."""
    drawing = _Drawing(main)
    for file in (data, *(called or {}).values()):
        root = read(file)
        for process in root.iter(bpmn("process")):
            drawing.process(process)
    return drawing.finish()


class _Drawing:
    def __init__(self, main: str) -> None:
        self.main = main
        self.nodes: dict[tuple[str, str], Node] = {}
        self.flows: dict[str, tuple[str, str, str]] = {}
        self.hosts: dict[str, list[Node]] = {}
        self.links: dict[str, str] = {}
        self.known: set[str] = set()

    def process(self, process: etree._Element) -> None:
        key = process.get("id") or ""
        if key in self.known:
            return
        self.known.add(key)
        names: dict[str, str] = {key: key}
        for scope in scopes_of(process):
            ident = scope.element.get("id") or ""
            path = names.setdefault(ident, f"{key}/{ident}")
            catches: dict[str, str] = {}
            for name, element in scope.nodes.items():
                node = self.node(path, name, element)
                add_details(node, element, own_calendar(process) or "wall")
                if kind(element) in SUBPROCESSES:
                    names[name] = f"{key}/{name}"
                    self.hosts.setdefault(names[name], []).append(node)
                if kind(element) == "intermediateCatchEvent" and link_name(element):
                    catches[link_name(element)] = name
            for flow in scope.flows:
                self.flow(path, flow, scope.nodes)
            for name, element in scope.nodes.items():
                if throws_link(element) and link_name(element) in catches:
                    self.join(f"link {path}/{name}", path, name, catches[link_name(element)])
                    self.links[f"{path}/{name}"] = f"link {path}/{name}"

    def node(self, scope: str, name: str, element: etree._Element) -> Node:
        node = Node(name, " ".join((element.get("name") or "").split()), kind(element), scope)
        node.events = tuple(what for what, _ in event_definitions(element))
        node.host = element.get("attachedToRef")
        node.interrupts = element.get("cancelActivity") != "false" and element.get("isInterrupting") != "false"
        node.is_loop = any(element.find(bpmn(loop)) is not None for loop in LOOPS)
        node.is_watch = element.get("triggeredByEvent") == "true"
        node.is_free = element.get("isForCompensation") == "true" or kind(element.getparent()) == "adHocSubProcess"
        if node.kind == "callActivity":
            node.calls = (element.get("calledElement") or "").rpartition(":")[2] or _called(element)
        self.nodes[scope, name] = node
        return node

    def flow(self, scope: str, flow: etree._Element, nodes: Mapping[str, etree._Element]) -> None:
        name, source, target = (flow.get(a) or "" for a in ("id", "sourceRef", "targetRef"))
        if source not in nodes or target not in nodes:
            return
        ident = name if name not in self.flows else f"{scope}/{name}"
        self.join(ident, scope, source, target)
        begin = self.nodes[scope, source]
        asked = bool(condition_of(flow)) or nodes[source].get("default") == name
        may_choose = begin.kind in ("exclusiveGateway", "eventBasedGateway", "inclusiveGateway", "complexGateway")
        begin.outgoing[ident] = not (asked or may_choose) or begin.kind == "parallelGateway"
        begin.conditions[ident] = condition_of(flow)
        if nodes[source].get("default") == name:
            begin.default = ident

    def join(self, ident: str, scope: str, source: str, target: str) -> None:
        self.flows[ident] = (scope, source, target)
        self.nodes[scope, target].incoming.append(ident)

    def finish(self) -> Net:
        named: dict[str, list[Node]] = {}
        for node in list(self.nodes.values()):
            named.setdefault(node.id, []).append(node)
            if node.calls in self.known:
                self.hosts.setdefault(node.calls, []).append(node)
            if node.kind in FLOW_NODES and not node.incoming and node.kind not in ("startEvent", "boundaryEvent"):
                self.begin_at(node)
        hosts = {scope: tuple(found) for scope, found in self.hosts.items()}
        return Net(self.main, self.nodes, {i: tuple(n) for i, n in named.items()}, self.flows, hosts, self.links)

    def begin_at(self, node: Node) -> None:
        """A step nothing leads to, in a scope without a start event, begins with its scope."""
        node.is_free = True


def _called(element: etree._Element) -> str | None:
    return next((one.get("processId") for one in element.iter() if one.get("processId")), None)
