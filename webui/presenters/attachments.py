"""The files of a case ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.case import may_note, may_remove
from engine.handlers.file_types import TYPES
from engine.queries import attachments
from engine.queries.cases import CaseRow
from webui.request import Reading


@dataclass(frozen=True, slots=True)
class FileShown:
    """`gone_at`: removed or redacted; then `name` may be empty."""

    no: int
    name: str
    size: str
    added_at: datetime
    added_by: str
    gone_at: datetime | None
    gone_by: str
    may_remove: bool


def of_case(r: Reading, row: CaseRow, task: str | None = None) -> dict[str, object]:
    """What `partials/files.html` needs; `task` is the id of the task the page is about."""
    shown = [
        FileShown(
            no=one.no,
            name=one.name,
            size=in_words(one.size),
            added_at=one.added_at,
            added_by=r.organisation.name_of(one.added_by),
            gone_at=one.removed_at,
            gone_by=r.organisation.name_of(one.removed_by) or "Closeloop",
            may_remove=one.removed_at is None and may_remove(r.actor, one.added_by, row.state, row.department),
        )
        for one in attachments.of_case(r.conn, row.id)
    ]
    return {
        "files": shown,
        "may_add_file": may_note(r.actor),
        "file_endings": ",".join(TYPES),
        "files_case": row.id,
        "files_task": task,
    }


def in_words(size: int) -> str:
    """A size as people read it: 840 B, 12 kB, 3.4 MB."""
    if size < 1_000:
        return f"{size} B"
    return f"{round(size / 1_000)} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"
