"""What may be given to a command at all: plain data of bounded depth, without characters no database can keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

DEEPEST, LONGEST_KEY, MOST_VALUES = 50, 200, 10_000
GREATEST_ID = 2**63

TOO_GREAT = Text("数字过大。", "The number is too great.")
CONTROL = Text("含有无法保存的字符（如空字符）。", "It contains characters that cannot be stored, such as NUL.")
TOO_DEEP = Text("嵌套超过 {most} 层。", "It is nested more than {most} deep.")
TOO_MANY = Text("内容过多：最多 {most} 个值。", "There is too much of it: at most {most} values.")
LONG_KEY = Text("名称最长 {most} 个字。", "Names have at most {most} characters.")
BAD_KEY = Text("幂等键应为 1 至 200 个字符。", "An idempotency key has 1 to 200 characters.")
NOT_DATA = Text("只能是文字、数字、是否、日期、列表或对象。", "Only text, numbers, true or false, dates, lists and objects.")


def check(given: Mapping[str, Any]) -> None:
    """Raises `InvalidInput` naming the arguments or variables with something in them that cannot be taken."""
    errors: dict[str, Text] = {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            errors |= {_shown(key): wrong for key, one in value.items() if (wrong := _first_wrong({key: one}))}
        elif isinstance(value, int) and abs(value) >= GREATEST_ID and name not in ("case_id", "no"):
            errors[name] = TOO_GREAT  # a case or task of that number is simply not there
        elif wrong := _first_wrong(value):
            errors[name] = wrong
    if errors:
        raise InvalidInput(fields=errors)


def check_key(key: str) -> None:
    """An idempotency key is a text of 1 to 200 characters."""
    if not 0 < len(key) <= LONGEST_KEY or not _can_be_kept(key):
        raise InvalidInput(fields={"Idempotency-Key": BAD_KEY})


def _first_wrong(value: Any) -> Text | None:
    return next(_wrongs(value), None)


def _wrongs(value: Any) -> Iterator[Text]:
    left, level = [value], 0
    seen = 0
    while left:
        if level > DEEPEST:
            yield TOO_DEEP.format(most=DEEPEST)
            return
        seen += len(left)
        if seen > MOST_VALUES:
            yield TOO_MANY.format(most=MOST_VALUES)
            return
        inner: list[Any] = []
        for one in left:
            if isinstance(one, str):
                if not _can_be_kept(one):
                    yield CONTROL
            elif isinstance(one, Mapping):
                if any(not isinstance(key, str) or len(key) > LONGEST_KEY for key in one):
                    yield LONG_KEY.format(most=LONGEST_KEY)
                inner += [*one.keys(), *one.values()]
            elif isinstance(one, (list, tuple)):
                inner += one
            elif not isinstance(one, (int, float, Decimal, date, datetime, bytes, type(None))):
                yield NOT_DATA
        left, level = inner, level + 1


def _can_be_kept(text: str) -> bool:
    """UTF-8 can write it, and PostgreSQL can hold it."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text))


def _shown(key: object) -> str:
    return str(key)[:LONGEST_KEY].encode("utf-8", "replace").decode().replace("\0", "?")
