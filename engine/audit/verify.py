"""Does a chain hold? Reads entries only, shares nothing with the writer, imports the standard library alone.

An entry is good when its columns and its body hash, after the hash before it, to the hash stored with it (see
`engine.audit.entry` for the form), and when the numbers run 1, 2, 3 … without a gap. Whatever somebody wrote into a
column, a number where bytes belong or nothing at all, it is read and does not fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, Protocol

VERSION = 1
START = bytes(32)
#: How many entries after a bad one are looked at to say what was done to it.
AHEAD = 1000


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
    """The first bad entry of a chain. `kind`: altered, removed, inserted, reordered, tail-cut, head-altered; of the
    personal values beside it: value-altered, value-removed."""

    case_id: int
    seq: int
    kind: str


@dataclass(slots=True)
class Verdict:
    """`since`: the checkpoint whose chains and entries were taken for granted; None where everything was read."""

    entries: int = 0
    chains: int = 0
    faults: list[Fault] = field(default_factory=list)
    since: int | None = None

    @property
    def holds(self) -> bool:
        return not self.faults


def verify_chain(
    case_id: int, rows: Iterable[Row], head: tuple[int, bytes] | None, begin: tuple[int, bytes] = (0, START)
) -> tuple[int, Fault | None]:
    """How many entries were read, and the first fault. `head` is the (number, hash) the case says it ended with.

    `begin` is an entry that is known to be good; `rows` are those after it.
    """
    expected, previous, count, rows = begin[0] + 1, begin[1], 0, iter(rows)
    for row in rows:
        count += 1
        if row.seq != expected or not _fits(previous, row, expected):
            later = list(islice(rows, AHEAD))
            return count + len(later), Fault(case_id, expected, _kind(previous, expected, row, later))
        previous, expected = row.hash, expected + 1
    if head is not None and head != (expected - 1, previous):
        kind = "tail-cut" if head[0] >= expected else "head-altered"
        return count, Fault(case_id, min(expected, head[0] + 1), kind)
    return count, None


def _kind(previous: bytes, expected: int, row: Row, later: Sequence[Row]) -> str:
    """What was done, told by where the hashes of the entries after the bad one still fit; altered where none does."""
    if row.seq != expected:
        return "removed" if row.seq > expected else "inserted"
    follower = next(iter(later), None)
    if follower is not None and _fits(row.hash, follower, expected + 2):
        return "removed"  # and those after it were given new numbers
    rightful = next((one for one in later if _fits(previous, one, expected)), None)
    if rightful is None:
        return "altered"
    before = ((one.hash, expected + 1 if one is rightful else one.seq + 1) for one in later)
    return "reordered" if any(_fits(hash_, row, seq) for hash_, seq in before) else "inserted"


def _fits(previous: bytes, row: Row, seq: int) -> bool:
    """Whether the entry's hash is the one it would have after that one, under that number.

    The columns are canonical JSON, written by hand because this is most of what verifying costs.
    """
    if not isinstance(row.type, str) or not isinstance(row.body, bytes) or not isinstance(previous, bytes):
        return False
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")[:26]
    header = f'[{VERSION},{row.case_id},{seq},{encode_basestring(row.type)},"{at}Z",{row.actor_id}]'
    return hashlib.sha256(previous + header.encode() + row.body).digest() == row.hash


def commitments(body: bytes) -> int:
    """How many personal values the body commits to."""
    return body.count(b'{"sha256":"') if isinstance(body, bytes) else 0


def commits_to(body: bytes, name: str, salt: bytes, value: bytes) -> bool:
    """Whether at this place (`a/b` of the data) the body has SHA-256(salt, value as JSON with sorted keys)."""
    try:
        said: Any = json.loads(body)["data"]
        for step in name.split("/"):
            said = said[step]
        plain = json.dumps(json.loads(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return said == {"sha256": hashlib.sha256(salt + plain.encode()).hexdigest()}
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
