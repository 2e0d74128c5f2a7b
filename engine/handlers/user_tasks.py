"""Claim, release, delegate, assign, draft, complete: one function a command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from sqlalchemy import Row

from engine.bpmn import forms, stepper
from engine.bpmn.model import Form, Step
from engine.domain import commands as c
from engine.domain import user_task as rules
from engine.domain.actors import SYSTEM
from engine.domain.errors import InvalidInput, NoNextTask, NotFound, Refusal, TaskNotOpen
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.domain.training import REQUIRED
from engine.domain.user_task import TaskFacts
from engine.facts import task_facts
from engine.handlers.progress import Progress, path_of
from engine.handlers.work import Work
from engine.store import offers, tasks, trainings
from engine.versions import Version

PERSON = Text("用户", "The person")
HOW = {"completed": Text("完成", "completed"), "cancelled": Text("撤销", "cancelled")}


def claim(command: c.ClaimTask, work: Work) -> Mapping[str, Any]:
    return _claim(work, *_open_task(work, command.case_id, command.no))


def _claim(work: Work, row: Row, version: Version, facts: TaskFacts) -> Mapping[str, Any]:
    stands_in = rules.check_claim(work.actor, facts)
    if row.task_assignee_id != work.actor.id:
        for_id = stands_in.user_id if stands_in else None
        _give(work, row, work.actor.id, for_id)
        work.record(EventType.TaskClaimed, task=row.task_no, element=row.task_element_id, **{"for": _login(work, for_id)})
        _own(work)
    return _answer(work, row)


def release(command: c.ReleaseTask, work: Work) -> Mapping[str, Any]:
    row, _, facts = _open_task(work, command.case_id, command.no)
    rules.check_release(work.actor, facts)
    _give(work, row, None)
    work.record(EventType.TaskReleased, task=row.task_no, element=row.task_element_id)
    return _answer(work, row)


def delegate(command: c.DelegateTask, work: Work) -> Mapping[str, Any]:
    row, _, facts = _open_task(work, command.case_id, command.no)
    to = _person(work, command.to_login)
    rules.check_delegate(work.actor, facts, to)
    return _hand_over(work, row, EventType.TaskDelegated, to, command.note)


def assign(command: c.AssignTask, work: Work) -> Mapping[str, Any]:
    row, _, facts = _open_task(work, command.case_id, command.no)
    to = _person(work, command.to_login)
    rules.check_assign(work.actor, facts, to)
    return _hand_over(work, row, EventType.TaskAssigned, to, command.note)


def save_draft(command: c.SaveDraft, work: Work) -> Mapping[str, Any]:
    row, _, facts = _open_task(work, command.case_id, command.no)
    rules.check_complete(work.actor, facts)
    draft = {str(key)[:200]: str(value)[: 2 * forms.LONGEST_TEXT] for key, value in list(command.values.items())[:200]}
    tasks.save_draft(work.conn, command.case_id, command.no, draft or None)
    return _answer(work, row)


def complete(command: c.CompleteTask, work: Work) -> Mapping[str, Any]:
    row, version, facts = _open_task(work, command.case_id, command.no)
    stands_in = rules.check_complete(work.actor, facts)
    for_id = stands_in.user_id if stands_in else _held_for(row, work)
    step = version.step(row.task_process_id, row.task_element_id)
    progress = Progress(work)
    run = progress.runs.of(row)
    before = _known(run, row, step.form if step else Form(), command.values)
    filled = forms.fill(step.form if step else Form(), command.values, _zone(work), before)
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    result = stepper.complete(version.spec, run.state, row.task_token, dict(filled.values), work.around())
    path = path_of(result) if not result.fired else []
    stopped = progress.clocks.stop_task(row.task_no)
    work.record(
        EventType.TaskCompleted,
        personal=_personal(step, filled.values),
        task=row.task_no,
        element=row.task_element_id,
        instance=run.no if path else None,
        path=path,
        values=filled.values,
        was={key: before[key] for key in filled.values if key in before and before[key] != filled.values[key]},
        **{"for": _login(work, for_id)},
        **stopped,
    )
    _own(work)
    progress.tasks.complete(row, step, for_id)
    progress.take(run, result, path_is_told=bool(path))
    progress.finish()
    return _answer(work, row) | {"next": progress.tasks.next_for(work.actor)}


def take_next(command: c.TakeNextTask, work: Work) -> Mapping[str, Any]:
    """The most urgent task the actor may claim; those that four eyes forbid or somebody is at are passed by.

    So are those of versions to be read first; where there is nothing else, the refusal says what to read.
    """
    unread = _to_read_first(work)
    for case_id, no in offers.most_urgent(work.conn, work.actor, work.organisation, without=unread):
        try:
            return _claim(work, *_open_task(work, case_id, no, wait=False))
        except Refusal:
            continue
    if unread:
        for case_id, no in offers.most_urgent(work.conn, work.actor, work.organisation, 1, only=unread):
            return _claim(work, *_open_task(work, case_id, no))
    raise NoNextTask()


def _to_read_first(work: Work) -> list[int]:
    """The versions the actor may not work on before reading what they change."""
    required = [id_ for id_, training in work.organisation.trainings.items() if training == REQUIRED]
    return [row.id for row in trainings.unread(work.conn, work.actor.id, required)] if required else []


def _open_task(work: Work, case_id: int, no: int, *, wait: bool = True) -> tuple[Row, Version, TaskFacts]:
    row = work.lock_with_task(case_id, no, wait=wait)
    version = work.versions.get(work.conn, row.task_version_id)
    facts = facts_of(work, row, version)
    rules.check_visible(work.actor, facts)
    if row.task_state != "open":
        who = work.organisation.name_of(row.task_ended_by) or "Closeloop"
        raise TaskNotOpen(who=who, how=HOW[row.task_state], at=row.task_ended_at)
    work.check_open()
    return row, version, facts


def facts_of(work: Work, row: Row, version: Version) -> TaskFacts:
    """Of a task that was locked with its case."""
    return task_facts(
        work.conn,
        work.organisation,
        version,
        case_id=row.case_id,
        element_id=row.task_element_id,
        assignee_id=row.task_assignee_id,
        groups=row.audience_groups,
        user_ids=row.audience_user_ids,
        case_department=row.case_department,
        held_for=row.task_ended_for,
    )


def _known(run: Any, row: Row, form: Form, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The case's values of the form's fields as they are before this completion."""
    if not form.fields:
        return {}
    return stepper.variables(run.version.spec, run.state, row.task_token)


