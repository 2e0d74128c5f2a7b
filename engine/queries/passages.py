"""The way an instance went, as its trail tells it: each element by the version it was passed in.

An instance that was moved to another version went part of its way in the old one. What it passed there keeps the name
it had, and stands on today's diagram where the mapping put it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.events import EventType
from engine.domain.text import Text
from engine.store import procedures
from engine.store.schema import entry
from engine.versions import Version, Versions

MOST_ENTRIES = 5_000
TELLING = (EventType.PathTaken, EventType.TaskCompleted, EventType.CaseMigrated, EventType.MigrationUndone)


@dataclass(frozen=True, slots=True)
class Passed:
    """`element_id` in the version the instance is on now, `then_id` in `version`, the one it was on."""

    at: datetime
    element_id: str
    then_id: str
    kind: str
    flows: tuple[str, ...]
    version: Version

    @property
    def name(self) -> Text:
        return self.version.name_of(self.then_id)


def of_instance(conn: Connection, versions: Versions, case_id: int, instance_no: int, now: Version) -> list[Passed]:
    """In the order of the trail; of an entry that somebody has altered until it cannot be read, nothing."""
    query = select(entry.c.type, entry.c.at, entry.c.body).where(entry.c.case_id == case_id, entry.c.type.in_(TELLING))
    rows = conn.execute(query.order_by(entry.c.seq.desc()).limit(MOST_ENTRIES)).all()
    found: list[Passed] = []
    ways: dict[Any, Mapping[str, str]] = {}
    moves = [data for row in rows if (data := _moved(row.type, row.body, instance_no))]
    current = _version(conn, versions, now, moves[-1]["from"]) if moves else now
    for row in reversed(rows):
        if data := _moved(row.type, row.body, instance_no):
            back = row.type == EventType.MigrationUndone
            mapping = ways.get(data["migration"], {}) if back else data.get("mapping") or {}
            ways[data["migration"]] = {other: one for one, other in mapping.items()}
            current = _version(conn, versions, now, data["to"])
            found = [replace(p, element_id=mapping.get(p.element_id, p.element_id)) for p in found]
        else:
            found += [
                Passed(row.at, p["element"], p["element"], p["kind"], tuple(p.get("flows", ())), current)
                for p in _path(row.body, instance_no)
            ]
    return found


def _moved(type_: str, body: bytes, instance_no: int) -> Mapping[str, Any] | None:
    if type_ not in (EventType.CaseMigrated, EventType.MigrationUndone):
        return None
    try:
        data = json.loads(body)["data"]
        known = isinstance(data["from"], int) and isinstance(data["to"], int) and isinstance(data.get("mapping", {}), dict)
        return data if known and data["migration"] and data["instance"] == instance_no else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _path(body: bytes, instance_no: int) -> list[dict[str, Any]]:
    """Nothing of an entry that somebody has altered until it cannot be read; the verification names it."""
    try:
        data = json.loads(body)["data"]
        return [p for p in data.get("path", ()) if p["element"] and p["kind"]] if data.get("instance") == instance_no else []
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _version(conn: Connection, versions: Versions, now: Version, number: int) -> Version:
    if number == now.number:
        return now
    row = procedures.version_by_number(conn, now.key, number)
    return versions.get(conn, row.id) if row is not None else now
