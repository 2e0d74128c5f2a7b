"""What must hold of business time whatever the calendar, and that a much slower reckoning agrees."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.calendar import WALL, Calendar
from engine.domain.calendar_form import length_of
from engine.domain.duration import Duration
from engine.domain.text import Text
from tests.domain.calendars import OFFICE, at, nightly
from tests.domain.slow_calendar import SlowCalendar

# Noon UTC near a change of the clocks, or of the date; half an hour in Lord Howe, at midnight in Cairo, Santiago and
# (in 2010, one minute past it) St John's, backwards at midnight in Havana, a whole day in Apia.
PLACES = [
    ("Asia/Shanghai", date(2025, 9, 29)),
    ("Asia/Kolkata", date(2025, 8, 14)),
    ("America/New_York", date(2025, 3, 8)),
    ("America/New_York", date(2025, 11, 1)),
    ("Europe/Berlin", date(2025, 10, 25)),
    ("Australia/Lord_Howe", date(2025, 4, 5)),
    ("Australia/Lord_Howe", date(2025, 10, 4)),
    ("Africa/Cairo", date(2025, 4, 24)),
    ("Africa/Cairo", date(2025, 10, 30)),
    ("America/Santiago", date(2025, 4, 5)),
    ("America/Santiago", date(2025, 9, 6)),
    ("America/St_Johns", date(2010, 11, 6)),
    ("America/St_Johns", date(2010, 3, 13)),
    ("America/Havana", date(2025, 11, 1)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("Pacific/Apia", date(2011, 12, 29)),
]
MINUTE = timedelta(minutes=1)


@st.composite
def shifts(draw: st.DrawFn, *, least: int = 0) -> tuple[tuple[time, time], ...]:
    """Up to three shifts on the five minutes, some until midnight, some touching."""
    edges = draw(st.lists(st.integers(0, 288), min_size=2 * max(least, 1), max_size=6, unique=True).map(sorted))
    count = draw(st.integers(least, len(edges) // 2))
    moments = [time(edge // 12 % 24, edge % 12 * 5) for edge in edges]
    return tuple((moments[2 * i], moments[2 * i + 1]) for i in range(count))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and an instant near which something happens to its clocks."""
    zone, around = draw(st.sampled_from(PLACES))
    days = st.integers(-2, 6).map(lambda n: around + timedelta(days=n))
    hours = draw(st.dictionaries(st.integers(0, 6), shifts(), max_size=7))
    hours[draw(st.integers(0, 6))] = draw(shifts(least=1).filter(lambda day: length_of(day) >= timedelta(hours=2)))
    holidays = draw(st.dictionaries(days, st.just(Text("休息", "off")), max_size=3))
    workdays = draw(st.dictionaries(days, st.none() | shifts(least=1), max_size=2))
    return Calendar("any", zone, hours, holidays, workdays), at(f"{around} 12:00")


places = calendars()
minutes = st.integers(-36 * 60, 72 * 60).map(lambda n: n * MINUTE)
amounts = st.integers(0, 30 * 60).map(lambda n: n * MINUTE)
exact = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=60))


@given(places, minutes, exact, exact)
def test_adding_twice_is_adding_the_sum(place: tuple, begin: timedelta, one: timedelta, other: timedelta) -> None:
    calendar, noon = place
    start = noon + begin
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@given(places, minutes, exact)
def test_between_undoes_add_and_add_is_the_first_such_instant(
    place: tuple, begin: timedelta, amount: timedelta
) -> None:
    calendar, noon = place
    start = noon + begin
    due = calendar.add(start, amount)
    assert calendar.between(start, due) == amount
    if amount:
        assert calendar.between(start, due - timedelta(microseconds=1)) == amount - timedelta(microseconds=1)


@given(places, minutes, exact, exact)
def test_between_is_additive(place: tuple, begin: timedelta, one: timedelta, other: timedelta) -> None:
    calendar, noon = place
    start, middle = noon + begin, noon + begin + one
    whole = calendar.between(start, middle + other)
    assert whole == calendar.between(start, middle) + calendar.between(middle, middle + other)
    assert timedelta(0) <= whole <= one + other


