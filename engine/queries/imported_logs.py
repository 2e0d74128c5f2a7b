"""Imported logs as who imported them sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.domain.actors import Actor
from engine.domain.errors import NotFound
from engine.queries import catalogue
from engine.store import imported_logs
from engine.versions import Versions


@dataclass(frozen=True, slots=True)
class ImportedLog:
    """`read` is what the log holds, `found` what its check found (see engine.bpmn.logs.check), `problem` why it failed."""

    id: int
    name: str
    procedure: str
    version: int
    state: str
    done: int
    total: int
    columns: Mapping[str, str]
    time_format: str
    activities: Mapping[str, str]
    strict: bool
    read: Mapping[str, Any]
    found: Mapping[str, Any] | None
    problem: Mapping[str, str] | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        return self.state in imported_logs.UNDER_WAY


def mine(conn: Connection, actor: Actor) -> tuple[ImportedLog, ...]:
    """The actor's own, the newest first."""
    return tuple(_log(row) for row in imported_logs.of_user(conn, actor.id))


def find(conn: Connection, actor: Actor, log_id: int) -> ImportedLog:
    row = imported_logs.find(conn, log_id, actor.id)
    if row is None:
        raise NotFound(what=imported_logs.LOG)
    return _log(row)


def _log(row: Row) -> ImportedLog:
    return ImportedLog(
        id=row.id,
        name=row.name,
        procedure=row.procedure,
        version=row.number,
        state=row.state,
        done=row.done,
        total=row.total or 0,
        columns=row.mapping["columns"],
        time_format=row.mapping["time_format"],
        activities=row.mapping["activities"],
        strict=row.mapping["strict"],
        read=row.result["read"],
        found=row.result.get("found"),
        problem=row.result.get("problem"),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def usual_version(conn: Connection, versions: Versions, key: str) -> int:
    """What a log is held against unless somebody says otherwise: what is released, else the newest."""
    released = catalogue.procedure(conn, versions, key).released
    return released or max(version.number for version in catalogue.versions_of(conn, key))
