"""Plan to move the running cases of a version to another, stop it, and note when it is done. `moving` moves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from engine import moves
from engine.domain import commands as c
from engine.domain.errors import InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.procedure import check_may_change_procedure
from engine.domain.text import Text
from engine.handlers.work import MOST_IDS, Work
from engine.store import effects, procedures
from engine.store import migrations as store

MIGRATION = Text("迁移", "The migration")
PROCEDURE = Text("流程“{key}”", "Procedure “{key}”")
DRAFT = Text("第 {number} 版尚未发布过；请先发布。", "Version {number} was never released; release it first.")
LONGEST_REASON = 2_000
#: So many cases are one effect's: a second or so of work, so that several workers share, and little is done again.
CHUNK = 50


class MigrationOver(Refusal):
    code, kind = "migration-over", "conflict"
    sentence = Text("此次迁移已经结束。", "This migration is over already.")


def plan(command: c.MigrateCases, work: Work) -> Mapping[str, Any]:
    """The worker moves them, each case by itself; nothing has moved yet when this answers."""
    row = check_may_migrate(work, command.procedure)
    old, new = moves.two_of(work.conn, work.versions, row.key, command.from_number, command.to_number)
    if procedures.version(work.conn, new.id).state == "draft":
        raise InvalidInput(fields={"to": DRAFT.format(number=new.number)})
    pairs = moves.checked(old, new, command.mapping)
    migration_id = store.add(
        work.conn,
        {
            "procedure": row.key,
            "from_id": old.id,
            "to_id": new.id,
            "mapping": dict(pairs),
            "reason": command.reason.strip()[:LONGEST_REASON],
            "created_at": work.now,
            "created_by": work.actor.login,
        },
    )
    wanted = None if command.cases is None else [id_ for id_ in command.cases if 0 < id_ < MOST_IDS]
    cases = store.add_cases(work.conn, migration_id, old.id, wanted)
    moves.check_there(command.cases, cases)
    for first, last in _chunks(cases):
        body = {"migration": migration_id, "first": first, "last": last}
        effects.add(work.conn, 0, "migration", body, work.now)
    work.record_system(
        EventType.MigrationPlanned,
        migration=migration_id,
        procedure=row.key,
        cases=len(cases),
        mapping=dict(pairs),
        reason=command.reason.strip()[:LONGEST_REASON] or None,
        **{"from": old.number, "to": new.number},
    )
    if not cases:
        _finish(work, migration_id, row.key)
    return {"id": migration_id, "procedure": row.key, "from": old.number, "to": new.number, "cases": len(cases)}


def stop(command: c.StopMigration, work: Work) -> Mapping[str, Any]:
    """What is being moved at this very moment may still arrive; everything else stays."""
    row = store.lock(work.conn, command.migration_id) if 0 < command.migration_id < MOST_IDS else None
    if row is None:
        raise NotFound(what=MIGRATION)
    check_may_migrate(work, row.procedure)
    if row.stopped_at is not None or row.finished_at is not None:
        raise MigrationOver()
    store.mark(work.conn, row.id, stopped_at=work.now)
    store.stop_planned(work.conn, row.id)
    work.record_system(EventType.MigrationStopped, migration=row.id, procedure=row.procedure)
    return {"id": row.id, "procedure": row.procedure}


def settle(command: c.SettleMigration, work: Work) -> Mapping[str, Any]:
    """Finished when nothing is left to be moved; the last of several workers sees that."""
    row = store.lock(work.conn, command.migration_id)
    if row is None or row.finished_at is not None or row.stopped_at is not None:
        return {"finished": row is not None}
    left = store.counts(work.conn, row.id)[store.PLANNED]
    if not left:
        _finish(work, row.id, row.procedure)
    return {"finished": not left}


def check_may_migrate(work: Work, key: str) -> Row:
    """The procedure, whose owners move its cases."""
    row = procedures.find(work.conn, key)
    department = work.organisation.departments.get(row.department) if row is not None and row.department else None
    check_may_change_procedure(work.actor, row, department.name if department else None)
    if row is None:
        raise NotFound(what=PROCEDURE.format(key=key[:100]))
    return row


def _finish(work: Work, migration_id: int, key: str) -> None:
    counts = store.counts(work.conn, migration_id)
    store.mark(work.conn, migration_id, finished_at=work.now)
    moved, stayed = counts[store.MOVED], counts[store.STAYED]
    work.record_system(EventType.MigrationFinished, migration=migration_id, procedure=key, moved=moved, stayed=stayed)


def _chunks(cases: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(cases), CHUNK):
        some = cases[start : start + CHUNK]
        yield some[0], some[-1]