@given(places, minutes, exact, exact, exact)
def test_later_or_more_is_never_due_earlier(
    place: tuple, begin: timedelta, delay: timedelta, amount: timedelta, more: timedelta
) -> None:
    calendar, noon = place
    start = noon + begin
    due = calendar.add(start, amount)
    assert start <= due <= calendar.add(start + delay, amount)
    assert due <= calendar.add(start, amount + more)


@given(places, minutes, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=6)))
def test_segments_cover_all_and_count_what_between_counts(place: tuple, begin: timedelta, length: timedelta) -> None:
    calendar, noon = place
    start, end = noon + begin, noon + begin + length
    found = calendar.segments(start, end)
    edges = [start, *(each.end_at for each in found)]
    assert [each.start_at for each in found] == edges[:-1]
    assert edges[-1] == end
    assert sum((s.length for s in found if s.kind == "counted"), timedelta(0)) == calendar.between(start, end)
    assert all(one.kind != other.kind or one.reason != other.reason for one, other in pairwise(found))
    assert all(each.length > timedelta(0) and each.text.zh and each.text.en for each in found)


@given(places, minutes)
def test_open_is_where_time_is_counted(place: tuple, begin: timedelta) -> None:
    calendar, noon = place
    now = noon + begin
    assert calendar.is_open(now) == bool(calendar.between(now, now + timedelta(microseconds=1)))


@given(places)
def test_json_and_back(place: tuple) -> None:
    calendar, _ = place
    again = Calendar.from_dict(calendar.to_dict())
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again.digest == calendar.digest


@settings(max_examples=60, deadline=None)
@given(places, minutes, st.integers(0, 4 * 1440).map(lambda n: n * MINUTE))
def test_between_agrees_with_watching_the_clock(place: tuple, begin: timedelta, length: timedelta) -> None:
    calendar, noon = place
    start = noon + begin
    assert calendar.between(start, start + length) == SlowCalendar(calendar.to_dict()).between(start, start + length)


@settings(max_examples=60, deadline=None)
@given(places, minutes, st.integers(0, 8 * 60).map(lambda n: n * MINUTE))
def test_add_agrees_with_watching_the_clock(place: tuple, begin: timedelta, amount: timedelta) -> None:
    calendar, noon = place
    start = noon + begin
    assert calendar.add(start, amount) == SlowCalendar(calendar.to_dict()).add(start, amount)


@pytest.mark.parametrize(
    ("calendar", "start", "amount"),
    [
        (OFFICE, at("2025-09-16 03:58:13"), timedelta(minutes=7, seconds=49)),
        (nightly("America/New_York", "01:59:40", "03:00:20"), at("2025-03-09 06:59:30"), timedelta(seconds=35)),
        (nightly("America/New_York", "01:20:30", "02:10:10"), at("2025-11-02 05:00:00"), timedelta(minutes=80)),
    ],
    ids=["over lunch", "into the skipped hour", "through the repeated hour"],
)
def test_add_agrees_second_by_second(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    slow = SlowCalendar(calendar.to_dict(), step=timedelta(seconds=1))
    assert calendar.add(start, amount) == slow.add(start, amount)


@given(minutes, exact)
def test_a_calendar_that_never_closes_is_the_wall_clock(begin: timedelta, amount: timedelta) -> None:
    start = at("2025-11-02 12:00") + begin
    around = nightly("America/New_York", "00:00", "24:00")
    with_a_memory = Calendar("a", "America/New_York", around.hours, {date(1999, 1, 1): Text("", "long ago")})
    assert WALL.add(start, amount) == around.add(start, amount) == with_a_memory.add(start, amount) == start + amount


def test_a_fresh_calendar_and_one_in_use_agree() -> None:
    start = at("2025-09-30 06:00")
    used = Calendar.from_dict(OFFICE.to_dict())
    for day in range(60):
        used.add(start + timedelta(days=day), Duration.parse("P3D"))
    assert used.add(start, Duration.parse("P30D")) == Calendar.from_dict(OFFICE.to_dict()).add(
        start, Duration.parse("P30D")
    )
