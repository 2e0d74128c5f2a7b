"""User tasks and the sets of candidates they are offered to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from engine.store.schema import NEVER, audience, user_task
from engine.store.types import EPOCH, MICROSECOND
from engine.store.writes import Writes

LONGEST_KEY = 2_000

INSERT_TASK = insert(user_task)

END_TASKS = (
    update(user_task)
    .where(user_task.c.case_id == bindparam("the_case"), user_task.c.no == bindparam("the_no"))
    .values(
        state=bindparam("new_state"),
        assignee_id=bindparam("new_assignee"),
        ended_at=bindparam("new_ended_at"),
        ended_by=bindparam("new_ended_by"),
        ended_for=bindparam("new_ended_for"),
        draft=None,
    )
)

DOERS = select(user_task.c.element_id, user_task.c.ended_by, user_task.c.ended_for).where(
    user_task.c.case_id == bindparam("case_id"),
    user_task.c.element_id.in_(bindparam("elements", expanding=True)),
    user_task.c.state == "completed",
)


def sort_at(due_at: datetime | None) -> int:
    """Where a task stands in a worklist: by its due instant, those without one last."""
    return NEVER if due_at is None else (due_at - EPOCH) // MICROSECOND


def add(writes: Writes, rows: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_TASK, rows)


def end(
    writes: Writes, case_id: int, rows: Iterable[tuple[int, str, int | None, int | None, int | None]], at: datetime
) -> None:
    """Close tasks: (number, state, assignee, by, standing in for)."""
    values = [
        {
            "the_case": case_id,
            "the_no": no,
            "new_state": state,
            "new_assignee": assignee,
            "new_ended_at": at,
            "new_ended_by": by,
            "new_ended_for": for_,
        }
        for no, state, assignee, by, for_ in rows
    ]
    writes.add(END_TASKS, values)


def assign(conn: Connection, case_id: int, no: int, assignee_id: int | None, for_id: int | None = None) -> None:
    """`for_id`: whom the holder stands in for, when that gave them the right; kept for the completion."""
    at = (user_task.c.case_id == case_id) & (user_task.c.no == no)
    conn.execute(update(user_task).where(at).values(assignee_id=assignee_id, ended_for=for_id))


def move_due(conn: Connection, case_id: int, no: int, due_at: datetime | None) -> None:
    at = (user_task.c.case_id == case_id) & (user_task.c.no == no)
    conn.execute(update(user_task).where(at).values(due_at=due_at, sort_at=sort_at(due_at)))


def save_draft(conn: Connection, case_id: int, no: int, draft: Mapping[str, Any] | None) -> None:
    at = (user_task.c.case_id == case_id) & (user_task.c.no == no)
    conn.execute(update(user_task).where(at).values(draft=draft))


def find(conn: Connection, case_id: int, no: int) -> Row | None:
    at = (user_task.c.case_id == case_id) & (user_task.c.no == no)
    return conn.execute(select(user_task).where(at)).one_or_none()


def open_in(conn: Connection, case_id: int, instance_no: int | None = None) -> Sequence[Row]:
    query = select(user_task).where(user_task.c.case_id == case_id, user_task.c.state == "open")
    if instance_no is not None:
        query = query.where(user_task.c.instance_no == instance_no)
    return conn.execute(query.order_by(user_task.c.no)).all()


def doers(conn: Connection, case_id: int, elements: Iterable[str]) -> dict[str, set[int]]:
    """Who completed these steps in this case, in their own name or standing in for somebody."""
    found: dict[str, set[int]] = {}
    for row in conn.execute(DOERS, {"case_id": case_id, "elements": list(elements)}):
        found.setdefault(row.element_id, set()).update(i for i in (row.ended_by, row.ended_for) if i is not None)
    return found


def latest_doers(conn: Connection, case_id: int, elements: Iterable[str]) -> list[tuple[str, int | None, int | None]]:
    """(element, by, standing in for) of every completion of these steps in this case, the latest first."""
    query = DOERS.order_by(user_task.c.ended_at.desc(), user_task.c.no.desc())
    return [tuple(row) for row in conn.execute(query, {"case_id": case_id, "elements": list(elements)})]


def audience_key(groups: Iterable[str], user_ids: Iterable[int]) -> str:
    key = json.dumps([sorted(set(groups)), sorted(set(user_ids))], ensure_ascii=False, separators=(",", ":"))
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def audience_id(conn: Connection, groups: Iterable[str], user_ids: Iterable[int]) -> int:
    """The id of this set of candidates, made when it is met for the first time."""
    groups, user_ids = sorted(set(groups)), sorted(set(user_ids))
    key = audience_key(groups, user_ids)
    by_key = select(audience.c.id).where(audience.c.key == key)
    if (found := conn.execute(by_key).scalar_one_or_none()) is not None:
        return found
    values = {"key": key, "groups": groups, "user_ids": user_ids}
    if conn.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as upsert
    else:
        from sqlalchemy.dialects.sqlite import insert as upsert
    conn.execute(upsert(audience).values(values).on_conflict_do_nothing())
    return conn.execute(by_key).scalar_one()


def audiences(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(audience)).all()
