"""Joins in loops and the length of a run: what SpiffWorkflow does, and that ours is right.

Each pair of tests names one fault. When the first of a pair fails, a later SpiffWorkflow has changed: look whether our
own class for it is still needed.
"""

from __future__ import annotations

import random

import pytest

from tests.bpmn.drawn import Run, bpmn, element, flows, process
from tests.bpmn.plain import Plain


def rounds(gateway: str) -> bytes:
    """Rework: both a and b, then after; again from the start while `again`."""
    always = "[1 == 1]" if gateway == "inclusiveGateway" else ""
    fork = f"f > a {always}; f > b {always}"
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            element("exclusiveGateway m"),
            element(f"{gateway} f"),
            element("userTask a"),
            element("userTask b"),
            element(f"{gateway} j"),
            element("userTask after"),
            element("exclusiveGateway g default=g-e"),
            element("endEvent e"),
            flows(f"s > m > f; {fork}; a > j; b > j; j > after > g; g > m [again == 1]; g > e"),
        )
    )


def second_round(run, first: str, second: str) -> list[str]:
    """The open tasks when, in the second round, the first of its two tasks is done."""
    for name in first:
        run.complete(name)
    run.complete("after", again=1)
    run.complete(second[0])
    return run.names


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
def test_in_plain_spiffworkflow_a_join_in_a_loop_fires_early(gateway):
    assert sorted(second_round(Plain(rounds(gateway)), "ab", "ba")) == ["a", "after"]


def test_in_plain_spiffworkflow_an_inclusive_join_in_a_loop_always_fires_early():
    for first in ("ab", "ba"):
        assert sorted(second_round(Plain(rounds("inclusiveGateway")), first, first)) == sorted(["after", first[1]])


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("first", ["ab", "ba"])
@pytest.mark.parametrize("second", ["ab", "ba"])
def test_ours_waits_in_every_round_and_order(gateway, first, second):
    run = Run(rounds(gateway))
    assert second_round(run, first, second) == [second[1]]
    run.complete(second[1])
    assert run.names == ["after"]
    run.complete("after", again=0)
    assert run.ended == "completed"


@pytest.mark.parametrize("seed", range(20))
def test_ours_never_fires_early_over_many_random_rounds(seed):
    chance = random.Random(seed)
    run = Run(rounds(chance.choice(["parallelGateway", "inclusiveGateway"])))
    for _ in range(30):
        order = chance.sample("ab", 2)
        run.complete(order[0])
        assert run.names == [order[1]]
        run.complete(order[1])
        assert run.names == ["after"]
        run.complete("after", again=1)


def overtaking() -> bytes:
    """One token may come round again to the join before the other has come once: BPMN keeps the excess one."""
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway f"),
            element("exclusiveGateway m"),
            element("userTask a"),
            element("parallelGateway twice"),
            element("userTask b"),
            element("parallelGateway j"),
            element("userTask c"),
            element("endEvent e"),
            flows("s > f > m > a > twice; twice > m; twice > j; f > b > j; j > c > e"),
        )
    )


def test_ours_keeps_excess_tokens_on_their_flow():
    run = Run(overtaking())
    run.complete("a")
    run.complete("a")
    assert run.names == ["b", "a"]
    run.complete("b")
    assert sorted(run.names) == ["a", "c"], "one token from each flow is taken, the second of a stays"
    run.complete("c")
    assert run.names == ["a"]


def test_ours_lets_an_inclusive_join_wait_only_for_what_can_still_come():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("inclusiveGateway f default=f-c"),
            element("userTask a"),
            element("userTask b"),
            element("userTask c"),
            element("exclusiveGateway x default=x-e2"),
            element("endEvent e2"),
            element("inclusiveGateway j"),
            element("userTask after"),
            element("endEvent e"),
            flows("s > f; f > a [va]; f > b [vb]; f > c; a > j; b > x; x > j [back]; x > e2; c > j; j > after > e"),
        )
    )
    only_a = Run(data, variables={"va": True, "vb": False})
    only_a.complete("a")
    assert only_a.names == ["after"]
    both = Run(data, variables={"va": True, "vb": True, "back": True})
    both.complete("a")
    assert both.names == ["b"]
    both.complete("b")
    assert both.names == ["after"]
    lost = Run(data, variables={"va": True, "vb": True, "back": False})
    lost.complete("a")
    assert lost.names == ["b"]
    lost.complete("b")
    assert lost.names == ["after"], "the other token ended elsewhere, so nothing can come any more"
    none = Run(data, variables={"va": False, "vb": False})
    assert none.names == ["c"]


def test_ours_tells_of_two_inclusive_joins_that_wait_for_each_other_and_lets_a_person_decide():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway f"),
            element("userTask a"),
            element("userTask b"),
            element("inclusiveGateway j1"),
            element("inclusiveGateway j2"),
            element("exclusiveGateway x1 default=x1-c"),
            element("exclusiveGateway x2 default=x2-d"),
            element("userTask c"),
            element("userTask d"),
            element("endEvent e"),
            flows(
                "s > f > a > j1; f > b > j2; j1 > x1; x1 > j2 [cross]; x1 > c > e; j2 > x2; x2 > j1 [cross]; x2 > d > e"
            ),
        )
    )
    run = Run(data, variables={"cross": False})
    run.complete("a")
    run.complete("b")
    assert [f.element_id for f in run.failures.values()] == ["j1", "j2"]
    run.retry("j1")
    assert run.names == ["c", "d"] and not run.failures, "with j1 gone on, j2 waits for nobody"
