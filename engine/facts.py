"""What the rules need to know of one open task, gathered from its row, its step and the case's history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.domain.text import Text
from engine.domain.user_task import TaskFacts
from engine.store import tasks
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
    )


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
