"""Two versions beside each other ready to show: figures in words, intervals as places on a scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from engine.domain.pilot import TIMES, Figure, Line
from engine.domain.text import Text
from engine.queries.pilots import Compared
from engine.queries.releases import ReleaseRow
from engine.store.organisation import Organisation
from webui.presenters import time
from webui.presenters.scopes import scope_words

WIDTH = 200.0


@dataclass(frozen=True, slots=True)
class Bar:
    """Where on a scale of `WIDTH` the interval begins, how long it is, and where the figure stands; None without cases."""

    start: float
    length: float
    at: float


@dataclass(frozen=True, slots=True)
class FigureShown:
    value: str
    interval: str
    n: int
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class LineShown:
    name: Text
    one: FigureShown
    other: FigureShown
    difference: str
    finding: str | None


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    version: int
    scope: str
    released_at: datetime
    released_by: str
    ended_at: datetime | None
    how: str
    why: Text | None
    note: str


def shown(found: Compared) -> Mapping[str, Any]:
    comparison = found.comparison
    return {
        "one": comparison.one,
        "other": comparison.other,
        "enough": comparison.enough,
        "verdict": comparison.verdict,
        "periods": found.periods,
        "lines": [_line(line) for line in comparison.lines],
    }


def release_line(row: ReleaseRow, organisation: Organisation) -> ReleaseLine:
    names = {key: department.name for key, department in organisation.departments.items()}
    by = organisation.by_login.get(row.released_by)
    how = {
        "replaced": _("replaced"), "promoted": _("rolled out"), "changed": _("given to others"),
        "withdrawn": _("taken back"), "stopped": _("ended by itself"),
    }.get(row.ended_how or "", "")  # fmt: skip
    scope = scope_words(row.scope, names)
    by_name = by.name if by else row.released_by
    return ReleaseLine(row.version, scope, row.released_at, by_name, row.ended_at, how, row.why, row.note)


def _line(line: Line) -> LineShown:
    most = _most(line)
    one, other = (_figure(line.measure, figure, most) for figure in (line.one, line.other))
    difference = ""
    if line.difference is not None and line.one.n and line.other.n:
        apart = line.other.value - line.one.value
        low, high = (_points(value) for value in (line.difference.low, line.difference.high))
        difference = _("%(apart)s (%(low)s to %(high)s)", apart=_points(apart), low=low, high=high)
    return LineShown(line.name, one, other, difference, line.finding)


def _most(line: Line) -> float:
    """The right end of the scale: all of the rates, or the longest time there is to show."""
    if line.measure not in TIMES:
        return 1.0
    ends = [end for figure in (line.one, line.other) for end in (figure.value, figure.interval.high) if end is not None]
    return max((end.total_seconds() for end in ends), default=0.0) * 1.05 or 1.0


def _figure(measure: str, figure: Figure, most: float) -> FigureShown:
    if figure.value is None:
        return FigureShown("–", "", figure.n, None)
    if measure in TIMES:
        low, high = figure.interval.low, figure.interval.high
        words = _("%(low)s to %(high)s", low=time.duration(low) if low is not None else "0", high=time.duration(high) if high is not None else "…")
        ends = [_seconds(low, 0.0), _seconds(high, most)]
        return FigureShown(time.duration(figure.value), words, figure.n, _bar(*ends, figure.value.total_seconds(), most))
    low, high = figure.interval.low or 0.0, figure.interval.high or 0.0
    words = _("%(low)s to %(high)s", low=_percent(low), high=_percent(high))
    return FigureShown(_percent(figure.value), words, figure.n, _bar(low, high, figure.value, most))


def _bar(low: float, high: float, at: float, most: float) -> Bar:
    start, end, middle = (round(WIDTH * min(value / most, 1.0), 1) for value in (low, high, at))
    return Bar(start, round(max(end - start, 1.0), 1), middle)


def _seconds(at: timedelta | None, else_: float) -> float:
    return at.total_seconds() if at is not None else else_


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f} %"


def _points(difference: float) -> str:
    """A difference of rates, in points of a hundred."""
    return f"{100 * difference:+.1f}"
