"""Calendars the tests share, and instants written as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from engine.domain.calendar import Calendar
from engine.domain.text import Text


def shift(start: str, end: str) -> tuple[time, time]:
    return time.fromisoformat(start), time(0) if end == "24:00" else time.fromisoformat(end)


def weekly(days: range, *shifts: tuple[str, str]) -> dict[int, tuple[tuple[time, time], ...]]:
    return {day: tuple(shift(*each) for each in shifts) for day in days}


def at(words: str, zone: str = "UTC") -> datetime:
    """`2025-09-16 09:00` on the clock of a zone; a trailing `*` is the second pass through a repeated hour."""
    from zoneinfo import ZoneInfo

    local = datetime.fromisoformat(words.rstrip("*"))
    return local.replace(tzinfo=ZoneInfo(zone), fold=int(words.endswith("*"))).astimezone(UTC)


def china(words: str) -> datetime:
    return at(words, "Asia/Shanghai")


SPLIT = (("09:00", "12:00"), ("13:00", "18:00"))
MON_FRI, ALL_WEEK = range(5), range(7)
OFF = Text("休息日", "Day off")

# The days off and make-up days the State Council announced for the stretches the cases lie in.
OFFICE = Calendar(
    "customer-service",
    "Asia/Shanghai",
    weekly(MON_FRI, *SPLIT),
    {
        **{date(2025, 10, day): Text("国庆节", "National Day") for day in (1, 2, 3)},
        **{date(2025, 10, day): OFF for day in (6, 7, 8)},
        date(2026, 1, 1): Text("元旦", "New Year's Day"),
        date(2026, 1, 2): OFF,
        **{date(2026, 2, day): Text("春节", "Spring Festival") for day in (16, 17, 18, 19, 20, 23)},
    },
    dict.fromkeys(
        (date(2025, 9, 28), date(2025, 10, 11), date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)),
    ),
)
BERLIN = Calendar(
    "berlin",
    "Europe/Berlin",
    weekly(MON_FRI, *SPLIT),
    {
        date(2025, 12, 25): Text("圣诞节", "Christmas Day"),
        date(2025, 12, 26): Text("圣诞节次日", "Second Christmas Day"),
    },
    {date(2025, 12, 24): (shift("09:00", "12:00"),)},
)
NEW_YORK = Calendar("new-york", "America/New_York", weekly(MON_FRI, ("09:00", "17:00")))
KOLKATA = Calendar(
    "kolkata",
    "Asia/Kolkata",
    weekly(MON_FRI, ("10:00", "19:00")),
    {date(2025, 8, 15): Text("独立日", "Independence Day")},
)
APIA = Calendar("apia", "Pacific/Apia", weekly(MON_FRI, ("09:00", "17:00")))


def nightly(zone: str, start: str, end: str) -> Calendar:
    """Open every night of the week from `start` to `end`."""
    return Calendar("night", zone, weekly(ALL_WEEK, (start, end)))