def _personal(step: Step | None, values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    keys = {field.key for field in step.form.fields if field.personal} if step else set()
    return [(part, key) for key in sorted(keys & values.keys()) for part in ("values", "was")]


def _person(work: Work, login: str) -> rules.Person:
    user = work.organisation.by_login.get(login)
    if user is None:
        raise NotFound(what=PERSON)
    return user.person


def _hand_over(work: Work, row: Row, type_: EventType, to: rules.Person, note: str) -> Mapping[str, Any]:
    user = work.organisation.users.get(row.task_assignee_id or -1)
    _give(work, row, to.id)
    work.record(
        type_,
        personal=[("note",)],
        task=row.task_no,
        element=row.task_element_id,
        to=to.login,
        note=note.strip()[:2000] or None,
        **{"from": user.login if user else ""},
    )
    return _answer(work, row)


def _give(work: Work, row: Row, user_id: int | None, for_id: int | None = None) -> None:
    tasks.assign(work.conn, row.case_id, row.task_no, user_id, for_id)


def _held_for(row: Row, work: Work) -> int | None:
    """Whom the actor, who holds the task, has stood in for since claiming it."""
    return row.task_ended_for if row.task_assignee_id == work.actor.id else None


def _login(work: Work, user_id: int | None) -> str | None:
    user = work.organisation.users.get(user_id) if user_id is not None else None
    return user.login if user else None


def _own(work: Work) -> None:
    """The first who takes up a case nobody owns answers for it until it is closed (首接负责)."""
    if work.case.owner_id is None and work.actor.id != SYSTEM.id:
        work.case.owner_id = work.actor.id
        work.record(EventType.OwnerChanged, to=work.actor.login, **{"from": ""})


def _zone(work: Work) -> tzinfo:
    return work.calendar("business").tzinfo


def _answer(work: Work, row: Row) -> dict[str, Any]:
    return {"task": f"{row.case_id}-{row.task_no}", "case": work.case.id, "number": work.case.number, "state": work.case.state}
