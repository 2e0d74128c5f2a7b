"""Which versions ask to be read, and who has acknowledged it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, and_, insert, select, update

from engine.store import people
from engine.store.schema import acknowledgement, procedure_version

#: What a reader of a version needs of it; never its bytes.
HEAD = [
    procedure_version.c[name] for name in ("id", "procedure", "number", "note", "training", "state", "released_at")
]


def set_training(conn: Connection, version_id: int, training: str) -> bool:
    """From now on the version asks for it; every process learns of it before its next command. False: it did already."""
    at = (procedure_version.c.id == version_id) & (procedure_version.c.training != training)
    is_new = bool(conn.execute(update(procedure_version).where(at).values(training=training)).rowcount)
    if is_new:
        people.touch_organisation(conn)
    return is_new


def asked(conn: Connection) -> Mapping[int, str]:
    """What each version asks for, by its id; those that ask for nothing are left out."""
    columns = procedure_version.c.id, procedure_version.c.training
    rows = conn.execute(select(*columns).where(procedure_version.c.training != "none"))
    return {row.id: row.training for row in rows}


def readers(conn: Connection, version_id: int) -> Mapping[int, datetime]:
    """Who has acknowledged the version, and when."""
    query = select(acknowledgement.c.user_id, acknowledgement.c.at).where(acknowledgement.c.version_id == version_id)
    return {row.user_id: row.at for row in conn.execute(query)}


def has_read(conn: Connection, version_id: int, user_id: int) -> bool:
    at = (acknowledgement.c.version_id == version_id) & (acknowledgement.c.user_id == user_id)
    return conn.execute(select(acknowledgement.c.at).where(at)).first() is not None


def acknowledge(conn: Connection, version_id: int, user_id: int, at: datetime) -> None:
    conn.execute(insert(acknowledgement).values(version_id=version_id, user_id=user_id, at=at))


def unread(conn: Connection, user_id: int, version_ids: Collection[int]) -> Sequence[Row]:
    """Those of these versions that the person has not acknowledged, the newest first."""
    mine = and_(acknowledgement.c.version_id == procedure_version.c.id, acknowledgement.c.user_id == user_id)
    query = select(*HEAD).outerjoin(acknowledgement, mine)
    query = query.where(procedure_version.c.id.in_(version_ids), acknowledgement.c.at.is_(None))
    return conn.execute(query.order_by(procedure_version.c.id.desc())).all()


def earlier_release(conn: Connection, procedure: str, number: int) -> int | None:
    """The number of the version people worked with before this one; None for the first that was ever released."""
    query = select(procedure_version.c.number).where(
        procedure_version.c.procedure == procedure,
        procedure_version.c.number < number,
        procedure_version.c.released_at.is_not(None),
    )
    return conn.execute(query.order_by(procedure_version.c.number.desc()).limit(1)).scalar()
