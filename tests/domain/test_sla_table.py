"""Clocks with pauses, worked out by hand in one office's time: 09:00-12:00 and 13:00-18:00, Shanghai."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.domain.calendar import WALL, Calendar, NotAnInstant
from engine.domain.calendar_form import BadCalendar
from engine.domain.duration import BadDuration, DurationTooLong
from engine.domain.sla import BadClock, Clock, Pause, breached_at, due_at, overdue, remaining, standing, used, warn_at
from engine.domain.text import Text
from tests.domain.calendars import OFFICE, at, china

CUSTOMER = Text("等待客户", "waiting for the customer")


def clock(limit: str, start: str = "2025-09-16 09:00", *pauses: tuple[str, str | None], **more: object) -> Clock:
    found = tuple(Pause(china(a), b and china(b), CUSTOMER, str(n)) for n, (a, b) in enumerate(pauses))
    return Clock("answer", limit, Decimal("0.8"), OFFICE, china(start), found, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limit", "pauses", "due", "warn"),
    [
        ("PT2H", [], "09-16 11:00", "09-16 10:36"),
        ("P1D", [], "09-16 18:00", "09-16 16:24"),
        ("PT2H", [("10:00", "10:30")], "09-16 11:30", "09-16 11:06"),
        ("PT4H", [("11:40", "13:20")], "09-16 14:40", "09-16 13:52"),
        ("PT4H", [("12:00", "13:00")], "09-16 14:00", "09-16 13:12"),
        ("PT2H", [("10:00", "11:00"), ("10:30", "11:30")], "09-16 13:30", "09-16 13:06"),
        ("PT2H", [("10:30", "11:30"), ("10:00", "11:00")], "09-16 13:30", "09-16 13:06"),
        ("PT2H", [("09:30", "09:30")], "09-16 11:00", "09-16 10:36"),
        ("PT2H", [("08:00", "09:30")], "09-16 11:30", "09-16 11:06"),
        ("PT2H", [("07:00", "08:00")], "09-16 11:00", "09-16 10:36"),
        ("PT2H", [("11:00", "12:00")], "09-16 11:00", "09-16 10:36"),
        ("PT2H", [("10:40", None)], None, "09-16 10:36"),
        ("PT2H", [("10:00", None)], None, None),
        ("PT2H", [("11:00", None)], "09-16 11:00", "09-16 10:36"),
        ("PT2H", [("09:00", "10:00"), ("10:00", "11:00")], "09-16 14:00", "09-16 13:36"),
        ("PT2H", [("09:00", None), ("10:00", "11:00")], None, None),
        ("PT0S", [("09:00", None)], "09-16 09:00", "09-16 09:00"),
    ],
)
def test_due_and_warning(limit: str, pauses: list, due: str | None, warn: str | None) -> None:
    found = clock(limit, "2025-09-16 09:00", *((f"2025-09-16 {a}", b and f"2025-09-16 {b}") for a, b in pauses))
    assert due_at(found) == (due and china(f"2025-{due}"))
    assert warn_at(found) == (warn and china(f"2025-{warn}"))


def test_the_clock_of_a_complaint_over_the_national_holiday() -> None:
    """4 h on 30 September, waits for the customer from 16:00 there to 9 October 10:00, then 4 h more."""
    found = clock("P1D", "2025-09-30 11:00", ("2025-09-30 16:00", "2025-10-09 10:00"))
    assert used(found, china("2025-10-05 12:00")) == timedelta(hours=4)
    assert due_at(found) == china("2025-10-09 15:00")


def test_72_hours_on_the_wall_with_a_night_of_waiting() -> None:
    found = Clock("whole", "PT72H", None, WALL, at("2025-09-16 09:00")).pause(at("2025-09-16 20:00"), CUSTOMER)
    assert due_at(found) is None and found.is_paused
    found = found.resume(at("2025-09-17 06:00"))
    assert due_at(found) == at("2025-09-19 19:00") and not found.is_paused
    assert warn_at(found) is None


def test_a_month_on_the_wall_is_the_month_it_started_in() -> None:
    """February's 28 days; two days of waiting put it off by two days."""
    found = Clock("keep", "P1M", None, WALL, at("2025-02-01 00:00"))
    assert due_at(found) == at("2025-03-01 00:00")
    waited = found.pause(at("2025-02-10 00:00"), CUSTOMER).resume(at("2025-02-12 00:00"))
    assert due_at(waited) == at("2025-03-03 00:00")


def test_used_remaining_and_overdue() -> None:
    found = clock("PT2H", "2025-09-16 09:00", ("2025-09-16 10:00", "2025-09-16 10:30"))
    eleven, two = china("2025-09-16 11:00"), china("2025-09-16 14:00")
    assert (used(found, eleven), remaining(found, eleven), overdue(found, eleven)) == _hours(1.5, 0.5, 0)
    assert (used(found, two), remaining(found, two), overdue(found, two)) == _hours(3.5, 0, 1.5)
    assert used(found, china("2025-09-15 09:00")) == timedelta(0)


def test_two_steps_may_hold_the_clock_at_once() -> None:
    """It runs again when the last of them lets go."""
    ten, eleven, half = china("2025-09-16 10:00"), china("2025-09-16 11:00"), china("2025-09-16 11:30")
    found = clock("PT2H").pause(ten, "a", "7").pause(ten, "b", "9").resume(eleven, "7")
    assert found.is_paused and due_at(found) is None
    found = found.resume(half, "9")
    assert due_at(found) == china("2025-09-16 13:30")


