"""Where a version is slow or late: words and levels for the diagram, the same numbers for the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.queries.catalogue import ElementCount
from engine.queries.heat import PERIODS, Heat
from webui.presenters import diagrams, time

COUNTS, LATE, WAIT = "counts", "late", "wait"
#: A step is at a level above each of these shares of tasks that missed their due instant.
LATE_LEVELS = (0.0, 0.05, 0.15, 0.30)
#: The same for the share a step's median has in the longest one.
WAIT_LEVELS = (0.0, 0.25, 0.50, 0.75)


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Key:
    """One colour of the scale and what it means."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the diagram shows, over which days, and the other things it could show."""

    kind: str
    days: int
    title: str
    kinds: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    scale: tuple[Key, ...]
    note: str


def shown(key: str, number: int, kind: str, days: int) -> Shown:
    def href(kind: str, days: int) -> str:
        asked = {"show": kind, "days": days} if kind != COUNTS or days != PERIODS[0] else {}
        return url_for("procedures.show", key=key, version=number, _anchor="drawing", **asked)

    titles = {COUNTS: _("What runs now"), LATE: _("Late share"), WAIT: _("Median wait")}
    notes = {
        COUNTS: _("Open tasks at each step, and how many of them are past their due instant."),
        LATE: _("Of the tasks with a due instant, the share that missed it. Cases begun in the last %(days)s days.", days=days),
        WAIT: _(
            "From the task being made to its being done, nights and holidays included; half of the tasks took longer. "
            "Cases begun in the last %(days)s days.",
            days=days,
        ),
    }
    kinds = tuple(Choice(titles[one], href(one, days), one == kind) for one in titles)
    periods = tuple(Choice(_("%(days)s days", days=one), href(kind, one), one == days) for one in PERIODS)
    return Shown(kind, days, titles[kind], kinds, periods if kind != COUNTS else (), _scale(kind), notes[kind])


def asked(kind: str | None, days: str | None) -> tuple[str, int]:
    """What an address asks to see; what it cannot mean is the usual."""
    wanted = next((one for one in PERIODS if str(one) == days), PERIODS[0])
    return (kind if kind in (LATE, WAIT) else COUNTS), wanted


def marks(kind: str, counts: Iterable[ElementCount], heat: Mapping[str, Heat]) -> dict[str, Any]:
    """What js/diagram.js draws: a colour by level, and always the number in words."""
    if kind == COUNTS:
        return diagrams.marks_of_counts(counts)
    if kind == LATE:
        levels = {id_: _level(one.late_share, LATE_LEVELS) for id_, one in heat.items() if one.late_share is not None}
        words = {id_: percent(heat[id_].late_share) for id_ in levels}
    else:
        longest = max((one.median for one in heat.values() if one.median is not None), default=timedelta())
        levels = {id_: _level(one.median / longest, WAIT_LEVELS) for id_, one in heat.items() if one.median and longest}
        words = {id_: time.duration(heat[id_].median) for id_ in levels}
    return {
        "counts": {id_: {"words": said, "kind": "heat"} for id_, said in words.items()},
        "heat": {id_: level for id_, level in levels.items() if level},
    }


def percent(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share)} %"


def _level(value: float, levels: tuple[float, ...]) -> int:
    return sum(1 for least in levels if value > least)


def _scale(kind: str) -> tuple[Key, ...]:
    if kind == COUNTS:
        return ()
    if kind == LATE:
        ends = [percent(least) for least in LATE_LEVELS]
        words = [_("up to %(end)s", end=end) for end in ends[1:]] + [_("over %(end)s", end=ends[-1])]
    else:
        words = [_("up to a quarter of the longest"), _("up to half"), _("up to three quarters"), _("the longest")]
    return tuple(Key(level, said) for level, said in enumerate(words, 1))
