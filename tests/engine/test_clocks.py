"""Clocks: started, warned, breached at their instant, paused, resumed, stopped; explained, and told by the trail alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from engine.domain import commands as c
from engine.domain import sla
from engine.store.clocks import calendar_edition, clock_of
from tests.engine.drawn import boundary, bpmn, catch, element, messages, receive, sequence, task
from tests.engine.recomputed import clocks as retold
from tests.office import admin, clerk, handler, lead

LIMIT = bpmn(sequence("limit", task("a", "front-desk", sla="PT2H"), path="s > a > e"))
CASE = bpmn(
    sequence(
        "whole",
        task("take", "front-desk", clock_stop="answer"),
        task("ask", "front-desk", clock_pause="total"),
        task("close", "front-desk"),
        path="s > take > ask > close > e",
        words={"clock.answer": "PT15M", "clock.total": "P1D"},
    )
)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def agree(office, case) -> None:
    """What the tables say of every clock is what the trail alone says."""
    told = retold(case.trail(), office.system_trail())
    with office.engine.read() as conn:
        from engine.store import clocks

        rows = clocks.of_case(conn, case.id)
    assert {row.no for row in rows} == told.keys()
    for row in rows:
        clock = told[row.no].clock
        assert (row.stopped_at, row.breached_at) == (clock.stopped_at, told[row.no].breached_at)
        if row.stopped_at is None:
            assert row.due_at == sla.due_at(clock)
    case.trail().check()


def test_a_limit_runs_in_the_hours_of_the_department_that_works(office):
    """Two hours from 11:00, with an hour's break at noon."""
    office.wait("PT2H")
    case = office.start(LIMIT)
    assert case.clocks["a"].due_at == shanghai("2026-03-02T14:00")
    assert case.task("a").row.due_at == shanghai("2026-03-02T14:00")
    late = office.start(bpmn(sequence("late", task("x", "handling", sla="PT2H"), path="s > x > e")))
    assert late.clocks["x"].due_at == shanghai("2026-03-02T13:00")
    agree(office, case)


def test_it_warns_at_four_fifths_and_breaches_at_its_instant(office):
    case = office.start(LIMIT)
    office.wait("PT1H35M")
    assert case.trail().of("ClockWarned") == []
    office.wait("PT1M")
    assert case.clocks["a"].warned_at == shanghai("2026-03-02T10:36")
    office.wait("PT24M")
    assert case.clocks["a"].breached_at == shanghai("2026-03-02T11:00")
    assert "late_s" not in case.trail().last("ClockBreached").data
    assert case.trail().last("EscalationRaised")["to"] == [lead]
    agree(office, case)


@pytest.mark.parametrize("noticed_by", ["worker", "completion", "cancellation"])
def test_a_breach_noticed_late_is_stamped_at_its_instant(office, noticed_by):
    case = office.start(LIMIT)
    office.wait("P1D", work=False)
    if noticed_by == "worker":
        office.work()
    elif noticed_by == "completion":
        case.task("a").complete(by=clerk)
    else:
        office.ask(c.CancelCase(case.id, "a test"), lead)
    assert case.clocks["a"].breached_at == shanghai("2026-03-02T11:00")
    breach = case.trail().last("ClockBreached")
    assert breach["late_s"] == 22 * 3600
    assert case.trail().types.count("ClockBreached") == 1
    assert office.work() <= 1
    assert case.trail().types.count("ClockBreached") == 1
    agree(office, case)


def test_done_in_time_is_met(office):
    case = office.start(LIMIT)
    office.wait("PT1H59M")
    case.task("a").complete(by=clerk)
    assert case.trail().last("TaskCompleted")["met"] is True
    office.wait("P1D")
    assert "ClockBreached" not in case.trail().types
    agree(office, case)


def test_case_clocks_start_stop_pause_and_resume(office):
    case = office.start(CASE)
    assert case.clocks["total"].due_at == shanghai("2026-03-02T18:00")
    office.wait("PT10M")
    case.task("take").complete(by=clerk)
    assert case.clocks["answer"].stopped_at == office.now
    assert case.clocks["total"].due_at is None
    paused = case.trail().last("ClockPaused")
    assert paused["name"] == "total"
    assert paused["why"]["zh"] == "ask"
    office.wait("PT30M")
    case.task("ask").complete(by=clerk)
    assert case.clocks["total"].due_at == shanghai("2026-03-03T09:30")
    office.wait("P3D", work=False)
    case.task("close").complete(by=clerk)
    assert case.clocks["total"].breached_at == shanghai("2026-03-03T09:30")
    assert case.state == "closed"
    agree(office, case)


def test_a_paused_clock_does_not_strike(office):
    case = office.start(CASE)
    case.task("take").complete(by=clerk)
    office.wait("P10D")
    assert case.trail().of("ClockWarned", "ClockBreached") == []
    agree(office, case)


