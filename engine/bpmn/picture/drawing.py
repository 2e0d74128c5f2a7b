"""The diagram of a file as shapes, with what a case has passed, where it stands and where it went wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, EVENTS, GATEWAYS, SUBPROCESSES, event_definitions, kind, text_of
from engine.bpmn.picture.shapes import Box, Picture, Point, Ring, Shape, Way, Words
from engine.bpmn.reader import read
from engine.bpmn.wording import worded

MARGIN, LETTER, WIDE_LETTER, LINE = 20, 6.2, 11.5, 14
BELOW = ("participant", "lane", "group", "subProcess", "transaction", "adHocSubProcess")


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of elements and flows; one that is bad is not told as passed."""

    passed: Collection[str] = ()
    flows: Collection[str] = ()
    open: Collection[str] = ()
    bad: Collection[str] = ()

    def tone(self, id_: str) -> str:
        if id_ in self.bad:
            return "bad"
        return "open" if id_ in self.open else "passed" if id_ in self.passed or id_ in self.flows else "plain"


def draw(data: bytes, locale: str, marks: Marks) -> Picture | None:
    """The diagram with the names of that language; None where the file has none."""
    root = read(worded(data, locale))
    drawn = list(_drawn(root))
    if not drawn:
        return None
    shapes: list[Shape] = []
    for element, view in sorted(drawn, key=lambda one: kind(one[0]) not in BELOW):
        shapes += _flow(element, view, marks) if _is_edge(view) else _element(element, view, marks)
    points = [point for shape in shapes for point in _corners(shape)]
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    width, height = max(x for x, _ in points) + MARGIN - left, max(y for _, y in points) + MARGIN - top
    return Picture(left, top, width, height, tuple(shapes))


