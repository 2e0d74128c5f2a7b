"""Pages by cursor: where the last page ended, not how many rows to skip."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.store.types import EPOCH, MICROSECOND

T = TypeVar("T")
MOST, USUAL = 200, 50
BAD_CURSOR = Text("该页码标记无效，请从第一页重新开始。", "This cursor is not valid; start again from the first page.")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the following page, None on the last."""

    items: tuple[T, ...]
    next: str | None = None


def cut(rows: Sequence[Any], limit: int, key: Any) -> tuple[Sequence[Any], str | None]:
    """Rows were read one beyond the limit: that one says whether there is more."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], write_cursor(key(rows[limit - 1]))


def write_cursor(key: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, length: int) -> list[int] | None:
    """The whole numbers a cursor stands for; anything else is refused."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeError):
        key = None
    good = isinstance(key, list) and len(key) == length
    if not good or not all(type(part) is int and abs(part) <= 2**62 for part in key):
        raise InvalidInput(fields={"cursor": BAD_CURSOR})
    return key


def instant_in(micros: int) -> datetime:
    """The instant a cursor stands at; one beyond the calendar is refused."""
    try:
        return EPOCH + micros * MICROSECOND
    except OverflowError:
        raise InvalidInput(fields={"cursor": BAD_CURSOR}) from None
