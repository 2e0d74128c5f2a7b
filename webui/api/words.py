"""Which language an answer of the API is in, and values as JSON that loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import g, request

from engine.domain.text import Text

LOCALES = ("zh-CN", "en")


def reader_locale() -> str:
    """What the request asks for, else what the owner of the token chose, else Chinese."""
    for wish, quality in request.accept_languages:
        if quality > 0 and (locale := _known(wish)):
            return locale
    return _known(getattr(g.get("actor"), "locale", "")) or LOCALES[0]


def words(text: Text | None) -> str | None:
    """A text in the reader's language; None where there is none."""
    return None if text is None else text.in_(reader_locale()) or None


def said(text: Text | None) -> str:
    return words(text) or ""


def iso(at: datetime | None) -> str | None:
    """An instant in UTC, ISO 8601: `2026-03-02T01:00:00Z`."""
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def json_value(value: Any) -> Any:
    """A variable as JSON. Decimals are texts (`"12.50"`), so that no reader rounds them; dates and instants ISO 8601."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, (Decimal, float)):
        return str(value)
    if isinstance(value, datetime):
        return iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, Mapping):
        return {str(key): json_value(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_value(one) for one in value]
    return str(value)


def _known(wish: str) -> str | None:
    wish = wish.lower()
    return "zh-CN" if wish.startswith("zh") else "en" if wish.startswith("en") else None