def test_pausing_twice_and_resuming_what_runs_change_nothing() -> None:
    found = clock("PT2H")
    assert found.resume(china("2025-09-16 10:00")) == found
    paused = found.pause(china("2025-09-16 10:00"), CUSTOMER)
    assert paused.pause(china("2025-09-16 10:05"), CUSTOMER) is paused


def test_a_machine_whose_clock_lags_does_no_harm() -> None:
    found = clock("PT2H").pause(china("2025-09-16 10:00"), CUSTOMER).resume(china("2025-09-16 09:59:59"))
    assert due_at(found) == china("2025-09-16 11:00")
    assert clock("PT2H").stop(china("2025-09-16 08:59:59")).stopped_at == china("2025-09-16 09:00")


@pytest.mark.parametrize(
    ("stopped", "now", "said"),
    [
        (None, "09:00", "running"),
        (None, "10:05", "paused"),
        (None, "11:05", "running"),
        (None, "11:06", "warned"),
        (None, "11:29:59", "warned"),
        (None, "11:30", "breached"),
        ("11:30", "12:00", "met"),
        ("11:30:01", "12:00", "missed"),
        ("10:15", "12:00", "met"),
        ("11:45", "11:40", "breached"),
    ],
)
def test_standing(stopped: str | None, now: str, said: str) -> None:
    found = clock("PT2H", "2025-09-16 09:00", ("2025-09-16 10:00", "2025-09-16 10:30"))
    if stopped:
        found = found.stop(china(f"2025-09-16 {stopped}"))
    assert standing(found, china(f"2025-09-16 {now}")) == said


def test_a_breach_is_at_the_due_instant_whatever_happens_later() -> None:
    found = clock("PT2H").pause(china("2025-09-16 15:00"), CUSTOMER)
    assert breached_at(found) == china("2025-09-16 11:00")
    assert standing(found, china("2025-09-17 12:00")) == "breached"
    assert breached_at(clock("PT2H").stop(china("2025-09-20 12:00"))) == china("2025-09-16 11:00")
    assert breached_at(clock("PT2H").stop(china("2025-09-16 11:00"))) is None
    assert breached_at(clock("PT2H").pause(china("2025-09-16 10:00"), CUSTOMER)) is None


def test_stopped_while_it_stood_still_is_met() -> None:
    found = clock("PT2H").pause(china("2025-09-16 10:00"), CUSTOMER).stop(china("2025-09-20 12:00"))
    assert standing(found, china("2025-09-21 12:00")) == "met"
    assert used(found, china("2025-09-21 12:00")) == timedelta(hours=1)
    assert found.stop(china("2025-09-22 12:00")) is found


def test_json_with_the_calendar_or_only_its_digest() -> None:
    found = clock("PT2H", "2025-09-16 09:00", ("2025-09-16 10:00", "2025-09-16 10:30"), ("2025-09-16 10:50", None))
    assert Clock.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    small = json.loads(json.dumps(found.to_dict(embed=False)))
    assert small["calendar"] == {"key": "customer-service", "digest": OFFICE.digest}
    assert Clock.from_dict(small, {OFFICE.digest: OFFICE}) == found
    with pytest.raises(BadClock):
        Clock.from_dict(small)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"limit": "soon"}, BadDuration),
        ({"limit": "P10Y"}, DurationTooLong),
        ({"limit": "P1M"}, BadDuration),
        ({"limit": "-PT1H"}, BadDuration),
        ({"warn": "80%"}, BadClock),
        ({"warn": "1.5"}, BadClock),
        ({"warn": "0"}, BadClock),
        ({"warn": "NaN"}, BadClock),
        ({"calendar": None}, BadClock),
        ({"calendar": {}}, BadCalendar),
        ({"started_at": "yesterday"}, NotAnInstant),
        ({"started_at": "2025-09-16T09:00:00"}, NotAnInstant),
        ({"started_at": None}, BadClock),
        ({"stopped_at": "2025-09-15T09:00:00Z"}, BadClock),
        ({"pauses": [{"end_at": None}]}, BadClock),
        ({"pauses": [{"start_at": "2025-09-16T09:00:00Z", "end_at": "2025-09-16T08:00:00Z"}]}, BadClock),
        ({"pauses": [3]}, BadClock),
    ],
)
def test_a_clock_that_cannot_be(change: dict, kind: type) -> None:
    data = clock("PT2H").to_dict() | change
    with pytest.raises(kind) as caught:
        Clock.from_dict(data)
    assert caught.value.text.zh and caught.value.text.en


def test_instants_without_a_zone() -> None:
    with pytest.raises(NotAnInstant):
        Clock("answer", "PT2H", None, OFFICE, datetime(2025, 9, 16, 9))
    with pytest.raises(NotAnInstant):
        clock("PT2H").pause(datetime(2025, 9, 16, 9), CUSTOMER)


def test_due_instants_are_utc() -> None:
    shanghai = Calendar.from_dict(OFFICE.to_dict())
    due = due_at(Clock("answer", "PT2H", None, shanghai, china("2025-09-16 09:00").astimezone(OFFICE.tzinfo)))
    assert due is not None and due.tzinfo is UTC


def _hours(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=number) for number in numbers)
