"""One task, with everything the person doing it should see, and what they may do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from engine.bpmn import stepper
from engine.bpmn.errors import NotReady
from engine.bpmn.model import Form, Step
from engine.domain import user_task as rules
from engine.domain.actors import Actor, StandIn
from engine.domain.errors import NotFound, Refusal
from engine.domain.text import Text
from engine.facts import task_facts
from engine.queries import worklist
from engine.queries.worklist import TaskRow
from engine.store import cases, tasks
from engine.store.organisation import Organisation, User
from engine.store.schema import audience, service_case, user_task
from engine.versions import Versions

TASK = Text("任务", "The task")


@dataclass(frozen=True, slots=True)
class May:
    """What the actor may do now; `why_not` says in words why not complete."""

    claim: bool
    complete: bool
    release: bool
    delegate: bool
    assign: bool
    why_not: Text | None


@dataclass(frozen=True, slots=True)
class TaskView:
    """`variables` are the case's values the step sees; `draft` what was typed and kept, as typed."""

    row: TaskRow
    step: Step | None
    form: Form
    variables: Mapping[str, Any]
    draft: Mapping[str, str] | None
    may: May
    stands_in_for: StandIn | None
    ended_at: Any
    ended_by: str


def find(
    conn: Connection, actor: Actor, organisation: Organisation, versions: Versions, case_id: int, no: int
) -> TaskView:
    """Raises `NotFound` where there is none, and where it is not this person's to see."""
    stored = tasks.find(conn, case_id, no)
    if stored is None:
        raise NotFound(what=TASK)
    version = versions.get(conn, stored.version_id)
    offered = conn.execute(audience.select().where(audience.c.id == stored.audience_id)).one()
    department = conn.execute(service_case.select().where(service_case.c.id == case_id)).one().department
    facts = task_facts(
        conn,
        organisation,
        version,
        case_id=case_id,
        element_id=stored.element_id,
        assignee_id=stored.assignee_id,
        groups=offered.groups,
        user_ids=offered.user_ids,
        case_department=department,
    )
    rules.check_visible(actor, facts)
    step = version.step(stored.process_id, stored.element_id)
    (row,) = worklist.of_case(conn, organisation, versions, case_id, no)
    is_open = stored.state == "open"
    return TaskView(
        row=row,
        step=step,
        form=step.form if step else Form(),
        variables=_variables(conn, version, stored) if is_open else {},
        draft=stored.draft,
        may=_may(actor, facts) if is_open else May(False, False, False, False, False, None),
        stands_in_for=_borrowed(actor, facts) if is_open else None,
        ended_at=stored.ended_at,
        ended_by=organisation.name_of(stored.ended_by),
    )


def receivers(organisation: Organisation, actor: Actor, row: TaskRow) -> list[User]:
    """Whom the task could be handed to: active people of its groups first, then the others."""
    people = [user for user in organisation.users.values() if user.active and user.id != row.assignee_id]
    able = [user for user in people if not user.roles.isdisjoint(("employee", "lead"))]
    return sorted(able, key=lambda user: (user.groups.isdisjoint(row.groups), user.name))


def load_of(conn: Connection, users: Iterable[User]) -> dict[int, int]:
    """How many open tasks each of these people holds; who holds none is left out."""
    held = select(user_task.c.assignee_id, func.count().label("n")).where(
        user_task.c.state == "open", user_task.c.assignee_id.in_([user.id for user in users])
    )
    return {row.assignee_id: row.n for row in conn.execute(held.group_by(user_task.c.assignee_id))}


def _variables(conn: Connection, version: Any, stored: Any) -> Mapping[str, Any]:
    instance = cases.instance_of(conn, stored.case_id, stored.instance_no)
    try:
        return stepper.variables(version.spec, bytes(instance.state), stored.token)
    except NotReady:
        return {}


def _may(actor: Actor, facts: rules.TaskFacts) -> May:
    claim = _refusal(rules.check_claim, actor, facts)
    complete = _refusal(rules.check_complete, actor, facts)
    nobody, to_anybody = rules.Person(-1, "", ""), replace(facts, training=None)
    return May(
        claim=claim is None and facts.assignee_id != actor.id,
        complete=complete is None,
        release=_refusal(rules.check_release, actor, facts) is None,
        delegate=_refusal(rules.check_delegate, actor, to_anybody, nobody) is None,
        assign=_refusal(rules.check_assign, actor, to_anybody, nobody) is None,
        why_not=complete.text if complete else None,
    )


def _borrowed(actor: Actor, facts: rules.TaskFacts) -> StandIn | None:
    try:
        return rules.check_complete(actor, facts)
    except Refusal:
        return None


def _refusal(check: Callable[..., Any], *args: Any) -> Refusal | None:
    try:
        check(*args)
    except Refusal as refusal:
        return refusal
    return None
