"""Read and acknowledge what a version changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import AUDITOR, ROLES
from engine.domain.errors import Forbidden, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.domain.training import NONE, NothingToRead
from engine.handlers.work import Work
from engine.store import procedures, trainings

VERSION = Text("流程版本", "The version")


def acknowledge(command: c.AcknowledgeVersion, work: Work) -> Mapping[str, Any]:
    """Said once; who says it again is answered the same."""
    if not work.actor.has(*(role for role in ROLES if role != AUDITOR)):
        raise Forbidden(why=Text("审计人员只读", "auditors read and change nothing"))
    row = procedures.version_by_number(work.conn, command.procedure, command.number)
    if row is None or row.state == "draft":
        raise NotFound(what=VERSION)
    if work.organisation.trainings.get(row.id, NONE) == NONE:
        name = work.versions.get(work.conn, row.id).procedure.name
        raise NothingToRead(procedure=name, version=row.number)
    if not trainings.has_read(work.conn, row.id, work.actor.id):
        trainings.acknowledge(work.conn, row.id, work.actor.id, work.now)
        work.record_system(EventType.VersionAcknowledged, procedure=row.procedure, version=row.number)
    return {"procedure": row.procedure, "version": row.number}
