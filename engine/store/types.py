"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
#: Of years that are written with four digits.
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

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


class Blob(TypeDecorator[bytes]):
    """Bytes, whatever SQLite was made to keep in their place: text as it is encoded, a number as it is written."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return as_bytes


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
    """What somebody wrote that is no instant is the first or the last there is: it can be read, and be found out."""
    if micros is None:
        return None
    if not isinstance(micros, int):  # SQLite keeps whatever is written
        return FIRST
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return LAST if micros > 0 else FIRST


def as_bytes(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else str(value).encode("utf-8", "replace")


def write_json(value: Any) -> bytes | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(data: bytes | None) -> Any:
    return None if data is None else json.loads(data)


class Told(Json):
    """A value somebody told us: where the database was made to keep what is no JSON, it is read as text, and found out."""

    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return read_told


def read_told(data: Any) -> Any:
    try:
        return read_json(data)
    except (ValueError, TypeError, RecursionError):
        return (as_bytes(data) or b"").decode("utf-8", "replace")
