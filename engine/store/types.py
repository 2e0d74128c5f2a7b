"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

#: SQLite gives a rowid only to `INTEGER PRIMARY KEY`; PostgreSQL should not run out at two thousand million.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """A UTC instant kept as microseconds since 1970: exact, small, ordered alike in both databases."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:
        return to_micros

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return from_micros


class Json(TypeDecorator[Any]):
    """A small JSON document as bytes. Never JSONB: reordering keys would change what was stored."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:
        return write_json

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return read_json


def to_micros(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // MICROSECOND


def from_micros(micros: int | None) -> datetime | None:
    """What somebody wrote beyond the calendar is its last or first instant: it can be read, and be found out."""
    if micros is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return LAST if micros > 0 else FIRST


def write_json(value: Any) -> bytes | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(data: bytes | None) -> Any:
    return None if data is None else json.loads(bytes(data))
