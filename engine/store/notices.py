"""What somebody has lately had written down, so that it is not written again at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.events import EventType
from engine.store.schema import entry
from engine.store.trail import SYSTEM_CHAIN

FOR = timedelta(hours=1)


def latest(conn: Connection, type_: EventType, actor_id: int, now: datetime, chain: int) -> Sequence[Mapping[str, Any]]:
    """The data of the entries of this type that the person caused in this chain within the last hour."""
    mine = select(entry.c.body).where(entry.c.actor_id == actor_id, entry.c.at > now - FOR)
    rows = conn.execute(mine.where(entry.c.type == type_.value, entry.c.case_id == chain))
    return [json.loads(bytes(row.body))["data"] for row in rows]


def has_read(
    conn: Connection,
    actor_id: int,
    now: datetime,
    *,
    case_id: int | None = None,
    what: str = "",
    customer: int | None = None,
) -> bool:
    """Whether it is written down already that this auditor looks at the case; or, without one, at the list or customer."""
    told = latest(conn, EventType.PersonalDataRead, actor_id, now, SYSTEM_CHAIN if case_id is None else case_id)
    if case_id is not None:
        return bool(told)
    return any((one.get("what"), one.get("customer")) == (what, customer) for one in told)
