"""What is drawn in a BPMN file: shapes, edges and labels, by the element they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Box, by: float = 0.5) -> bool:
        """More than a touch: they share an area at least `by` wide and high."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return wide > by and high > by

    def holds(self, other: Box) -> bool:
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.bottom >= other.bottom

    def meets(self, segment: Segment, by: float = 0.5) -> bool:
        """The horizontal or vertical segment runs through the inside."""
        (x1, y1), (x2, y2) = segment
        line = Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
        across = min(self.right - by, line.right) - max(self.x + by, line.x)
        down = min(self.bottom - by, line.bottom) - max(self.y + by, line.y)
        return across >= 0 and down >= 0

    def has_on_edge(self, point: Point) -> bool:
        x, y = point
        inside = self.x <= x <= self.right and self.y <= y <= self.bottom
        return inside and (x in (self.x, self.right) or y in (self.y, self.bottom))


@dataclass(frozen=True, slots=True)
class Drawing:
    """`labels` belong to shapes and edges alike."""

    shapes: dict[str, Box]
    edges: dict[str, tuple[Point, ...]]
    labels: dict[str, Box]

    def segments(self, edge: str) -> list[Segment]:
        points = self.edges[edge]
        return list(pairwise(points))


def read_drawing(root: etree._Element) -> Drawing:
    shapes, edges, labels = {}, {}, {}
    for shape in root.iter(f"{DI}BPMNShape"):
        shapes[shape.get("bpmnElement")] = _box(shape.find(f"{DC}Bounds"))
    for edge in root.iter(f"{DI}BPMNEdge"):
        points = edge.findall(f"{DD}waypoint")
        edges[edge.get("bpmnElement")] = tuple((float(p.get("x")), float(p.get("y"))) for p in points)
    for label in root.iter(f"{DI}BPMNLabel"):
        labels[label.getparent().get("bpmnElement")] = _box(label.find(f"{DC}Bounds"))
    return Drawing(shapes, edges, labels)


def crossing(one: Segment, other: Segment) -> bool:
    """One is horizontal, the other vertical, and they cross in the middle of both."""
    for level, upright in ((one, other), (other, one)):
        (x1, y), (x2, y2) = level
        (x, y3), (x4, y4) = upright
        if y == y2 and x == x4 and min(x1, x2) < x < max(x1, x2) and min(y3, y4) < y < max(y3, y4):
            return True
    return False


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
