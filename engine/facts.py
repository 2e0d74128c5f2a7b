"""What the rules need to know of one open task, gathered from its row, its step and the case's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.bpmn.expressions import is_expression
from engine.domain.actors import EMPLOYEE, LEAD
from engine.domain.text import Text
from engine.domain.training import REQUIRED, Training
from engine.domain.user_task import TaskFacts
from engine.store import tasks, trainings
from engine.store.organisation import Organisation
from engine.versions import Version


def task_facts(
    conn: Connection,
    organisation: Organisation,
    version: Version,
    *,
    case_id: int,
    element_id: str,
    assignee_id: int | None,
    groups: list[str],
    user_ids: list[int],
    case_department: str | None,
    held_for: int | None = None,
) -> TaskFacts:
    known = (organisation.groups.get(key) for key in sorted(groups))
    return TaskFacts(
        name=version.name_of(element_id),
        assignee_id=assignee_id,
        assignee_name=organisation.name_of(assignee_id),
        groups=frozenset(groups),
        user_ids=frozenset(user_ids),
        department=next((group.department for group in known if group and group.department), case_department),
        doers=doers(conn, organisation, version, case_id, element_id),
        held_for={} if held_for is None else {held_for: organisation.name_of(held_for)},
        training=required_training(conn, organisation, version),
    )


def required_training(conn: Connection, organisation: Organisation, version: Version) -> Training | None:
    """Who may work on the version where it requires reading; asks the database nothing where it does not."""
    if organisation.trainings.get(version.id) != REQUIRED:
        return None
    readers = frozenset(trainings.readers(conn, version.id))
    return Training(version.key, version.procedure.name, version.number, readers)


def people_of(organisation: Organisation, version: Version) -> frozenset[int]:
    """Who works on the version: the members of the groups its steps name, and those they name in person.

    A step that names nobody is any employee's; whom an expression will name is not known beforehand.
    """
    groups, logins, takes_all = set(), set(), False
    steps = (step for one in version.definition.procedures.values() for step in one.steps.values() if step.is_human)
    for of in (step.assignment for step in steps):
        named = [*of.candidate_groups, *of.candidate_users, *([of.assignee] if of.assignee else [])]
        takes_all = takes_all or not named
        groups |= {organisation.group_key(name) for name in _written(of.candidate_groups)}
        logins |= _written((*of.candidate_users, of.assignee or ""))
    return frozenset(
        user.id
        for user in organisation.users.values()
        if user.active
        and (user.login in logins or not user.groups.isdisjoint(groups) or (takes_all and user.roles & {EMPLOYEE, LEAD}))
    )


def _written(entries: Iterable[str]) -> set[str]:
    """The names that stand in the file as they are."""
    written = (entry for entry in entries if not is_expression(entry))
    return {name.strip() for entry in written for name in entry.split(",") if name.strip()}


def doers(
    conn: Connection, organisation: Organisation, version: Version, case_id: int, element_id: str
) -> Mapping[str, tuple[Text, Mapping[int, str]]]:
    """Who did the steps of this case that the element is separate from, by step."""
    others = version.separations.get(element_id)
    if not others:
        return {}

    def named(people: set[int]) -> dict[int, Any]:
        return {person: organisation.name_of(person) for person in people}

    found = tasks.doers(conn, case_id, others)
    return {element: (version.name_of(element), named(people)) for element, people in found.items()}
