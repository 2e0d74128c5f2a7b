"""Cases and their process instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from engine.store.people import ORGANISATION_REVISION
from engine.store.schema import audience, instance, service_case, setting, user_task
from engine.store.writes import Writes

CASE = ("id", "state", "owner_id", "department", "closed_at", "last_no", "head_seq", "head_hash")
case_columns = [service_case.c[name].label(f"case_{name}") for name in CASE]
instance_columns = [instance.c[name].label(f"instance_{name}") for name in ("version_id", "state", "revision", "ending")]
TASK = ("no", "instance_no", "token", "version_id", "process_id", "element_id", "state", "assignee_id", "ended_at", "ended_by", "ended_for")
task_columns = [user_task.c[name].label(f"task_{name}") for name in TASK]
audience_columns = [audience.c.groups.label("audience_groups"), audience.c.user_ids.label("audience_user_ids")]

#: Read with the lock, so that a command needs no statement of its own to know whether its picture is current.
revision = (
    select(setting.c.value).where(setting.c.name == ORGANISATION_REVISION).scalar_subquery().label("organisation")
)

LOCK_CASE = select(*case_columns, revision).where(service_case.c.id == bindparam("case_id")).with_for_update(of=service_case)

#: The case as the statement saw it before it had to wait for the lock.
before = service_case.alias("before")
seq_before = select(before.c.head_seq).where(before.c.id == bindparam("case_id")).scalar_subquery().label("seq_before")

TASK_OF_CASE = (
    select(*case_columns, *instance_columns, *task_columns, *audience_columns, revision, seq_before)
    .join(user_task, user_task.c.case_id == service_case.c.id)
    .join(instance, and_(instance.c.case_id == service_case.c.id, instance.c.no == user_task.c.instance_no))
    .join(audience, audience.c.id == user_task.c.audience_id)
    .where(service_case.c.id == bindparam("case_id"), user_task.c.no == bindparam("no"))
)
LOCK_TASK = TASK_OF_CASE.with_for_update(of=service_case)
LOCK_TASK_AT_ONCE = TASK_OF_CASE.with_for_update(of=service_case, skip_locked=True)

UPDATE_CASE = (
    update(service_case)
    .where(service_case.c.id == bindparam("the_case"), service_case.c.head_seq == bindparam("was_seq"))
    .values(
        head_seq=bindparam("head_seq"),
        head_hash=bindparam("head_hash"),
        last_no=bindparam("last_no"),
        state=bindparam("state"),
        owner_id=bindparam("owner_id"),
        closed_at=bindparam("closed_at"),
    )
)

INSTANCE = select(instance).where(instance.c.case_id == bindparam("the_case"), instance.c.no == bindparam("the_no"))

INSERT_INSTANCE = insert(instance)

UPDATE_INSTANCE = (
    update(instance)
    .where(
        instance.c.case_id == bindparam("the_case"),
        instance.c.no == bindparam("the_no"),
        instance.c.revision == bindparam("was_revision"),
    )
    .values(
        state=bindparam("new_state"),
        revision=bindparam("was_revision") + 1,
        ended_at=bindparam("new_ended_at"),
        ending=bindparam("new_ending"),
    )
)

INSTANCES_RUNNING = select(instance).where(
    instance.c.case_id == bindparam("case_id"), instance.c.ended_at.is_(None)
).order_by(instance.c.no)


def lock(conn: Connection, case_id: int) -> Row | None:
    return conn.execute(LOCK_CASE, {"case_id": case_id}).one_or_none()


def lock_with_task(conn: Connection, case_id: int, no: int, *, wait: bool = True) -> Row | None:
    """The case, locked, with one of its tasks and that task's instance, in a single statement.

    Without `wait`, None also for a case that somebody else holds just now.

    PostgreSQL, when it had to wait for the lock, gives the new row of the case but the old ones of task and instance;
    then they are read again.
    """
    at = {"case_id": case_id, "no": no}
    row = conn.execute(LOCK_TASK if wait else LOCK_TASK_AT_ONCE, at).one_or_none()
    if row is not None and row.seq_before != row.case_head_seq:
        row = conn.execute(LOCK_TASK, at).one_or_none()
    return row


def open_case(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(service_case).returning(service_case.c.id), dict(values)).scalar_one()


def save(writes: Writes, case_id: int, was_seq: int, values: Mapping[str, Any]) -> None:
    """Stale when somebody else moved the case on meanwhile."""
    writes.add(UPDATE_CASE, {"the_case": case_id, "was_seq": was_seq, **values}, must_match=True)


def add_instance(writes: Writes, values: Mapping[str, Any]) -> None:
    writes.add(INSERT_INSTANCE, values)


def save_instance(
    writes: Writes, case_id: int, no: int, revision: int, state: bytes, ended_at: Any, ending: str | None
) -> None:
    values = {"new_state": state, "new_ended_at": ended_at, "new_ending": ending}
    writes.add(UPDATE_INSTANCE, {"the_case": case_id, "the_no": no, "was_revision": revision} | values, must_match=True)


def subject(conn: Connection, case_id: int) -> tuple[int | None, str | None, int]:
    """Customer, business key and id of a case: by the first of them there is it is told from others."""
    columns = service_case.c.customer_id, service_case.c.business_key, service_case.c.id
    return tuple(conn.execute(select(*columns).where(service_case.c.id == case_id)).one())


def running(conn: Connection, case_id: int) -> Sequence[Row]:
    return conn.execute(INSTANCES_RUNNING, {"case_id": case_id}).all()


def versions_of(conn: Connection, case_id: int) -> Sequence[int]:
    """The versions its instances are on, the ended ones too."""
    query = select(instance.c.version_id).where(instance.c.case_id == case_id).distinct().order_by(instance.c.version_id)
    return conn.execute(query).scalars().all()


def instance_of(conn: Connection, case_id: int, no: int) -> Row | None:
    return conn.execute(INSTANCE, {"the_case": case_id, "the_no": no}).one_or_none()
