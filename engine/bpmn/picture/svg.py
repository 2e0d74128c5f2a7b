"""A drawing as SVG: it stands by itself, with no script and nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.sax.saxutils import escape

from engine.bpmn.picture.shapes import Box, Picture, Point, Ring, Shape, Way

#: Of each tone the line and the ground; they are told apart without colour too, by how thick the line is.
COLOURS = {"plain": ("#5c6773", "#ffffff"), "passed": ("#1559a8", "#e4eefa"), "open": ("#8a5a00", "#fdf1d6"), "bad": ("#b3261e", "#fbe4e2")}
FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
LINE, SIZE = 14, 11.5


def svg(picture: Picture, title: str) -> str:
    box = f"{picture.x:g} {picture.y:g} {picture.width:g} {picture.height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{picture.width:g}" height="{picture.height:g}" role="img">'
    ground = f'<rect x="{picture.x:g}" y="{picture.y:g}" width="{picture.width:g}" height="{picture.height:g}" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", ground, *(s for one in picture.shapes for s in _shape(one)), "</svg>\n"])


def arrow(points: tuple[Point, ...], stroke: float) -> tuple[Point, ...]:
    """The head at the end of a line."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    angle, size = math.atan2(y2 - y1, x2 - x1), 5 + 2 * stroke
    sides = (angle + math.pi - 0.4, angle + math.pi + 0.4)
    return ((x2, y2), *((x2 + size * math.cos(a), y2 + size * math.sin(a)) for a in sides))


def _shape(one: Shape) -> Iterator[str]:
    if isinstance(one, Box):
        yield f'<rect x="{one.x:g}" y="{one.y:g}" width="{one.width:g}" height="{one.height:g}" rx="{one.radius:g}" {_paint(one)}/>'
    elif isinstance(one, Ring):
        yield f'<circle cx="{one.x:g}" cy="{one.y:g}" r="{max(one.radius, 0.5):g}" {_paint(one)}/>'
    elif isinstance(one, Way):
        tag = "polygon" if one.closed else "polyline"
        yield f'<{tag} points="{_points(one.points)}" {_paint(one, filled=one.closed)}/>'
        if one.arrow:
            yield f'<polygon points="{_points(arrow(one.points, one.stroke))}" fill="{COLOURS[one.tone][0]}"/>'
    else:
        turn = f' transform="rotate(-90 {one.x:g} {one.y:g})"' if one.turned else ""
        top = one.y - LINE * (len(one.lines) - 1) / 2 + SIZE * 0.35
        lines = (f'<tspan x="{one.x:g}" y="{top + LINE * n:g}">{escape(line)}</tspan>' for n, line in enumerate(one.lines))
        yield f'<text text-anchor="middle" font-family="{FONT}" font-size="{SIZE}" fill="#1c2126"{turn}>{"".join(lines)}</text>'


def _paint(one: Box | Ring | Way, *, filled: bool = True) -> str:
    line, ground = COLOURS[one.tone]
    dashed = ' stroke-dasharray="5 3"' if one.dashed else ""
    return f'stroke="{line}" stroke-width="{one.stroke:g}" fill="{ground if filled else "none"}"{dashed}'


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
