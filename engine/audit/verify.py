"""Does a chain hold? Reads entries only, shares nothing with the writer, imports the standard library alone.

An entry is good when its columns and its body hash, after the hash before it, to the hash stored with it (see
`engine.audit.entry` for the form), and when the numbers run 1, 2, 3 … without a gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

VERSION = 1
START = bytes(32)


class Row(Protocol):
    case_id: int
    seq: int
    type: str
    at: datetime
    actor_id: int
    hash: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad entry of a chain. `kind`: altered, removed, reordered, tail-cut, head-altered."""

    case_id: int
    seq: int
    kind: str


@dataclass(slots=True)
class Verdict:
    entries: int = 0
    chains: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_chain(case_id: int, rows: Iterable[Row], head: tuple[int, bytes] | None) -> tuple[int, Fault | None]:
    """How many entries were read, and the first fault. `head` is the (number, hash) the case says it ended with."""
    previous, expected, count = START, 1, 0
    for row in rows:
        count += 1
        if row.seq != expected:
            return count, Fault(case_id, expected, "removed" if row.seq > expected else "reordered")
        if hashlib.sha256(previous + _header(row) + bytes(row.body)).digest() != bytes(row.hash):
            return count, Fault(case_id, row.seq, "altered")
        previous, expected = bytes(row.hash), expected + 1
    if head is not None and head != (expected - 1, previous):
        kind = "tail-cut" if head[0] >= expected else "head-altered"
        return count, Fault(case_id, min(expected, head[0] + 1), kind)
    return count, None


def _header(row: Row) -> bytes:
    """The columns in canonical JSON; all of them are numbers or plain words, so the standard encoder writes it so."""
    at = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    columns = [VERSION, row.case_id, row.seq, row.type, at, row.actor_id]
    return json.dumps(columns, separators=(",", ":"), ensure_ascii=False).encode()