def _drawn(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each element of the first diagram with its shape or edge."""
    known = {element.get("id"): element for element in root.iter(etree.Element) if element.get("id")}
    plane = root.find(".//{*}BPMNPlane")
    for view in plane.iterchildren("{*}BPMNShape", "{*}BPMNEdge") if plane is not None else ():
        element = known.get((view.get("bpmnElement") or "").split(":")[-1])
        if element is not None and (_bounds(view) is not None or _is_edge(view)):
            yield element, view


def _is_edge(view: etree._Element) -> bool:
    return len(_waypoints(view)) > 1


def _waypoints(view: etree._Element) -> tuple[Point, ...]:
    return tuple((_number(point, "x"), _number(point, "y")) for point in view.iterfind("{*}waypoint"))


def _flow(element: etree._Element, view: etree._Element, marks: Marks) -> Iterator[Shape]:
    what = kind(element)
    dashed = what in ("association", "messageFlow", "dataInputAssociation", "dataOutputAssociation")
    tone = marks.tone(element.get("id", ""))
    stroke = 1.5 if tone == "plain" else 2.5
    yield Way(_waypoints(view), tone, stroke, arrow=what != "association", dashed=dashed)
    yield from _label(element, view)


def _element(element: etree._Element, view: etree._Element, marks: Marks) -> Iterator[Shape]:
    what, (x, y, width, height) = kind(element), _bounds(view)
    tone, name = marks.tone(element.get("id", "")), element.get("name") or ""
    middle, centre = x + width / 2, y + height / 2
    if what in ("participant", "lane"):
        yield Box(x, y, width, height)
        yield Words(x + 15, centre, _wrapped(name, height), turned=True)
    elif what in ACTIVITIES:
        yield from _activity(element, view, tone)
    elif what in GATEWAYS:
        corners = ((middle, y), (x + width, centre), (middle, y + height), (x, centre))
        yield Way(corners, tone, _stroke(tone), closed=True)
        yield from _gateway_mark(what, middle, centre, width / 5, tone)
        yield from _label(element, view)
    elif what in EVENTS:
        yield from _event(element, middle, centre, width / 2, tone)
        yield from _label(element, view)
    elif what == "textAnnotation":
        yield Way(((x + 10, y), (x, y), (x, y + height), (x + 10, y + height)))
        yield Words(x + width / 2, centre, _wrapped(text_of(element.find("{*}text")), width))
    else:
        yield Box(x, y, width, height, dashed=what == "group")
        yield from _label(element, view)


def _activity(element: etree._Element, view: etree._Element, tone: str) -> Iterator[Shape]:
    what, (x, y, width, height), name = kind(element), _bounds(view), element.get("name") or ""
    is_open = what in SUBPROCESSES and view.get("isExpanded") == "true"
    triggered = element.get("triggeredByEvent") == "true"
    yield Box(x, y, width, height, tone, 8, 3.5 if what == "callActivity" else _stroke(tone), dashed=triggered)
    if what == "transaction":
        yield Box(x + 3, y + 3, width - 6, height - 6, tone, 6)
    lines = _wrapped(name, width - 10)
    yield Words(x + width / 2, y + 8 + LINE * len(lines) / 2 if is_open else y + height / 2, lines)
    if what in (*SUBPROCESSES, "callActivity") and not is_open:
        middle, bottom = x + width / 2, y + height
        yield Box(middle - 6, bottom - 14, 12, 12, tone)
        yield Way(((middle - 4, bottom - 8), (middle + 4, bottom - 8)), tone)
        yield Way(((middle, bottom - 12), (middle, bottom - 4)), tone)


def _event(element: etree._Element, x: float, y: float, radius: float, tone: str) -> Iterator[Shape]:
    what = kind(element)
    dashed = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
    yield Ring(x, y, radius, tone, 4 if what == "endEvent" else _stroke(tone), dashed=dashed)
    if what in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        yield Ring(x, y, radius - 3, tone, 1.2, dashed=dashed)
    for trigger, _ in event_definitions(element)[:1]:
        yield from _event_mark(trigger, x, y, radius / 2.2, tone)


def _event_mark(trigger: str, x: float, y: float, r: float, tone: str) -> Iterator[Shape]:
    if trigger == "timer":
        yield Ring(x, y, r * 1.2, tone, 1)
        yield Way(((x, y - r), (x, y), (x + r * 0.7, y)), tone, 1)
    elif trigger == "message":
        yield Box(x - r, y - r * 0.7, 2 * r, r * 1.4, tone, 0, 1)
        yield Way(((x - r, y - r * 0.7), (x, y + r * 0.1), (x + r, y - r * 0.7)), tone, 1)
    elif trigger == "terminate":
        yield Ring(x, y, r * 0.9, tone, 4)
    elif trigger in ("error", "escalation", "cancel", "compensation"):
        yield Way(((x - r, y + r), (x, y - r), (x + r, y + r), (x, y + r * 0.2)), tone, 1, closed=True)
    else:
        yield Way(((x, y - r), (x + r, y + r), (x - r, y + r)), tone, 1, closed=True)


def _gateway_mark(what: str, x: float, y: float, r: float, tone: str) -> Iterator[Shape]:
    if what in ("exclusiveGateway", "complexGateway"):
        yield Way(((x - r, y - r), (x + r, y + r)), tone, 2.5)
        yield Way(((x - r, y + r), (x + r, y - r)), tone, 2.5)
    if what in ("parallelGateway", "complexGateway"):
        yield Way(((x - r * 1.3, y), (x + r * 1.3, y)), tone, 2.5)
        yield Way(((x, y - r * 1.3), (x, y + r * 1.3)), tone, 2.5)
    if what in ("inclusiveGateway", "eventBasedGateway"):
        yield Ring(x, y, r * 1.2, tone, 2.5 if what == "inclusiveGateway" else 1)
    if what == "eventBasedGateway":
        yield Ring(x, y, r * 0.8, tone, 1)


def _label(element: etree._Element, view: etree._Element) -> Iterator[Shape]:
    """The name beside its shape or line, where the file puts it; else below the shape, or above the line's middle."""
    name = element.get("name") or ""
    if not name:
        return
    place = view.find("{*}BPMNLabel/{*}Bounds")
    if place is not None:
        x, y, width, height = (_number(place, key) for key in ("x", "y", "width", "height"))
        yield Words(x + width / 2, y + height / 2, _wrapped(name, max(width, 90)))
    elif (bounds := _bounds(view)) is not None:
        lines = _wrapped(name, 100)
        yield Words(bounds[0] + bounds[2] / 2, bounds[1] + bounds[3] + 6 + LINE * len(lines) / 2, lines)
    else:
        points = _waypoints(view)
        (x1, y1), (x2, y2) = points[len(points) // 2 - 1], points[len(points) // 2]
        yield Words((x1 + x2) / 2, (y1 + y2) / 2 - 10, _wrapped(name, 100))


def _wrapped(text: str, width: float) -> tuple[str, ...]:
    """Lines no wider than that; a break stands at a blank, or anywhere between Chinese characters."""
    lines, line, used = [], "", 0.0
    for piece in _pieces(" ".join(text.split())):
        needed = sum(WIDE_LETTER if ord(c) > 0x2E7F else LETTER for c in piece)
        if line and used + needed > width:
            lines.append(line.strip())
            line, used = "", 0.0
        line, used = line + piece, used + needed
    return (*lines, line.strip()) if line.strip() else tuple(lines)


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for c in text:
        piece += c
        if c == " " or ord(c) > 0x2E7F:
            yield piece
            piece = ""
    yield piece


def _stroke(tone: str) -> float:
    return 1.5 if tone == "plain" else 2.5


def _bounds(view: etree._Element) -> tuple[float, float, float, float] | None:
    place = view.find("{*}Bounds")
    if place is None:
        return None
    return (_number(place, "x"), _number(place, "y"), _number(place, "width"), _number(place, "height"))


def _number(element: etree._Element, name: str) -> float:
    try:
        return float(element.get(name) or 0)
    except ValueError:
        return 0.0


def _corners(shape: Shape) -> tuple[Point, ...]:
    if isinstance(shape, Box):
        return ((shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height))
    if isinstance(shape, Ring):
        r = shape.radius
        return ((shape.x - r, shape.y - r), (shape.x + r, shape.y + r))
    if isinstance(shape, Words):
        half = max((len(line) for line in shape.lines), default=0) * WIDE_LETTER / 2, len(shape.lines) * LINE / 2
        across, down = reversed(half) if shape.turned else half
        return ((shape.x - across, shape.y - down), (shape.x + across, shape.y + down))
    return shape.points
