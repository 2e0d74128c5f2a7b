"""The user tasks of the locked case: opened, completed and cancelled in memory, written once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import Step
from engine.bpmn.results import OpenTask
from engine.domain.actors import Actor
from engine.domain.events import EventType
from engine.handlers.assignments import DEFAULT_PRIORITY, Assignments, Offer
from engine.handlers.clocks import Clocks
from engine.handlers.runs import Run
from engine.handlers.work import Work
from engine.store import tasks


class Openings:
    def __init__(self, work: Work, clocks: Clocks) -> None:
        self.work = work
        self.clocks = clocks
        self.assignments = Assignments(work)
        self._new: dict[tuple[int, int], dict[str, Any]] = {}
        self._ended: list[tuple[int, str, int | None, int | None, int | None]] = []
        self._offers: dict[int, Offer] = {}

    def open(self, run: Run, opened: OpenTask) -> None:
        """A task people see: offered or given to somebody, its clock running, the clocks it pauses standing still."""
        work = self.work
        step = run.version.step(opened.process_id, opened.element_id)
        no = work.number()
        offer = self.assignments.offer(run.version, step, opened.variables)
        clock = None
        if step is not None and step.limit is not None:
            clock = self.clocks.start_task(opened.element_id, step.limit, run.no, offer.department, no)
        warn_at, due_at = (clock.warn_at, clock.due_at) if clock else (None, offer.due_at)
        work.record(
            EventType.TaskCreated,
            task=no,
            instance=run.no,
            element=opened.element_id,
            groups=sorted(offer.groups),
            users=sorted(offer.logins),
            assignee=offer.assignee_login,
            priority=offer.priority if offer.priority != DEFAULT_PRIORITY else None,
            clock={"no": clock.no, **clock.told()} if clock else None,
        )
        for name in step.pauses if step else ():
            self.clocks.pause(name, f"task:{no}", step.name)
        self._new[run.no, opened.token] = {
            "case_id": work.case.id,
            "no": no,
            "instance_no": run.no,
            "token": opened.token,
            "version_id": run.version.id,
            "process_id": opened.process_id,
            "element_id": opened.element_id,
            "state": "open",
            "audience_id": offer.audience_id,
            "assignee_id": offer.assignee_id,
            "priority": offer.priority,
            "waits": bool(step and step.pauses),
            "created_at": work.now,
            "warn_at": warn_at,
            "due_at": due_at,
            "sort_at": tasks.sort_at(due_at),
            "ended_at": None,
        }
        self._offers[no] = offer

    def complete(self, task: Row, step: Step | None, for_id: int | None) -> None:
        """A person completed the task: what it held up goes on, and the clocks its step stops are stopped."""
        self.clocks.resume(f"task:{task.task_no}")
        by = self.work.actor.id
        self._ended.append((task.task_no, "completed", by, by, for_id))
        self.assignments.note_doers(task.task_element_id, by, for_id)
        for name in step.stops if step else ():
            self.clocks.stop_named(name)

    def cancel(self, run: Run, tokens: frozenset[int], why: str) -> None:
        """The process took the tasks of these tokens away. `why`: overtaken, cancelled."""
        for row in self._stored(run):
            if row.token in tokens:
                self._ended.append((row.no, "cancelled", row.assignee_id, None, None))
                self._cancelled(row.no, row.element_id, why)
        for token in tokens:
            new = self._new.get((run.no, token))
            if new is not None and new["state"] == "open":
                new["state"], new["ended_at"] = "cancelled", self.work.now
                self._cancelled(new["no"], new["element_id"], why)

    def next_for(self, actor: Actor) -> str | None:
        """The first task opened here that the actor holds or may take up."""
        for row in self._new.values():
            if row["state"] == "open" and self._offers[row["no"]].is_for(actor):
                return f"{row['case_id']}-{row['no']}"
        return None

    def save(self) -> None:
        if self._ended:
            tasks.end(self.work.writes, self.work.case.id, self._ended, self.work.now)
        if self._new:
            tasks.add(self.work.writes, list(self._new.values()))

    def _stored(self, run: Run) -> list[Row]:
        if run.is_new:
            return []
        ended = {no for no, *_ in self._ended}
        return [row for row in tasks.open_in(self.work.conn, self.work.case.id, run.no) if row.no not in ended]

    def _cancelled(self, no: int, element_id: str, why: str) -> None:
        stopped = self.clocks.stop_task(no)
        self.clocks.resume(f"task:{no}")
        self.work.record(EventType.TaskCancelled, task=no, element=element_id, why=why, **stopped)
