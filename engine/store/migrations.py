"""Running cases on their way from one version to another: plans, and what became of each instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, literal, null, select, update

from engine.store.schema import (
    incident,
    instance,
    message_wait,
    migration,
    migration_case,
    procedure_version,
    service_case,
    timer,
    user_task,
)
from engine.store.tasks import sort_at
from engine.store.writes import Writes

PLANNED, MOVED, STAYED, UNDONE, STOPPED = "planned", "moved", "stayed", "undone", "stopped"
STATES = (PLANNED, MOVED, STAYED, UNDONE, STOPPED)

MOVE_INSTANCE = (
    update(instance)
    .where(
        instance.c.case_id == bindparam("the_case"),
        instance.c.no == bindparam("the_no"),
        instance.c.revision == bindparam("was_revision"),
    )
    .values(
        version_id=bindparam("new_version"), state=bindparam("new_state"), revision=bindparam("was_revision") + 1
    )
)

FROM, TO = procedure_version.alias("version_from"), procedure_version.alias("version_to")


# Plans


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(migration).returning(migration.c.id), dict(values)).scalar_one()


def add_cases(conn: Connection, migration_id: int, version_id: int, case_ids: Iterable[int] | None) -> list[int]:
    """Every running instance of the version, or those of these cases; returns the cases in order."""
    chosen = select(literal(migration_id), instance.c.case_id, instance.c.no, literal(PLANNED))
    chosen = chosen.where(instance.c.version_id == version_id, instance.c.ended_at.is_(None))
    if case_ids is not None:
        chosen = chosen.where(instance.c.case_id.in_(sorted(set(case_ids))))
    conn.execute(insert(migration_case).from_select(["migration_id", "case_id", "instance_no", "state"], chosen))
    cases = select(migration_case.c.case_id).where(migration_case.c.migration_id == migration_id).distinct()
    return list(conn.execute(cases.order_by(migration_case.c.case_id)).scalars())


def find(conn: Connection, migration_id: int) -> Row | None:
    return conn.execute(select(migration).where(migration.c.id == migration_id)).one_or_none()


def lock(conn: Connection, migration_id: int) -> Row | None:
    return conn.execute(select(migration).where(migration.c.id == migration_id).with_for_update()).one_or_none()


def of_procedure(conn: Connection, key: str) -> Sequence[Row]:
    """The newest first, with the numbers of their versions."""
    numbers = [FROM.c.number.label("from_number"), TO.c.number.label("to_number")]
    query = select(migration, *numbers).join(FROM, FROM.c.id == migration.c.from_id).join(TO, TO.c.id == migration.c.to_id)
    return conn.execute(query.where(migration.c.procedure == key).order_by(migration.c.id.desc())).all()


def mark(conn: Connection, migration_id: int, **instants: datetime) -> None:
    conn.execute(update(migration).where(migration.c.id == migration_id).values(**instants))


def counts(conn: Connection, migration_id: int) -> dict[str, int]:
    """How many instances stand how."""
    state = migration_case.c.state
    query = select(state, func.count()).where(migration_case.c.migration_id == migration_id).group_by(state)
    return dict.fromkeys(STATES, 0) | {name: count for name, count in conn.execute(query)}


def stop_planned(conn: Connection, migration_id: int) -> None:
    at = (migration_case.c.migration_id == migration_id) & (migration_case.c.state == PLANNED)
    conn.execute(update(migration_case).where(at).values(state=STOPPED))


# Instances


def planned_between(conn: Connection, migration_id: int, first: int, last: int) -> list[int]:
    """The cases of that range that have not been looked at yet."""
    c = migration_case.c
    query = select(c.case_id).where(c.migration_id == migration_id, c.state == PLANNED, c.case_id.between(first, last))
    return list(conn.execute(query.distinct().order_by(c.case_id)).scalars())


def of_case(conn: Connection, migration_id: int, case_id: int) -> Sequence[Row]:
    """What the migration is about in the case, locked."""
    at = (migration_case.c.migration_id == migration_id) & (migration_case.c.case_id == case_id)
    return conn.execute(select(migration_case).where(at).order_by(migration_case.c.instance_no).with_for_update()).all()


def cases_page(conn: Connection, migration_id: int, states: Sequence[str], after: tuple[int, int], limit: int) -> Sequence[Row]:
    c = migration_case.c
    columns = [c.case_id, c.instance_no, c.state, c.why, c.at, c.revision, instance.c.revision.label("revision_now")]
    query = (
        select(*columns, instance.c.version_id, service_case.c.title, service_case.c.state.label("case_state"))
        .join(instance, (instance.c.case_id == c.case_id) & (instance.c.no == c.instance_no))
        .join(service_case, service_case.c.id == c.case_id)
        .where(c.migration_id == migration_id, (c.case_id > after[0]) | ((c.case_id == after[0]) & (c.instance_no > after[1])))
    )
    if states:
        query = query.where(c.state.in_(states))
    return conn.execute(query.order_by(c.case_id, c.instance_no).limit(limit)).all()


def settle(conn: Connection, row: Row, state: str, at: datetime, **values: Any) -> None:
    """What became of one instance. `why` and `before` are kept only where they are given."""
    key = (
        (migration_case.c.migration_id == row.migration_id)
        & (migration_case.c.case_id == row.case_id)
        & (migration_case.c.instance_no == row.instance_no)
    )
    kept = {"why": null(), "before": null(), "revision": null()} | values
    conn.execute(update(migration_case).where(key).values(state=state, at=at, **kept))


def move_instance(writes: Writes, case_id: int, no: int, revision: int, version_id: int, state: bytes) -> None:
    """It is stale when somebody else moved the instance on meanwhile."""
    values = {"was_revision": revision, "new_version": version_id, "new_state": state}
    writes.add(MOVE_INSTANCE, {"the_case": case_id, "the_no": no} | values, must_match=True)


def running_of(conn: Connection, version_id: int, case_ids: Iterable[int] | None = None) -> Sequence[Row]:
    """The running instances of a version, each with the department of its case."""
    columns = [instance.c.case_id, instance.c.no, instance.c.state, instance.c.version_id]
    query = select(*columns, service_case.c.department).join(service_case, service_case.c.id == instance.c.case_id)
    query = query.where(instance.c.version_id == version_id, instance.c.ended_at.is_(None))
    if case_ids is not None:
        query = query.where(instance.c.case_id.in_(sorted(set(case_ids))))
    return conn.execute(query.order_by(instance.c.case_id, instance.c.no)).all()


# What belongs to an instance


def tasks_of(conn: Connection, case_id: int, instance_no: int) -> Sequence[Row]:
    at = (user_task.c.case_id == case_id) & (user_task.c.instance_no == instance_no)
    return conn.execute(select(user_task).where(at).order_by(user_task.c.no)).all()


def change_task(conn: Connection, case_id: int, no: int, values: Mapping[str, Any]) -> None:
    if "due_at" in values:
        values = {**values, "sort_at": sort_at(values["due_at"])}
    conn.execute(update(user_task).where((user_task.c.case_id == case_id) & (user_task.c.no == no)).values(**values))


def waiting_of(conn: Connection, case_id: int, instance_no: int) -> dict[str, Sequence[Row]]:
    """Its timers and message waits as they are stored."""
    found = {}
    for table in (timer, message_wait):
        at = (table.c.case_id == case_id) & (table.c.instance_no == instance_no)
        found[table.name] = conn.execute(select(table).where(at).order_by(table.c.no)).all()
    return found


def put_back_waiting(conn: Connection, case_id: int, instance_no: int, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Its timers and message waits are these and no others."""
    for table in (timer, message_wait):
        conn.execute(delete(table).where((table.c.case_id == case_id) & (table.c.instance_no == instance_no)))
        if rows[table.name]:
            conn.execute(insert(table), [dict(row) for row in rows[table.name]])


def rename_incident(conn: Connection, case_id: int, no: int, element_id: str) -> None:
    at = (incident.c.case_id == case_id) & (incident.c.no == no)
    conn.execute(update(incident).where(at).values(element_id=element_id))
