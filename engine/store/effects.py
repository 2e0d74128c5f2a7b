"""Effects: work that reaches outside, leased and run after the transaction that asked for it, at least once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.store.schema import effect


def add(conn: Connection, case_id: int, kind: str, body: Mapping[str, Any], at: datetime) -> None:
    values = {"case_id": case_id, "kind": kind, "body": body, "created_at": at, "due_at": at, "attempts": 0}
    conn.execute(insert(effect).values(**values))


def lease_one(conn: Connection, now: datetime, until: datetime) -> Row | None:
    """The effect that has been due longest, leased until `until`; another worker passes it by."""
    oldest = select(effect).where(effect.c.due_at <= now).order_by(effect.c.due_at, effect.c.id).limit(1)
    row = conn.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
    if row is not None:
        lease = {"due_at": until, "attempts": row.attempts + 1}
        conn.execute(update(effect).where(effect.c.id == row.id).values(**lease))
    return row


def keep(conn: Connection, effect_id: int, until: datetime) -> None:
    """What is under way stays leased; what was settled meanwhile stays settled."""
    under_way = (effect.c.id == effect_id, effect.c.due_at.is_not(None))
    conn.execute(update(effect).where(*under_way).values(due_at=until))


def find(conn: Connection, effect_id: int) -> Row | None:
    return conn.execute(select(effect).where(effect.c.id == effect_id)).one_or_none()


def done(conn: Connection, effect_id: int, at: datetime) -> None:
    """What it said is not kept: nobody needs it any more, and it may be about a person."""
    values = {"done_at": at, "due_at": None, "last_error": None, "body": {}}
    conn.execute(update(effect).where(effect.c.id == effect_id).values(**values))


def postpone(conn: Connection, effect_id: int, until: datetime | None, error: str) -> None:
    """Try again at `until`; None gives up and leaves the error to be seen."""
    conn.execute(update(effect).where(effect.c.id == effect_id).values(due_at=until, last_error=error[:2000]))


def next_instant(conn: Connection) -> datetime | None:
    return conn.execute(select(func.min(effect.c.due_at))).scalar()
