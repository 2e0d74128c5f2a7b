"""What is said of two versions: nothing for few cases, better or worse only where chance is no likely reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.pilot import LEAST, MEDIAN, NINTH, ON_TIME, REWORK, Sample, compare


def samples(n: int, *, minutes: int = 60, in_time: int | None = None, reworked: int = 0) -> list[Sample]:
    """So many finished cases, some in time, some done again, of lengths apart by a second each."""
    in_time = n if in_time is None else in_time
    lengths = [timedelta(minutes=minutes, seconds=i) for i in range(n)]
    return [
        Sample(length, length, on_time=i < in_time, reworked=i < reworked, first_contact=True) for i, length in enumerate(lengths)
    ]


def findings(one, other):
    return {line.measure: line.finding for line in compare((1, 2), one, other).lines if line.finding}


@pytest.mark.parametrize("one, other, version, n", [(100, 12, 2, 12), (0, 100, 1, 0), (29, 30, 1, 29)])
def test_too_few_cases_are_said_to_be_too_few(one, other, version, n):
    found = compare((1, 2), samples(one), samples(other, minutes=1))
    assert not found.enough
    assert found.verdict.en == f"Too few finished cases yet: version {version} has {n} of {LEAST} needed."


def test_equal_cases_show_no_difference():
    found = compare((1, 2), samples(50), samples(60))
    assert found.enough
    assert set(findings(samples(50), samples(60)).values()) == {"same"}
    assert found.verdict.en.startswith("No difference seen on: ")
    assert found.verdict.zh.startswith("未见差异：")


def test_better_and_worse_are_the_second_versions():
    old = samples(60, minutes=60, in_time=58, reworked=25)
    new = samples(60, minutes=30, in_time=30, reworked=2)
    assert findings(old, new) == {
        MEDIAN: "better", NINTH: "better", ON_TIME: "worse", REWORK: "better", "first_contact": "same", "incidents": "same"
    }  # fmt: skip
    assert findings(new, old)[ON_TIME] == "better"
    verdict = compare((1, 2), old, new).verdict
    assert verdict.en.startswith("Version 2 is better on: time taken (median, working time), ")
    assert "Version 2 is worse on: kept in time. No difference seen on: " in verdict.en
    assert "第 2 版较差：按时率。" in verdict.zh


def test_a_difference_that_chance_may_make_is_none():
    """17 of 20 against 20 of 20 looks better; with 40 and 34 of 40 it still is not beyond doubt for six measures at once."""
    assert findings(samples(40, in_time=34), samples(40))[ON_TIME] == "same"
    assert findings(samples(400, in_time=340), samples(400))[ON_TIME] == "better"


def test_a_measure_with_few_decided_cases_is_not_judged():
    undecided = [Sample(timedelta(hours=1), timedelta(hours=1)) for _ in range(40)]
    found = compare((1, 2), undecided, undecided)
    assert {line.finding for line in found.lines if line.measure == ON_TIME} == {"few"}
    assert "Too few cases to tell: kept in time, " in found.verdict.en


def test_figures_have_their_sample_size_and_interval():
    side = compare((1, 2), samples(20, in_time=15), []).one
    assert (side.started, side.finished) == (20, 20)
    assert side.figures[ON_TIME].value == 0.75
    assert round(side.figures[ON_TIME].interval.low, 4) == 0.5313
    assert side.figures[MEDIAN].interval.low == timedelta(minutes=60, seconds=5)
    assert side.figures[MEDIAN].interval.high == timedelta(minutes=60, seconds=14)
    assert side.figures[NINTH].interval.high is None
