"""Calendars as plain JSON, and what is refused, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine.domain.calendar import WALL, Calendar, NeverDue, NotAnInstant
from engine.domain.calendar_form import BadCalendar
from engine.domain.duration import BadDuration, Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text
from tests.domain.calendars import MON_FRI, OFFICE, SPLIT, at, shift, weekly

PLAIN = {
    "key": "cs",
    "zone": "Asia/Shanghai",
    "day": "PT8H",
    "hours": {"0": [["09:00", "12:00"], ["13:00", "18:00"]], "6": [["20:00", "24:00"]]},
    "holidays": {"2025-10-01": {"zh": "国庆节", "en": "National Day"}},
    "workdays": {"2025-09-28": None, "2025-12-24": [["09:00:30", "12:00"]]},
}


def test_the_json_is_plain_and_comes_back_as_it_went() -> None:
    calendar = Calendar.from_dict(json.loads(json.dumps(PLAIN)))
    assert calendar.to_dict() == PLAIN
    assert calendar.hours[6] == ((time(20), time(0)),)
    assert calendar.holidays[date(2025, 10, 1)] == Text("国庆节", "National Day")


def test_what_may_be_left_out() -> None:
    """A working day is then as long as the usual hours."""
    calendar = Calendar.from_dict({"key": "cs", "zone": "UTC", "hours": {"1": [["09:00", "12:30"]]}})
    assert calendar.day == timedelta(hours=3, minutes=30)
    assert not calendar.holidays and not calendar.workdays


def test_the_digest_names_the_content() -> None:
    again = Calendar.from_dict(OFFICE.to_dict())
    other = Calendar.from_dict(OFFICE.to_dict() | {"workdays": {}})
    assert again.digest == OFFICE.digest != other.digest
    assert len(OFFICE.digest) == 64


def test_a_make_up_day_has_the_usual_hours_and_special_hours_win_over_a_holiday() -> None:
    new_year = date(2026, 1, 1)
    calendar = Calendar(
        "k", "UTC", weekly(MON_FRI, *SPLIT), {new_year: Text("", "x")}, {new_year: (shift("10:00", "11:00"),)}
    )
    assert OFFICE.hours_on(date(2025, 9, 28)) == OFFICE.hours[0]
    assert OFFICE.hours_on(date(2025, 10, 1)) == OFFICE.hours_on(date(2025, 9, 27)) == ()
    assert calendar.hours_on(new_year) == (shift("10:00", "11:00"),)


def test_usual_hours_are_those_of_the_first_weekday_open() -> None:
    calendar = Calendar("k", "UTC", weekly(range(1, 5), ("10:00", "16:00")), {}, {date(2025, 9, 28): None})
    assert calendar.hours_on(date(2025, 9, 28)) == (shift("10:00", "16:00"),)
    assert calendar.day == timedelta(hours=6)


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        OFFICE.holidays[date(2025, 1, 1)] = Text("", "")  # type: ignore[index]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hours": {}, "workdays": {}}, "never open"),
        ({"hours": {"7": [["09:00", "12:00"]]}}, "weekdays run from 0"),
        ({"hours": {"mon": [["09:00", "12:00"]]}}, "“hours” is missing or not well formed"),
        ({"hours": {"0": [["09:00"]]}}, "“hours” is missing"),
        ({"hours": {"0": [["9 am", "12:00"]]}}, "“hours” is missing"),
        ({"hours": {"0": [[9, 12]]}}, "“hours” is missing"),
        ({"hours": {"0": [["13:00", "18:00"], ["09:00", "12:00"]]}}, "shift 09:00–12:00 overlaps"),
        ({"hours": {"0": [["09:00", "13:00"], ["12:59", "18:00"]]}}, "shift 12:59–18:00 overlaps"),
        ({"hours": {"0": [["22:00", "06:00"]]}}, "split night shifts at 24:00"),
        ({"hours": {"0": [["09:00", "09:00"]]}}, "shift 09:00–09:00"),
        ({"hours": None}, "“hours” is missing"),
        ({"zone": "Asia/Atlantis"}, "no time zone “Asia/Atlantis”"),
        ({"zone": "../../etc/passwd"}, "no time zone"),
        ({"zone": "Asia"}, "no time zone"),
        ({"zone": ""}, "no time zone"),
        ({"zone": "\0"}, "no time zone"),
        ({"holidays": {"2025-02-30": {"zh": "无", "en": "none"}}}, "“holidays” is missing"),
        ({"holidays": ["2025-10-01"]}, "“holidays” is missing"),
        ({"workdays": {"2025-09-28": []}}, "a working day needs a shift"),
        ({"workdays": {"": None}}, "“workdays” is missing"),
        ({"day": "P1D"}, "hours or minutes"),
        ({"day": "PT0S"}, "hours or minutes"),
        ({"day": "PT25H"}, "at most 24 hours"),
        ({"day": "eight"}, "it is not well formed"),
        ({"day": 8}, "it should be a text"),
        ({"colour": "red"}, "unknown entry “colour”"),
    ],
)
def test_a_calendar_that_cannot_be(change: dict, said: str) -> None:
    with pytest.raises(BadCalendar, match=said) as caught:
        Calendar.from_dict(PLAIN | change)
    assert caught.value.text.zh.startswith("日历“cs”不可用：")
    assert caught.value.text.en.startswith("Calendar “cs” cannot be used: ")


@pytest.mark.parametrize("data", [None, [], "x", {}, {"key": "k"}, {"key": "k", "zone": "UTC"}])
def test_what_is_no_calendar_at_all(data: object) -> None:
    with pytest.raises(BadCalendar):
        Calendar.from_dict(data)  # type: ignore[arg-type]


def test_values_of_the_wrong_kind() -> None:
    hours = weekly(MON_FRI, *SPLIT)
    with pytest.raises(BadCalendar, match="are dates"):
        Calendar("k", "UTC", hours, {datetime(2025, 1, 1, tzinfo=UTC): Text("", "x")})
    with pytest.raises(BadCalendar, match="local time and whole seconds"):
        Calendar("k", "UTC", {0: ((time(9, tzinfo=UTC), time(10)),)})


def test_too_little_time_is_refused_not_searched_for_ever() -> None:
    once = Calendar("once", "UTC", {}, {}, {date(2025, 9, 16): (shift("09:00", "10:00"),)})
    assert once.add(at("2025-01-01 00:00"), timedelta(minutes=60)) == at("2025-09-16 10:00")
    with pytest.raises(NeverDue, match="too little working time") as caught:
        once.add(at("2025-01-01 00:00"), timedelta(minutes=61))
    assert "20 年" in caught.value.text.zh


@pytest.mark.parametrize(
    "instant",
    [datetime(2025, 1, 1), datetime(1899, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)],
    ids=["no zone", "too early", "too late"],
)
def test_instants_no_promise_is_made_for(instant: datetime) -> None:
    with pytest.raises(NotAnInstant):
        OFFICE.add(instant, timedelta(hours=1))
    with pytest.raises(NotAnInstant):
        WALL.between(at("2025-01-01 00:00"), instant)
    with pytest.raises(NotAnInstant):
        WALL.add(instant, Duration.parse("P1M"))


def test_months_have_no_length_in_business_time() -> None:
    with pytest.raises(BadDuration, match="months and years have no length in business time") as caught:
        OFFICE.add(at("2025-01-01 00:00"), Duration.parse("P1M"))
    assert "请改用天或小时" in caught.value.text.zh


def test_refusals_are_value_errors_too() -> None:
    for kind in (BadCalendar, NeverDue, NotAnInstant, BadDuration):
        assert issubclass(kind, ValueError) and issubclass(kind, Refusal)
        assert kind.kind == "invalid"
