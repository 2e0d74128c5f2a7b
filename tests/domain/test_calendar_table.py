"""Due instants worked out by hand, with the reckoning beside each."""

import pytest

from engine.domain.calendar import WALL, Calendar
from engine.domain.duration import Duration
from tests.domain.calendars import ALL_WEEK, APIA, BERLIN, KOLKATA, NEW_YORK, OFFICE, at, nightly, weekly

OPEN_AROUND = Calendar("around", "Australia/Lord_Howe", weekly(ALL_WEEK, ("00:00", "24:00")))

CHINA = [
    # 2025-09-16 is a Tuesday; 09:00-12:00 and 13:00-18:00, eight hours.
    ("within a shift", "2025-09-16 09:00", "PT2H", "2025-09-16 11:00"),
    ("over lunch: 1 h before, 1 h after", "2025-09-16 11:00", "PT2H", "2025-09-16 14:00"),
    ("fills the morning and ends with it", "2025-09-16 09:00", "PT3H", "2025-09-16 12:00"),
    ("begins in the lunch break", "2025-09-16 12:30", "PT15M", "2025-09-16 13:15"),
    ("begins before opening", "2025-09-16 06:10", "PT15M", "2025-09-16 09:15"),
    ("Friday evening: 10 min, then 5 on Monday", "2025-09-19 17:50", "PT15M", "2025-09-22 09:05"),
    ("a working day from opening", "2025-09-16 09:00", "P1D", "2025-09-16 18:00"),
    ("a working day from half past ten: 6.5 h + 1.5 h", "2025-09-16 10:30", "P1D", "2025-09-17 10:30"),
    ("a working day from Saturday is Monday", "2025-09-20 12:00", "P1D", "2025-09-22 18:00"),
    ("a week is five working days", "2025-09-17 09:00", "P1W", "2025-09-23 18:00"),
    ("seven days are seven working days", "2025-09-17 09:00", "P7D", "2025-09-25 18:00"),
    ("72 h are nine days of eight", "2025-09-01 09:00", "PT72H", "2025-09-11 18:00"),
    ("half a working day: 3 h + 1 h", "2025-09-16 09:00", "P0.5D", "2025-09-16 14:00"),
    ("to the second: 45 s before lunch, 45 after", "2025-09-16 11:59:15", "PT1M30S", "2025-09-16 13:00:45"),
    ("a fraction of an hour", "2025-09-25 17:00", "PT1.5H", "2025-09-26 09:30"),
    ("nothing takes no time, even on Sunday", "2025-09-21 10:00", "PT0S", "2025-09-21 10:00"),
    ("make-up Sunday: 1 h Friday, 3 h on the 28th", "2025-09-26 17:00", "PT4H", "2025-09-28 12:00"),
    ("National Day: 4 h before, 4 h on the 9th", "2025-09-30 14:00", "P1D", "2025-10-09 14:00"),
    ("make-up Saturday: 5 h Friday, 3 h on the 11th", "2025-10-10 13:00", "P1D", "2025-10-11 12:00"),
    ("five days from a holiday: 9, 10, 11 (Sat), 13, 14", "2025-10-01 10:00", "P5D", "2025-10-14 18:00"),
    ("over New Year: 3 h, then 5 h on make-up Sunday", "2025-12-31 15:00", "P1D", "2026-01-04 15:00"),
    ("Spring Festival: 5 h, 8 h on make-up Saturday, 3 h", "2026-02-13 13:00", "PT16H", "2026-02-24 12:00"),
]

ELSEWHERE = [
    # New York 2025: 9 March 02:00 becomes 03:00 (07:00 UTC); 2 November 02:00 becomes 01:00 (06:00 UTC).
    ("office over the spring week-end", NEW_YORK, "2025-03-07 13:00", "P1D", "2025-03-10 13:00"),
    ("office over the autumn week-end", NEW_YORK, "2025-10-31 13:00", "P1D", "2025-11-03 13:00"),
    ("spring: 00-02 and 03-04", "00:00-04:00", "2025-03-09 00:00", "PT3H", "2025-03-09 04:00"),
    ("spring: only 3 h that night, 1 h the next", "00:00-04:00", "2025-03-09 00:00", "PT4H", "2025-03-10 01:00"),
    ("autumn: 00-02, 01-02 again, 02-03", "00:00-04:00", "2025-11-02 00:00", "PT4H", "2025-11-02 03:00"),
    ("autumn: five hours fit that night", "00:00-04:00", "2025-11-02 00:00", "PT5H", "2025-11-02 04:00"),
    (
        "autumn: the second 01:30 is an hour after the first",
        "00:00-04:00",
        "2025-11-02 01:30",
        "PT1H",
        "2025-11-02 01:30*",
    ),
    ("autumn: from the second 01:30", "00:00-04:00", "2025-11-02 01:30*", "PT1H", "2025-11-02 02:30"),
    (
        "the shift ends in the skipped hour: 1 h, then 30 min",
        "01:00-02:30",
        "2025-03-09 01:00",
        "PT90M",
        "2025-03-10 01:30",
    ),
    ("the shift begins in the skipped hour: at 03:00", "02:30-05:00", "2025-03-09 01:00", "PT1H", "2025-03-09 04:00"),
    ("the shift is skipped altogether", "02:15-02:45", "2025-03-09 00:00", "PT30M", "2025-03-10 02:45"),
    ("a shift in the repeated hour is worked once", "01:30-01:45", "2025-11-02 01:00", "PT20M", "2025-11-03 01:35"),
    ("a shift out of the repeated hour is 2.5 h", "01:30-03:00", "2025-11-02 01:30", "PT2H30M", "2025-11-02 03:00"),
    ("special hours on the 24th, holidays, week-end", BERLIN, "2025-12-24 11:00", "PT4H", "2025-12-29 12:00"),
    ("a zone of half hours and a holiday: 4 h + 5 h", KOLKATA, "2025-08-14 15:00", "P1D", "2025-08-18 15:00"),
    ("the Friday Samoa left out: Thursday, then Monday", APIA, "2011-12-29 09:00", "PT16H", "2012-01-02 17:00"),
]

