"""What follows when an instance of the locked case has moved: tasks, clocks, timers, messages, the end.

One `Progress` a command. Everything it learns is kept in memory and written once, by `finish`, in few statements.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.bpmn import stepper
from engine.bpmn.model import Step
from engine.audit.entry import plain
from engine.bpmn.results import Message, Passage, StepResult
from engine.domain.actors import Actor
from engine.domain.errors import StaleState
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.assignments import Assignments, Offer
from engine.handlers.clocks import Clocks
from engine.handlers.work import Work
from engine.store import cases, effects, procedures, tasks, waiting
from engine.versions import Version

MOST_DELIVERIES = 100


@dataclass(slots=True)
class Run:
    """A process instance of the case, as it is now and as it was read."""

    no: int
    version: Version
    state: bytes
    revision: int
    ended: str | None = None
    is_new: bool = False
    is_changed: bool = False


class Progress:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.clocks = Clocks(work)
        self.assignments = Assignments(work)
        self._runs: dict[int, Run] = {}
        self._all_read = False
        self._sent: deque[tuple[Run, Message, Mapping]] = deque()
        self._new_tasks: dict[tuple[int, int], dict[str, Any]] = {}
        self._ended_tasks: list[tuple[int, str, int | None, int | None, int | None]] = []
        self._timers = _Pending()
        self._waits = _Pending()
        self._incidents: dict[tuple[int, int], dict[str, Any]] = {}
        self._candidates: dict[int, Offer] = {}
        self._deliveries = 0

    # Runs

    def run(self, no: int) -> Run:
        """A running instance of the case."""
        if no not in self._runs:
            self._take_row(cases.instance_of(self.work.conn, self.work.case.id, no))
        return self._runs[no]

    def run_of(self, row: Row) -> Run:
        """The instance that came with `Work.lock_with_task`."""
        version = self.work.versions.get(self.work.conn, row.instance_version_id)
        state = bytes(row.instance_state)
        run = Run(row.instance_no, version, state, row.instance_revision, row.instance_ending)
        return self._runs.setdefault(run.no, run)

    def runs(self) -> list[Run]:
        """Every instance of the case that has not ended."""
        if not self._all_read and self.work.case.locked_seq:
            for row in cases.running(self.work.conn, self.work.case.id):
                if row.no not in self._runs:
                    self._take_row(row)
        self._all_read = True
        return [run for run in self._runs.values() if run.ended is None]

    def start(
        self, version: Version, variables: Mapping[str, Any], message: str | None = None, from_: int | None = None
    ) -> Run:
        """A new instance in the case, its clocks running, advanced to where people or time are needed."""
        work = self.work
        run = Run(work.number(), version, b"", 0, is_new=True)
        self._runs[run.no] = run
        work.record(
            EventType.InstanceStarted,
            instance=run.no,
            procedure=version.key,
            version=version.number,
            message=message,
            **{"from": from_},
        )
        for clock in version.procedure.clocks:
            self.clocks.start(clock.name, clock.limit, run.no, work.case.department)
        self.take(run, stepper.start(version.spec, dict(variables), work.around(), message))
        return run

    # What a step did

    def take(self, run: Run, result: StepResult) -> None:
        """The instance has moved: everything that changed is noted."""
        run.state, run.is_changed = result.state, True
        self._pass(run, result.passed)
        self._drop(run, result)
        for opened in result.opened:
            self._open(run, opened)
        for timer in result.timers_set:
            self._timers.put(run.no, timer.token, {"element_id": timer.element_id, "due_at": timer.due_at})
            self._pause_for(run, timer.element_id, timer.token)
        for wait in result.waits_set:
            row = {"element_id": wait.element_id, "message": wait.message, "correlation": wait.correlation}
            self._waits.put(run.no, wait.token, row)
            self._pause_for(run, wait.element_id, wait.token)
        for failure in result.failures:
            self._fail(run, failure)
        for message in result.sent:
            self._sent.append((run, message, result.variables))
        if result.ended is not None:
            run.ended = result.ended
            self.clocks.stop_of_instance(run.no)
            self.work.record(
                EventType.InstanceEnded, instance=run.no, procedure=run.version.key, how=result.ended
            )

    def completed(self, task: Row, step: Step | None, for_id: int | None) -> None:
        """A person completed the task: its clock and those its step stops are stopped."""
        self.clocks.stop_task(task.task_no)
        self.clocks.resume(f"task:{task.task_no}")
        by = self.work.actor.id
        self._ended_tasks.append((task.task_no, "completed", by, by, for_id))
        for name in step.stops if step else ():
            self.clocks.stop_named(name)

    def deliver(self, message: Message, values: Mapping[str, Any], from_: int | None = None) -> bool:
        """Bring a message to the case: to whoever waits for it, else to the procedure it starts."""
        run = self._receiver(message)
        if run is not None:
            self.work.record(EventType.MessageReceived, instance=run.no, name=message.name)
            brought = Message(message.name, {**values, **message.values}, message.correlation, message.kind)
            self.take(run, stepper.deliver(run.version.spec, run.state, brought, self.work.around()))
            return True
        version_id = self._started_by(message)
        if version_id is None:
            return False
        version = self.work.versions.get(self.work.conn, version_id)
        self.start(version, {**values, **message.values}, message.name, from_)
        return True

    def finish(self, *, closing: bool = True) -> None:
        """Deliver what was sent, then write all of it; a case in which nothing runs any more is closed."""
        self._deliver_sent()
        case = self.work.case
        if closing and case.state == "open" and not self._any_runs():
            ending = next((run.ended for run in reversed(self._runs.values()) if run.ended), "completed")
            self.clocks.stop_all()
            case.state, case.closed_at = "closed", self.work.now
            self.work.record(EventType.CaseClosed, outcome=ending)
        self._save_runs()
        self._save_tasks()
        self.clocks.save()
        conn = self.work.conn
        self._timers.save(self.work, lambda rows: waiting.add_timers(conn, rows), waiting.drop_timers)
        self._waits.save(self.work, lambda rows: waiting.add_waits(conn, rows), waiting.drop_waits)
        if self._incidents:
            waiting.raise_incidents(conn, list(self._incidents.values()))

    def next_task_for(self, actor: Actor) -> str | None:
        """The first task this command opened that the actor holds or may take up."""
        for row in self._new_tasks.values():
            offer = self._candidates[row["no"]]
            if row["state"] == "open" and offer.is_for(actor):
                return f"{row['case_id']}-{row['no']}"
        return None

    def cancel_all(self, why: Text) -> None:
        """Every instance is cancelled, every task with it."""
        for run in self.runs():
            self.take(run, stepper.cancel(run.version.spec, run.state, self.work.around()))
        self.clocks.stop_all()

    # Parts of a step

    def _pass(self, run: Run, passed: tuple[Passage, ...]) -> None:
        path = [
            {"element": p.element_id, "kind": p.kind}
            | ({"flows": list(p.flows)} if p.flows else {})
            | ({"code": p.code} if p.code else {})
            for p in passed
        ]
        if path:
            self.work.record(EventType.PathTaken, instance=run.no, path=path)
        for passage in passed:
            step = run.version.step(passage.process_id, passage.element_id)
            if step is not None and not step.is_human:
                for name in step.stops:
                    self.clocks.stop_named(name)

    def _drop(self, run: Run, result: StepResult) -> None:
        if result.closed:
            self._cancel_tasks(run, frozenset(result.closed))
        for token in result.timers_gone:
            self._timers.drop(run.no, token)
            self.clocks.resume(f"token:{run.no}:{token}")
        for token in result.waits_gone:
            self._waits.drop(run.no, token)
            self.clocks.resume(f"token:{run.no}:{token}")
        if result.failures_gone:
            self._resolve(run, frozenset(result.failures_gone))

    def _cancel_tasks(self, run: Run, tokens: frozenset[int]) -> None:
        why = "cancelled" if run.ended else "overtaken"
        closed = [(row.no, row.element_id) for row in self._open_rows(run) if row.token in tokens]
        for token in tokens:
            row = self._new_tasks.get((run.no, token))
            if row is not None:
                row["state"], row["ended_at"] = "cancelled", self.work.now
                self._end_task(row["no"], row["element_id"], why)
        for no, element_id in closed:
            self._ended_tasks.append((no, "cancelled", None, None, None))
            self._end_task(no, element_id, why)

    def _open_rows(self, run: Run) -> list[Row]:
        if run.is_new:
            return []
        ended = {no for no, *_ in self._ended_tasks}
        return [row for row in tasks.open_in(self.work.conn, self.work.case.id, run.no) if row.no not in ended]

    def _end_task(self, no: int, element_id: str, why: str) -> None:
        self.clocks.stop_task(no)
        self.clocks.resume(f"task:{no}")
        self.work.record(EventType.TaskCancelled, task=no, element=element_id, why=why)

    def _open(self, run: Run, opened: Any) -> None:
        work = self.work
        step = run.version.step(opened.process_id, opened.element_id)
        no = work.number()
        offer = self.assignments.offer(step, opened.variables)
        work.record(
            EventType.TaskCreated,
            task=no,
            instance=run.no,
            element=opened.element_id,
            groups=sorted(offer.groups),
            users=sorted(offer.logins),
            assignee=offer.assignee_login,
            priority=offer.priority if offer.priority != 50 else None,
        )
        warn_at, due_at = None, offer.due_at
        if step is not None and step.limit is not None:
            warn_at, due_at = self.clocks.start(opened.element_id, step.limit, run.no, offer.department, no)
        for name in step.pauses if step else ():
            self.clocks.pause(name, f"task:{no}", step.name)
        self._new_tasks[run.no, opened.token] = {
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
        }
        self._candidates[no] = offer

    def _pause_for(self, run: Run, element_id: str, token: int) -> None:
        step = run.version.procedure.step(element_id)
        for name in step.pauses if step else ():
            self.clocks.pause(name, f"token:{run.no}:{token}", step.name)

    def _fail(self, run: Run, failure: Any) -> None:
        work = self.work
        no = work.number()
        work.record(
            EventType.IncidentRaised,
            no=no,
            instance=run.no,
            element=failure.element_id,
            text=failure.text,
            source=failure.source[:2000] or None,
        )
        self._incidents[run.no, failure.token] = {
            "case_id": work.case.id,
            "no": no,
            "instance_no": run.no,
            "token": failure.token,
            "element_id": failure.element_id,
            "text_zh": failure.text.zh,
            "text_en": failure.text.en,
            "source": failure.source,
            "raised_at": work.now,
        }

    def _resolve(self, run: Run, tokens: frozenset[int]) -> None:
        rows = [r for r in waiting.open_incidents(self.work.conn, self.work.case.id, run.no) if r.token in tokens]
        waiting.resolve_incidents(self.work.conn, self.work.case.id, [row.no for row in rows], self.work.now)
        for row in rows:
            self.work.record(EventType.IncidentResolved, no=row.no, element=row.element_id, how="retried")

    # Messages

    def _deliver_sent(self) -> None:
        while self._sent:
            self._deliveries += 1
            if self._deliveries > MOST_DELIVERIES:
                raise StaleState()
            run, message, variables = self._sent.popleft()
            receiver = self._receiver(message)
            version = None if receiver else self._started_by(message)
            elsewhere = [] if receiver or version else self._other_cases(message)
            to = "case" if receiver or version else "other" if elsewhere else None
            self.work.record(EventType.MessageSent, instance=run.no, name=message.name, to=to)
            if to == "case":
                self.deliver(message, variables, run.no)
            for case_id in elsewhere:
                body = {"name": message.name, "correlation": plain(message.correlation), "values": plain(message.values)}
                effects.add(self.work.conn, case_id, "message", body, self.work.now)

    def _receiver(self, message: Message) -> Run | None:
        """The instance of this case that has waited longest for the message."""
        for no, _token, row in self._waits.of(self.work, message.name):
            if agrees(row["correlation"], message.correlation):
                run = self.run(no)
                if run.ended is None:
                    return run
        return None

    def _started_by(self, message: Message) -> int | None:
        for row in procedures.released(self.work.conn):
            if message.kind == "message" and message.name in row.starts_by:
                return row.released_id
        return None

    def _other_cases(self, message: Message) -> list[int]:
        if not message.correlation:
            return []
        rows = waiting.waits_for(self.work.conn, message.name)
        found = [row.case_id for row in rows if row.correlation and agrees(row.correlation, plain(message.correlation))]
        return [case_id for case_id in dict.fromkeys(found) if case_id != self.work.case.id]

    # Writing

    def _any_runs(self) -> bool:
        """Whether an instance of the case is running; the others are read only when none of those known is."""
        return any(run.ended is None for run in self._runs.values()) or bool(self.runs())

    def _take_row(self, row: Row) -> None:
        version = self.work.versions.get(self.work.conn, row.version_id)
        self._runs[row.no] = Run(row.no, version, bytes(row.state), row.revision, row.ending)

    def _save_runs(self) -> None:
        case_id, now = self.work.case.id, self.work.now
        for run in self._runs.values():
            ended_at = now if run.ended else None
            if run.is_new:
                row = {"version_id": run.version.id, "procedure": run.version.key, "state": run.state, "revision": 1}
                ends = {"started_at": now, "ended_at": ended_at, "ending": run.ended}
                cases.add_instance(self.work.conn, {"case_id": case_id, "no": run.no, **row, **ends})
            elif run.is_changed and not cases.save_instance(
                self.work.conn, case_id, run.no, run.revision, run.state, ended_at, run.ended
            ):
                raise StaleState()

    def _save_tasks(self) -> None:
        if self._ended_tasks:
            tasks.end(self.work.conn, self.work.case.id, self._ended_tasks, self.work.now)
        if self._new_tasks:
            tasks.add(self.work.conn, [{"ended_at": None, **row} for row in self._new_tasks.values()])


class _Pending:
    """Rows known by (instance, token), put and dropped in memory before they are written."""

    def __init__(self) -> None:
        self._put: dict[tuple[int, int], dict[str, Any]] = {}
        self._dropped: dict[int, set[int]] = {}

    def put(self, instance_no: int, token: int, row: dict[str, Any]) -> None:
        if (instance_no, token) not in self._put:
            self._dropped.setdefault(instance_no, set()).add(token)
        self._put[instance_no, token] = row

    def drop(self, instance_no: int, token: int) -> None:
        if self._put.pop((instance_no, token), None) is None:
            self._dropped.setdefault(instance_no, set()).add(token)

    def of(self, work: Work, message: str) -> list[tuple[int, int, Mapping[str, Any]]]:
        """Waits for a message, stored ones first: (instance, token, row)."""
        rows = waiting.waits_in(work.conn, work.case.id, message) if work.case.locked_seq else ()
        stored = [
            (row.instance_no, row.token, {"correlation": row.correlation})
            for row in rows
            if row.token not in self._dropped.get(row.instance_no, ())
        ]
        return stored + [(no, token, row) for (no, token), row in self._put.items() if row["message"] == message]

    def save(self, work: Work, add: Any, drop: Any) -> None:
        for instance_no, tokens in self._dropped.items():
            if work.case.locked_seq:
                drop(work.conn, work.case.id, instance_no, tokens)
        if self._put:
            rows = self._put.items()
            at = [{"case_id": work.case.id, "no": work.number(), "instance_no": no, "token": t} for (no, t), _ in rows]
            add([a | row for a, (_, row) in zip(at, rows, strict=True)])


def agrees(waits_for: Mapping[str, Any], brought: Mapping[str, Any]) -> bool:
    """Whether a message brings what a wait asks for; a wait that asks for nothing takes any within its case."""
    return all(key not in brought or brought[key] == value for key, value in waits_for.items())

