"""A file being changed: every change through here keeps flows, lanes and diagram together, and is noted by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialects.names import EVENTS, FLOW_NODES, GATEWAYS, bpmn, children, kind
from engine.bpmn.model import NOTHING
from engine.bpmn.repairs.document import Document
from engine.bpmn.repairs.drawing import Drawing
from engine.bpmn.repairs.tree import CAMUNDA_NS, drop, nsmap_of, place, place_first, size_of, vendor
from engine.domain.text import Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIRST = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")


@dataclass(frozen=True, slots=True)
class Lines:
    """The flows of one scope by the ids of their ends, and its nodes by id."""

    into: Mapping[str, Sequence[etree._Element]]
    out_of: Mapping[str, Sequence[etree._Element]]
    nodes: Mapping[str, etree._Element]

    @classmethod
    def of(cls, flows: Sequence[etree._Element], nodes: Sequence[etree._Element]) -> Lines:
        into: dict[str, list[etree._Element]] = {}
        out_of: dict[str, list[etree._Element]] = {}
        for flow in flows:
            into.setdefault(flow.get("targetRef") or "", []).append(flow)
            out_of.setdefault(flow.get("sourceRef") or "", []).append(flow)
        return cls(into, out_of, {n.get("id"): n for n in reversed(nodes) if n.get("id")})


NOTHING_JOINED = Lines({}, {}, {})


class Draft:
    """`added`, `changed` and `removed` are ids in the order it happened."""

    def __init__(self, data: bytes, main: str | None = None, beside: Mapping[str, bytes] = NOTHING) -> None:
        self.document = Document.open(data)
        self.root = self.document.root
        self.main, self.beside = main, beside
        self.drawing = Drawing(self.root)
        self.ids = {e.get("id"): e for e in self.root.iter(etree.Element) if e.get("id")}
        self.lists_flows = next(self.root.iter(bpmn("incoming"), bpmn("outgoing")), None) is not None
        names = " ".join(e.get("name") or "" for e in self.root.iter(etree.Element))
        self.speaks_chinese = CHINESE.search(names) is not None
        self._lines: dict[etree._Element, Lines] = {}
        self.added: list[str] = []
        self.changed: list[str] = []
        self.removed: list[str] = []

    # -- looking ------------------------------------------------------------------------------------------------

    def words(self, text: Text) -> str:
        """A name for a new element, in the language the file is written in."""
        return text.zh if self.speaks_chinese else text.en

    def is_here(self, element: etree._Element) -> bool:
        """Whether an element still belongs to the file."""
        while element.getparent() is not None:
            element = element.getparent()
        return element is self.root

    def nodes(self, scope: etree._Element) -> list[etree._Element]:
        return [node for node in scope if kind(node) in FLOW_NODES]

    def lines(self, scope: etree._Element | None) -> Lines:
        """The flows of a scope by their ends, looked up anew once something has changed."""
        if scope is None:
            return NOTHING_JOINED
        if scope not in self._lines:
            self._lines[scope] = Lines.of(self.flows(scope), self.nodes(scope))
        return self._lines[scope]

    def flows(self, scope: etree._Element) -> list[etree._Element]:
        return children(scope, "sequenceFlow")

    def forget_lines(self) -> None:
        """Ends of flows were changed by hand."""
        self._lines.clear()

    def into(self, node: etree._Element) -> list[etree._Element]:
        return list(self.lines(node.getparent()).into.get(node.get("id") or "", ()))

    def out_of(self, node: etree._Element) -> list[etree._Element]:
        return list(self.lines(node.getparent()).out_of.get(node.get("id") or "", ()))

    def end(self, flow: etree._Element, end: str = "targetRef") -> etree._Element | None:
        """The node of the same scope a flow leads to, or comes from."""
        return self.lines(flow.getparent()).nodes.get(flow.get(end) or "")

    def message_flow(self, node: etree._Element) -> etree._Element | None:
        """The dashed line to another pool that ends or begins at a node."""
        ident = node.get("id")
        for flow in self.root.iter(bpmn("messageFlow")):
            if ident and ident in (
                (flow.get("sourceRef") or "").split(":")[-1],
                (flow.get("targetRef") or "").split(":")[-1],
            ):
                return flow
        return None

    # -- changing -----------------------------------------------------------------------------------------------

    def fresh(self, stem: str) -> str:
        """An id nobody has, the same each time for the same file."""
        stem = re.sub(r"[^\w.-]+", "_", stem) or "Element"
        if not re.match(r"[^\W\d]", stem):
            stem = f"_{stem}"
        ident, number = stem, 2
        while ident in self.ids:
            ident, number = f"{stem}_{number}", number + 1
        return ident

    def change(self, *elements: etree._Element) -> None:
        """Notes that an element is different now; for what has no id, the nearest around it."""
        for element in elements:
            while not element.get("id") and element.getparent() is not None:
                element = element.getparent()
            if element.get("id"):
                self.changed.append(element.get("id"))

    def name(self, element: etree._Element, stem: str) -> str:
        """The id of an element, given now if it has none."""
        if not element.get("id"):
            self._identify(element, self.fresh(stem))
            self.change(element)
        return element.get("id")

    def _identify(self, element: etree._Element, ident: str) -> None:
        element.set("id", ident)
        self.ids[ident] = element
        self._lines.clear()

    def new(
        self, parent: etree._Element, tag: str, ident: str, name: str = "", after: etree._Element | None = None
    ) -> etree._Element:
        """A new element at the end of its parent, or after a brother."""
        element = etree.Element(bpmn(tag), nsmap=nsmap_of(parent))
        self._identify(element, ident)
        if name:
            element.set("name", name)
        place(parent, element, after)
        self._lines.clear()
        self.added.append(ident)
        return element

    def new_node(
        self, tag: str, ident: str, beside: etree._Element, side: str = "before", name: str = ""
    ) -> etree._Element:
        """A new node next to another: in its scope, in its lane, at its side of the diagram."""
        node = self.new(beside.getparent(), tag, ident, name, beside)
        self.drawing.put(ident, size_of(tag), beside.get("id") or "", side)
        if tag == "exclusiveGateway" and ident in self.drawing.shapes:
            self.drawing.shapes[ident].set("isMarkerVisible", "true")
        for reference in self.lane_references(beside.get("id")):
            twin = etree.Element(reference.tag, nsmap=nsmap_of(reference.getparent()))
            twin.text = ident
            place(reference.getparent(), twin, reference)
        return node

    def lane_references(self, ident: str | None) -> list[etree._Element]:
        return [r for r in self.root.iter(bpmn("flowNodeRef")) if ident and (r.text or "").strip() == ident]

    def new_flow(
        self, source: etree._Element, target: etree._Element, ident: str = "", name: str = ""
    ) -> etree._Element:
        flow_id = self.fresh(ident or f"Flow_{source.get('id')}_{target.get('id')}")
        after = next(reversed(self.flows(source.getparent())), None)
        flow = self.new(source.getparent(), "sequenceFlow", flow_id, name, after if after is not None else target)
        flow.set("sourceRef", source.get("id") or "")
        flow.set("targetRef", target.get("id") or "")
        self._lines.clear()
        self._list(source, "outgoing", flow_id)
        self._list(target, "incoming", flow_id)
        self.drawing.join(flow_id, source.get("id") or "", target.get("id") or "")
        return flow

    def lead(
        self, flow: etree._Element, *, source: etree._Element | None = None, target: etree._Element | None = None
    ) -> None:
        """A flow begins or ends somewhere else from now on."""
        for end, child, node in (("sourceRef", "outgoing", source), ("targetRef", "incoming", target)):
            if node is None:
                continue
            old = self.ids.get(flow.get(end))
            flow_id = flow.get("id") or ""
            if old is not None and flow_id:
                for listed in children(old, child):
                    if (listed.text or "").strip() == flow_id:
                        drop(listed)
                if old.get("default") == flow_id and end == "sourceRef":
                    del old.attrib["default"]
            flow.set(end, node.get("id") or "")
            self._lines.clear()
            self._list(node, child, flow_id)
        self.drawing.join(flow.get("id") or "", flow.get("sourceRef") or "", flow.get("targetRef") or "")
        self.change(flow)

    def _list(self, node: etree._Element, child: str, flow_id: str) -> None:
        """`incoming` and `outgoing` children, where the file writes them."""
        if not (self.lists_flows and flow_id):
            return
        before = (*FIRST, "incoming") if child == "incoming" else (*FIRST, "incoming", "outgoing")
        brother = next((c for c in reversed(node) if kind(c) in before), None)
        entry = etree.Element(bpmn(child), nsmap=nsmap_of(node))
        entry.text = flow_id
        if brother is not None:
            place(node, entry, brother)
        else:
            place_first(node, entry)

    def retag(self, node: etree._Element, tag: str, *without: str) -> None:
        """The element becomes one of another kind, keeping its id, name, flows and documentation."""
        node.tag = bpmn(tag)
        for name in without:
            node.attrib.pop(name, None)
            for child in children(node, name):
                drop(child)
        if node.get("id"):
            self.drawing.resize(node.get("id"), size_of(tag)) if tag in (*GATEWAYS, *EVENTS) else None
        self.change(node)

    def remove(self, element: etree._Element) -> None:
        """The element is gone, with all its content, flows, boundary events, and wherever it is listed or drawn."""
        if kind(element) in FLOW_NODES and element.get("id"):
            for flow in (*self.into(element), *self.out_of(element)):
                self.remove(flow)
            for event in children(element.getparent(), "boundaryEvent"):
                if event.get("attachedToRef") == element.get("id"):
                    self.remove(event)
        for inner in list(element.iter(etree.Element)):
            if inner.get("id"):
                self._forget(inner.get("id"))
        drop(element)
        self._lines.clear()

    def _forget(self, ident: str) -> None:
        self.removed.append(ident)
        self.ids.pop(ident, None)
        self.drawing.erase(ident)
        for listed in list(self.root.iter(bpmn("flowNodeRef"), bpmn("incoming"), bpmn("outgoing"))):
            if (listed.text or "").strip() == ident:
                drop(listed)
        for node in self.root.iter(etree.Element):
            if node.get("default") == ident:
                del node.attrib["default"]
        for line in list(self.root.iter(bpmn("association"), bpmn("messageFlow"))):
            if ident in (line.get("sourceRef"), line.get("targetRef")) and line.get("id") not in self.removed:
                self.remove(line)

    def extension(self, node: etree._Element, name: str) -> etree._Element:
        """The Camunda extension of that name on a node, made if there is none."""
        holder = node.find(bpmn("extensionElements"))
        if holder is None:
            holder = etree.Element(bpmn("extensionElements"), nsmap=nsmap_of(node))
            documentation = next(reversed(children(node, "documentation")), None)
            if documentation is not None:
                place(node, holder, documentation)
            else:
                place_first(node, holder)
        found = holder.find(f"{{{CAMUNDA_NS}}}{name}")
        return found if found is not None else vendor(holder, name)

    def declare(self, what: str, ident: str, name: str) -> etree._Element:
        """A new message, signal, error or escalation of the file."""
        before = next(iter(children(self.root, "process") + children(self.root, "collaboration")), None)
        element = etree.Element(bpmn(what), nsmap=nsmap_of(self.root))
        self._identify(element, ident)
        element.set("name", name)
        element.tail = "\n  "
        first = before if before is not None else self.root[0]
        for other in (*children(self.root, "collaboration"), *children(self.root, "process")):
            if self.root.index(other) < self.root.index(first):
                first = other
        first.addprevious(element)
        self.added.append(ident)
        return element

    def scopes_around(self, element: etree._Element) -> Iterator[etree._Element]:
        yield from (
            a for a in element.iterancestors() if kind(a) in ("process", "subProcess", "transaction", "adHocSubProcess")
        )
