"""Put a case back on the version it was moved from, exactly as it was, while nothing has happened to it since."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.errors import NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.migrations import MIGRATION, check_may_migrate
from engine.handlers.progress import Progress
from engine.handlers.retiming import restore, told
from engine.handlers.work import Work
from engine.store import clocks as clock_rows
from engine.store import migrations as store
from engine.store.types import from_micros


class CaseTouched(Refusal):
    code, kind = "case-moved-on", "conflict"
    sentence = Text(
        "服务工单 {number} 迁移之后已有变化，不能再撤回。", "Case {number} has gone on since it was moved; the move cannot be undone any more."
    )


class NotMoved(Refusal):
    code, kind = "case-not-moved", "conflict"
    sentence = Text("服务工单 {number} 没有被此次迁移移动。", "Case {number} was not moved by this migration.")


def undo(command: c.UndoMigration, work: Work) -> Mapping[str, Any]:
    """Every instance of the case that the migration moved, or none."""
    plan = store.find(work.conn, command.migration_id)
    if plan is None:
        raise NotFound(what=MIGRATION)
    check_may_migrate(work, plan.procedure)
    case = work.lock_open(command.case_id)
    rows = [row for row in store.of_case(work.conn, plan.id, case.id) if row.state == store.MOVED]
    if not rows:
        raise NotMoved(number=case.number)
    for row in rows:
        _one(work, plan, row)
        work.writes.send()
        store.settle(work.conn, row, store.UNDONE, work.now)
    return {"case": case.id, "number": case.number, "undone": len(rows)}


def _one(work: Work, plan: Row, row: Row) -> None:
    progress, before = Progress(work), row.before
    run = progress.runs.get(row.instance_no)
    if run.ended is not None or run.revision != row.revision or before is None or _broken_since(work, row):
        raise CaseTouched(number=work.case.number)
    old, new = work.versions.get(work.conn, plan.from_id), run.version
    tasks = {task["no"]: task for task in before["tasks"]}
    now = store.tasks_of(work.conn, work.case.id, run.no)
    changed = restore(work, progress.clocks, before["clocks"], before["stopped"])
    work.record(
        EventType.MigrationUndone,
        migration=plan.id,
        instance=run.no,
        procedure=run.version.key,
        clocks=told(changed),
        **{"from": new.number, "to": old.number},
    )
    for one in progress.clocks.all_of(before["began"]):
        progress.clocks.stop(one)
    _pauses(progress, run.no, before["pauses"])
    for task in now:
        store.change_task(work.conn, work.case.id, task.no, _columns(task, tasks[task.no], [task.no, task.assignee_id] in before["given"]))
    waits = {name: [_row(name, one) for one in before[name]] for name in ("timer", "message_wait")}
    store.put_back_waiting(work.conn, work.case.id, run.no, waits)
    for no, element_id in before["incidents"]:
        store.rename_incident(work.conn, work.case.id, no, element_id)
    state = base64.b64decode(before["state"])
    store.move_instance(work.writes, work.case.id, run.no, run.revision, old.id, state)
    progress.finish(closing=False)


def _broken_since(work: Work, row: Row) -> bool:
    """A promise of the new version was broken meanwhile; that cannot be taken back."""
    clocks = clock_rows.of_case(work.conn, work.case.id)
    own = (one for one in clocks if one.instance_no == row.instance_no and one.no in row.before["unbroken"])
    return any(one.breached_at is not None for one in own)


def _pauses(progress: Progress, instance_no: int, moved: list[Mapping[str, Any]]) -> None:
    """What the move let stand still runs again, and what it let run stands still again."""
    for one in moved:
        if one["paused"]:
            progress.clocks.resume(one["key"], one["name"])
        else:
            progress.clocks.pause(one["name"], one["key"], Text(**one["why"]))


def _columns(task: Row, was: Mapping[str, Any], is_given: bool) -> dict[str, Any]:
    """As it was; who took it meanwhile keeps it, and what was typed stays. `is_given`: by the move itself."""
    names = ("version_id", "process_id", "element_id", "audience_id", "priority", "waits")
    columns = {name: was[name] for name in names}
    if task.state != "open":
        return columns
    return columns | {
        "warn_at": from_micros(was["warn_at"]),
        "due_at": from_micros(was["due_at"]),
        "assignee_id": was["assignee_id"] if is_given else task.assignee_id,
    }


def _row(table: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "due_at": from_micros(kept["due_at"])} if table == "timer" else dict(kept)
