"""From the scope of a file to its net: what each element of BPMN does with tokens here.

Data is left out: every condition may hold or not, every event may happen. Of an event that does not interrupt only one
strand is followed at a time, since sending two reminders is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise, product

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, children, event_definitions, kind
from engine.bpmn.lint.sheet import Scope, Sheet, condition_of
from engine.bpmn.lint.soundness.net import ALL, EACH, SOME, Edge, Inside, Net, Node, Outcome
from engine.bpmn.lint.structure import link_name, stands_alone, throws_link

MAX_WAYS = 6
REFERENCES = {"error": "errorRef", "escalation": "escalationRef"}

Way = tuple[tuple[Edge, ...], tuple[str, ...]]
"""Edges that get a token, and the elements passed before."""


class Drawing:
    """`inside` are the subprocesses of the scope by id; `throws` is what may be thrown out of the scope itself."""

    def __init__(self, sheet: Sheet, scope: Scope, inside: Mapping[str, Inside]) -> None:
        self.sheet, self.scope, self.inside = sheet, scope, inside
        self.net = Net()
        self.throws: set[tuple[str, str | None]] = set()
        self.nodes: dict[str, Node] = {}
        self.edges: dict[str, list[tuple[etree._Element | None, Edge]]] = {}
        self.draw()

    def draw(self) -> None:
        drawn = {
            ident: node
            for ident, node in self.scope.nodes.items()
            if kind(node) != "boundaryEvent" and not stands_alone(node)
        }
        for ident, node in drawn.items():
            self.nodes[ident] = Node(ident, self.joins(node), ident if does_something(node) else None)
        for flow in self.scope.flows:
            self.connect(flow.get("sourceRef") or "", flow.get("targetRef") or "", flow)
        self.connect_links()
        for ident, node in self.nodes.items():
            if node.effect and ident not in self.edges:
                self.end_after(ident, node)
        for ident, node in drawn.items():
            self.nodes[ident].outcomes = list(self.outcomes(node))
            if kind(node) == "startEvent":
                start = Edge(None, self.nodes[ident])
                self.nodes[ident].incoming.append(start)
                self.net.starts.append(start)
        self.net.nodes += self.nodes.values()

    def joins(self, node: etree._Element) -> str:
        several = len(self.scope.into(node)) > 1
        return {"parallelGateway": ALL, "inclusiveGateway": SOME}.get(kind(node), EACH) if several else EACH

    def connect(self, source: str, target: str, flow: etree._Element | None) -> None:
        """An edge for a flow; one that leads from or to nowhere is another rule's matter."""
        begin = self.scope.nodes.get(source)
        host = (begin.get("attachedToRef") or "") if begin is not None and kind(begin) == "boundaryEvent" else source
        if host not in self.nodes or target not in self.nodes:
            return
        passed = (flow.get("id") or "",) if flow is not None else ()
        edge = Edge(self.nodes[host], self.nodes[target], passed, self.nodes[host].effect)
        self.nodes[target].incoming.append(edge)
        self.edges.setdefault(source, []).append((flow, edge))

    def connect_links(self) -> None:
        catches = {link_name(n): i for i, n in self.scope.nodes.items() if kind(n) == "intermediateCatchEvent" and link_name(n)}
        for ident, node in self.scope.nodes.items():
            if throws_link(node) and link_name(node) in catches:
                self.connect(ident, catches[link_name(node)], None)

    def end_after(self, ident: str, node: Node) -> None:
        """Where nothing follows a step, the token ends there; that it came twice shall show all the same."""
        end = Node("", outcomes=[Outcome()])
        edge = Edge(node, end, (), node.effect)
        end.incoming.append(edge)
        self.edges[ident] = [(None, edge)]
        self.net.nodes.append(end)

    # -- what may happen at a node ------------------------------------------------------------------------------

    def outcomes(self, node: etree._Element) -> Iterator[Outcome]:
        if kind(node) == "endEvent":
            yield from self.ending(node)
            return
        ways = list(self.ways(node))
        if kind(node) not in ACTIVITIES:
            yield from (Outcome(tuple((edge, None) for edge in edges), passed) for edges, passed in ways)
            return
        around = [e for e in self.scope.boundary_of(node) if e.get("id")]
        inside = self.within(node)
        main: list[tuple[Way, str | None]] = [(way, None) for way in ways] if inside.completes else []
        aside: list[list[Way]] = []
        for event in around:
            if self.may_happen(event, inside):
                found = [(edges, (event.get("id") or "", *passed)) for edges, passed in self.ways(event)]
                if event.get("cancelActivity") == "false":
                    aside.append(found)
                else:
                    main += [(way, None) for way in found]
        for thrown in sorted(inside.throws, key=str):
            if not self.is_caught(thrown, around) and thrown[0] == "error":
                self.throws.add(thrown)
                main.append((((), ()), "thrown"))
            elif not self.is_caught(thrown, around):
                self.throws.add(thrown)
        for (edges, passed), ends in main or [(way, None) for way in ways]:
            for more in beside(aside):
                tokens = [(edge, None) for edge in edges]
                tokens += [(edge, way[1][0]) for way in more for edge in way[0]]
                yield Outcome(tuple(tokens), (*(i for way in more for i in way[1]), *passed), ends)

    def ending(self, node: etree._Element) -> Iterator[Outcome]:
        for what, definition in event_definitions(node):
            if what == "terminate":
                yield Outcome(ends="terminate")
                return
            if what in ("error", "cancel"):
                self.throws.add((what, self.code(what, definition)))
                yield Outcome(ends="thrown")
                return
            if what == "escalation":
                self.throws.add((what, self.code(what, definition)))
        yield Outcome(tuple((edge, None) for _, edge in self.edges.get(node.get("id") or "", [])))

    def ways(self, node: etree._Element) -> Iterator[Way]:
        """The sets of flows that may be taken together when a token leaves."""
        for what, definition in event_definitions(node):
            if what == "escalation" and kind(node) == "intermediateThrowEvent":
                self.throws.add((what, self.code(what, definition)))
        leaving = self.edges.get(node.get("id") or "", [])
        edges = [edge for _, edge in leaving]
        if kind(node) in ("exclusiveGateway", "eventBasedGateway") and edges:
            yield from (((edge,), ()) for edge in edges)
            return
        open_ = [e for flow, e in leaving if flow is not None and self.is_asked(node, flow)]
        if kind(node) == "parallelGateway" or not open_:
            yield tuple(edges), ()
            return
        otherwise = [e for flow, e in leaving if flow is not None and flow.get("id") == node.get("default")]
        always = tuple(e for e in edges if e not in open_ and e not in otherwise)
        sizes = range(1, len(open_) + 1) if len(open_) <= MAX_WAYS else (1, len(open_))
        for size in sizes:
            yield from (((*always, *some), ()) for some in combinations(open_, size))
        if len(open_) > MAX_WAYS:
            yield from (((*always, *some), ()) for some in pairwise(open_))
            self.nodes[node.get("attachedToRef") or node.get("id") or ""].is_partial = True
        if always or otherwise:
            yield (always or tuple(otherwise)), ()

    def is_asked(self, node: etree._Element, flow: etree._Element) -> bool:
        return bool(condition_of(flow)) and flow.get("id") != node.get("default")

    # -- what comes out of a subprocess -------------------------------------------------------------------------

    def within(self, node: etree._Element) -> Inside:
        if kind(node) in SUBPROCESSES or kind(node) == "callActivity":
            return self.inside.get(node.get("id") or "", Inside(known=False))
        return Inside()

    def may_happen(self, event: etree._Element, inside: Inside) -> bool:
        for what, definition in event_definitions(event):
            if what == "compensation":
                return False
            if what in ("error", "escalation", "cancel") and inside.known:
                code = self.code(what, definition)
                return any(kind_ == what and code in (None, thrown) for kind_, thrown in inside.throws)
        return True

    def is_caught(self, thrown: tuple[str, str | None], around: list[etree._Element]) -> bool:
        return any(
            what == thrown[0] and self.code(what, definition) in (None, thrown[1])
            for event in around
            for what, definition in event_definitions(event)
        )

    def is_caught_by(self, thrown: tuple[str, str | None], watches: list[etree._Element]) -> bool:
        """Whether one of the event subprocesses of the scope is there for it."""
        return self.is_caught(thrown, [start for watch in watches for start in children(watch, "startEvent")])

    def code(self, what: str, definition: etree._Element) -> str | None:
        """The code of an error or escalation; None where the event names none."""
        if what not in REFERENCES:
            return None
        reference, declared = (definition.get(REFERENCES[what]) or "").strip(), self.sheet.declared(what)
        found = declared.get(reference, declared.get(reference.rpartition(":")[2]))
        if found is None:
            return reference or None
        return found.get(f"{what}Code") or found.get("name") or reference


def does_something(node: etree._Element) -> bool:
    """Whether it matters that the element is passed twice."""
    if kind(node) in ACTIVITIES:
        return True
    return kind(node) != "startEvent" and any(what not in ("link", "terminate", "error", "cancel") for what, _ in event_definitions(node))


def beside(aside: list[list[Way]]) -> Iterator[tuple[Way, ...]]:
    """What may have happened beside an activity while it was open: any of its events that do not interrupt."""
    ways = [[None, *found] for found in aside]
    if len(aside) > 3:
        yield ()
        yield from ((way,) for found in aside for way in found)
        yield tuple(found[0] for found in aside)
        return
    for chosen in product(*ways):
        yield tuple(way for way in chosen if way is not None)
