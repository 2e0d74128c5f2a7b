"""Personal values beside the trail: each is the one its entry commits to, and none is gone that nobody redacted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from engine.audit.verify import Fault, commitments, commits_to
from engine.domain.events import EventType

REDACTED = {EventType.PersonalValuesRedacted.value, EventType.CustomerRedacted.value}


class Committed:
    """The rows of a chain as they are read, held against the values kept for them, which come by number."""

    def __init__(self, rows: Iterable[Any], values: Iterable[Row]) -> None:
        self._rows, self._values = rows, iter(values)
        self._coming: Row | None = None
        self._altered: int | None = None
        self._gone: dict[Any, int] = {}  # by customer, in a case by nobody: the first entry whose values are gone

    def __iter__(self) -> Iterator[Any]:
        self._coming = next(self._values, None)
        for row in self._rows:
            if self._coming is not None or row.type in REDACTED or commitments(row.body):
                self._look(row)
            yield row
        if self._coming is not None:
            self._alter(self._coming.seq)

    def fault(self, chain: int) -> Fault | None:
        """Of a chain that holds by itself."""
        gone = min(self._gone.values(), default=None)
        if self._altered is not None and (gone is None or self._altered <= gone):
            return Fault(chain, self._altered, "value-altered")
        return Fault(chain, gone, "value-removed") if gone is not None else None

    def _look(self, row: Any) -> None:
        there = 0
        while self._coming is not None and self._coming.seq <= row.seq:
            one, self._coming = self._coming, next(self._values, None)
            if one.seq != row.seq or not commits_to(row.body, one.name, one.salt, one.value):
                self._alter(one.seq)
            there += 1
        if commitments(row.body) > there:
            self._gone.setdefault(_customer(row), row.seq)
        elif row.type in REDACTED:
            self._gone.pop(_customer(row), None)

    def _alter(self, seq: int) -> None:
        self._altered = seq if self._altered is None else min(seq, self._altered)


def _customer(row: Any) -> Any:
    """Whom an entry of the system's chain is about. In a case all values are redacted together."""
    try:
        return json.loads(row.body)["data"].get("customer") if row.case_id == 0 else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
