"""The files of a case the caller has already been allowed to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.store import attachments


@dataclass(frozen=True, slots=True)
class Attachment:
    """`name` is empty where it was redacted; the bytes are there until `removed_at`. `added_by` is a user's id."""

    no: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: int
    removed_at: datetime | None
    removed_by: int | None
    task_no: int | None


def of_case(conn: Connection, case_id: int) -> tuple[Attachment, ...]:
    """All there ever were, in the order they came."""
    names = Attachment.__slots__
    return tuple(Attachment(**{name: getattr(row, name) for name in names}) for row in attachments.of_case(conn, case_id))


def data(conn: Connection, case_id: int, no: int) -> bytes | None:
    """The bytes as they were uploaded; None once they were removed."""
    return attachments.data(conn, case_id, no)
