"""Great exports: ordered by a person, made by the worker piece by piece, kept for a week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.domain import commands as c
from engine.domain.errors import NotFound, StaleState
from engine.handlers.trail import record_export
from engine.handlers.work import MOST_IDS, Work
from engine.store import effects, exports

KEPT = timedelta(days=7)
EFFECT = "export"


def order(command: c.OrderExport, work: Work) -> Mapping[str, Any]:
    """That it leaves is recorded now: from here on nothing more is asked."""
    record_export(c.RecordExport(command.format, command.scope, command.cases, command.entries), work)
    values = {"user_id": work.actor.id, "format": command.format, "wanted": dict(command.wanted), "name": command.name}
    export_id = exports.add(work.conn, values | {"total": command.total, "created_at": work.now})
    effects.add(work.conn, 0, EFFECT, {"export": export_id}, work.now)
    return {"id": export_id}


def begin(command: c.BeginExport, work: Work) -> Mapping[str, Any] | None:
    """Anew, whatever an earlier worker has made of it; None where nobody waits for it any more."""
    row = exports.find(work.conn, command.export_id)
    if row is None or row.state == exports.READY:
        return None
    exports.empty(work.conn, row.id)
    exports.change(work.conn, row.id, state=exports.RUNNING, done=0, problem=None)
    return {"format": row.format, "wanted": row.wanted}


def add_piece(command: c.AddExportPiece, work: Work) -> Mapping[str, Any]:
    """Raises `StaleState` where it was removed, or begun anew by another worker or because personal values were deleted."""
    row = exports.find(work.conn, command.export_id)
    if row is None or row.state != exports.RUNNING or exports.pieces(work.conn, row.id) != command.piece - 1:
        raise StaleState()
    exports.add_piece(work.conn, row.id, command.piece, command.data)
    exports.change(work.conn, row.id, done=command.done)
    return {}


def finish(command: c.FinishExport, work: Work) -> Mapping[str, Any]:
    row = exports.find(work.conn, command.export_id)
    if row is None or row.state != exports.RUNNING:
        raise StaleState()
    ended = {"finished_at": work.now, "expires_at": work.now + KEPT}
    if command.problem is not None:
        exports.empty(work.conn, row.id)
        exports.change(work.conn, row.id, state=exports.FAILED, problem=command.problem, **ended)
    else:
        total = row.total and row.done  # what happened while it was made is in it too
        made = {"state": exports.READY, "size": command.size, "sha256": command.sha256, "total": total}
        exports.change(work.conn, row.id, **made, **ended)
    return {}


def remove(command: c.RemoveExport, work: Work) -> Mapping[str, Any]:
    """By whom it is; a worker that is at it leaves off."""
    row = exports.find(work.conn, command.export_id, work.actor.id) if 0 < command.export_id < MOST_IDS else None
    if row is None:
        raise NotFound(what=exports.EXPORT)
    exports.remove(work.conn, row.id)
    return {}


def remove_expired(work: Work) -> int:
    expired = list(exports.expired(work.conn, work.now))
    for export_id in expired:
        exports.remove(work.conn, export_id)
    return len(expired)


def forget_case(work: Work, case_id: int) -> None:
    """Of a case whose personal values are deleted: what was made is gone, what is being made is begun anew."""
    for row in exports.holding(work.conn, case_id):
        if row.state == exports.READY:
            exports.remove(work.conn, row.id)
        else:
            exports.empty(work.conn, row.id)
            exports.change(work.conn, row.id, state=exports.WAITING, done=0)
