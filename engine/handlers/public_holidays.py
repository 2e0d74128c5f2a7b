"""Public holidays of a country, and the make-up working days 调休 of those that have them, from the library `holidays`.

The library lists the weekdays off and the festivals. China's notices also count the weekend days that adjoin them (放假
共 8 天), which matters to a department that works on weekends: those are added here. Exceptions always win.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import holidays as library

from engine.domain.calendar import Calendar
from engine.domain.calendar_form import Shifts
from engine.domain.errors import Refusal
from engine.domain.text import Text

FIRST_YEAR, LAST_YEAR, MOST_YEARS = 1950, 2100, 50

ADJOINING = Text("节假日连休", "weekend adjoining the holiday")
Exceptions = Mapping[date, Text | Shifts | None]


class UnknownCountry(Refusal, ValueError):
    """The library has no holidays for that country or subdivision."""

    code, kind = "unknown-country", "invalid"
    sentence = Text(
        "没有“{place}”的公众假日数据。请使用 ISO 3166 代码，例如 CN、HK、US、DE-BY。",
        "There are no public holidays for “{place}”. Use ISO 3166 codes such as CN, HK, US, DE-BY.",
    )


class BadYears(Refusal, ValueError):
    code, kind = "bad-years", "invalid"
    sentence = Text(
        "年份应在 {first} 至 {last} 之间，一次最多 {most} 年。",
        "Years lie between {first} and {last}, at most {most} at a time.",
    )


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """`workdays` are make-up working days. In `provisional` years the government has not yet said which they are."""

    holidays: Mapping[date, Text]
    workdays: frozenset[date]
    provisional: tuple[int, ...]


def calendar_for(
    key: str,
    zone: str,
    hours: Mapping[int, Shifts],
    *,
    country: str,
    years: Iterable[int],
    subdivision: str | None = None,
    exceptions: Exceptions | None = None,
    day: timedelta = timedelta(0),
) -> Calendar:
    """A calendar with the public holidays of those years and, winning over them, the organisation's exceptions.

    An exception is a `Text`: closed, and why; shifts: open then; None: open for the usual hours.
    """
    public = public_holidays(country, years, subdivision)
    closed = dict(public.holidays)
    open_: dict[date, Shifts | None] = dict.fromkeys(public.workdays)
    for exception, what in (exceptions or {}).items():
        open_.pop(exception, None)
        closed.pop(exception, None)
        if isinstance(what, Text):
            closed[exception] = what
        else:
            open_[exception] = what
    return Calendar(key, zone, hours, closed, open_, day)


def public_holidays(country: str, years: Iterable[int], subdivision: str | None = None) -> PublicHolidays:
    """The public holidays of those years with their names; raises `UnknownCountry` or `BadYears`.

    `country` may carry its subdivision: `DE-BY`.
    """
    country, _, within = str(country).partition("-")
    subdivision = subdivision or within or None
    wanted = sorted(set(years))
    if not wanted or len(wanted) > MOST_YEARS or wanted[0] < FIRST_YEAR or wanted[-1] > LAST_YEAR:
        raise BadYears(first=FIRST_YEAR, last=LAST_YEAR, most=MOST_YEARS)
    spoken = _languages(country, subdivision)
    english = _listed(country, subdivision, wanted, next((lang for lang in spoken if lang.startswith("en")), None))
    chinese = _listed(country, subdivision, wanted, "zh_CN") if "zh_CN" in spoken else {}
    names = {
        day: Text(_chinese(chinese.get(day), name), _english(name))
        for day, name in sorted(english.items())
        if day.year in wanted
    }
    if english.country == "CN":
        names |= dict.fromkeys((day for day in _adjoining(english) if day.year in wanted), ADJOINING)
    made_up = frozenset(day for day in getattr(english, "weekend_workdays", ()) if day.year in wanted)
    return PublicHolidays(dict(sorted(names.items())), made_up, _provisional(english, wanted))


def _languages(country: str, subdivision: str | None) -> tuple[str, ...]:
    try:
        return library.country_holidays(country.upper(), subdiv=subdivision).supported_languages
    except (NotImplementedError, AttributeError, TypeError):
        place = f"{country}-{subdivision}" if subdivision else str(country)
        raise UnknownCountry(place=place[:40]) from None


def _listed(country: str, subdivision: str | None, years: list[int], language: str | None) -> library.HolidayBase:
    # A day off may be moved into the year before or after the one it belongs to; hence one more year at either end.
    around = range(years[0] - 1, years[-1] + 2)
    return library.country_holidays(country.upper(), subdiv=subdivision, years=around, language=language, expand=False)


def _adjoining(listed: library.HolidayBase) -> set[date]:
    """Weekend days in one unbroken run of days off with a holiday, unless they are worked."""
    found: set[date] = set()
    for step in (timedelta(days=1), timedelta(days=-1)):
        for holiday in listed:
            day = holiday + step
            while day.weekday() >= 5 and day not in listed and day not in listed.weekend_workdays:
                found.add(day)
                day += step
    return found


def _provisional(listed: library.HolidayBase, years: list[int]) -> tuple[int, ...]:
    if listed.country != "CN":
        return ()
    last = max(listed.special_public_holidays)
    return tuple(year for year in years if year > last)


def _english(name: str) -> str:
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)


def _chinese(given: str | None, english: str) -> str:
    """The library's Chinese name, or ours for the commonest, or at least what kind of day it is."""
    if given:
        return given.replace("; ", "；")
    return "；".join(_translated(part) for part in english.split("; "))


