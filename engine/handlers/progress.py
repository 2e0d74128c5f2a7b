"""What follows when an instance of the locked case has moved: tasks, clocks, timers, messages, the end.

One `Progress` a command. Everything it learns is kept in memory and written once, by `finish`, in few statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.entry import plain
from engine.bpmn import stepper
from engine.bpmn.results import Passage, StepResult, TimerSet
from engine.domain.events import EventType
from engine.domain.release import TO_EVERYONE
from engine.handlers import retention
from engine.handlers.clocks import Clocks
from engine.handlers.deliveries import Deliveries
from engine.handlers.incidents import Incidents
from engine.handlers.openings import Openings
from engine.handlers.pending import Pending
from engine.handlers.runs import Run, Runs
from engine.handlers.starting import Given
from engine.handlers.work import Work
from engine.store import waiting


class Progress:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.runs = Runs(work)
        self.clocks = Clocks(work)
        self.tasks = Openings(work, self.clocks)
        self.incidents = Incidents(work)
        self.waits = Pending()
        self.deliveries = Deliveries(self)
        self.timers = Pending()

    def start(
        self, given: Given, variables: Mapping[str, Any], message: str | None = None, from_: int | None = None
    ) -> Run:
        """A new instance in the case, its clocks running, advanced to where people or time are needed."""
        work, version = self.work, given.version
        run = self.runs.add(version, given.release_id)
        brought = variables if message is not None and from_ is None else {}
        work.record(
            EventType.InstanceStarted,
            personal=[("values", str(name)) for name in brought],
            instance=run.no,
            procedure=version.key,
            version=version.number,
            message=message,
            values=brought,
            why=given.why if given.why != TO_EVERYONE else None,
            **{"from": from_},
        )
        for clock in version.procedure.clocks:
            self.clocks.start(clock.name, clock.limit, run.no, work.case.department)
        self.take(run, stepper.start(version.spec, dict(variables), work.around(), message))
        return run

    def take(
        self, run: Run, result: StepResult, *, retried: int | None = None, path_is_told: bool = False
    ) -> None:
        """The instance has moved: everything that changed is noted.

        `retried` is the token that was tried again; `path_is_told` where the event that moved it says the way as well.
        """
        run.state, run.is_changed = result.state, True
        for timer in result.fired:
            self._fired(run, timer)
        if not path_is_told and (path := path_of(result)):
            self.work.record(EventType.PathTaken, instance=run.no, path=path)
        self._pass(run, result.passed)
        self._drop(run, result, retried)
        for opened in result.opened:
            self.tasks.open(run, opened)
        for timer in result.timers_set:
            self.timers.put(run.no, timer.token, {"element_id": timer.element_id, "due_at": timer.due_at})
            self._pause_for(run, timer.element_id, timer.token)
        for wait in result.waits_set:
            row = {"element_id": wait.element_id, "message": wait.message, "kind": wait.kind}
            asked = dict(sorted(plain(wait.correlation).items()))
            self.waits.put(run.no, wait.token, row | {"correlation": asked})
            self._pause_for(run, wait.element_id, wait.token)
        for failure in result.failures:
            self.incidents.raise_(run.no, failure)
        self.deliveries.send(run, result.sent)
        if result.ended is not None:
            run.ended = result.ended
            self.clocks.stop_of_instance(run.no)
            self.work.record(EventType.InstanceEnded, instance=run.no, procedure=run.version.key, how=result.ended)

    def cancel_all(self) -> None:
        """Every instance is cancelled, every task with it."""
        for run in self.runs.running():
            self.take(run, stepper.cancel(run.version.spec, run.state, self.work.around()))
        self.clocks.stop_all()

    def finish(self, *, closing: bool = True) -> None:
        """Deliver what was sent, then write all of it; a case in which nothing runs any more is closed."""
        self.deliveries.deliver_all()
        case, conn = self.work.case, self.work.conn
        if closing and case.state == "open" and not self.runs.any_running():
            self.clocks.stop_all()
            case.state, case.closed_at = "closed", self.work.now
            self.work.record(EventType.CaseClosed, outcome=self.runs.last_ending())
            retention.plan(self.work, [run.version for run in self.runs])
        self.runs.save()
        self.tasks.save()
        self.clocks.save()
        self.timers.save(self.work, waiting.add_timers, waiting.drop_timers)
        self.waits.save(self.work, waiting.add_waits, waiting.drop_waits)
        self.incidents.save()
        self.deliveries.save(conn)

    def _fired(self, run: Run, timer: TimerSet) -> None:
        late = int((self.work.now - timer.due_at).total_seconds())
        self.work.record(
            EventType.TimerFired, instance=run.no, element=timer.element_id, due_at=timer.due_at, late_s=late or None
        )

    def _pass(self, run: Run, passed: tuple[Passage, ...]) -> None:
        for passage in passed:
            step = run.version.step(passage.process_id, passage.element_id)
            if step is not None and not step.is_human:
                for name in step.stops:
                    self.clocks.stop_named(name)

    def _drop(self, run: Run, result: StepResult, retried: int | None) -> None:
        why = "cancelled" if result.ended == "cancelled" else "overtaken"
        if result.closed:
            self.tasks.cancel(run, frozenset(result.closed), why)
        for token in result.timers_gone:
            self.timers.drop(run.no, token)
            self.clocks.resume(f"token:{run.no}:{token}")
        for token in result.waits_gone:
            self.waits.drop(run.no, token)
            self.clocks.resume(f"token:{run.no}:{token}")
        if retried is not None:
            self.incidents.resolve(run.no, (retried,), "retried")
        if gone := frozenset(result.failures_gone) - {retried}:
            self.incidents.resolve(run.no, gone, why)

    def _pause_for(self, run: Run, element_id: str, token: int) -> None:
        step = run.version.find(element_id)
        for name in step.pauses if step else ():
            self.clocks.pause(name, f"token:{run.no}:{token}", step.name)


def path_of(result: StepResult) -> list[dict[str, Any]]:
    """The way the tokens took, element by element, as the trail tells it."""
    return [
        {"element": p.element_id, "kind": p.kind}
        | ({"flows": list(p.flows)} if p.flows else {})
        | ({"code": p.code} if p.code else {})
        for p in result.passed
    ]
