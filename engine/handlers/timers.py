"""Time has come: BPMN timers of a case fire, its SLA clocks warn and breach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import stepper
from engine.domain import commands as c
from engine.domain.events import EventType
from engine.handlers.progress import Progress
from engine.handlers.work import Work
from engine.store import waiting


def fire(command: c.FireTimer, work: Work) -> Mapping[str, Any]:
    """Nothing is due any more when another worker was faster; then nothing happens."""
    case = work.lock(command.case_id)
    due = waiting.due_timers(work.conn, case.id, work.now)
    if not due or case.state != "open":
        return {"fired": 0}
    progress = Progress(work)
    for instance_no in dict.fromkeys(row.instance_no for row in due):
        run = progress.run(instance_no)
        for row in due:
            if row.instance_no == instance_no:
                late = int((work.now - row.due_at).total_seconds())
                element = row.element_id
                work.record(
                    EventType.TimerFired, instance=run.no, element=element, due_at=row.due_at, late_s=late or None
                )
        progress.take(run, stepper.fire_due(run.version.spec, run.state, work.around()))
    waiting.drop_numbers(work.conn, case.id, [row.no for row in due])
    progress.finish()
    return {"fired": len(due)}


def strike(command: c.StrikeClock, work: Work) -> Mapping[str, Any]:
    case = work.lock(command.case_id)
    if case.state != "open":
        return {"struck": 0}
    progress = Progress(work)
    struck = progress.clocks.strike()
    progress.clocks.save()
    return {"struck": struck}
