"""Move the instances of one case to another version, or note why they stay: one case, one transaction."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine import moves
from engine.audit.entry import plain
from engine.bpmn import migration, stepper
from engine.bpmn.migration import Place, Plan
from engine.bpmn.model import Assignment, Step
from engine.domain import commands as c
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.progress import Progress
from engine.handlers.retiming import Retiming, told
from engine.handlers.runs import Run
from engine.handlers.work import Work
from engine.store import migrations as store
from engine.store import waiting
from engine.store.types import to_micros
from engine.versions import Version

ENDED = Text("该流程实例已在此前结束。", "It had ended before.")
ELSEWHERE = Text("该流程实例已不在原版本上。", "It was no longer on the version to be moved from.")
FAILED = Text("迁移时发生意外错误：{problem}", "Moving it failed unexpectedly: {problem}")


def migrate(command: c.MigrateCase, work: Work) -> Mapping[str, Any]:
    """What was moved already, or is not to be moved any more, is left alone."""
    work.lock(command.case_id)
    plan = store.find(work.conn, command.migration_id)
    answer = {"moved": 0, "stayed": 0}
    for row in store.of_case(work.conn, command.migration_id, command.case_id):
        if row.state != store.PLANNED:
            continue
        state = _one(work, plan, row, command.problem)
        work.writes.send()
        answer[state] += 1
    return answer


def _one(work: Work, plan: Row, row: Row, problem: str | None) -> str:
    progress = Progress(work)
    run = progress.runs.get(row.instance_no)
    why = _outdated(run, plan.from_id) or (FAILED.format(problem=problem) if problem else None)
    if why is not None:
        store.settle(work.conn, row, store.STAYED, work.now, why=[{"element_id": None, "text": why.to_dict()}])
        return store.STAYED
    old, new = run.version, work.versions.get(work.conn, plan.to_id)
    found = migration.plan(moves.match_of(old, new, plan.mapping), run.state, work.around())
    if not found.moves:
        why_not = [{"element_id": one.element_id, "text": one.text.to_dict()} for one in found.obstacles]
        store.settle(work.conn, row, store.STAYED, work.now, why=why_not)
        return store.STAYED
    before = Moving(work, progress, run, old, new).carry_out(found, plan)
    store.settle(work.conn, row, store.MOVED, work.now, before=before, revision=run.revision + 1)
    return store.MOVED


def _outdated(run: Run, from_id: int) -> Text | None:
    if run.ended is not None:
        return ENDED
    return ELSEWHERE if run.version.id != from_id else None


class Moving:
    """One instance put into another version with its tasks, clocks, timers, waits and incidents."""

    def __init__(self, work: Work, progress: Progress, run: Run, old: Version, new: Version) -> None:
        self.work, self.progress, self.run = work, progress, run
        self.old, self.new = old, new
        self.retiming = Retiming(work, progress.clocks, run, old, new)
        self.told: list[dict[str, Any]] = []
        self.paused: list[dict[str, Any]] = []

    def carry_out(self, found: Plan, plan: Row) -> dict[str, Any]:
        """Returns all that undoing it needs, as JSON."""
        work, run, result = self.work, self.run, found.result
        self.progress.clocks.strike()
        tasks = store.tasks_of(work.conn, work.case.id, run.no)
        waits = store.waiting_of(work.conn, work.case.id, run.no)
        incidents = waiting.open_incidents(work.conn, work.case.id, run.no)
        before = _before(run, tasks, waits, incidents)
        places = {place.token: place for place in found.places}
        changed = [(row, self._task(row, places[row.token])) for row in tasks if row.state == "open"]
        given = {row.no: values["assignee_id"] for row, values in changed if "assignee_id" in values}
        changed += self._finished(tasks, moves.renames(plan.mapping))
        self.retiming.case(result.state)
        work.record(
            EventType.CaseMigrated,
            migration=plan.id,
            instance=run.no,
            procedure=run.version.key,
            mapping=moves.renames(plan.mapping),
            tasks=self.told,
            clocks=told(self.retiming.changed),
            reason=plan.reason or None,
            **{"from": self.old.number, "to": self.new.number},
        )
        self.retiming.carry_out()
        self._pauses(tasks, waits, found)
        self._wait(found)
        self._incidents(incidents, places)
        for row, values in changed:
            store.change_task(work.conn, work.case.id, row.no, values | self._times(row, values))
        store.move_instance(work.writes, work.case.id, run.no, run.revision, self.new.id, result.state)
        self.progress.finish(closing=False)
        return before | {
            "clocks": self.retiming.before,
            "began": self.retiming.began,
            "stopped": self.retiming.stopped,
            "pauses": self.paused,
            "given": [[no, user_id] for no, user_id in given.items()],
            "unbroken": [one.no for one in self.progress.clocks.running if one.breached_at is None],
        }

    # -- tasks ----------------------------------------------------------------------------------------------------

    def _task(self, row: Row, place: Place) -> dict[str, Any]:
        """The columns of an open task that change. Whoever holds it keeps it."""
        was = self.old.step(row.process_id, row.element_id)
        now = self.new.step(place.new_process_id, place.new_element_id)
        values: dict[str, Any] = {
            "version_id": self.new.id,
            "process_id": place.new_process_id,
            "element_id": place.new_element_id,
            "waits": bool(now and now.pauses),
        }
        said: dict[str, Any] = {"task": row.no, "element": place.new_element_id}
        if place.new_element_id != row.element_id:
            said["was"] = row.element_id
        department = None
        if _assignment(was) != _assignment(now) or _limit_is_new(was, now):
            seen = stepper.variables(self.old.spec, self.run.state, row.token)
            offer = self.progress.tasks.assignments.offer(self.new, now, seen)
            department = offer.department
            if _assignment(was) != _assignment(now):
                values |= {"audience_id": offer.audience_id, "priority": offer.priority}
                said |= {"groups": sorted(offer.groups), "users": sorted(offer.logins)}
                if row.assignee_id is None and offer.assignee_id is not None:
                    values["assignee_id"] = offer.assignee_id
                    said["assignee"] = offer.assignee_login
                if _assignment(was).due_date != _assignment(now).due_date or (was and was.limit):
                    values["due_at"] = offer.due_at
        self.retiming.task(row.no, was, now, department)
        if len(said) > 2:
            self.told.append({key: value for key, value in said.items() if value not in (None, [])})
        return values

    def _finished(self, tasks: list[Row], renamed: Mapping[str, str]) -> list[tuple[Row, dict[str, Any]]]:
        """What was done at a step that has another name now was done at that step: four eyes go by the name."""
        found = []
        for row in tasks:
            if row.state != "open" and row.element_id in renamed and row.process_id in self.old.definition.procedures:
                found.append((row, {"element_id": renamed[row.element_id], "version_id": self.new.id}))
        return found

    def _times(self, row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
        """The instants a task shows are those of its clock, where it has one."""
        if row.state != "open":
            return {}
        clocks = [one for one in self.progress.clocks.running if one.task_no == row.no and one.clock.stopped_at is None]
        if clocks:
            return {"warn_at": clocks[0].warn_at, "due_at": clocks[0].due_at}
        now = self.new.step(values["process_id"], values["element_id"])
        had = self.old.step(row.process_id, row.element_id)
        if had is not None and had.limit is not None and (now is None or now.limit is None):
            return {"warn_at": None, "due_at": values.get("due_at")}
        return {}

    # -- what it waits for ----------------------------------------------------------------------------------------

    def _wait(self, found: Plan) -> None:
        """Timers and waits that are the same keep their rows."""
        progress, run, result = self.progress, self.run, found.result
        for timer in result.timers_set:
            progress.timers.put(run.no, timer.token, {"element_id": timer.element_id, "due_at": timer.due_at})
        for wait in result.waits_set:
            row = {"element_id": wait.element_id, "message": wait.message, "kind": wait.kind}
            progress.waits.put(run.no, wait.token, row | {"correlation": dict(sorted(plain(wait.correlation).items()))})
        for token in result.timers_gone:
            progress.timers.drop(run.no, token)
        for token in result.waits_gone:
            progress.waits.drop(run.no, token)
        if result.failures_gone:
            progress.incidents.resolve(run.no, frozenset(result.failures_gone), "overtaken")

    def _pauses(self, tasks: list[Row], waits: Mapping[str, Any], found: Plan) -> None:
        """Case clocks stand still for the steps of the new version that say so, and for no others."""
        of_tasks = {row.token: f"task:{row.no}" for row in tasks if row.state == "open"}
        result, stays = found.result, {place.token for place in found.places}
        for place in found.places:
            was = self.old.step(place.process_id, place.element_id)
            now = self.new.step(place.new_process_id, place.new_element_id)
            self._pause(of_tasks.get(place.token) or self._key(place.token), was, now)
        for row in (*waits["timer"], *waits["message_wait"]):
            if row.token in (*result.timers_gone, *result.waits_gone):
                self._pause(self._key(row.token), self.old.find(row.element_id), None)
        for one in (*result.timers_set, *result.waits_set):
            if one.token not in stays:
                self._pause(self._key(one.token), None, self.new.find(one.element_id))

    def _key(self, token: int) -> str:
        return f"token:{self.run.no}:{token}"

    def _pause(self, key: str, was: Step | None, now: Step | None) -> None:
        """Told for the undoing as well, with whether the clocks stand still since."""
        before, after = (set(step.pauses) if step is not None else set() for step in (was, now))
        for name in sorted(before - after):
            self.progress.clocks.resume(key, name)
            self.paused.append({"key": key, "name": name, "paused": False, "why": was.name.to_dict()})
        for name in sorted(after - before):
            self.progress.clocks.pause(name, key, now.name)
            self.paused.append({"key": key, "name": name, "paused": True, "why": now.name.to_dict()})

    def _incidents(self, rows: list[Row], places: Mapping[int, Place]) -> None:
        for row in rows:
            place = places.get(row.token)
            if place is not None and place.new_element_id != row.element_id:
                store.rename_incident(self.work.conn, self.work.case.id, row.no, place.new_element_id)


def _before(run: Run, tasks: list[Row], waits: Mapping[str, Any], incidents: list[Row]) -> dict[str, Any]:
    kept = ("no", "version_id", "process_id", "element_id", "audience_id", "priority", "waits")
    return {
        "state": base64.b64encode(run.state).decode(),
        "tasks": [
            {name: getattr(row, name) for name in kept}
            | {"assignee_id": row.assignee_id, "warn_at": to_micros(row.warn_at), "due_at": to_micros(row.due_at)}
            for row in tasks
        ],
        "timer": [{**row._mapping, "due_at": to_micros(row.due_at)} for row in waits["timer"]],
        "message_wait": [dict(row._mapping) for row in waits["message_wait"]],
        "incidents": [[row.no, row.element_id] for row in incidents],
    }


def _assignment(step: Step | None) -> Assignment:
    return step.assignment if step is not None else Assignment()


def _limit_is_new(was: Step | None, now: Step | None) -> bool:
    return (was.limit if was else None) is None and (now.limit if now else None) is not None
