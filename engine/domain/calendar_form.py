"""A calendar as plain JSON and back, and the checks on what it is made of.

{"key": "cs", "zone": "Asia/Shanghai", "day": "PT8H", "hours": {"0": [["09:00", "12:00"], ["13:00", "18:00"]]},
 "holidays": {"2025-10-01": {"zh": "国庆节", "en": "National Day"}}, "workdays": {"2025-09-28": null}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text

if TYPE_CHECKING:
    from engine.domain.calendar import Calendar

Shifts = tuple[tuple[time, time], ...]

_NAMES = ("key", "zone", "hours", "holidays", "workdays", "day")


class BadCalendar(Refusal, ValueError):
    """A calendar that cannot be used; `problem` says why."""

    code, kind = "bad-calendar", "invalid"
    sentence = Text("日历“{calendar}”不可用：{problem}。", "Calendar “{calendar}” cannot be used: {problem}.")


def refuse(problem: Text, calendar: object) -> BadCalendar:
    """The refusal to raise."""
    return BadCalendar(calendar=str(calendar)[:60], problem=problem)


def zone_named(name: str, key: str) -> ZoneInfo:
    """The time zone of an IANA name such as `Asia/Shanghai`."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError, AttributeError):
        raise refuse(
            Text("没有时区“{zone}”", "there is no time zone “{zone}”").format(zone=str(name)[:60]), key
        ) from None


def checked_hours(hours: Mapping[int, Shifts], key: str) -> dict[int, Shifts]:
    """The weekly hours in order of weekday, without the weekdays that have none."""
    if any(not isinstance(weekday, int) or not 0 <= weekday <= 6 for weekday in hours):
        raise refuse(Text("星期应为 0（周一）至 6（周日）", "weekdays run from 0 (Monday) to 6 (Sunday)"), key)
    return {weekday: _checked_shifts(shifts, key) for weekday, shifts in sorted(hours.items()) if shifts}


def checked_holidays(holidays: Mapping[date, Text], key: str) -> dict[date, Text]:
    """The closed days in order."""
    return {_checked_day(day, key): holidays[day] for day in sorted(holidays)}


def checked_workdays(workdays: Mapping[date, Shifts | None], key: str) -> dict[date, Shifts | None]:
    """The days with hours of their own, in order; None stays None."""
    found = ((_checked_day(day, key), workdays[day]) for day in sorted(workdays))
    return {day: None if shifts is None else _checked_shifts(shifts, key) for day, shifts in found}


def length_of(shifts: Shifts) -> timedelta:
    """How long the shifts of an ordinary day are, on the clock face."""
    return timedelta(seconds=sum(_end_seconds(end) - _seconds(start) for start, end in shifts))


def _checked_shifts(shifts: Iterable[tuple[time, time]], key: str) -> Shifts:
    """The shifts of one day: each later than the one before, none through midnight."""
    found = tuple((start, end) for start, end in shifts)
    if not found:
        raise refuse(
            Text("工作日必须有班次；休息日请列为节假日", "a working day needs a shift; a closed day is a holiday"), key
        )
    edge = 0
    for start, end in found:
        if any(moment.microsecond or moment.tzinfo for moment in (start, end)):
            raise refuse(Text("班次应为当地时间，精确到秒", "shifts are written in local time and whole seconds"), key)
        if not edge <= _seconds(start) < _end_seconds(end):
            problem = Text(
                "班次 {start}–{end} 与前一班次重叠或跨越午夜；夜班请在 24:00 处分成两天",
                "shift {start}–{end} overlaps the one before or runs through midnight; split night shifts at 24:00",
            )
            raise refuse(problem.format(start=_hour(start), end=_hour(end, end=True)), key)
        edge = _end_seconds(end)
    return found


def _checked_day(day: date, key: str) -> date:
    if type(day) is not date:
        raise refuse(Text("节假日与特殊工作日应为日期", "holidays and special working days are dates"), key)
    return day


def write(calendar: Calendar) -> dict:
    return {
        "key": calendar.key,
        "zone": calendar.zone,
        "day": str(Duration(time=calendar.day)),
        "hours": {str(weekday): _write_shifts(shifts) for weekday, shifts in calendar.hours.items()},
        "holidays": {day.isoformat(): name.to_dict() for day, name in calendar.holidays.items()},
        "workdays": {d.isoformat(): None if s is None else _write_shifts(s) for d, s in calendar.workdays.items()},
    }


def read(data: Mapping) -> dict:
    """The arguments of `Calendar`; raises `BadCalendar` for anything that is not of the form above."""
    if not isinstance(data, Mapping):
        raise refuse(Text("应为 JSON 对象", "it should be a JSON object"), "?")
    unknown = sorted(str(name)[:40] for name in set(data) - set(_NAMES))
    if unknown:
        raise refuse(Text("未知的项“{name}”", "unknown entry “{name}”").format(name=unknown[0]), data.get("key", "?"))
    part = "key"
    try:
        key = str(data["key"])
        part = "zone"
        zone = str(data["zone"])
        part = "hours"
        hours = {int(weekday): _read_shifts(shifts) for weekday, shifts in data["hours"].items()}
        part = "holidays"
        holidays = {date.fromisoformat(day): _read_name(name) for day, name in data.get("holidays", {}).items()}
        part = "workdays"
        days = data.get("workdays", {}).items()
        workdays = {date.fromisoformat(day): None if shifts is None else _read_shifts(shifts) for day, shifts in days}
        part = "day"
        day = _read_day(data.get("day"))
    except Refusal as refusal:
        raise refuse(refusal.params.get("problem", refusal.text), data.get("key", "?")) from None
    except (LookupError, TypeError, ValueError, AttributeError):
        problem = Text("“{part}”缺失或格式不正确", "“{part}” is missing or not well formed").format(part=part)
        raise refuse(problem, data.get("key", "?")) from None
    return {"key": key, "zone": zone, "hours": hours, "holidays": holidays, "workdays": workdays, "day": day}


def _read_shifts(shifts: Iterable) -> Shifts:
    return tuple((_read_time(start), time(0) if end == "24:00" else _read_time(end)) for start, end in shifts)


def _read_time(text: str) -> time:
    return datetime.strptime(text, "%H:%M:%S" if text.count(":") == 2 else "%H:%M").time()


def _read_name(name: Mapping | str) -> Text:
    return Text.same(name) if isinstance(name, str) else Text(str(name.get("zh", "")), str(name.get("en", "")))


def _read_day(text: str | None) -> timedelta:
    if text is None:
        return timedelta(0)
    amount = Duration.parse(text)
    if amount.months or amount.weeks or amount.days or not amount.time:
        problem = Text("“day”应以小时或分钟表示，例如 PT8H", "“day” is written in hours or minutes, such as PT8H")
        raise refuse(problem, "?")
    return amount.time


def _write_shifts(shifts: Shifts) -> list[list[str]]:
    return [[_hour(start), _hour(end, end=True)] for start, end in shifts]


def _hour(moment: time, *, end: bool = False) -> str:
    if end and moment == time(0):
        return "24:00"
    return moment.isoformat("seconds" if moment.second else "minutes")


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _end_seconds(moment: time) -> int:
    return _seconds(moment) or 86_400
