"""Who gets which version, now and before, and which version somebody would get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row

from engine.domain import guard as guards
from engine.domain import release as rule
from engine.domain.errors import NotFound
from engine.domain.guard import Breach, Guard
from engine.domain.release import Scope, parse
from engine.domain.text import Text
from engine.store import procedures, releases
from engine.store.organisation import Organisation
from engine.versions import Version, Versions


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """`why` it ended: the reason somebody gave, or the limit that was crossed."""

    id: int
    version_id: int
    version: int
    scope: Scope
    guard: Guard | None
    note: str
    released_at: datetime
    released_by: str
    ended_at: datetime | None
    ended_by: str | None
    ended_how: str | None
    why: Text | None

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


def of_procedure(conn: Connection, key: str) -> tuple[ReleaseRow, ...]:
    """The newest first."""
    numbers = {row.id: row.number for row in procedures.versions(conn, key)}
    if not numbers:
        raise NotFound(what=Text(f"流程“{key[:100]}”", f"Procedure “{key[:100]}”"))
    return tuple(_row(row, numbers[row.version_id]) for row in releases.history(conn, key))


def versions_for(
    conn: Connection,
    versions: Versions,
    organisation: Organisation,
    *,
    customer_id: int | None = None,
    department: str | None = None,
) -> dict[str, Version]:
    """By procedure, the version a case opened by hand would get now; what is not released to it is left out.

    Without a customer the case's own number will decide about shares: then it is the version of those without one.
    """
    subject, line = rule.subject_of(customer_id, None), organisation.line_of(department)
    found: dict[str, Version] = {}
    for released in releases.of_all(conn):
        by_hand = [one for one in released.releases if versions.get(conn, one.version_id).begins()]
        chosen, _ = rule.choose(by_hand, released.key, subject, line)
        if chosen is not None:
            found[released.key] = versions.get(conn, chosen.version_id)
    return found


def _row(row: Row, number: int) -> ReleaseRow:
    why = Text.same(row.ended_why) if row.ended_why else Breach.from_dict(row.figures).text if row.figures else None
    return ReleaseRow(
        id=row.id,
        version_id=row.version_id,
        version=number,
        scope=parse(row.scope),
        guard=guards.parse(row.guard) if row.guard else None,
        note=row.note,
        released_at=row.released_at,
        released_by=row.released_by,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ended_how=row.ended_how,
        why=why,
    )
