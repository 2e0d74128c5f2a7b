"""Exports the worker makes: what was ordered by whom, how far it is, and its bytes in packed pieces."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.domain.text import Text
from engine.store.schema import export, export_piece

EXPORT = Text("导出", "The export")
WAITING, RUNNING, READY, FAILED = "waiting", "running", "ready", "failed"
MOST, QUICK = 100, 1


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    usual = {"state": WAITING, "done": 0}
    return conn.execute(insert(export).returning(export.c.id), usual | dict(values)).scalar_one()


def find(conn: Connection, export_id: int, user_id: int | None = None) -> Row | None:
    """The export; with a person, only if it is theirs."""
    query = select(export).where(export.c.id == export_id)
    return conn.execute(query if user_id is None else query.where(export.c.user_id == user_id)).one_or_none()


def of_user(conn: Connection, user_id: int) -> Sequence[Row]:
    """The newest first."""
    query = select(export).where(export.c.user_id == user_id).order_by(export.c.id.desc()).limit(MOST)
    return conn.execute(query).all()


def change(conn: Connection, export_id: int, **values: Any) -> None:
    conn.execute(update(export).where(export.c.id == export_id).values(**values))


def add_piece(conn: Connection, export_id: int, no: int, data: bytes) -> None:
    conn.execute(insert(export_piece).values(export_id=export_id, no=no, data=zlib.compress(data, QUICK)))


def pieces(conn: Connection, export_id: int) -> int:
    """How many there are, numbered from 1."""
    return conn.execute(select(func.max(export_piece.c.no)).where(export_piece.c.export_id == export_id)).scalar() or 0


def piece(conn: Connection, export_id: int, no: int) -> bytes | None:
    at = (export_piece.c.export_id == export_id) & (export_piece.c.no == no)
    data = conn.execute(select(export_piece.c.data).where(at)).scalar()
    return zlib.decompress(data) if data is not None else None


def empty(conn: Connection, export_id: int) -> None:
    conn.execute(delete(export_piece).where(export_piece.c.export_id == export_id))


def remove(conn: Connection, export_id: int) -> None:
    empty(conn, export_id)
    conn.execute(delete(export).where(export.c.id == export_id))


def expired(conn: Connection, now: datetime) -> Iterator[int]:
    yield from conn.execute(select(export.c.id).where(export.c.expires_at <= now)).scalars().all()


def holding(conn: Connection, case_id: int) -> Sequence[Row]:
    """Those in which the case is, or may be."""
    made = export.c.state.in_((RUNNING, READY))
    rows = conn.execute(select(export).where(made)).all()
    return [row for row in rows if row.wanted.get("case_id") in (None, case_id)]
