"""Functions FEEL has beyond those of the other languages; texts and lists count from 1, as FEEL says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions.errors import Trouble
from engine.bpmn.expressions.values import settled, weighed, wrong


def substring(text: Any, start: Any, length: Any = None) -> str:
    """`substring("order", 2, 3)` is “rde”; a negative start counts from the end."""
    if type(text) is not str or type(start) is not int or (length is not None and type(length) is not int):
        raise wrong("substring", text, start)
    if start == 0 or (length is not None and length < 0):
        raise Trouble("bad-value", what="substring", found=str(start))
    begin = start - 1 if start > 0 else max(len(text) + start, 0)
    return text[begin : None if length is None else begin + length]


def joined(texts: Any, by: Any = "") -> str:
    if type(texts) not in (list, tuple) or type(by) is not str or any(type(t) not in (str, type(None)) for t in texts):
        raise wrong("string join", texts, by)
    return settled(by.join(t for t in texts if t is not None))


def concatenated(*lists: Any) -> list[Any]:
    if any(type(one) not in (list, tuple) for one in lists):
        raise wrong("concatenate", *lists)
    return weighed([item for one in lists for item in one])


def appended(items: Any, *more: Any) -> list[Any]:
    if type(items) not in (list, tuple):
        raise wrong("append", items)
    return weighed([*items, *more])


def odd(value: Any) -> bool:
    return _whole("odd", value) % 2 == 1


def even(value: Any) -> bool:
    return _whole("even", value) % 2 == 0


def _whole(name: str, value: Any) -> int:
    if type(value) is not int:
        raise wrong(name, value)
    return value


FEEL_FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "substring": (substring, 2, 3),
    "join": (joined, 1, 2),
    "concatenate": (concatenated, 1, 50),
    "append": (appended, 2, 50),
    "odd": (odd, 1, 1),
    "even": (even, 1, 1),
}
