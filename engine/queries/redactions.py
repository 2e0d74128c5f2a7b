"""What was deleted of a case's personal values, by whom and why, and when the rest is to go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.domain.events import EventType
from engine.store.schema import entry, service_case


@dataclass(frozen=True, slots=True)
class Redaction:
    """`rule` names the time a procedure keeps values, where that was the reason; else `reason` says it."""

    at: datetime
    by: int
    count: int
    reason: str
    rule: str


def of_case(conn: Connection, case_id: int) -> tuple[Redaction, ...]:
    """The latest first. The caller has already been allowed to see the case."""
    of = entry.c.case_id == case_id, entry.c.type == EventType.PersonalValuesRedacted.value
    found = []
    for row in conn.execute(select(entry).where(*of).order_by(entry.c.seq.desc())):
        data = json.loads(row.body)["data"]
        found.append(Redaction(row.at, row.actor_id, data["count"], data.get("reason", ""), data.get("rule", "")))
    return tuple(found)


def forget_at(conn: Connection, case_id: int) -> datetime | None:
    """When the values of a closed case go by themselves; None: never, or they went."""
    return conn.execute(select(service_case.c.forget_at).where(service_case.c.id == case_id)).scalar()