def test_a_pause_ends_when_its_task_is_taken_away(office):
    file = bpmn(
        sequence(
            "p",
            task("ask", "front-desk", clock_pause="total"),
            boundary("enough", "ask", "PT2H"),
            task("go_on", "front-desk"),
            path="s > ask > e; enough > go_on > e",
            words={"clock.total": "PT4H"},
        )
    )
    case = office.start(file)
    office.wait("PT2H")
    assert case.open_tasks == ["go_on"]
    assert case.clocks["total"].due_at == shanghai("2026-03-02T16:00")
    agree(office, case)


def test_two_pauses_at_once_stand_still_until_both_are_over(office):
    file = bpmn(
        sequence(
            "p",
            element("parallelGateway fork"),
            task("one", "front-desk", clock_pause="total"),
            task("other", "front-desk", clock_pause="total"),
            element("parallelGateway join"),
            task("last", "front-desk"),
            path="s > fork > one > join; fork > other > join; join > last > e",
            words={"clock.total": "PT4H"},
        )
    )
    case = office.start(file)
    office.wait("PT1H")
    case.task("one").complete(by=clerk)
    assert case.clocks["total"].due_at is None
    office.wait("PT1H")
    case.task("other").complete(by=clerk)
    assert case.clocks["total"].due_at == shanghai("2026-03-02T16:00")
    agree(office, case)


def test_a_wait_for_a_message_pauses_too(office):
    file = bpmn(
        messages("reply"),
        sequence(
            "p",
            receive("reply", "m-reply", **{"clock.pause": "total"}),
            task("a", "front-desk"),
            path="s > reply > a > e",
            words={"clock.total": "PT4H"},
        ),
    )
    case = office.start(file)
    assert case.clocks["total"].due_at is None
    office.wait("PT1H")
    case.ask(c.DeliverMessage, "reply")
    assert case.clocks["total"].due_at == shanghai("2026-03-02T15:00")
    agree(office, case)


def test_a_race_between_message_and_timer_pauses_until_one_has_come(office):
    gateway = '<bpmn:eventBasedGateway id="g"></bpmn:eventBasedGateway>'
    file = bpmn(
        messages("reply"),
        sequence(
            "p",
            gateway,
            receive("reply", "m-reply", **{"clock.pause": "total"}),
            catch("enough", "P1D").replace("</camunda:properties>", '<camunda:property name="clock.pause" value="total"/></camunda:properties>'),
            task("a", "front-desk"),
            path="s > g > reply > a > e; g > enough > a",
            words={"clock.total": "PT4H"},
        ),
    )
    case = office.start(file)
    office.wait("P1D")
    assert case.open_tasks == ["a"]
    assert case.clocks["total"].due_at == shanghai("2026-03-03T14:00")
    agree(office, case)


def test_a_clock_keeps_the_calendar_it_was_started_under(office):
    case = office.start(LIMIT)
    every_day = {"zone": "Asia/Shanghai", "hours": {str(day): [["00:00", "00:00"]] for day in range(7)}}
    office.ask(c.DefineCalendar("default", every_day), admin)
    office.wait("PT4H", work=False)
    later = office.start(LIMIT)
    office.work()
    assert case.clocks["a"].breached_at == shanghai("2026-03-02T11:00")
    assert later.clocks["a"].due_at == shanghai("2026-03-02T15:00")
    assert case.clocks["a"].calendar_hash != later.clocks["a"].calendar_hash
    agree(office, case)
    agree(office, later)


def test_limits_by_the_wall_clock_need_no_calendar(office):
    case = office.start(bpmn(sequence("p", task("a", "front-desk", sla="P2D", calendar="wall"), path="s > a > e")))
    assert case.clocks["a"].due_at == office.now + timedelta(days=2)
    agree(office, case)


def test_a_breach_is_told_to_the_leads_of_the_department_and_above(office):
    office.ask(c.SaveUser("boss", roles=("lead",), department="company"), admin)
    office.ask(c.SaveUser("other.lead", roles=("lead",), department="warehouse"), admin)
    case = office.start(bpmn(sequence("p", task("x", "handling", sla="PT1H"), path="s > x > e")))
    office.wait("PT1H")
    assert set(case.trail().last("EscalationRaised")["to"]) == {lead, "boss"}


def test_each_clock_explains_its_due_instant(office):
    office.wait("PT6H")
    case = office.start(LIMIT)
    office.wait("P1D")
    row = case.clocks["a"]
    with office.engine.read() as conn:
        organisation = office.engine.organisations.current(conn)
        clock = clock_of(row, calendar_edition(conn, organisation, row.calendar_key, row.calendar_hash))
    segments = sla.explain(clock, office.now)
    assert segments[0].start_at == row.started_at
    assert segments[-1].end_at == office.now
    assert all(one.end_at == other.start_at for one, other in pairwise(segments))
    counted = sum((s.length for s in segments if s.kind == "counted"), timedelta(0))
    assert counted == timedelta(hours=2)
    assert all(s.text.zh and s.text.en for s in segments)


def test_departments_without_a_calendar_take_the_one_above(office):
    case = office.start(bpmn(sequence("p", task("x", "departments", sla="PT2H"), path="s > x > e")), by=handler)
    assert case.trail().last("TaskCreated")["clock"]["calendar"] == "default"
