"""What a drawing consists of. `tone` says what it stands for: see `TONES`; whoever draws it knows the colours."""

from __future__ import annotations

from dataclasses import dataclass

#: plain: not come to; passed; open: where it stands; bad: not as the procedure says.
TONES = ("plain", "passed", "open", "bad")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    tone: str = "plain"
    radius: float = 0
    stroke: float = 1.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    x: float
    y: float
    radius: float
    tone: str = "plain"
    stroke: float = 1.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A line through points; a closed one is filled as boxes and rings are."""

    points: tuple[Point, ...]
    tone: str = "plain"
    stroke: float = 1.5
    closed: bool = False
    arrow: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text about a middle; `turned` runs upwards."""

    x: float
    y: float
    lines: tuple[str, ...]
    turned: bool = False


Shape = Box | Ring | Way | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """`x`, `y` is the corner at the top left; what lies below comes first."""

    x: float
    y: float
    width: float
    height: float
    shapes: tuple[Shape, ...]
