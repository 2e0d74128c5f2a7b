"""Logs of other systems: whose they are, how they were read, what is known of them, how far their check is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.domain.text import Text
from engine.store.schema import imported_log, procedure_version

LOG = Text("导入的日志", "The imported log")
READ, WAITING, CHECKING, DONE, FAILED = STATES = ("read", "waiting", "checking", "done", "failed")
UNDER_WAY = (WAITING, CHECKING)
MOST = 50
#: Everything of a log but its bytes, with the version it is held against.
HEAD = [
    *(column for column in imported_log.c if column.name != "data"),
    procedure_version.c.procedure,
    procedure_version.c.number,
]


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(imported_log).returning(imported_log.c.id), dict(values)).scalar_one()


def find(conn: Connection, log_id: int, user_id: int) -> Row | None:
    """The log, for the person who imported it and nobody else."""
    return conn.execute(_heads().where(imported_log.c.id == log_id, imported_log.c.user_id == user_id)).one_or_none()


def job(conn: Connection, log_id: int) -> Row | None:
    """What the worker has to check."""
    return conn.execute(_heads().where(imported_log.c.id == log_id)).one_or_none()


def data(conn: Connection, log_id: int) -> bytes:
    return bytes(conn.execute(select(imported_log.c.data).where(imported_log.c.id == log_id)).scalar_one())


def of_user(conn: Connection, user_id: int) -> Sequence[Row]:
    """The person's logs, the newest first."""
    query = _heads().where(imported_log.c.user_id == user_id)
    return conn.execute(query.order_by(imported_log.c.id.desc()).limit(MOST)).all()


def change(conn: Connection, log_id: int, **values: Any) -> None:
    conn.execute(update(imported_log).where(imported_log.c.id == log_id).values(**values))


def remove(conn: Connection, log_id: int) -> None:
    conn.execute(delete(imported_log).where(imported_log.c.id == log_id))


def forget_before(conn: Connection, at: datetime) -> int:
    """Logs imported before are gone: they are full of other people's names."""
    return conn.execute(delete(imported_log).where(imported_log.c.created_at < at)).rowcount


def _heads() -> Any:
    return select(*HEAD).join(procedure_version, procedure_version.c.id == imported_log.c.version_id)
