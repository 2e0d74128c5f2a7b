"""Answers kept under the caller's key, so that a request sent twice happens once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.schema import idempotency
from engine.store.writes import Writes

FIND = select(idempotency).where(
    idempotency.c.actor_id == bindparam("the_actor"), idempotency.c.key == bindparam("the_key")
)
ANSWER = (
    update(idempotency)
    .where(idempotency.c.actor_id == bindparam("the_actor"), idempotency.c.key == bindparam("the_key"))
    .values(answer=bindparam("the_answer"))
)
TAKE = {
    "postgresql": postgresql.insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key),
    "sqlite": sqlite.insert(idempotency).on_conflict_do_nothing().returning(idempotency.c.key),
}


def take(conn: Connection, actor_id: int, key: str, fingerprint: str, at: datetime) -> Row | None:
    """Take the key for this transaction; returns the row that had it before, waiting for one under way."""
    row = {"actor_id": actor_id, "key": key, "fingerprint": fingerprint, "at": at}
    if conn.execute(TAKE[conn.dialect.name], row).first() is not None:
        return None
    return conn.execute(FIND, {"the_actor": actor_id, "the_key": key}).one()


def answer(writes: Writes, actor_id: int, key: str, value: Any) -> None:
    writes.add(ANSWER, {"the_actor": actor_id, "the_key": key, "the_answer": value})


def forget_before(conn: Connection, at: datetime) -> int:
    return conn.execute(delete(idempotency).where(idempotency.c.at < at)).rowcount
