"""Stretches of time in words: what a clock counted, what it did not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from engine.domain.duration import spoken
from engine.domain.text import Text

COUNTED = Text("计时", "counted")
LATE = Text("超时计时", "counted beyond the limit")
MADE_UP = Text("计时（调休上班）", "counted (make-up working day)")
SPECIAL = Text("计时（特殊安排）", "counted (special hours)")
BREAK = Text("班次间休息，不计时", "break between shifts, not counted")
CLOSED = Text("非工作时间，不计时", "outside working hours, not counted")
HOLIDAY = Text("节假日，不计时：{name}", "holiday, not counted: {name}")
PAUSED = Text("暂停计时：{reason}", "standing still: {reason}")

_WEEKDAYS = (
    *(Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu")),
    *(Text("周五", "Fri"), Text("周六", "Sat"), Text("周日", "Sun")),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch [start_at, end_at). `kind`: counted, late, break, closed, holiday or paused.

    `text` is the whole sentence with local times; `reason` the part without them.
    """

    start_at: datetime
    end_at: datetime
    kind: str
    reason: Text
    text: Text

    @property
    def length(self) -> timedelta:
        return self.end_at - self.start_at

    def to_dict(self) -> dict:
        return {
            "start_at": self.start_at.isoformat(),
            "end_at": self.end_at.isoformat(),
            "kind": self.kind,
            "reason": self.reason.to_dict(),
            "text": self.text.to_dict(),
        }


def segment(
    start_at: datetime, end_at: datetime, kind: str, reason: Text, zone: tzinfo, *, ongoing: bool = False
) -> Segment:
    """A segment with its sentence in the local time of `zone`; `ongoing` says that it has no end yet."""
    here, there = start_at.astimezone(zone), end_at.astimezone(zone)
    if ongoing:
        when = Text("{start} 起", "since {start}").format(start=_moment(here))
    elif here.date() == there.date():
        when = Text("{start}–{end}", "{start}–{end}").format(start=_moment(here), end=_hour(there))
    else:
        when = Text("{start} – {end}", "{start} – {end}").format(start=_moment(here), end=_moment(there))
    if here.utcoffset() != there.utcoffset():
        when = Text("{when}（{a} → {b}）", "{when} ({a} → {b})").format(when=when, a=_offset(here), b=_offset(there))
    if kind in ("counted", "late"):
        sentence = Text("{when} {reason} {length}", "{when} {reason}, {length}")
    else:
        sentence = Text.same("{when} {reason}")
    text = sentence.format(when=when, reason=reason, length=spoken(end_at - start_at))
    return Segment(start_at, end_at, kind, reason, text)


def _moment(local: datetime) -> Text:
    day = Text("{date} {weekday} {hour}", "{weekday} {date} {hour}")
    return day.format(date=local.date().isoformat(), weekday=_WEEKDAYS[local.weekday()], hour=_hour(local))


def _hour(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _offset(local: datetime) -> str:
    words = f"{local:%z}"
    return f"UTC{words[:3]}:{words[3:5]}"
