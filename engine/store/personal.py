"""Personal values of a case beyond its trail, and when they are to go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from engine.store.schema import service_case
from engine.store.writes import Writes

FORGET_AT = update(service_case).where(service_case.c.id == bindparam("the_case")).values(forget_at=bindparam("the_instant"))


def set_forget_at(writes: Writes, case_id: int, at: datetime | None) -> None:
    writes.add(FORGET_AT, {"the_case": case_id, "the_instant": at})


def due(conn: Connection, now: datetime, limit: int) -> Sequence[int]:
    """The cases whose values have been kept long enough, the longest overdue first."""
    query = select(service_case.c.id).where(service_case.c.forget_at <= now)
    return conn.execute(query.order_by(service_case.c.forget_at).limit(limit)).scalars().all()
