"""Files under review as their owner sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.domain.actors import Actor
from engine.domain.errors import NotFound
from engine.store import procedures, uploads


@dataclass(frozen=True, slots=True)
class UploadLine:
    id: int
    name: str
    procedure: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class UploadRow:
    """`report` as `engine.handlers.reviewing` makes it; `version` the key and number of what became of it."""

    id: int
    name: str
    procedure: str | None
    data: bytes
    beside: Mapping[str, bytes]
    main: str | None
    repairs: Mapping[str, str | None]
    note: str
    report: Mapping[str, Any]
    created_at: datetime
    changed_at: datetime
    version: tuple[str, int] | None


def under_review(conn: Connection, actor: Actor) -> tuple[UploadLine, ...]:
    """The actor's own uploads, the newest first."""
    rows = uploads.under_review(conn, actor.id)
    return tuple(UploadLine(row.id, row.name, row.procedure, row.changed_at) for row in rows)


def find(conn: Connection, actor: Actor, upload_id: int) -> UploadRow:
    row = uploads.find(conn, upload_id, actor.id)
    if row is None:
        raise NotFound(what=uploads.UPLOAD)
    version = procedures.version(conn, row.version_id) if row.version_id is not None else None
    return UploadRow(
        id=row.id,
        name=row.name,
        procedure=row.procedure,
        data=bytes(row.data),
        beside=uploads.files(conn, upload_id),
        main=row.main,
        repairs=row.repairs,
        note=row.note,
        report=row.report,
        created_at=row.created_at,
        changed_at=row.changed_at,
        version=(version.procedure, version.number) if version is not None else None,
    )
