"""Timers on a clock moved by hand: boundary, intermediate, cycles, calendars, event gateways, lateness."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import NOON, Run, bpmn, element, flows, message, process, timer

HOUR = timedelta(hours=1)


def watched(text: str, kind: str = "timeDuration", interrupts: str = "true", more: str = "") -> bytes:
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            element("userTask a"),
            element(f"boundaryEvent late attachedToRef=a cancelActivity={interrupts}", timer(text, kind) + more),
            element("userTask b"),
            element("userTask chief"),
            element("endEvent e"),
            flows("s > a > b > e; late > chief > e"),
        )
    )


def waiting(text: str, kind: str = "timeDuration") -> bytes:
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            element("intermediateCatchEvent w", timer(text, kind)),
            element("userTask a"),
            element("endEvent e"),
            flows("s > w > a > e"),
        )
    )


def test_an_interrupting_timer_takes_the_task_away_at_its_instant_not_before():
    run = Run(watched("PT4H"))
    a = run.token("a")
    ((timer_token, set_),) = run.timers.items()
    assert (set_.element_id, set_.due_at) == ("late", NOON + 4 * HOUR)
    run.later(hours=3, minutes=59, seconds=59)
    assert run.names == ["a"]
    run.later(seconds=1)
    assert run.names == ["chief"]
    assert (run.last.closed, run.last.timers_gone) == ((a,), (timer_token,))
    assert run.path("event") == ["s", "late"]
    run.complete("chief")
    assert run.ended == "completed"


def test_a_timer_that_does_not_interrupt_adds_a_branch():
    run = Run(watched("PT4H", interrupts="false"))
    run.later(hours=5)
    assert run.names == ["a", "chief"]
    assert not run.timers
    run.complete("a")
    run.complete("b")
    assert run.ended is None
    run.complete("chief")
    assert run.ended == "completed"


def test_a_task_whose_time_is_over_cannot_be_completed_before_the_timer_was_noticed():
    run = Run(watched("PT4H"))
    run.world.now += 5 * HOUR
    with pytest.raises(stepper.NotReady):
        run.complete("a")


def test_a_timer_goes_with_its_task():
    run = Run(watched("PT4H"))
    (number,) = run.timers
    run.complete("a")
    assert run.last.timers_gone == (number,)
    run.later(hours=9)
    assert run.names == ["b"]


@pytest.mark.parametrize(
    "text", ["PT4H", '"PT4H"', "'PT4H'", " PT4H\n", "limit", "= limit", "${limit}", '= duration("PT4H")']
)
def test_a_duration_may_be_quoted_or_not_or_computed(text):
    run = Run(waiting(text), variables={"limit": "PT4H"})
    assert [t.due_at for t in run.timers.values()] == [NOON + 4 * HOUR]
    run.later(hours=4)
    assert run.names == ["a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-02T20:00:00+08:00", None),
        ("2026-03-02T12:00:00Z", None),
        ("at", "2026-03-02T13:00:00+01:00"),
        ("at", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("at", datetime(2026, 3, 2, 12)),
        ("= at", date(2026, 3, 2)),
    ],
)
def test_an_instant_may_be_written_or_computed(text, value):
    run = Run(waiting(text, "timeDate"), variables={"at": value})
    (found,) = run.timers.values()
    assert found.due_at == (NOON if type(value) is not date else NOON - 12 * HOUR)
    assert found.due_at.utcoffset() == timedelta()


def test_a_cycle_reminds_as_often_as_it_says_and_keeps_its_token():
    run = Run(watched("R3/PT1H", "timeCycle", interrupts="false"))
    (number,) = run.timers
    seen = []
    for _ in range(5):
        run.later(hours=1)
        seen.append((run.names.count("chief"), [t.due_at - NOON for t in run.timers.values()]))
    assert seen == [(1, [2 * HOUR]), (2, [3 * HOUR]), (3, []), (3, []), (3, [])]
    assert number not in run.timers


def test_occurrences_noticed_late_all_happen():
    run = Run(watched("R3/PT1H", "timeCycle", interrupts="false"))
    run.later(hours=10)
    assert run.names == ["a", "chief", "chief", "chief"]
    assert not run.timers


def test_a_cycle_for_ever_ends_with_its_task():
    run = Run(watched("R/P1D", "timeCycle", interrupts="false"))
    run.later(days=3)
    assert run.names.count("chief") == 3
    assert [t.due_at for t in run.timers.values()] == [NOON + timedelta(days=4)]
    run.complete("a")
    assert not run.timers


def test_a_cycle_may_begin_at_an_instant():
    run = Run(watched("R2/2026-03-03T12:00:00Z/PT1H", "timeCycle", interrupts="false"))
    assert [t.due_at for t in run.timers.values()] == [NOON + timedelta(days=1)]


def test_a_calendar_named_on_the_timer_or_the_process_counts():
    prop = '<camunda:properties><camunda:property name="calendar" value="{}"/></camunda:properties>'
    extension = f"<bpmn:extensionElements>{prop}</bpmn:extensionElements>"
    on_timer = watched("PT4H", more=extension.format("business"))
    assert [t.due_at for t in Run(on_timer).timers.values()] == [NOON + 8 * HOUR]
    on_process = bpmn(watched("PT4H").decode().partition(">")[2].replace("</bpmn:definitions>", "").replace(
        '<bpmn:startEvent', extension.format("business") + "<bpmn:startEvent", 1))  # fmt: skip
    assert [t.due_at for t in Run(on_process).timers.values()] == [NOON + 8 * HOUR]
    wall = on_process.decode().replace(
        "</bpmn:timerEventDefinition>", "</bpmn:timerEventDefinition>" + extension.format("wall")
    )
    assert [t.due_at for t in Run(wall.encode()).timers.values()] == [NOON + 4 * HOUR]
    with pytest.raises(Unrunnable):
        specs.build(watched("PT4H", more=extension.format("lunar")), "p")


def test_two_timers_behind_one_event_gateway_are_two():
    data = bpmn(
        '<bpmn:message id="m" name="reply"/>',
        process(
            "p",
            element("startEvent s"),
            element("eventBasedGateway g"),
            element("intermediateCatchEvent one", timer("PT1H")),
            element("intermediateCatchEvent two", timer("PT3H")),
            element("intermediateCatchEvent msg", message("m")),
            element("userTask a"),
            element("userTask b"),
            element("userTask c"),
            element("endEvent e"),
            flows("s > g > one > a > e; g > two > b > e; g > msg > c > e"),
        ),
    )
    run = Run(data)
    assert sorted((t.element_id, t.due_at - NOON) for t in run.timers.values()) == [("one", HOUR), ("two", 3 * HOUR)]
    run.later(hours=5)
    assert run.names == ["a"]
    assert not run.timers and not run.waits
    assert [(p.element_id, p.flows) for p in run.last.passed] == [("g", ("g-one",)), ("one", ("one-a",))]
    run = Run(data)
    run.deliver("reply", text="yes")
    assert run.names == ["c"] and run.variables == {"text": "yes"}
    assert not run.timers and not run.waits


def test_timers_due_together_happen_in_the_order_of_their_instants():
    run = Run(
        bpmn(
            process(
                "p",
                element("startEvent s"),
                element("userTask a"),
                element("boundaryEvent second attachedToRef=a", timer("PT2H")),
                element("boundaryEvent first attachedToRef=a cancelActivity=false", timer("PT1H")),
                element("userTask x"),
                element("userTask y"),
                element("endEvent e"),
                flows("s > a > e; second > y > e; first > x > e"),
            )
        )
    )
    run.later(hours=9)
    assert run.path("event") == ["s", "first", "second"]
    assert run.names == ["x", "y"]


def test_a_timer_text_that_gives_no_time_is_a_failure_that_can_be_corrected():
    run = Run(waiting("limit"), variables={"limit": "soon"})
    (found,) = run.failures.values()
    assert (found.element_id, found.source) == ("w", "limit")
    assert "soon" in found.text.en and "soon" in found.text.zh
    run.retry("w", limit="PT1H")
    assert not run.failures
    assert [t.due_at for t in run.timers.values()] == [NOON + HOUR]


def test_a_failing_boundary_timer_leaves_its_task_open():
    run = Run(watched("limit"))
    assert run.names == ["a"]
    assert [f.element_id for f in run.failures.values()] == ["late"]
    run.retry("late", limit="PT1H")
    run.later(hours=1)
    assert run.names == ["chief"]


@pytest.mark.parametrize("text", ["PT", "P1Q", "2026-13-45", "R/", ""])
def test_a_text_that_is_no_time_is_refused_or_fails_never_hangs(text):
    try:
        run = Run(waiting(text))
    except Unrunnable as refusal:
        assert refusal.element_id == "w"
    else:
        assert run.failures
