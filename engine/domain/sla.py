"""Clocks of promises: a limit in a calendar's time, that may stand still, warn, be met or be missed.

A `Clock` is a value; every change makes a new one. Everything else is worked out from it, however late somebody
looks: the instant of a breach does not depend on when it is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from engine.domain import segments as seg
from engine.domain.calendar import MICROSECOND, Calendar, NotAnInstant
from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.segments import Segment, segment
from engine.domain.text import Text


class BadClock(Refusal, ValueError):
    """What the clock was told does not fit; `problem` says why."""

    code, kind = "bad-clock", "invalid"
    sentence = Text("时限“{clock}”：{problem}。", "Clock “{clock}”: {problem}.")


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still from `start_at` to `end_at` (None: until further notice); `key` names who asked for it."""

    start_at: datetime
    end_at: datetime | None = None
    reason: Text = Text("等待", "waiting")
    key: str = ""

    def __post_init__(self) -> None:
        _check_instants(self.start_at, self.end_at)
        if isinstance(self.reason, str):
            object.__setattr__(self, "reason", Text.same(self.reason))
        if self.end_at is not None and self.end_at < self.start_at:
            raise BadClock(clock=self.key, problem=Text("暂停的结束早于开始", "a pause ends before it starts"))


@dataclass(frozen=True, slots=True)
class Clock:
    """`limit` is ISO 8601, `warn` the share of it after which to warn (None: never).

    Pauses may overlap: the clock stands still while any of them lasts. Instants are aware; raises `BadClock`,
    `BadDuration`, `DurationTooLong`, `NotAnInstant`.
    """

    name: str
    limit: str
    warn: Decimal | None
    calendar: Calendar
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_instants(self.started_at, self.stopped_at)
        if self.warn is not None and not 0 < self.warn <= 1:
            raise BadClock(
                clock=self.name, problem=Text("预警比例应在 0 至 1 之间", "the share to warn at is above 0, at most 1")
            )
        self.calendar.measure(Duration.parse(self.limit), self.started_at)
        if self.stopped_at is not None and self.stopped_at < self.started_at:
            raise BadClock(clock=self.name, problem=Text("停止早于开始", "it stops before it starts"))

    @property
    def is_paused(self) -> bool:
        """Whether a pause is open and the clock has not stopped."""
        return self.stopped_at is None and any(pause.end_at is None for pause in self.pauses)

    def pause(self, at: datetime, reason: Text | str, key: str = "") -> Clock:
        """Standing still from `at`; a second pause with the same key while the first is open changes nothing."""
        if any(pause.key == key and pause.end_at is None for pause in self.pauses):
            return self
        return replace(self, pauses=(*self.pauses, Pause(at, None, reason, key)))

    def resume(self, at: datetime, key: str = "") -> Clock:
        """Running again, as far as the pause of that key goes; unchanged when none is open.

        Machines disagree by milliseconds: an `at` before the pause began ends it at its beginning.
        """
        closed = (
            replace(p, end_at=max(at, p.start_at)) if p.key == key and p.end_at is None else p for p in self.pauses
        )
        return replace(self, pauses=tuple(closed))

    def stop(self, at: datetime) -> Clock:
        """Stopped at `at`, not before its start; a clock that has stopped stays as it is."""
        return self if self.stopped_at is not None else replace(self, stopped_at=max(at, self.started_at))

    def to_dict(self, *, embed: bool = True) -> dict:
        """Plain JSON from which everything can be worked out again; `embed=False` only refers to the calendar."""
        calendar = self.calendar.to_dict() if embed else {"key": self.calendar.key, "digest": self.calendar.digest}
        return {
            "name": self.name,
            "limit": self.limit,
            "warn": None if self.warn is None else str(self.warn),
            "calendar": calendar,
            "started_at": _write_instant(self.started_at),
            "pauses": [
                {
                    "start_at": _write_instant(pause.start_at),
                    "end_at": _write_instant(pause.end_at),
                    "reason": pause.reason.to_dict(),
                    "key": pause.key,
                }
                for pause in self.pauses
            ],
            "stopped_at": _write_instant(self.stopped_at),
        }

    @classmethod
    def from_dict(cls, data: Mapping, calendars: Mapping[str, Calendar] | None = None) -> Clock:
        """The clock of `to_dict`; `calendars` by digest, for one that only refers to its calendar."""
        try:
            found = data["calendar"]
            calendar = (calendars or {})[found["digest"]] if "digest" in found else Calendar.from_dict(found)
            return cls(
                str(data["name"]),
                str(data["limit"]),
                None if data.get("warn") is None else Decimal(data["warn"]),
                calendar,
                _read_instant(data["started_at"]),
                tuple(_read_pause(pause) for pause in data.get("pauses", ())),
                _read_optional(data.get("stopped_at")),
            )
        except (LookupError, TypeError, AttributeError, InvalidOperation):
            name = str(data.get("name", "?"))[:60] if isinstance(data, Mapping) else "?"
            problem = Text("内容缺失或格式不正确", "something is missing or not well formed")
            raise BadClock(clock=name, problem=problem) from None


def due_at(clock: Clock) -> datetime | None:
    """The instant the limit is used up, had the clock not been stopped; None while it stands still before that."""
    return _used_up_at(clock, _limit(clock))


