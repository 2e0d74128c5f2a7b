"""Durations as process owners write them: ISO 8601 text such as `PT2H`, `P1D`, `P1W2D`, `PT1.5H`.

What a day or a week is worth is the calendar's to say (`Calendar.measure`): `P1D` is one working day in business
time and 24 hours on the wall clock; `P1W` is as many days as the calendar has open weekdays. Months and years have no
length in business time and are refused there; on a calendar that never closes they are counted on the calendar page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from engine.domain.errors import Refusal
from engine.domain.text import Text

LONGEST = timedelta(days=5 * 366)

_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,9})?"
_ISO = re.compile(
    rf"P(?:({_NUMBER})Y)?(?:({_NUMBER})M)?(?:({_NUMBER})W)?(?:({_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?"
)
_SECOND = 1_000_000


class BadDuration(Refusal, ValueError):
    """The text is not a duration we can count with; `problem` says why."""

    code, kind = "bad-duration", "invalid"
    sentence = Text(
        "“{given}”不是可用的时限：{problem}。请填写 ISO 8601 时长，例如 PT2H（2 小时）、P1D（1 个工作日）。",
        "“{given}” is not a usable duration: {problem}. Write ISO 8601, such as PT2H (2 hours) or P1D (one day).",
    )


class DurationTooLong(Refusal, ValueError):
    """Longer than `LONGEST`: nearly always a slip of the pen, and never a promise to a customer."""

    code, kind = "duration-too-long", "invalid"
    sentence = Text("时限“{given}”过长，最长为 5 年。", "The duration “{given}” is too long; the longest is 5 years.")


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time before a calendar gives it a length. No part is negative; fractions are exact decimals."""

    months: int = 0
    weeks: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    time: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.months < 0 or self.weeks < 0 or self.days < 0 or self.time < timedelta(0):
            raise BadDuration(given=_shown(str(self)), problem=Text("不能为负数", "it must not be negative"))
        days = Decimal("30.5") * self.months + 7 * self.weeks + self.days
        if days > LONGEST.days or timedelta(days=float(days)) + self.time > LONGEST:
            raise DurationTooLong(given=_shown(str(self)))

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration an ISO 8601 text means; raises `BadDuration` or `DurationTooLong`."""
        if not isinstance(text, str):
            raise BadDuration(given=_shown(repr(text)), problem=Text("应为文本", "it should be a text"))
        return _parse(text)

    def __str__(self) -> str:
        seconds = Decimal(_micros(self.time)) / _SECOND
        date = "".join(f"{_plain(n)}{u}" for n, u in ((self.months, "M"), (self.weeks, "W"), (self.days, "D")) if n)
        hours, rest = divmod(seconds, 3600)
        minutes, rest = divmod(rest, 60)
        time = "".join(f"{_plain(n)}{u}" for n, u in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
        return f"P{date}{'T' + time if time else ''}" if date or time else "PT0S"


def spoken(amount: timedelta) -> Text:
    """An exact length of time in words, to the second: `2 h 40 min`. Negative amounts read as zero."""
    seconds = max(_micros(amount), 0) // _SECOND
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "小时", "h"), (minutes, "分钟", "min"), (seconds, "秒", "s")]
    said = [part for part in parts if part[0]] or [(0, "分钟", "min")]
    return Text(" ".join(f"{n} {zh}" for n, zh, _ in said), " ".join(f"{n} {en}" for n, _, en in said))


@lru_cache(maxsize=1024)
def _parse(text: str) -> Duration:
    stripped = text.strip()
    if stripped.startswith("-") or re.search(r"-[0-9]", stripped[:64]):
        raise BadDuration(given=_shown(text), problem=Text("不能为负数", "it must not be negative"))
    found = _ISO.fullmatch(stripped)
    if found is None or not any(found.groups()):
        raise BadDuration(given=_shown(text), problem=Text("格式不正确", "it is not well formed"))
    numbers = [Decimal(part.replace(",", ".")) if part else None for part in found.groups()]
    given = [number for number in numbers if number is not None]
    if any(number != int(number) for number in given[:-1]):
        problem = Text("只有最后一项可以带小数", "only the last part may have a fraction")
        raise BadDuration(given=_shown(text), problem=problem)
    years, months, weeks, days, hours, minutes, seconds = (number or Decimal(0) for number in numbers)
    months += 12 * years
    if months != int(months):
        raise BadDuration(given=_shown(text), problem=Text("月数应为整数", "months must be whole"))
    if max(given) > LONGEST // timedelta(seconds=1):
        raise DurationTooLong(given=_shown(text))
    micros = int((3600 * hours + 60 * minutes + seconds) * _SECOND)
    try:
        return Duration(int(months), weeks, days, timedelta(microseconds=micros))
    except DurationTooLong:
        raise DurationTooLong(given=_shown(text)) from None


def _micros(amount: timedelta) -> int:
    return amount // timedelta(microseconds=1)


def _plain(number: Decimal | int) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(text: str) -> str:
    """What was typed, short enough to repeat and on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
