"""Values of a procedure in words a manager reads: durations, lists, names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from engine.domain.duration import Duration
from engine.domain.errors import Refusal
from engine.domain.text import Text

NONE = Text("无", "none")
YES, NO = Text("是", "yes"), Text("否", "no")
CALENDARS = {"business": Text("工作时间", "working time"), "wall": Text("自然时间", "day and night")}
TYPES = {
    "text": Text("文本", "text"),
    "long_text": Text("长文本", "long text"),
    "integer": Text("整数", "whole number"),
    "decimal": Text("数字", "number"),
    "boolean": Text("是或否", "yes or no"),
    "date": Text("日期", "date"),
    "datetime": Text("日期和时间", "date and time"),
    "choice": Text("选项", "choice"),
    "phone": Text("电话", "phone"),
    "email": Text("邮箱", "e-mail"),
}
STAGES = {
    "customer": Text("客户", "customer"),
    "frontstage": Text("前台", "front stage"),
    "backstage": Text("后台", "back stage"),
    "support": Text("支持", "support"),
}
_CYCLE = re.compile(r"R(\d*)/(.+)")


def quoted(name: Text) -> Text:
    """A name as it stands in a sentence."""
    return Text(f"“{name.in_('zh')}”", f"“{name.in_('en')}”")


def duration(written: str, calendar: str = "business") -> Text:
    """`PT2H` as 2 h, `P1D` as one working day; what is no duration as it is written."""
    try:
        amount = Duration.parse(written)
    except Refusal:
        return Text.same(written)
    working = calendar == "business"
    hours, rest = divmod(int(amount.time.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    day = ("个工作日", " working day", " working days") if working else ("天", " day", " days")
    week = ("个工作周", " working week", " working weeks") if working else ("周", " week", " weeks")
    parts: list[tuple[Decimal | int, tuple[str, str, str]]] = [
        (amount.months, ("个月", " month", " months")),
        (amount.weeks, week),
        (amount.days, day),
        (hours, ("小时", " h", " h")),
        (minutes, ("分钟", " min", " min")),
        (seconds, ("秒", " s", " s")),
    ]
    said = [(f"{n:f}".rstrip("0").rstrip(".") if isinstance(n, Decimal) and "." in f"{n:f}" else str(n), n, words)
            for n, words in parts if n]  # fmt: skip
    zh = " ".join(f"{text} {words[0]}" for text, _, words in said)
    en = " ".join(text + (words[1] if n == 1 else words[2]) for text, n, words in said)
    return Text(zh, en) if said else Text("0 分钟", "0 min")


def timer(kind: str, written: str, calendar: str) -> Text:
    """When a timer event happens."""
    bare = written.strip().strip("\"'")
    if kind == "timeCycle" and (found := _CYCLE.fullmatch(bare)):
        times, every = found[1], duration(found[2], calendar)
        if times:
            return Text(f"每隔 {every.zh}，共 {times} 次", f"every {every.en}, {times} times")
        return Text(f"每隔 {every.zh}", f"every {every.en}")
    if kind == "timeDuration":
        said = duration(bare, calendar)
        return Text(f"{said.zh}之后", f"after {said.en}")
    return Text.same(bare)


def share(part: Decimal) -> Text:
    return Text.same(f"{(part * 100).normalize():f}%")


def listed(parts: Iterable[Text]) -> Text:
    """`a, b and c` without the and; none at all as such."""
    parts = list(parts)
    if not parts:
        return NONE
    return Text("、".join(part.in_("zh") for part in parts), ", ".join(part.in_("en") for part in parts))


def plain(parts: Iterable[str]) -> Text:
    return listed([Text.same(part) for part in parts])