def warn_at(clock: Clock) -> datetime | None:
    """The instant the share to warn at is used up; None without one, or while the clock stands still before that."""
    if clock.warn is None:
        return None
    micros = int((_limit(clock) // MICROSECOND) * clock.warn)
    return _used_up_at(clock, timedelta(microseconds=micros))


def used(clock: Clock, at: datetime) -> timedelta:
    """How much of the calendar's time the clock has counted by `at`."""
    until = at if clock.stopped_at is None else min(at, clock.stopped_at)
    total = timedelta(0)
    for start, end in _running(clock):
        total += clock.calendar.between(start, until if end is None else min(end, until))
    return total


def remaining(clock: Clock, at: datetime) -> timedelta:
    """What is left of the limit at `at`, in the calendar's time; never negative."""
    return max(_limit(clock) - used(clock, at), timedelta(0))


def overdue(clock: Clock, at: datetime) -> timedelta:
    """What was counted beyond the limit by `at`; never negative."""
    return max(used(clock, at) - _limit(clock), timedelta(0))


def breached_at(clock: Clock) -> datetime | None:
    """When the promise was, or unless it stops will be, broken; None if it was kept or the clock stands still."""
    due = due_at(clock)
    return None if due is None or (clock.stopped_at is not None and clock.stopped_at <= due) else due


def standing(clock: Clock, at: datetime) -> str:
    """met or missed once stopped; else breached, paused, warned or running, the first that applies."""
    due, stopped = due_at(clock), clock.stopped_at
    if stopped is not None and stopped <= at:
        return "missed" if due is not None and due < stopped else "met"
    if due is not None and due <= at:
        return "breached"
    if any(p.start_at <= at and (p.end_at is None or at < p.end_at) for p in clock.pauses):
        return "paused"
    warn = warn_at(clock)
    return "warned" if warn is not None and warn <= at else "running"


def explain(clock: Clock, at: datetime) -> tuple[Segment, ...]:
    """All that happened on the clock from its start to `at`, or to its stop, without gaps.

    The counted segments add up to the part of the limit used, the late ones to what came after it was used up.
    """
    until = at if clock.stopped_at is None else min(at, clock.stopped_at)
    due = due_at(clock)
    cut = until if due is None else min(due, until)
    found: list[Segment] = []
    start = clock.started_at
    for pause in _standstills(clock):
        if pause.start_at >= until:
            break
        found += _counted(clock, start, pause.start_at, cut)
        start = until if pause.end_at is None else min(pause.end_at, until)
        ongoing = pause.end_at is None and clock.stopped_at is None
        if ongoing or start > pause.start_at:
            reason = seg.PAUSED.format(reason=pause.reason)
            found.append(segment(pause.start_at, start, "paused", reason, clock.calendar.tzinfo, ongoing=ongoing))
    found += _counted(clock, start, until, cut)
    return tuple(found)


def _counted(clock: Clock, start: datetime, end: datetime, cut: datetime) -> list[Segment]:
    """The segments of one stretch without a pause; what is counted after `cut` is late."""
    cut = min(max(cut, start), end)
    late = clock.calendar.segments(cut, end) if cut < end else ()
    zone = clock.calendar.tzinfo
    return [
        *(clock.calendar.segments(start, cut) if start < cut else ()),
        *(segment(s.start_at, s.end_at, "late", seg.LATE, zone) if s.kind == "counted" else s for s in late),
    ]


def _limit(clock: Clock) -> timedelta:
    return clock.calendar.measure(Duration.parse(clock.limit), clock.started_at)


def _used_up_at(clock: Clock, amount: timedelta) -> datetime | None:
    left = amount
    for start, end in _running(clock):
        if end is None:
            return clock.calendar.add(start, left)
        counted = clock.calendar.between(start, end)
        if counted >= left:
            return clock.calendar.add(start, left)
        left -= counted
    return None


def _running(clock: Clock) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches in which the clock does not stand still; the last has no end unless a pause has none."""
    start: datetime | None = clock.started_at
    for pause in _standstills(clock):
        yield start, pause.start_at
        start = pause.end_at
    if start is not None:
        yield start, None


def _standstills(clock: Clock) -> Iterator[Pause]:
    """The pauses in order, those that overlap made one, none before the start."""
    current: Pause | None = None
    for pause in sorted(clock.pauses, key=lambda p: p.start_at):
        if pause.end_at is not None and pause.end_at <= clock.started_at:
            continue
        begins = max(pause.start_at, clock.started_at)
        if current is None:
            current = replace(pause, start_at=begins)
        elif current.end_at is None or begins < current.end_at:
            end = None if current.end_at is None or pause.end_at is None else max(current.end_at, pause.end_at)
            current = replace(current, end_at=end, reason=_both(current.reason, pause.reason))
        else:
            yield current
            current = replace(pause, start_at=begins)
    if current is not None:
        yield current


def _check_instants(*instants: datetime | None) -> None:
    for at in instants:
        if at is not None and at.tzinfo is None:
            raise NotAnInstant(given=at.isoformat())


def _both(one: Text, other: Text) -> Text:
    return one if other == one else Text("{a}；{b}", "{a}; {b}").format(a=one, b=other)


def _read_pause(data: Mapping) -> Pause:
    reason = data.get("reason", {})
    words = Text.same(reason) if isinstance(reason, str) else Text(str(reason.get("zh", "")), str(reason.get("en", "")))
    return Pause(_read_instant(data["start_at"]), _read_optional(data.get("end_at")), words, str(data.get("key", "")))


def _read_optional(text: str | None) -> datetime | None:
    return None if text is None else _read_instant(text)


def _read_instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotAnInstant(given=str(text)[:60]) from None
    _check_instants(found)
    return found.astimezone(UTC)


def _write_instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
