"""What must hold of every clock, and that watching it minute by minute agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.calendar import WALL, Calendar
from engine.domain.sla import Clock, Pause, due_at, explain, overdue, remaining, used, warn_at
from tests.domain.calendars import BERLIN, OFFICE, at, nightly
from tests.domain.slow_calendar import SlowCalendar

MINUTE = timedelta(minutes=1)
PLACES = [
    (OFFICE, at("2025-09-26 01:00")),
    (OFFICE, at("2025-10-08 12:00")),
    (BERLIN, at("2025-12-24 07:30")),
    (nightly("America/New_York", "00:00", "04:00"), at("2025-03-09 04:00")),
    (nightly("America/New_York", "00:30", "01:45"), at("2025-11-02 04:00")),
    (WALL, at("2025-11-02 04:00")),
]
minutes = st.integers(0, 5 * 1440).map(lambda n: n * MINUTE)


@st.composite
def clocks(draw: st.DrawFn, *, open_pauses: bool = False) -> Clock:
    """Started, paused up to four times, perhaps at once, perhaps stopped; all on the minute."""
    calendar, start = draw(st.sampled_from(PLACES))
    pauses = []
    for number in range(draw(st.integers(0, 4))):
        begin = start + draw(minutes) - timedelta(hours=1)
        lasts = draw(st.integers(0, 1500).map(lambda n: n * MINUTE))
        ends = None if open_pauses and draw(st.booleans()) else begin + lasts
        pauses.append(Pause(begin, ends, f"reason {number % 2}", str(number)))
    limit = f"PT{draw(st.integers(0, 900))}M"
    stopped = start + draw(minutes) if draw(st.booleans()) else None
    return Clock(
        "any", limit, draw(st.sampled_from([None, Decimal("0.8"), Decimal(1)])), calendar, start, tuple(pauses), stopped
    )


@given(clocks(open_pauses=True))
def test_at_the_due_instant_the_limit_is_used_up_and_not_before(clock: Clock) -> None:
    running = replace(clock, stopped_at=None)
    due = due_at(running)
    if due is None:
        assert running.is_paused
        return
    assert remaining(running, due) == overdue(running, due) == timedelta(0)
    if due > clock.started_at and clock.limit != "PT0M":
        assert remaining(running, due - timedelta(microseconds=1)) == timedelta(microseconds=1)


@given(clocks(), minutes, st.integers(0, 1500).map(lambda n: n * MINUTE))
def test_a_pause_never_shortens(clock: Clock, begin: timedelta, lasts: timedelta) -> None:
    start = clock.started_at + begin
    longer = replace(clock, pauses=(*clock.pauses, Pause(start, start + lasts)))
    before, after = due_at(clock), due_at(longer)
    assert before is not None and after is not None
    assert before <= after
    assert used(longer, start + lasts) <= used(clock, start + lasts)


@given(clocks(), minutes, st.integers(0, 1500).map(lambda n: n * MINUTE))
def test_a_pause_before_the_limit_is_used_up_puts_it_off_by_its_working_time(
    clock: Clock, begin: timedelta, lasts: timedelta
) -> None:
    start = clock.started_at + begin
    alone = replace(clock, pauses=(), stopped_at=None)
    paused = replace(alone, pauses=(Pause(start, start + lasts),))
    before, after = due_at(alone), due_at(paused)
    lost = clock.calendar.between(start, start + lasts) if start < before else timedelta(0)
    assert clock.calendar.between(before, after) == lost


@given(clocks(open_pauses=True), minutes, minutes)
def test_used_never_falls_and_never_outruns_the_calendar(clock: Clock, one: timedelta, other: timedelta) -> None:
    first, second = clock.started_at + one, clock.started_at + one + other
    gained = used(clock, second) - used(clock, first)
    assert timedelta(0) <= gained <= clock.calendar.between(first, second)


@given(clocks(open_pauses=True))
def test_the_warning_comes_before_the_breach(clock: Clock) -> None:
    warn, due = warn_at(clock), due_at(clock)
    assert warn is None or due is None or clock.started_at <= warn <= due


@given(clocks(open_pauses=True), minutes)
def test_the_explanation_is_whole_and_adds_up(clock: Clock, passed: timedelta) -> None:
    now = clock.started_at + passed
    found = explain(clock, now)
    until = now if clock.stopped_at is None else min(now, clock.stopped_at)
    edges = [clock.started_at, *(each.end_at for each in found)]
    assert [each.start_at for each in found] == edges[:-1]
    assert edges[-1] == until or not found
    assert _sum(found, "counted") + _sum(found, "late") == used(clock, now)
    assert _sum(found, "late") == overdue(clock, now)
    assert all(each.text.zh and each.text.en for each in found)


@given(clocks(open_pauses=True), minutes)
def test_the_json_alone_gives_every_instant_again(clock: Clock, passed: timedelta) -> None:
    now = clock.started_at + passed
    again = Clock.from_dict(clock.to_dict())
    assert again == clock
    assert (due_at(again), warn_at(again), used(again, now)) == (due_at(clock), warn_at(clock), used(clock, now))
    assert explain(again, now) == explain(clock, now)


@given(clocks(), st.permutations(range(4)))
def test_the_order_of_pauses_does_not_matter(clock: Clock, order: list[int]) -> None:
    shuffled = replace(clock, pauses=tuple(clock.pauses[n] for n in order if n < len(clock.pauses)))
    assert due_at(shuffled) == due_at(clock)


@settings(max_examples=50)
@given(clocks(), minutes)
def test_watching_the_clock_agrees(clock: Clock, passed: timedelta) -> None:
    clock = replace(clock, limit=f"PT{int(clock.limit[2:-1]) % 400}M", stopped_at=None)
    now = clock.started_at + passed
    slow = SlowCalendar(clock.calendar.to_dict())
    pauses = [(pause.start_at, pause.end_at) for pause in clock.pauses]
    assert used(clock, now) == slow.between(clock.started_at, now, pauses)
    if clock.limit != "PT0M":
        assert due_at(clock) == slow.add(clock.started_at, timedelta(minutes=int(clock.limit[2:-1])), pauses)


def test_shared_calendars_are_not_changed_by_use() -> None:
    before = OFFICE.digest
    due_at(Clock("any", "P30D", None, OFFICE, at("2025-09-26 01:00")))
    assert Calendar.from_dict(OFFICE.to_dict()).digest == before


def _sum(segments: tuple, kind: str) -> timedelta:
    return sum((each.length for each in segments if each.kind == kind), timedelta(0))
