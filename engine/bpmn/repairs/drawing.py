"""The diagram of a file under repair: what is added is drawn, what is removed disappears."""

from __future__ import annotations

from lxml import etree

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DDI = "http://www.omg.org/spec/DD/20100524/DI"
GAP = 30.0
Box = tuple[float, float, float, float]


class Drawing:
    """Shapes and edges by the element they stand for. Where a neighbour has no shape, nothing is drawn."""

    def __init__(self, root: etree._Element) -> None:
        self.shapes = _by_element(root, "BPMNShape")
        self.edges = _by_element(root, "BPMNEdge")
        self._boxes: dict[str, Box | None] = {}

    def box(self, element_id: str) -> Box | None:
        """Where a shape stands; None for what is not drawn."""
        if element_id not in self._boxes:
            self._boxes[element_id] = self._measure(element_id)
        return self._boxes[element_id]

    def _measure(self, element_id: str) -> Box | None:
        shape = self.shapes.get(element_id)
        bounds = shape.find(f"{{{DC}}}Bounds") if shape is not None else None
        if bounds is None:
            return None
        try:
            return tuple(float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))  # type: ignore[return-value]
        except ValueError:
            return None

    def put(self, element_id: str, size: tuple[float, float], beside: str, side: str) -> None:
        """A shape to the left (`before`) or right (`after`) of another, or where there is room next to that place."""
        anchor, neighbour = self.box(beside), self.shapes.get(beside)
        if anchor is None or neighbour is None:
            return
        x, y = self._free(anchor, size, side)
        shape = etree.Element(f"{{{DI}}}BPMNShape", nsmap={"bpmndi": DI}, id=f"{element_id}_di", bpmnElement=element_id)
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds", nsmap={"dc": DC})
        for name, value in zip(("x", "y", "width", "height"), (x, y, *size), strict=True):
            bounds.set(name, f"{value:g}")
        _insert(neighbour, shape)
        self.shapes[element_id] = shape
        self._boxes.pop(element_id, None)

    def resize(self, element_id: str, size: tuple[float, float]) -> None:
        """Another kind of element has another size, about the same middle."""
        box = self.box(element_id)
        if box is None:
            return
        bounds = self.shapes[element_id].find(f"{{{DC}}}Bounds")
        x, y, width, height = box
        values = (x + (width - size[0]) / 2, y + (height - size[1]) / 2, *size)
        for name, value in zip(("x", "y", "width", "height"), values, strict=True):
            bounds.set(name, f"{value:g}")
        self._boxes.pop(element_id, None)

    def join(self, flow_id: str, source: str, target: str) -> None:
        """An edge from the border of one shape to that of the other; drawn anew where there is one."""
        start, end = self.box(source), self.box(target)
        self.erase(flow_id)
        if start is None or end is None:
            return
        edge = etree.Element(f"{{{DI}}}BPMNEdge", nsmap={"bpmndi": DI}, id=f"{flow_id}_di", bpmnElement=flow_id)
        for x, y in _way(start, end):
            etree.SubElement(edge, f"{{{DDI}}}waypoint", nsmap={"di": DDI}, x=f"{x:g}", y=f"{y:g}")
        _insert(self.shapes[target], edge)
        self.edges[flow_id] = edge

    def erase(self, element_id: str) -> None:
        self._boxes.pop(element_id, None)
        for kept in (self.shapes, self.edges):
            drawn = kept.pop(element_id, None)
            if drawn is not None and drawn.getparent() is not None:
                drawn.getparent().remove(drawn)

    def _free(self, anchor: Box, size: tuple[float, float], side: str) -> tuple[float, float]:
        """The nearest place on that side which covers nothing; on the very spot if all around is full."""
        x, y, width, height = anchor
        across = x - size[0] - GAP if side == "before" else x + width + GAP
        level = y + (height - size[1]) / 2
        others = [box for ident in self.shapes if (box := self.box(ident)) is not None]
        middle = x + (width - size[0]) / 2
        for down in (0, -(size[1] + GAP), size[1] + GAP, -2 * (size[1] + GAP), 2 * (size[1] + GAP)):
            for left in (across, middle) if down else (across,):
                if not any(_covers(box, (left, level + down, *size)) for box in others):
                    return left, level + down
        return across, level


def _by_element(root: etree._Element, name: str) -> dict[str, etree._Element]:
    found: dict[str, etree._Element] = {}
    for drawn in root.iter(f"{{{DI}}}{name}"):
        found.setdefault((drawn.get("bpmnElement") or "").rpartition(":")[2], drawn)
    return found


def _insert(neighbour: etree._Element, new: etree._Element) -> None:
    new.tail = neighbour.tail
    neighbour.addnext(new)


def _covers(box: Box, other: Box) -> bool:
    """Whether two boxes overlap; one that wholly contains the other is a pool, lane or subprocess, and does not count."""
    (x, y, w, h), (a, b, c, d) = box, other
    inside = x <= a and y <= b and x + w >= a + c and y + h >= b + d
    return not inside and x < a + c and a < x + w and y < b + d and b < y + h


def _way(start: Box, end: Box) -> list[tuple[float, float]]:
    """Straight to the right where there is room, else with a bend."""
    (x, y, w, h), (a, b, c, d) = start, end
    left, right = y + h / 2, b + d / 2
    if x + w <= a:
        first, last = (x + w, left), (a, right)
        if abs(left - right) < 1:
            return [first, last]
        middle = (x + w + a) / 2
        return [first, (middle, left), (middle, right), last]
    if y + h <= b or b + d <= y:
        down = y + h <= b
        first, last = (x + w / 2, y + h if down else y), (a + c / 2, b if down else b + d)
        if abs(first[0] - last[0]) < 1:
            return [first, last]
        middle = (first[1] + last[1]) / 2
        return [first, (first[0], middle), (last[0], middle), last]
    low = max(y + h, b + d) + 20
    return [(x + w / 2, y + h), (x + w / 2, low), (a + c / 2, low), (a + c / 2, b + d)]
