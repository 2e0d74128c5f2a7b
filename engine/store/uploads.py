"""Files under review: whose they are, what was uploaded, what was accepted, what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.domain.text import Text
from engine.store.schema import upload, upload_file

UPLOAD = Text("上传的文件", "The upload")
MOST = 50
#: Everything of an upload but its bytes and what was found in them.
HEAD = [column for column in upload.c if column.name not in ("data", "report")]


def add(conn: Connection, values: Mapping[str, Any], beside: Mapping[str, bytes]) -> int:
    upload_id = conn.execute(insert(upload).returning(upload.c.id), dict(values)).scalar_one()
    _add_files(conn, upload_id, beside)
    return upload_id


def find(conn: Connection, upload_id: int, user_id: int) -> Row | None:
    """The upload, for the person who made it and nobody else."""
    return conn.execute(select(upload).where(upload.c.id == upload_id, upload.c.user_id == user_id)).one_or_none()


def files(conn: Connection, upload_id: int) -> dict[str, bytes]:
    """What was uploaded beside the BPMN file, by name."""
    query = select(upload_file).where(upload_file.c.upload_id == upload_id).order_by(upload_file.c.name)
    return {row.name: bytes(row.data) for row in conn.execute(query)}


def under_review(conn: Connection, user_id: int) -> Sequence[Row]:
    """The person's uploads that have not become a version, the newest first."""
    query = select(*HEAD).where(upload.c.user_id == user_id, upload.c.version_id.is_(None))
    return conn.execute(query.order_by(upload.c.id.desc()).limit(MOST)).all()


def change(conn: Connection, upload_id: int, values: Mapping[str, Any], beside: Mapping[str, bytes] | None) -> None:
    """`beside` None leaves the files beside it as they are."""
    conn.execute(update(upload).where(upload.c.id == upload_id).values(**values))
    if beside is not None:
        conn.execute(delete(upload_file).where(upload_file.c.upload_id == upload_id))
        _add_files(conn, upload_id, beside)


def remove(conn: Connection, upload_id: int) -> None:
    conn.execute(delete(upload_file).where(upload_file.c.upload_id == upload_id))
    conn.execute(delete(upload).where(upload.c.id == upload_id))


def _add_files(conn: Connection, upload_id: int, beside: Mapping[str, bytes]) -> None:
    if beside:
        rows = [{"upload_id": upload_id, "name": name, "data": data} for name, data in sorted(beside.items())]
        conn.execute(insert(upload_file), rows)
