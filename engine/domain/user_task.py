"""The life cycle of a user task and who may do what with it.

created → (claimed) → completed | cancelled. Pure rules over `TaskFacts`; each either returns or raises a `Refusal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.actors import ADMIN, AUDITOR, EMPLOYEE, LEAD, OWNER, Actor, StandIn
from engine.domain.errors import Forbidden, NotFound, SeparationOfDuties, TaskHeldByAnother, TaskNotHeld
from engine.domain.text import Text
from engine.domain.training import Training, check_has_read

TASK = Text("任务", "The task")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a task is given to."""

    id: int
    login: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the rules need to know of one open task.

    `doers` maps a step this task is separate from (its name in words) to the ids of the people who did it,
    in their own name or standing in for somebody. `held_for` is whom the holder stood in for when claiming it.
    `training` where its version may only be worked on by those who have read what it changes.
    """

    name: Text
    assignee_id: int | None
    assignee_name: str
    groups: frozenset[str]
    user_ids: frozenset[int]
    department: str | None
    doers: Mapping[str, tuple[Text, Mapping[int, str]]] = field(default_factory=dict)
    held_for: Mapping[int, str] = field(default_factory=dict)
    training: Training | None = None

    @property
    def is_open_to_all(self) -> bool:
        return not self.groups and not self.user_ids


def is_candidate(actor: Actor, task: TaskFacts) -> bool:
    """A task that names nobody may be claimed by any employee."""
    if task.is_open_to_all:
        return actor.has(EMPLOYEE, LEAD)
    return not actor.acts_as.isdisjoint(task.user_ids) or not actor.all_groups.isdisjoint(task.groups)


def leads(actor: Actor, task: TaskFacts) -> bool:
    """Leads answer for the tasks of their department and all below it; administrators for all."""
    return actor.has(ADMIN) or (actor.has(LEAD) and (task.department is None or task.department in actor.departments))


def may_see(actor: Actor, task: TaskFacts) -> bool:
    mine = task.assignee_id is not None and task.assignee_id in actor.acts_as
    return mine or is_candidate(actor, task) or leads(actor, task) or actor.has(AUDITOR, OWNER)


def check_visible(actor: Actor, task: TaskFacts) -> None:
    if not may_see(actor, task):
        raise NotFound(what=TASK)


def check_claim(actor: Actor, task: TaskFacts) -> StandIn | None:
    """The actor may take the task; returns whom they stand in for when that alone gives them the right."""
    check_visible(actor, task)
    if task.assignee_id == actor.id:
        return None
    holder = next((s for s in actor.stands_in_for if s.user_id == task.assignee_id), None)
    if task.assignee_id is not None and holder is None:
        raise TaskHeldByAnother(who=task.assignee_name)
    if holder is None and not is_candidate(actor, task):
        raise Forbidden(why=Text("该任务不属于您的候选组", "the task is not offered to you or your groups"))
    stands_in = holder or _right_borrowed_from(actor, task)
    check_separation(task, {actor.id: actor.name} | ({stands_in.user_id: stands_in.name} if stands_in else {}))
    check_has_read(task.training, actor.id, actor.name, task.name)
    return stands_in


def check_complete(actor: Actor, task: TaskFacts) -> StandIn | None:
    """The holder may complete; a task nobody holds is claimed in passing."""
    if task.assignee_id != actor.id:
        return check_claim(actor, task)
    check_separation(task, {actor.id: actor.name, **task.held_for})
    return None


def check_release(actor: Actor, task: TaskFacts) -> None:
    check_visible(actor, task)
    if task.assignee_id is None or (task.assignee_id not in actor.acts_as and not leads(actor, task)):
        raise TaskNotHeld()


def check_delegate(actor: Actor, task: TaskFacts, to: Person) -> None:
    """Only the holder (or who stands in for them) delegates; four eyes and reading hold for the receiver."""
    check_visible(actor, task)
    if task.assignee_id is None or task.assignee_id not in actor.acts_as:
        raise TaskNotHeld()
    _check_receiver(task, to)


def check_assign(actor: Actor, task: TaskFacts, to: Person) -> None:
    check_visible(actor, task)
    if not leads(actor, task):
        raise Forbidden(why=Text("只有主管或管理员可以指派任务", "only a lead or an administrator assigns tasks"))
    _check_receiver(task, to)


def check_separation(task: TaskFacts, people: Mapping[int, str]) -> None:
    """No one of these people did a step this task is separate from; no role stands above this rule."""
    for element, (step, doers) in task.doers.items():
        for person in people:
            if person in doers:
                who = doers[person] or people[person]
                raise SeparationOfDuties(who=who, step=step, this=task.name, separate_from=element)


def _check_receiver(task: TaskFacts, to: Person) -> None:
    if not to.active:
        raise Forbidden(why=Text(f"{to.name}的账号已停用", f"the account of {to.name} is not active"))
    check_separation(task, {to.id: to.name})
    check_has_read(task.training, to.id, to.name, task.name)


def _right_borrowed_from(actor: Actor, task: TaskFacts) -> StandIn | None:
    if task.is_open_to_all or actor.id in task.user_ids or not actor.groups.isdisjoint(task.groups):
        return None
    lenders = (s for s in actor.stands_in_for if s.user_id in task.user_ids or not s.groups.isdisjoint(task.groups))
    return next(lenders, None)
