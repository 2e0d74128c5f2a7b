"""Clocks ready to show: how they stand in words, how much of them is used, and how that was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from engine.domain.segments import Segment
from engine.domain.text import Text
from engine.queries.cases import ClockView
from engine.store.organisation import Organisation
from webui.presenters import time
from webui.presenters.time import Due
from webui.request import Reading

WALL = Text("自然时间（全天计时）", "wall-clock time, counted day and night")


@dataclass(frozen=True, slots=True)
class SegmentShown:
    """`end_at` is None while it goes on; `text` says what was counted or why not, without the times."""

    start_at: datetime
    end_at: datetime | None
    length: timedelta
    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class ClockShown:
    """`share` of the limit that is used, 0 to 1; `limit` in words."""

    name: Text
    limit: str
    due: Due
    share: float
    segments: tuple[SegmentShown, ...]
    calendar: Text


def shown(clocks: Iterable[ClockView], r: Reading) -> list[ClockShown]:
    """Running clocks first, the most urgent at the top; those that have ended after them."""
    ordered = sorted(clocks, key=lambda c: (c.stopped_at is not None, c.due_at is None, c.due_at or r.now))
    return [show(clock, r.now, r.zone, r.organisation) for clock in ordered]


def show(clock: ClockView, now: datetime, zone: ZoneInfo, organisation: Organisation) -> ClockShown:
    return ClockShown(
        name=clock.label,
        limit=time.limit(clock.limit),
        due=standing(clock, now, zone),
        share=_share(clock),
        segments=tuple(_segments(clock, now)),
        calendar=_calendar(clock, organisation),
    )


def standing(clock: ClockView, now: datetime, zone: ZoneInfo) -> Due:
    """Kept, missed, standing still, or due when."""
    if clock.standing == "met":
        used = time.duration(timedelta(seconds=clock.used_seconds))
        return Due("met", _("kept after %(duration)s", duration=used), _stopped(clock, zone), clock.stopped_at)
    if clock.standing == "missed":
        return Due("late", _("missed"), _stopped(clock, zone), clock.stopped_at)
    return time.due(clock.due_at, now, zone, warn_at=clock.warn_at, paused=clock.standing == "paused")


def _stopped(clock: ClockView, zone: ZoneInfo) -> str:
    return time.absolute(clock.stopped_at, zone) if clock.stopped_at else ""


def _share(clock: ClockView) -> float:
    if clock.standing in ("breached", "missed"):
        return 1.0
    whole = clock.used_seconds + clock.remaining_seconds
    return clock.used_seconds / whole if whole else 1.0


def _segments(clock: ClockView, now: datetime) -> list[SegmentShown]:
    last = len(clock.segments) - 1
    running = clock.stopped_at is None
    return [_segment(s, goes_on=running and at == last and s.end_at >= now) for at, s in enumerate(clock.segments)]


def _segment(segment: Segment, *, goes_on: bool) -> SegmentShown:
    end_at = None if goes_on else segment.end_at
    return SegmentShown(segment.start_at, end_at, segment.length, segment.kind, segment.reason)


def _calendar(clock: ClockView, organisation: Organisation) -> Text:
    if clock.calendar == "wall":
        return WALL
    calendar = organisation.calendars.get(clock.calendar)
    return Text.same(f"{clock.calendar} ({calendar.zone})" if calendar else clock.calendar)