WALL_CASES = [
    ("24 hours are one day", "2025-10-25 10:00", "P1D", "2025-10-26 10:00"),
    ("a week is seven days", "2025-12-29 10:00", "P1W", "2026-01-05 10:00"),
    ("callback after 48 h", "2025-10-03 17:30", "PT48H", "2025-10-05 17:30"),
    ("a month from the 31st ends with February", "2025-01-31 08:00", "P1M", "2025-02-28 08:00"),
    ("a year from a leap day", "2024-02-29 08:00", "P1Y", "2025-02-28 08:00"),
    ("a month, a day and an hour", "2025-11-30 23:30", "P1M1DT1H", "2026-01-01 00:30"),
    ("fourteen months", "2025-11-15 08:00", "P1Y2M", "2027-01-15 08:00"),
]


@pytest.mark.parametrize(("start", "limit", "due"), [case[1:] for case in CHINA], ids=[case[0] for case in CHINA])
def test_china(start: str, limit: str, due: str) -> None:
    zone = "Asia/Shanghai"
    assert OFFICE.add(at(start, zone), Duration.parse(limit)) == at(due, zone)


@pytest.mark.parametrize(
    ("calendar", "start", "limit", "due"), [case[1:] for case in ELSEWHERE], ids=[case[0] for case in ELSEWHERE]
)
def test_elsewhere(calendar: Calendar | str, start: str, limit: str, due: str) -> None:
    if isinstance(calendar, str):
        calendar = nightly("America/New_York", *calendar.split("-"))
    assert calendar.add(at(start, calendar.zone), Duration.parse(limit)) == at(due, calendar.zone)


@pytest.mark.parametrize(("start", "limit", "due"), [case[1:] for case in WALL_CASES], ids=[c[0] for c in WALL_CASES])
def test_wall(start: str, limit: str, due: str) -> None:
    assert WALL.add(at(start), Duration.parse(limit)) == at(due)


def test_the_repeated_hour_in_utc() -> None:
    night = nightly("America/New_York", "00:00", "04:00")
    assert night.add(at("2025-11-02 04:00"), Duration.parse("PT4H")) == at("2025-11-02 08:00")


def test_midnight_itself_is_skipped_in_santiago() -> None:
    """2025-09-07 begins at 01:00 (04:00 UTC), so that night has seven hours and the eighth is the next night's."""
    night = nightly("America/Santiago", "00:00", "08:00")
    assert night.add(at("2025-09-07 00:00"), Duration.parse("PT7H")) == at("2025-09-07 11:00")
    assert night.add(at("2025-09-07 00:00"), Duration.parse("PT8H")) == at("2025-09-08 04:00")


BETWEEN = [
    ("one day", OFFICE, "2025-09-16 00:00", "2025-09-17 00:00", "PT8H"),
    ("lunch", OFFICE, "2025-09-16 12:00", "2025-09-16 13:00", "PT0S"),
    ("odd minutes", OFFICE, "2025-09-16 11:40", "2025-09-16 13:25", "PT45M"),
    ("backwards is nothing", OFFICE, "2025-09-17 00:00", "2025-09-16 00:00", "PT0S"),
    ("eight days off", OFFICE, "2025-10-01 00:00", "2025-10-09 00:00", "PT0S"),
    ("October 2025: 18 days", OFFICE, "2025-10-01 00:00", "2025-11-01 00:00", "PT144H"),
    ("2025-09-22 to 30: 8 days with the Sunday", OFFICE, "2025-09-22 00:00", "2025-10-01 00:00", "PT64H"),
    ("a day of 23.5 h", OPEN_AROUND, "2025-10-05 00:00", "2025-10-06 00:00", "PT23H30M"),
    ("a day of 24.5 h", OPEN_AROUND, "2025-04-06 00:00", "2025-04-07 00:00", "PT24H30M"),
    ("the special day", BERLIN, "2025-12-24 00:00", "2025-12-29 00:00", "PT3H"),
]


@pytest.mark.parametrize(
    ("calendar", "start", "end", "amount"), [case[1:] for case in BETWEEN], ids=[case[0] for case in BETWEEN]
)
def test_between(calendar: Calendar, start: str, end: str, amount: str) -> None:
    found = calendar.between(at(start, calendar.zone), at(end, calendar.zone))
    assert found == Duration.parse(amount).time