def _translated(name: str) -> str:
    plain = re.sub(r" \((?:observed|estimated|observed, estimated)\)$", "", name)
    mark = "（补假）" if "(observed" in name else ""
    mark += "（推定）" if "estimated)" in name else ""
    return (_COMMON.get(plain) or f"公众假日（{plain}）") + mark


_COMMON = {
    "New Year's Day": "元旦",
    "New Year's Eve": "除夕（公历）",
    "Epiphany": "主显节",
    "Martin Luther King Jr. Day": "马丁·路德·金纪念日",
    "Washington's Birthday": "华盛顿诞辰纪念日",
    "Chinese New Year": "春节",
    "International Women's Day": "国际妇女节",
    "Maundy Thursday": "濯足星期四",
    "Good Friday": "耶稣受难日",
    "Holy Saturday": "圣周六",
    "Easter Sunday": "复活节",
    "Easter Monday": "复活节星期一",
    "Labor Day": "劳动节",
    "Labour Day": "劳动节",
    "May Day": "五一节",
    "International Labor Day": "国际劳动节",
    "International Workers' Day": "国际劳动节",
    "Workers' Day": "劳动节",
    "Vesak Day": "卫塞节",
    "Memorial Day": "阵亡将士纪念日",
    "Juneteenth National Independence Day": "六月节",
    "Ascension Day": "耶稣升天节",
    "Pentecost": "圣灵降临节",
    "Whit Monday": "圣灵降临节星期一",
    "Pentecost Monday": "圣灵降临节星期一",
    "Corpus Christi": "基督圣体节",
    "Assumption Day": "圣母升天节",
    "Independence Day": "独立日",
    "National Day": "国庆日",
    "Republic Day": "共和国日",
    "Constitution Day": "宪法日",
    "Victory Day": "胜利日",
    "Liberation Day": "解放日",
    "Unity Day": "统一日",
    "German Unity Day": "德国统一日",
    "Columbus Day": "哥伦布日",
    "Veterans Day": "退伍军人节",
    "Armistice Day": "停战纪念日",
    "Thanksgiving Day": "感恩节",
    "All Saints' Day": "诸圣节",
    "All Souls' Day": "万灵节",
    "Immaculate Conception": "圣母无染原罪日",
    "Christmas Eve": "平安夜",
    "Christmas Day": "圣诞节",
    "Second Day of Christmas": "圣诞节次日",
    "Saint Stephen's Day": "圣斯德望日",
    "Boxing Day": "节礼日",
    "Eid al-Fitr": "开斋节",
    "Eid al-Adha": "宰牲节",
    "Islamic New Year": "伊斯兰新年",
    "Prophet's Birthday": "圣纪节",
    "Deepavali": "屠妖节",
    "King's Birthday": "国王诞辰",
    "Mother's Day": "母亲节",
    "Children's Day": "儿童节",
}
