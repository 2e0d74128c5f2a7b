"""Business time: which stretches of time a department works, and what a limit therefore comes to.

A calendar is a value: it holds everything a due instant depends on (the rules of its time zone apart) and goes to the
trail as plain JSON, so that the instant can be worked out again years later.

A shift runs from the first instant at which the local clock shows its start, or something later, to the first instant
at which it shows its end, or something later. So a shift that lies in the hour skipped in spring has no length, one
that reaches into it is cut off there, and of two passes through the repeated hour in autumn the first one decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.domain import calendar_form as form
from engine.domain import segments as seg
from engine.domain.calendar_form import Shifts
from engine.domain.duration import BadDuration, Duration
from engine.domain.errors import Refusal
from engine.domain.segments import Segment, segment
from engine.domain.text import Text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HORIZON = 20 * 366
DAY = timedelta(days=1)
EARLIEST, LATEST = 1900, 2200
NO_MONTHS = Text(
    "工作时间日历不能使用月和年，请改用天或小时",
    "months and years have no length in business time; use days or hours",
)


class NeverDue(Refusal, ValueError):
    """The calendar is open too little for the amount to pass within twenty years."""

    code, kind = "never-due", "invalid"
    sentence = Text(
        "日历“{calendar}”在 20 年内没有足够的工作时间。请检查工作时间与例外日期。",
        "Calendar “{calendar}” has too little working time in the next 20 years. Check its hours and exceptions.",
    )


class NotAnInstant(Refusal, ValueError):
    """Instants carry their time zone and lie between 1900 and 2200."""

    code, kind = "not-an-instant", "invalid"
    sentence = Text(
        "“{given}”不是可用的时刻：应带时区，且在 1900 至 2200 年之间。",
        "“{given}” is not a usable instant: it needs a time zone and a year from 1900 to 2200.",
    )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time of one department.

    `hours` by weekday (0 = Monday): shifts as local (start, end), in order, not overlapping; an end of 00:00 is the
    midnight that ends the day. `holidays` are closed days and their names. `workdays` are days with hours of their
    own, whatever weekday or holiday they fall on: make-up days and special hours; None means the usual hours, which
    are those of the first weekday that has any (Monday, nearly always). `day` is what one working day is worth
    (`P1D`); by default the length of the usual hours. Raises `BadCalendar`.
    """

    key: str
    zone: str
    hours: Mapping[int, Shifts]
    holidays: Mapping[date, Text] = field(default_factory=dict)
    workdays: Mapping[date, Shifts | None] = field(default_factory=dict)
    day: timedelta = timedelta(0)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _usual: Shifts = field(init=False, repr=False, compare=False)
    _always: bool = field(init=False, repr=False, compare=False)
    # A memo of what the other fields already determine; threads may fill it at once, always with the same values.
    _days: dict[int, tuple[tuple[int, int], ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("_zone", form.zone_named(self.zone, self.key))
        put("hours", MappingProxyType(form.checked_hours(self.hours, self.key)))
        put("holidays", MappingProxyType(form.checked_holidays(self.holidays, self.key)))
        put("workdays", MappingProxyType(form.checked_workdays(self.workdays, self.key)))
        put("_usual", next(iter(self.hours.values()), ()))
        if not self._usual and not any(self.workdays.values()):
            raise form.refuse(Text("没有任何工作时间", "it is never open"), self.key)
        put("day", self.day or form.length_of(self._usual or next(filter(None, self.workdays.values()))))
        if not timedelta(0) < self.day <= DAY:
            raise form.refuse(Text("一个工作日不能超过 24 小时", "a working day has at most 24 hours"), self.key)
        whole = ((time(0), time(0)),)
        put("_always", not self.holidays and not self.workdays and list(self.hours.values()) == [whole] * 7)

    def __hash__(self) -> int:
        return hash((self.key, self.zone, self.day))

    def add(self, start: datetime, amount: Duration | timedelta) -> datetime:
        """The first instant by which `amount` of this calendar's time has passed since `start`, in UTC.

        An amount that fills a shift to its end ends there, not when the next one begins. Zero is `start` itself.
        """
        now = _micros(start)
        left = self.measure(amount, start) // MICROSECOND
        if not left or self._always:
            return _instant(now + left)
        for opens, closes in self._open_from(start, HORIZON):
            if closes <= now:
                continue
            begins = opens if opens > now else now
            if closes - begins >= left:
                return _instant(begins + left)
            left -= closes - begins
        raise NeverDue(calendar=self.key)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of this calendar's time lies between two instants; zero when `end` is not later."""
        now, until = _micros(start), _micros(end)
        if until <= now:
            return timedelta(0)
        if self._always:
            return timedelta(microseconds=until - now)
        total = 0
        for opens, closes in self._open_from(start, (until - now) // (DAY // MICROSECOND) + 3):
            if opens >= until:
                break
            if closes > now:
                total += min(closes, until) - max(opens, now)
        return timedelta(microseconds=total)

    def measure(self, amount: Duration | timedelta, start: datetime) -> timedelta:
        """What `amount` comes to in this calendar's time.

        A day is `day`, a week as many days as there are open weekdays. Months and years need a calendar that never
        closes; there they are counted on the calendar page from `start` (31 January and a month: end of February).
        """
        if isinstance(amount, timedelta):
            amount = Duration(time=amount)
        days = amount.days + amount.weeks * (len(self.hours) or 1) if amount.weeks else amount.days
        length = amount.time
        if days:
            length += timedelta(microseconds=int(days * (self.day // MICROSECOND)))
        if not amount.months:
            return length
        if not self._always:
            raise BadDuration(given=str(amount), problem=NO_MONTHS)
        return _months_later(start, amount.months, self._zone) - start + length

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at that instant."""
        now = _micros(at)
        return any(opens <= now < closes for opens, closes in self._open_from(at, 2))

    def segments(self, start: datetime, end: datetime) -> tuple[Segment, ...]:
        """The stretch from `start` to `end` without gaps: counted, break, closed and holiday, each with its words."""
        begin, until = _micros(start), _micros(end)
        pieces: list[tuple[int, int, str, Text]] = []
        for opens, closes, kind, reason in self._stretches(start, end):
            opens, closes = max(opens, begin), min(closes, until)
            if opens >= closes:
                continue
            if pieces and pieces[-1][2:] == (kind, reason):
                opens = pieces.pop()[0]
            pieces.append((opens, closes, kind, reason))
        return tuple(segment(_instant(a), _instant(b), kind, reason, self._zone) for a, b, kind, reason in pieces)

    def hours_on(self, day: date) -> Shifts:
        """The shifts of one local day; none when closed."""
        if day in self.workdays:
            return self.workdays[day] or self._usual
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    @property
    def tzinfo(self) -> ZoneInfo:
        return self._zone

    @property
    def digest(self) -> str:
        """Names this very content: SHA-256 of its canonical JSON."""
        return _digest(self)

    def to_dict(self) -> dict:
        """Plain JSON from which `from_dict` makes an equal calendar."""
        return form.write(self)

    @classmethod
    def from_dict(cls, data: Mapping) -> Calendar:
        """Raises `BadCalendar`, naming what is wrong."""
        return cls(**form.read(data))

    def _stretches(self, start: datetime, end: datetime) -> Iterator[tuple[int, int, str, Text]]:
        """Every local day from that of `start` to that of `end`, cut at the edges of its shifts."""
        last = end.astimezone(self._zone).toordinal() + 1
        for ordinal in range(start.astimezone(self._zone).toordinal(), last + 1):
            day = date.fromordinal(ordinal)
            dawn = self._first_shown(datetime.combine(day, time()))
            dusk = self._first_shown(datetime.combine(day + DAY, time()))
            name = self.holidays.get(day) if day not in self.workdays else None
            outside = ("holiday", seg.HOLIDAY.format(name=name)) if name else ("closed", seg.CLOSED)
            edge = dawn
            for opens, closes in self._open(ordinal):
                yield (edge, opens, "break", seg.BREAK) if edge != dawn else (dawn, opens, *outside)
                yield opens, closes, "counted", self._worked(day)
                edge = closes
            yield edge, dusk, *outside

    def _worked(self, day: date) -> Text:
        if day not in self.workdays:
            return seg.COUNTED
        return seg.SPECIAL if day.weekday() in self.hours and day not in self.holidays else seg.MADE_UP

    def _open_from(self, start: datetime, days: int) -> Iterator[tuple[int, int]]:
        first = start.astimezone(self._zone).toordinal()
        for ordinal in range(first, first + days):
            yield from self._open(ordinal)

    def _open(self, ordinal: int) -> tuple[tuple[int, int], ...]:
        found = self._days.get(ordinal)
        if found is None:
            day = date.fromordinal(ordinal)
            found = self._days[ordinal] = tuple(self._placed(day))
        return found

    def _placed(self, day: date) -> Iterator[tuple[int, int]]:
        for start, end in self.hours_on(day):
            opens = self._first_shown(datetime.combine(day, start))
            closes = self._first_shown(datetime.combine(day if end > start else day + DAY, end))
            if closes > opens:
                yield opens, closes

    def _first_shown(self, local: datetime) -> int:
        """The first instant at which the local clock shows `local` or later."""
        before = local.replace(tzinfo=self._zone).utcoffset()
        after = local.replace(tzinfo=self._zone, fold=1).utcoffset()
        high = _micros((local - before).replace(tzinfo=UTC))
        if after <= before:
            return high
        low, second = high - (after - before) // MICROSECOND, 1_000_000
        while high - low > second:
            middle = (low + high) // 2 // second * second
            if _instant(middle).astimezone(self._zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        return high


def _micros(at: datetime) -> int:
    if at.tzinfo is None or not EARLIEST <= at.year < LATEST:
        raise NotAnInstant(given=at.isoformat())
    return (at - EPOCH) // MICROSECOND


def _instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def _months_later(start: datetime, months: int, zone: ZoneInfo) -> datetime:
    local = start.astimezone(zone)
    years, month = divmod(local.month - 1 + months, 12)
    first = local.replace(year=local.year + years, month=month + 1, day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    length = (following.date() - first.date()).days
    return first.replace(day=min(local.day, length)).astimezone(UTC)


@lru_cache(maxsize=256)
def _digest(calendar: Calendar) -> str:
    text = json.dumps(calendar.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


WALL = Calendar("wall", "UTC", {weekday: ((time(0), time(0)),) for weekday in range(7)})
