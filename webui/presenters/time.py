"""Times in words: how long, how late, when. Instants come in as aware UTC and are shown in the organisation's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from flask_babel import gettext as _

from webui.locales import current

SOON = timedelta(hours=1)
FAR = timedelta(hours=12)
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Due:
    """A due date ready to show. `level` is late, soon, fine, paused or none; `absolute` is shown on hover."""

    level: str
    words: str
    absolute: str
    at: datetime | None


def due(
    due_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    warn_at: datetime | None = None,
    paused: bool = False,
) -> Due:
    """How a due date stands at `now`; without `warn_at` the last hour counts as soon."""
    if paused:
        return Due("paused", _("waiting"), _("The clock stands still"), due_at)
    if due_at is None:
        return Due("none", "–", _("No time limit"), None)
    shown = absolute(due_at, zone)
    if due_at <= now:
        return Due("late", _("late %(duration)s", duration=duration(now - due_at)), shown, due_at)
    left = due_at - now
    level = "soon" if (now >= warn_at if warn_at else left <= SOON) else "fine"
    if left < FAR:
        return Due(level, _("in %(duration)s", duration=duration(left)), shown, due_at)
    return Due(level, moment(due_at, now, zone), shown, due_at)


def duration(length: timedelta) -> str:
    """Two units at most: “12 min”, “2 h 5 min”, “3 d 4 h”; below a minute “0 min” reads “under 1 min”."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes == 0:
        return _("under 1 min")
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [_("%(n)d d", n=days), _("%(n)d h", n=hours), _("%(n)d min", n=minutes)]
    kept = [part for part, n in zip(parts, (days, hours, minutes), strict=True) if n]
    return " ".join(kept[:1] if days and not hours else kept[:2])


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Short and exact to the minute: “14:05” today, “yesterday 14:05”, “Tue 14:05” within a week, else the date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = local.strftime("%H:%M")
    days = (local.date() - today).days
    if days == 0:
        return clock
    if days == -1:
        return _("yesterday %(clock)s", clock=clock)
    if days == 1:
        return _("tomorrow %(clock)s", clock=clock)
    if timedelta() < local.date() - today <= WEEK:
        return f"{_format(at, zone, 'EEE')} {clock}"
    if local.year == today.year:
        return f"{_format(at, zone, 'M月d日' if current() == 'zh_CN' else 'd MMM')} {clock}"
    return f"{_format(at, zone, 'yyyy年M月d日' if current() == 'zh_CN' else 'd MMM yyyy')} {clock}"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def day(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A heading over a day's entries: “Today”, “Yesterday”, “Monday 3 November”."""
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    return _format(at, zone, "yyyy年M月d日 EEEE" if current() == "zh_CN" else "EEEE d MMMM yyyy")


def absolute(at: datetime, zone: ZoneInfo) -> str:
    """The whole instant with its zone, as auditors read it."""
    return _format(at, zone, "yyyy年M月d日 EEE HH:mm:ss ZZZZ" if current() == "zh_CN" else "EEE d MMM yyyy HH:mm:ss ZZZZ")


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Weekday, date and time to the minute."""
    return _format(at, zone, "M月d日 EEE HH:mm" if current() == "zh_CN" else "EEE d MMM HH:mm")


def limit(iso: str) -> str:
    """A limit as written, `PT2H` or `P1D`, in words; what is not understood is shown as it is."""
    found = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", iso or "")
    if not found or not any(found.groups()):
        return iso
    weeks, days, hours, minutes = (int(n or 0) for n in found.groups())
    parts = ((_("%(n)d wk", n=weeks), weeks), (_("%(n)d d", n=days), days))
    parts += ((_("%(n)d h", n=hours), hours), (_("%(n)d min", n=minutes), minutes))
    return " ".join(words for words, n in parts if n)


def ago(at: datetime, now: datetime) -> str:
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(duration)s ago", duration=duration(now - at))


def _format(at: datetime, zone: ZoneInfo, pattern: str) -> str:
    return format_datetime(at.astimezone(zone), pattern, locale=_locale(current()))


@lru_cache(maxsize=4)
def _locale(name: str) -> Locale:
    """Read once: a page formats a hundred instants, and finding a locale by its name takes longer than formatting."""
    return Locale.parse(name)
