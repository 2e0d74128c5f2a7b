"""Files of a case. Their bytes lie apart from what is known of them, under names nobody can guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.store.schema import attachment, attachment_data


def add(conn: Connection, values: Mapping[str, Any], data: bytes) -> None:
    conn.execute(insert(attachment), dict(values))
    conn.execute(insert(attachment_data), {"stored": values["stored"], "data": data})


def find(conn: Connection, case_id: int, no: int) -> Row | None:
    query = select(attachment).where(attachment.c.case_id == case_id, attachment.c.no == no)
    return conn.execute(query).one_or_none()


def of_case(conn: Connection, case_id: int) -> Sequence[Row]:
    return conn.execute(select(attachment).where(attachment.c.case_id == case_id).order_by(attachment.c.no)).all()


def data(conn: Connection, case_id: int, no: int) -> bytes | None:
    """None where there is no such file any more."""
    query = select(attachment_data.c.data).join(attachment, attachment.c.stored == attachment_data.c.stored)
    found = conn.execute(query.where(attachment.c.case_id == case_id, attachment.c.no == no)).scalar()
    return None if found is None else bytes(found)


def tally(conn: Connection, case_id: int) -> tuple[int, int]:
    """How many files the case has, and how many bytes."""
    kept = attachment.c.case_id == case_id, attachment.c.removed_at.is_(None)
    row = conn.execute(select(func.count(), func.coalesce(func.sum(attachment.c.size), 0)).where(*kept)).one()
    return row[0], int(row[1])


def remove(conn: Connection, row: Row, at: datetime, by: int) -> None:
    """Its bytes are gone; that it was there stays."""
    conn.execute(delete(attachment_data).where(attachment_data.c.stored == row.stored))
    which = attachment.c.case_id == row.case_id, attachment.c.no == row.no
    conn.execute(update(attachment).where(*which).values(removed_at=at, removed_by=by))


def forget(conn: Connection, case_id: int, at: datetime, by: int) -> int:
    """Bytes and names of all files of the case are gone; how many there were."""
    rows = of_case(conn, case_id)
    conn.execute(delete(attachment_data).where(attachment_data.c.stored.in_([row.stored for row in rows])))
    of = attachment.c.case_id == case_id
    conn.execute(update(attachment).where(of, attachment.c.removed_at.is_(None)).values(removed_at=at, removed_by=by))
    conn.execute(update(attachment).where(of).values(name=""))
    return sum(row.name != "" for row in rows)
