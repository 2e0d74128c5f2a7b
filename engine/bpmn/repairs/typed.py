"""Values an owner may type instead of choosing: whether they are usable, and what a name or text suggests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from engine.bpmn.timers import IS_CYCLE, IS_DURATION, IS_INSTANT
from engine.domain.text import Text

UNITS: Mapping[str, tuple[str, str]] = {
    "second": ("T", "S"), "sec": ("T", "S"), "s": ("T", "S"), "秒": ("T", "S"), "秒钟": ("T", "S"),
    "minute": ("T", "M"), "min": ("T", "M"), "m": ("T", "M"), "分": ("T", "M"), "分钟": ("T", "M"),
    "hour": ("T", "H"), "hr": ("T", "H"), "h": ("T", "H"), "小时": ("T", "H"), "个小时": ("T", "H"), "时": ("T", "H"),
    "day": ("", "D"), "d": ("", "D"), "天": ("", "D"), "日": ("", "D"), "个工作日": ("", "D"), "工作日": ("", "D"),
    "week": ("", "W"), "w": ("", "W"), "周": ("", "W"), "星期": ("", "W"), "个星期": ("", "W"),
    "month": ("", "M"), "月": ("", "M"), "个月": ("", "M"), "year": ("", "Y"), "年": ("", "Y"),
    "tag": ("", "D"), "stunde": ("T", "H"), "woche": ("", "W"), "jour": ("", "D"), "heure": ("T", "H"), "semaine": ("", "W"),
}  # fmt: skip
NUMBERS = {
    **{w: i for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())},
    "a": 1, "an": 1, "half": 0, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60,
    **{w: i for i, w in enumerate("零一二三四五六七八九十")}, "两": 2, "半": 0,
}  # fmt: skip
EVERY = {"hourly": "PT1H", "daily": "P1D", "weekly": "P1W", "monthly": "P1M", "yearly": "P1Y", "annually": "P1Y",
         "每小时": "PT1H", "每天": "P1D", "每日": "P1D", "每周": "P1W", "每月": "P1M", "每年": "P1Y"}  # fmt: skip
AMOUNT = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,6}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})[\s-]*(?:working |business )?"
    rf"(?P<u>{'|'.join(sorted(UNITS, key=len, reverse=True))})(?:e?s|n|en)?(?![a-z])",
    re.IGNORECASE,
)


def duration_in(words: str) -> str | None:
    """The ISO 8601 duration a name speaks of: `within 7 days` → `P7D`, `两小时` → `PT2H`; None if it names none."""
    text = words.strip().lower()[:200]
    for word, every in EVERY.items():
        if word in text:
            return every
    found = AMOUNT.search(text)
    if found is None:
        found = AMOUNT.search(re.sub(r"[\u4e00-\u9fff]*?(?=[零一二三四五六七八九十两\d])", " ", text))
    if found is None:
        return None
    number = int(found["n"]) if found["n"].isdecimal() else NUMBERS[found["n"]]
    before, unit = UNITS[found["u"]]
    return f"P{before}{number}{unit}" if number else None


def is_time(value: str) -> bool:
    return any(form.fullmatch(value) for form in (IS_DURATION, IS_CYCLE, IS_INSTANT))


def is_count(value: str) -> bool:
    return value.isascii() and value.isdecimal() and 0 < int(value) <= 1000


def is_id(value: str) -> bool:
    return re.fullmatch(r"[^\W\d][\w.-]{0,199}", value) is not None


FREE: Mapping[str, Callable[[str], bool]] = {"time": is_time, "count": is_count, "id": is_id}
FREE_WORDS: Mapping[str, Text] = {
    "time": Text("ISO 8601 时间，例如 PT4H", "an ISO 8601 time such as PT4H"),
    "count": Text("1 到 1000 的整数", "a whole number from 1 to 1000"),
    "id": Text("已部署流程的 id", "the id of a deployed process"),
}


def slug(words: str, otherwise: str, most: int = 40) -> str:
    """Words as the name of a variable or the value of an option."""
    found = re.sub(r"\W+", "_", words.strip()).strip("_")[:most].strip("_")
    return found if re.match(r"[^\W\d_]", found) else otherwise
