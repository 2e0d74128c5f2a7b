"""One file as a graph: its flow nodes with the model's words for them, the flows between, and where they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.bpmn.dialects.names import FLOW_NODES, LOOKS, SUBPROCESSES, bpmn, children, event_definitions, kind, text_of
from engine.bpmn.diff.changes import Source
from engine.bpmn.diff.conditions import Conditions
from engine.bpmn.model import Procedure, Step
from engine.bpmn.reader import read
from engine.domain.text import Text

NAMELESS = Text("", "")


@dataclass(slots=True)
class Flow:
    """One sequence flow; `condition` is empty where it has none."""

    id: str
    source: str
    target: str
    condition: str
    is_default: bool
    name: str
    rank: int


@dataclass(slots=True)
class Node:
    """One flow node. `parent` is the subprocess or process it lies in, `host` what a boundary event sits on."""

    id: str
    kind: str
    element: etree._Element
    process_id: str
    parent: str
    name: Text
    step: Step | None
    host: str | None = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def family(self) -> str:
        """What it may be taken for on the other side: a user task may become a plain one, but never a gateway."""
        for ending in ("Task", "Gateway", "Event"):
            if self.kind.endswith(ending):
                return self.kind if ending == "Event" else ending
        return {"task": "Task", "subProcess": "Sub", "transaction": "Sub", "adHocSubProcess": "Sub"}.get(
            self.kind, self.kind
        )

    @property
    def is_named(self) -> bool:
        return bool(self.name.zh or self.name.en)


class Drawing:
    """`nodes` by id in the order of the file, subprocesses before what is in them; `flows` by id."""

    def __init__(self, source: Source) -> None:
        self.definition = source.definition
        self.beside = source.beside
        self.root = read(source.data)
        self.conditions = Conditions(source.definition)
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        self.processes: dict[str, etree._Element] = {}
        for process in children(self.root, "process"):
            procedure = source.definition.procedures.get(process.get("id") or "")
            if procedure is not None and procedure.key not in self.processes:
                self.processes[procedure.key] = process
                self._read(process, procedure, procedure.key)
        for flow in self.flows.values():
            self.nodes[flow.source].outgoing.append(flow)
            self.nodes[flow.target].incoming.append(flow)

    def called(self, reference: str | None, what: str) -> str:
        """The name (or code) of the message, signal, error or escalation an event refers to; ids tell nothing."""
        bare = (reference or "").split(":")[-1]
        for element in children(self.root, what):
            if bare and element.get("id") == bare:
                return element.get(f"{what}Code") or element.get("name") or ""
        return bare

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What every id of the file stands for: the name of its element, else what kind of element it is."""
        elements = (e for e in self.root.iter(etree.Element) if e.get("id"))
        return {e.get("id"): e.get("name") or etree.QName(e).localname for e in elements}

    def clock(self, name: str) -> Text:
        """What people call a clock of the case."""
        every = (clock for procedure in self.definition.procedures.values() for clock in procedure.clocks)
        return next((clock.label for clock in every if clock.name == name and clock.label), Text.same(name))

    def shapes(self) -> Mapping[str, tuple[float, ...]]:
        """Where each element is drawn: its bounds, or the corners of its line."""
        found = {}
        for shape in self.root.iter("{*}BPMNShape", "{*}BPMNEdge"):
            drawn = (shape.get("bpmnElement") or "").split(":")[-1]
            places = [*shape.iterfind("{*}Bounds"), *shape.iterfind("{*}waypoint")]
            found[drawn] = tuple(
                round(float(place.get(name) or 0)) for place in places for name in ("x", "y", "width", "height")
            )
        return found

    def tool_notes(self) -> tuple[str, ...]:
        """What tools that are not ours to understand have left in the file, in a stable order."""
        return tuple(sorted(self._notes()))

    def _notes(self) -> Iterator[str]:
        known = {bpmn("x")[1:].partition("}")[0]}
        for element in self.root.iter(etree.Element):
            space = etree.QName(element).namespace or ""
            if kind(element) in ("textAnnotation", "participant", "group", "dataObjectReference"):
                name = element.get("name") or text_of(element.find(bpmn("text")))
                if name:
                    yield f"{kind(element)} {name}"
            elif space not in known | LOOKS and "camunda" not in space and "spiff" not in space:
                yield f"{element.tag} {sorted(element.attrib.values())} {(element.text or '').strip()}"

    def _read(self, scope: etree._Element, procedure: Procedure, parent: str) -> None:
        for element in scope:
            if kind(element) in FLOW_NODES and element.get("id"):
                id_ = element.get("id")
                step = procedure.step(id_)
                name = step.name if step is not None else Text.same(element.get("name") or "")
                host = (element.get("attachedToRef") or "").split(":")[-1] or None
                self.nodes[id_] = Node(id_, kind(element), element, procedure.key, parent, name, step, host)
                if kind(element) in SUBPROCESSES:
                    self._read(element, procedure, id_)
        for element in children(scope, "sequenceFlow"):
            self._flow(element)

    def _flow(self, element: etree._Element) -> None:
        id_, source, target = (element.get(name) or "" for name in ("id", "sourceRef", "targetRef"))
        if source not in self.nodes or target not in self.nodes:
            return
        id_ = id_ or f"{source}→{target}"
        condition = text_of(element.find(bpmn("conditionExpression")))
        is_default = bool(id_) and self.nodes[source].element.get("default") == id_
        self.flows[id_] = Flow(id_, source, target, condition, is_default, _one_line(element), len(self.flows))

    def definitions_of(self, node: Node) -> list[tuple[str, etree._Element]]:
        return event_definitions(node.element)

    def in_order(self) -> list[str]:
        """All flow nodes as the procedure goes: from the starts along the flows, boundary events after their hosts."""
        seen: set[str] = set()
        after: list[str] = []
        hosted: dict[str, list[str]] = {}
        inside: dict[str, list[str]] = {}
        for node in self.nodes.values():
            hosted.setdefault(node.host or "", []).append(node.id)
            inside.setdefault(node.parent, []).append(node.id)

        def ways(id_: str) -> list[str]:
            along = [flow.target for flow in self.nodes[id_].outgoing]
            starts = [n for n in inside.get(id_, ()) if not self.nodes[n].incoming and not self.nodes[n].host]
            return [*reversed([*starts, *along, *hosted.get(id_, ())])]

        def visit(root: str) -> None:
            waiting = [(root, iter(ways(root)))]
            seen.add(root)
            while waiting:
                id_, rest = waiting[-1]
                following = next((n for n in rest if n not in seen), None)
                if following is None:
                    waiting.pop()
                    after.append(id_)
                else:
                    seen.add(following)
                    waiting.append((following, iter(ways(following))))

        roots = [n.id for n in self.nodes.values() if not n.incoming and not n.host and n.parent in self.processes]
        for id_ in [*reversed([*roots, *(id_ for id_ in self.nodes if id_ not in roots)])]:
            if id_ not in seen and (id_ in roots):
                visit(id_)
        ordered = after[::-1]
        return [*ordered, *(id_ for id_ in self.nodes if id_ not in seen)]


def _one_line(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())
