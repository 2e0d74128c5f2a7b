"""The hash chain of one case: entries in, a new head out. Pure; storing them is somebody else's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.audit.entry import START, Entry, PersonalValue, compose, header
from engine.domain.actors import Actor
from engine.domain.events import Event


@dataclass(frozen=True, slots=True)
class Head:
    seq: int = 0
    hash: bytes = START


def append(
    case_id: int, head: Head, events: Iterable[Event], at: datetime, by: Actor, random: Callable[[int], bytes]
) -> tuple[Head, list[Entry], list[PersonalValue]]:
    """The entries that continue the chain at `head`, the personal values they commit to, and the new head."""
    entries: list[Entry] = []
    personal: list[PersonalValue] = []
    for event in events:
        seq = head.seq + 1
        body, kept = compose(seq, event, by, random)
        columns = header(case_id, seq, event.type.value, at, by.id)
        head = Head(seq, hashlib.sha256(head.hash + columns + body).digest())
        entries.append(Entry(case_id, seq, event.type.value, at, by.id, head.hash, body))
        personal += kept
    return head, entries, personal
