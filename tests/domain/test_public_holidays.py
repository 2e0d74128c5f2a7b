"""Public holidays and make-up days, checked against what governments announced, and the organisation's own word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain.duration import Duration
from engine.domain.text import Text
from engine.handlers.public_holidays import BadYears, UnknownCountry, calendar_for, public_holidays
from tests.domain.calendars import MON_FRI, OFFICE, SPLIT, china, shift, weekly

HOURS = weekly(MON_FRI, *SPLIT)

# 国务院办公厅关于部分节假日安排的通知: working week-end days, and working days off.
MADE_UP = {2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12", 2025: "01-26 02-08 04-27 09-28 10-11"}
OFF_2025 = "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08"


@pytest.mark.parametrize("year", MADE_UP)
def test_make_up_days_of_china(year: int) -> None:
    assert sorted(public_holidays("CN", [year]).workdays) == [
        date.fromisoformat(f"{year}-{d}") for d in MADE_UP[year].split()
    ]


def test_working_days_off_in_china() -> None:
    found = {day for day in public_holidays("CN", [2025]).holidays if day.weekday() < 5}
    assert found == {date.fromisoformat(f"2025-{day}") for day in OFF_2025.split()}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        *(("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06")),
        *(("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08")),
        *(("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06")),
        *(("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27")),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_the_stretches_announced_are_off_week_ends_included(first: str, last: str) -> None:
    """Neither the day before nor the day after is; a department open seven days a week sees the difference."""
    off = public_holidays("CN", [2025, 2026]).holidays
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    stretch = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    assert [day for day in stretch if day not in off] == []
    assert start - timedelta(days=1) not in off and end + timedelta(days=1) not in off


def test_a_make_up_day_announced_with_the_next_year() -> None:
    """31 December 2011 was worked for 3 January 2012."""
    assert date(2011, 12, 31) in public_holidays("CN", [2011]).workdays


def test_names_in_both_languages() -> None:
    found = public_holidays("CN", [2025]).holidays
    assert found[date(2025, 10, 1)] == Text("国庆节", "National Day")
    assert found[date(2025, 10, 7)] == Text("休息日（由 2025-09-28 调休）", "Day off (substituted from 2025-09-28)")


@pytest.mark.parametrize(
    "country", ["CN", "HK", "MO", "TW", "US", "DE-BY", "JP", "SG", "GB", "FR", "TH", "RU", "BR", "AU"]
)
def test_every_holiday_has_both_names(country: str) -> None:
    found = public_holidays(country, [2025, 2026])
    assert len(found.holidays) > 10
    assert all(name.zh.strip() and name.en.strip() for name in found.holidays.values())
    assert all("一" <= name.zh[0] <= "鿿" for name in found.holidays.values())
    assert {day.year for day in [*found.holidays, *found.workdays]} <= {2025, 2026}


def test_a_year_not_yet_announced_is_called_provisional() -> None:
    found = public_holidays("CN", [2025, 2100])
    assert found.provisional == (2100,)
    assert public_holidays("US", [2025, 2100]).provisional == ()


def test_a_holiday_moved_into_the_year_before() -> None:
    """1 January 2022 was a Saturday, observed on 31 December 2021."""
    assert public_holidays("us", [2021]).holidays[date(2021, 12, 31)] == Text(
        "元旦（补假）", "New Year's Day (observed)"
    )


def test_subdivisions() -> None:
    corpus_christi = date(2025, 6, 19)
    assert corpus_christi in public_holidays("DE", [2025], "BY").holidays
    assert corpus_christi in public_holidays("DE-BY", [2025]).holidays
    assert corpus_christi not in public_holidays("DE", [2025], "BE").holidays


def test_the_made_calendar_agrees_with_the_one_written_by_hand() -> None:
    made = calendar_for("cs", "Asia/Shanghai", HOURS, country="CN", years=[2025, 2026])
    for start in ("2025-09-26 17:00", "2025-09-30 14:00", "2025-12-31 15:00", "2026-02-13 13:00"):
        for limit in ("PT4H", "P1D", "P2D", "P1W"):
            assert made.add(china(start), Duration.parse(limit)) == OFFICE.add(china(start), Duration.parse(limit))


def test_the_organisations_exceptions_win() -> None:
    """It closes on a make-up day, opens on a holiday, shortens a day, and gives a week-end day the usual hours."""
    made = calendar_for(
        *("cs", "Asia/Shanghai", HOURS),
        country="CN",
        years=[2025],
        exceptions={
            date(2025, 9, 28): Text("盘点", "stock-taking"),
            date(2025, 10, 1): (shift("10:00", "16:00"),),
            date(2025, 10, 2): None,
            date(2025, 12, 24): (shift("09:00", "12:00"),),
            date(2025, 12, 27): None,
        },
    )
    assert made.hours_on(date(2025, 9, 28)) == ()
    assert made.holidays[date(2025, 9, 28)] == Text("盘点", "stock-taking")
    assert made.hours_on(date(2025, 10, 1)) == (shift("10:00", "16:00"),)
    assert made.hours_on(date(2025, 10, 2)) == made.hours_on(date(2025, 12, 27)) == HOURS[0]
    assert made.hours_on(date(2025, 12, 24)) == (shift("09:00", "12:00"),)
    assert made.hours_on(date(2025, 10, 3)) == ()


@pytest.mark.parametrize(
    ("country", "part"), [("XX", None), ("", None), ("CN", "ZZ"), ("DE-XX", None), ("../CN", None)]
)
def test_unknown_places(country: str, part: str | None) -> None:
    with pytest.raises(UnknownCountry) as caught:
        public_holidays(country, [2025], part)
    assert "ISO 3166" in caught.value.text.zh and "ISO 3166" in caught.value.text.en


@pytest.mark.parametrize("years", [[], [1900], [2101], range(1950, 2050)])
def test_years_out_of_reach(years: list[int]) -> None:
    with pytest.raises(BadYears):
        public_holidays("CN", years)
