"""Who was in which groups at an instant, as the system chain tells it."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.events import EventType
from engine.store import trail
from engine.store.schema import entry

NOBODY: Mapping[str, Any] = {"groups": frozenset(), "roles": frozenset()}


class Memberships:
    """Read once, whoever is asked for; each answer is what held at an instant."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def groups(self, login: str, at: datetime) -> frozenset[str]:
        """What was changed at that very instant counts as it was and as it is: nobody knows which came first."""
        return self._found(login, at, "groups")

    def roles(self, login: str, at: datetime) -> frozenset[str]:
        return self._found(login, at, "roles")

    def stands_in(self, login: str, for_: str, at: datetime) -> bool:
        """Whether one was the substitute of the other, by the absence told last; of that very instant either counts."""
        known = self._absences.get(for_, ())
        first = bisect_left(known, at, key=lambda one: one[0])
        last = bisect_right(known, at, key=lambda one: one[0])
        return any(_names(data, login, at) for _, data in known[max(first - 1, 0) : last])

    def _found(self, login: str, at: datetime, name: str) -> frozenset[str]:
        known = self._people.get(login, ())
        first = bisect_left(known, at, key=lambda one: one[0])
        last = bisect_right(known, at, key=lambda one: one[0])
        held = (known[place][1][name] for place in range(max(first - 1, 0), last))
        return frozenset().union(*held)

    @cached_property
    def _people(self) -> Mapping[str, list[tuple[datetime, Mapping[str, Any]]]]:
        found: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
        for at, data in self._told(EventType.UserSaved):
            known = found.setdefault(data["login"], [])
            now = dict(known[-1][1]) if known else {**NOBODY, "roles": frozenset({"employee"})}
            for name in NOBODY:
                if name in data or name in data.get("was", {}):
                    now[name] = frozenset(data.get(name, ()))
            known.append((at, now))
        return found

    @cached_property
    def _absences(self) -> Mapping[str, list[tuple[datetime, Mapping[str, Any]]]]:
        found: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
        for at, data in self._told(EventType.AbsenceSet):
            found.setdefault(data["login"], []).append((at, data))
        return found

    def _told(self, type_: EventType) -> list[tuple[datetime, Mapping[str, Any]]]:
        at = (entry.c.case_id == trail.SYSTEM_CHAIN) & (entry.c.type == type_)
        rows = self._conn.execute(select(entry.c.at, entry.c.body).where(at).order_by(entry.c.seq))
        return [(row.at, json.loads(row.body)["data"]) for row in rows]


def _names(absence: Mapping[str, Any], login: str, at: datetime) -> bool:
    """Whether an absence makes this person the substitute at that instant."""
    start, end = (datetime.fromisoformat(told) if (told := absence.get(name)) else at for name in ("from", "until"))
    return absence.get("substitute") == login and start <= at <= end
