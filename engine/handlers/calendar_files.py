"""A calendar as a process owner keeps it (`processes/calendars/*.json`) → the calendar of certain years.

{"key", "name": {"zh", "en"}, "zone", "hours": {"0": [["09:00", "12:00"], …]}, "day": "PT7H30M", "country": "CN",
 "exceptions": {"2026-06-30": {"zh", "en"}, "2026-10-01": [["09:00", "17:00"]], "2026-10-10": null}}

Without `country` no public holidays are kept. An exception with words only is a closed day; with `hours`, or a bare list
of them, the day is open then; null is an ordinary working day. Exceptions win over public holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.domain import calendar_form
from engine.domain.calendar import Calendar
from engine.domain.text import Text
from engine.handlers.public_holidays import calendar_for


def read_calendar(data: Mapping[str, Any], years: Iterable[int]) -> Calendar:
    """The calendar of the file's content, with the public holidays of those years. Raises `BadCalendar`."""
    given = {name: data[name] for name in ("key", "zone", "hours", "day") if name in data}
    closed, open_ = {}, {}
    for day, what in data.get("exceptions", {}).items():
        hours = what.get("hours") if isinstance(what, Mapping) else what
        if hours is None and what is not None:
            closed[day] = {"zh": what.get("zh", ""), "en": what.get("en", "")}
        else:
            open_[day] = hours
    plain = Calendar.from_dict({**given, "holidays": closed, "workdays": open_})
    if not data.get("country"):
        return plain
    exceptions: dict[date, Text | calendar_form.Shifts | None] = {**plain.holidays, **plain.workdays}
    return calendar_for(
        plain.key, plain.zone, plain.hours, country=data["country"], years=years, exceptions=exceptions, day=plain.day
    )
