"""Time has come: BPMN timers of a case fire, its SLA clocks warn and breach; what fails then is put off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.bpmn import stepper
from engine.bpmn.results import Failure
from engine.domain import commands as c
from engine.domain.text import Text
from engine.handlers.incidents import CLOCKS
from engine.handlers.progress import Progress
from engine.handlers.work import Work
from engine.store import waiting

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)
FAILED = Text("到期事项未能执行：{problem}", "What was due could not be carried out: {problem}")


def fire(command: c.FireTimer, work: Work) -> Mapping[str, Any]:
    """Nothing is due any more when another worker was faster; then nothing happens."""
    case = work.lock(command.case_id)
    due = work.claimed.timers if work.claimed else waiting.due_timers(work.conn, case.id, work.now)
    if not due:
        return {"fired": 0}
    progress, fired, stale = Progress(work), 0, []
    for instance_no in dict.fromkeys(row.instance_no for row in due):
        run = progress.runs.get(instance_no)
        rows = {row.token: row for row in due if row.instance_no == instance_no}
        result = None
        if run.ended is None and case.state == "open":
            result = stepper.fire_due(run.version.spec, run.state, work.around())
        if result is None or not result.fired:
            stale += [row.no for row in rows.values()]
            continue
        put_off = [t.token for t in result.fired if t.token in rows and rows[t.token].due_at != t.due_at]
        if put_off:
            progress.incidents.resolve(run.no, put_off, "retried")
        progress.take(run, result)
        fired += len(result.fired)
    if stale:
        waiting.drop_numbers(work.conn, case.id, stale)
    progress.finish()
    return {"fired": fired}


def strike(command: c.StrikeClock, work: Work) -> Mapping[str, Any]:
    case = work.lock(command.case_id)
    if case.state != "open":
        waiting.still_clocks(work.conn, case.id)
        return {"struck": 0}
    progress = Progress(work)
    for instance_no in progress.clocks.put_off():
        progress.incidents.resolve(instance_no, (CLOCKS,), "retried")
    struck = progress.clocks.strike()
    progress.clocks.save()
    return {"struck": struck}


def postpone(command: c.PostponeDue, work: Work) -> Mapping[str, Any]:
    """Tried again after as long as it has been failing, but a minute at least and an hour at most."""
    case = work.lock(command.case_id)
    progress = Progress(work)
    due = waiting.due_clocks if command.clocks else waiting.due_timers
    delay = SOONEST
    for row in due(work.conn, case.id, work.now):
        token = CLOCKS if command.clocks else row.token
        raised_at = progress.incidents.raised_at(row.instance_no, token)
        if raised_at is not None:
            delay = max(delay, min(work.now - raised_at, LATEST))
            continue
        element_id = row.name if command.clocks else row.element_id
        problem = FAILED.format(problem=command.problem)
        progress.incidents.raise_(row.instance_no, Failure(token, element_id, problem))
    put_off = waiting.postpone_clocks if command.clocks else waiting.postpone_timers
    put_off(work.conn, case.id, work.now, work.now + delay)
    progress.incidents.save()
    return {"until": (work.now + delay).isoformat()}
