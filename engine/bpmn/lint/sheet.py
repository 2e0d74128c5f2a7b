"""What the rules look at: one file, its scopes (a process or subprocess each) and where findings are collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn.dialects import running
from engine.bpmn.dialects.names import FLOW_NODES, SUBPROCESSES, bpmn, children, kind
from engine.bpmn.findings import Rule
from engine.bpmn.model import NOTHING, Definition, Finding


@dataclass(frozen=True, eq=False, slots=True)
class Scope:
    """A process or subprocess: its flow nodes by id and the flows between them, in the order of the file."""

    element: etree._Element
    nodes: Mapping[str, etree._Element]
    flows: tuple[etree._Element, ...]
    outgoing: Mapping[str, list[etree._Element]]
    incoming: Mapping[str, list[etree._Element]]
    boundary: Mapping[str, list[etree._Element]]

    @property
    def is_process(self) -> bool:
        return kind(self.element) == "process"

    def out_of(self, node: etree._Element) -> list[etree._Element]:
        return self.outgoing.get(node.get("id") or "", [])

    def into(self, node: etree._Element) -> list[etree._Element]:
        return self.incoming.get(node.get("id") or "", [])

    def boundary_of(self, node: etree._Element) -> list[etree._Element]:
        return self.boundary.get(node.get("id") or "", [])

    def after(self, node: etree._Element) -> list[etree._Element]:
        """The nodes its flows lead to."""
        targets = [self.nodes.get(flow.get("targetRef") or "") for flow in self.out_of(node)]
        return [target for target in targets if target is not None]


@dataclass(eq=False, slots=True)
class Sheet:
    """One file under examination. `called` are the files its call activities may lead to, by process id.

    `main` is the process chosen to run, None where nobody chose; `beside` are the files uploaded with it, by name.
    `people` are the members of each group by its key, None where nobody asked; `written` are variables that scripts and
    decisions set.
    """

    root: etree._Element
    definition: Definition
    called: Mapping[str, bytes]
    findings: list[Finding] = field(default_factory=list)
    scopes: tuple[Scope, ...] = ()
    guesses: int = 200
    main: str | None = None
    beside: Mapping[str, bytes] = field(default_factory=lambda: NOTHING)
    people: Mapping[str, frozenset[str]] | None = None
    written: set[str] = field(default_factory=set)
    _declared: dict[str, dict[str, etree._Element]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scopes = tuple(scope for process in running(self.root, self.main) for scope in scopes_of(process))

    def say(self, rule: Rule, element: etree._Element | None = None, **params: object) -> None:
        self.findings.append(rule.at(element, **params))

    def say_with(self, rule: Rule, element: etree._Element, witness: tuple[str, ...], **params: object) -> None:
        """The same with the way that leads there."""
        self.findings.append(replace(rule.at(element, **params), witness=witness))

    def say_of_all(self, rule: Rule, elements: list[etree._Element | None], **params: object) -> None:
        """One finding at the first of several elements; the others are named beside it."""
        also = tuple(element.get("id") or "" for element in elements[1:] if element is not None)
        self.findings.append(replace(rule.at(elements[0], **params), also=also))

    def nodes(self, *kinds: str) -> Iterator[tuple[Scope, etree._Element]]:
        """All flow nodes of these kinds (of all kinds if none is named) with the scope they are in."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                if not kinds or kind(node) in kinds:
                    yield scope, node

    def flows(self) -> Iterator[tuple[Scope, etree._Element]]:
        for scope in self.scopes:
            for flow in scope.flows:
                yield scope, flow

    def declared(self, name: str) -> dict[str, etree._Element]:
        """The messages, signals, errors or escalations of the file, by id."""
        if name not in self._declared:
            self._declared[name] = {e.get("id") or "": e for e in self.root.iter(bpmn(name))}
        return self._declared[name]


def scopes_of(process: etree._Element) -> Iterator[Scope]:
    """The process and every subprocess in it."""
    waiting = [process]
    while waiting:
        element = waiting.pop(0)
        nodes = {n.get("id") or f"?{i}": n for i, n in enumerate(element) if kind(n) in FLOW_NODES}
        flows = tuple(children(element, "sequenceFlow"))
        outgoing: dict[str, list[etree._Element]] = {}
        incoming: dict[str, list[etree._Element]] = {}
        for flow in flows:
            outgoing.setdefault(flow.get("sourceRef") or "", []).append(flow)
            incoming.setdefault(flow.get("targetRef") or "", []).append(flow)
        boundary: dict[str, list[etree._Element]] = {}
        for node in nodes.values():
            if kind(node) == "boundaryEvent":
                boundary.setdefault(node.get("attachedToRef") or "", []).append(node)
        yield Scope(element, nodes, flows, outgoing, incoming, boundary)
        waiting += [n for n in nodes.values() if kind(n) in SUBPROCESSES]


def name_of(element: etree._Element) -> str:
    """What the author would call an element: its name, else its id."""
    return " ".join((element.get("name") or "").split()) or element.get("id") or kind(element)


def condition_of(flow: etree._Element) -> str:
    """The condition written on a flow; empty when there is none."""
    return (flow.findtext(bpmn("conditionExpression")) or "").strip()
