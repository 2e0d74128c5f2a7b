"""Two versions beside each other: the same measures of cases started in the same time, and what can honestly be said.

A version is called better or worse on a measure only where chance is no likely reason: for rates where the interval of
the difference (Newcombe) leaves out 0, for times where the intervals of both quantiles do not meet, which asks for more.
Six measures are looked at together, so each interval of a verdict has the confidence 1 - 0.05/6 (Bonferroni): all six
verdicts together are wrong in at most one comparison of twenty. The intervals shown have 95 % each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.domain.statistics import Interval, Rate, newcombe, quantile, quantile_interval, wilson
from engine.domain.text import Text

LEAST = 30

MEDIAN, NINTH, MEDIAN_WALL, NINTH_WALL = "median", "p90", "median_wall", "p90_wall"
ON_TIME, REWORK, FIRST_CONTACT, INCIDENTS = "on_time", "rework", "first_contact", "incidents"
TIMES = {MEDIAN: 0.5, NINTH: 0.9, MEDIAN_WALL: 0.5, NINTH_WALL: 0.9}
MORE_IS_BETTER = (ON_TIME, FIRST_CONTACT)
JUDGED = (MEDIAN, NINTH, ON_TIME, REWORK, FIRST_CONTACT, INCIDENTS)
STRICT = 1 - 0.05 / len(JUDGED)

NAMES = {
    MEDIAN: Text("办理时长（中位数，工作时间）", "time taken (median, working time)"),
    NINTH: Text("办理时长（九成以内，工作时间）", "time taken (nine of ten, working time)"),
    MEDIAN_WALL: Text("办理时长（中位数，自然时间）", "time taken (median, day and night)"),
    NINTH_WALL: Text("办理时长（九成以内，自然时间）", "time taken (nine of ten, day and night)"),
    ON_TIME: Text("按时率", "kept in time"),
    REWORK: Text("返工率", "rework"),
    FIRST_CONTACT: Text("一次性解决率", "solved at first contact"),
    INCIDENTS: Text("发生异常的比例", "with incidents"),
}
NEVER_TOGETHER = Text("两版从未同时使用，没有可比较的工单。", "The two were never in use at the same time: there are no cases to compare.")
TOO_FEW = Text(
    "办结的工单还太少：第 {version} 版 {n} 件，需要 {least} 件。",
    "Too few finished cases yet: version {version} has {n} of {least} needed.",
)
BETTER = Text("第 {version} 版较好：{names}。", "Version {version} is better on: {names}.")
WORSE = Text("第 {version} 版较差：{names}。", "Version {version} is worse on: {names}.")
SAME = Text("未见差异：{names}。", "No difference seen on: {names}.")
FEW = Text("数据太少，无法判断：{names}。", "Too few cases to tell: {names}.")


@dataclass(frozen=True, slots=True)
class Sample:
    """One instance. None: not decided yet, or not a matter of this procedure.

    `on_time`: no clock of it was broken. `reworked`: a person did a step again. `first_contact`: one person did all its
    steps, its case is closed, and the procedure did not begin a second time in the case (no return for rework).
    """

    wall: timedelta | None = None
    business: timedelta | None = None
    on_time: bool | None = None
    reworked: bool | None = None
    first_contact: bool | None = None
    incidents: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one version: of `n` cases, with the interval it lies in with 95 % confidence. Times or rates."""

    n: int
    value: Any
    interval: Interval[Any]


@dataclass(frozen=True, slots=True)
class Side:
    version: int
    started: int
    finished: int
    incidents_per_case: float
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of both. `finding` of the second against the first: better, worse, same, few; None is not judged."""

    measure: str
    name: Text
    one: Figure
    other: Figure
    difference: Interval[float] | None
    finding: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    one: Side
    other: Side
    lines: tuple[Line, ...]
    enough: bool
    verdict: Text


def compare(
    versions: tuple[int, int], one: Sequence[Sample], other: Sequence[Sample], *, together: bool = True
) -> Comparison:
    """The second version against the first. `together`: whether there was a time in which both could be got."""
    sides = side(versions[0], one), side(versions[1], other)
    lines = tuple(_line(measure, sides, *(_values(measure, samples) for samples in (one, other))) for measure in NAMES)
    few = min(sides, key=lambda side: side.finished)
    enough = together and few.finished >= LEAST
    if enough:
        verdict = _verdict(versions[1], lines)
    elif together:
        verdict = TOO_FEW.format(version=few.version, n=few.finished, least=LEAST)
    else:
        verdict = NEVER_TOGETHER
    return Comparison(*sides, lines, enough, verdict)


def side(version: int, samples: Sequence[Sample]) -> Side:
    figures = {measure: _figure(measure, _values(measure, samples)) for measure in NAMES}
    finished = sum(sample.wall is not None for sample in samples)
    incidents = sum(sample.incidents for sample in samples)
    return Side(version, len(samples), finished, incidents / len(samples) if samples else 0.0, figures)


def _values(measure: str, samples: Sequence[Sample]) -> list[Any]:
    """The decided values of a measure: times in order, else yes and no."""
    read: Callable[[Sample], Any] = {
        MEDIAN: lambda s: s.business, NINTH: lambda s: s.business,
        MEDIAN_WALL: lambda s: s.wall, NINTH_WALL: lambda s: s.wall,
        ON_TIME: lambda s: s.on_time, REWORK: lambda s: s.reworked,
        FIRST_CONTACT: lambda s: s.first_contact, INCIDENTS: lambda s: s.incidents > 0,
    }[measure]  # fmt: skip
    return sorted(value for sample in samples if (value := read(sample)) is not None)


def _figure(measure: str, values: Sequence[Any]) -> Figure:
    if measure in TIMES:
        share = TIMES[measure]
        return Figure(len(values), quantile(values, share), quantile_interval(values, share))
    rate = Rate(sum(values), len(values))
    return Figure(rate.of, rate.value, wilson(rate))


def _line(measure: str, sides: tuple[Side, Side], one: Sequence[Any], other: Sequence[Any]) -> Line:
    rates = None if measure in TIMES else (Rate(sum(other), len(other)), Rate(sum(one), len(one)))
    return Line(
        measure=measure,
        name=NAMES[measure],
        one=sides[0].figures[measure],
        other=sides[1].figures[measure],
        difference=newcombe(*rates) if rates else None,
        finding=_finding(measure, one, other) if measure in JUDGED else None,
    )


def _finding(measure: str, one: Sequence[Any], other: Sequence[Any]) -> str:
    if min(len(one), len(other)) < LEAST:
        return "few"
    if measure in TIMES:
        a, b = (quantile_interval(values, TIMES[measure], STRICT) for values in (one, other))
        lower = b.high is not None and a.low is not None and b.high < a.low
        higher = b.low is not None and a.high is not None and b.low > a.high
    else:
        apart = newcombe(Rate(sum(other), len(other)), Rate(sum(one), len(one)), STRICT)
        lower, higher = apart.high < 0, apart.low > 0
    if not lower and not higher:
        return "same"
    return "better" if higher == (measure in MORE_IS_BETTER) else "worse"


def _verdict(version: int, lines: Sequence[Line]) -> Text:
    told = Text("", "")
    for finding, words in (("better", BETTER), ("worse", WORSE), ("same", SAME), ("few", FEW)):
        names = [line.name for line in lines if line.finding == finding]
        if names:
            listed = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
            said = words.format(version=version, names=listed)
            told = Text(told.zh + said.zh, f"{told.en} {said.en}".strip())
    return told
