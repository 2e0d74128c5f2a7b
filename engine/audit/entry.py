"""One entry of the trail: what is hashed of it, and the values kept beside it.

The hash covers a header made of the columns, so that none of them can be altered, and the body exactly as it is stored;
both are canonical JSON (RFC 8785): `[version, case, seq, type, at, actor id]` and `{"by": login, "data": {…}}`.

Personal values do not stand in the bytes: a commitment `SHA-256(salt ‖ canonical value)` does. Value and salt are
rows of their own that may be deleted; the chain stays valid without them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import rfc8785

from engine.domain.actors import Actor
from engine.domain.events import Event
from engine.domain.text import Text

VERSION = 1
START = bytes(32)
SAFE_INTEGER = 2**53 - 1
COMMITMENT = "sha256"


@dataclass(frozen=True, slots=True)
class Entry:
    """`hash` = SHA-256(previous hash ‖ header ‖ body). `case_id` 0 is the system chain."""

    case_id: int
    seq: int
    type: str
    at: datetime
    actor_id: int
    hash: bytes
    body: bytes

    @property
    def data(self) -> Mapping[str, Any]:
        return json.loads(self.body)["data"]

    @property
    def login(self) -> str:
        return json.loads(self.body)["by"]


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """What a commitment in entry `seq` stands for; `name` is the path of the value in the entry's data."""

    seq: int
    name: str
    salt: bytes
    value: Any


def compose(
    seq: int, event: Event, by: Actor, random: Callable[[int], bytes]
) -> tuple[bytes, list[PersonalValue]]:
    """The body of one entry and the personal values it only commits to."""
    kept: list[PersonalValue] = []
    data = plain(event.data)
    for path in sorted(event.personal):
        _commit(data, path, "/".join(path), seq, random, kept)
    return canonical({"by": by.login, "data": data}), kept


def header(case_id: int, seq: int, type_: str, at: datetime, actor_id: int) -> bytes:
    """The columns as they are hashed before the body."""
    return canonical([VERSION, case_id, seq, type_, iso(at), actor_id])


def commitment(salt: bytes, value: Any) -> str:
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 of what `plain` gives.

    There are no floats in it, so the standard encoder already writes the canonical form, five times faster; only keys
    beyond U+FFFF sort differently there (by code point, not by UTF-16 unit), and then the library does it.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() if text.isascii() or max(text) <= "\uffff" else rfc8785.dumps(value)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """The value in JSON that loses nothing: decimals, floats and great integers as text, instants in ISO 8601."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
    if isinstance(value, (Decimal, float)):
        return str(value)
    if isinstance(value, datetime):
        return iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds().__str__()
    if isinstance(value, Text):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    raise TypeError(f"cannot be written to the trail: {type(value).__name__}")


def _commit(data: dict, path: tuple[str, ...], name: str, seq: int, random: Callable[[int], bytes], kept: list) -> None:
    """Replace the value at `path` by its commitment; a path that leads nowhere is left alone."""
    for step in path[:-1]:
        data = data.get(step) if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get(path[-1]) in (None, ""):
        return
    salt, value = random(16), data[path[-1]]
    data[path[-1]] = {COMMITMENT: commitment(salt, value)}
    kept.append(PersonalValue(seq, name, salt, value))
