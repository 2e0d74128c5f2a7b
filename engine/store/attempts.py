"""How often something was tried within a window of time: counted by the database, for all processes together.

What was tried is kept as a digest alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.schema import attempt

EXPIRED = attempt.c.until_at <= bindparam("now", type_=attempt.c.until_at.type)
AGAIN = {
    "count": case((EXPIRED, 1), else_=attempt.c.count + 1),
    "until_at": case((EXPIRED, bindparam("until", type_=attempt.c.until_at.type)), else_=attempt.c.until_at),
}
HIT = {
    name: dialect.insert(attempt)
    .values(key=bindparam("the_key"), count=1, until_at=bindparam("until"))
    .on_conflict_do_update(index_elements=["key"], set_=AGAIN)
    .returning(attempt.c.count)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def hit(conn: Connection, key: str, now: datetime, until: datetime) -> int:
    """One more; how many there are in the window, which ends at `until` if it begins now."""
    return conn.execute(HIT[conn.dialect.name], {"the_key": key, "now": now, "until": until}).scalar_one()


def count(conn: Connection, key: str, now: datetime) -> int:
    found = select(attempt.c.count).where(attempt.c.key == key, attempt.c.until_at > now)
    return conn.execute(found).scalar() or 0


def clear(conn: Connection, key: str) -> None:
    conn.execute(delete(attempt).where(attempt.c.key == key))


def forget_expired(conn: Connection, now: datetime) -> None:
    """Rows somebody else is counting in are left for another time."""
    old = select(attempt.c.key).where(attempt.c.until_at <= now).with_for_update(skip_locked=True)
    conn.execute(delete(attempt).where(attempt.c.key.in_(old)))
