"""Where a case keeps personal values beyond its trail, and when they are to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, bindparam, null, select, update

from engine.domain.forgetting import Forgetting
from engine.store.schema import (
    deviation,
    effect,
    idempotency,
    incident,
    instance,
    message_wait,
    migration_case,
    personal_value,
    service_case,
    suggestion,
    user_task,
)
from engine.store.writes import Writes

FORGET_AT = update(service_case).where(service_case.c.id == bindparam("the_case")).values(forget_at=bindparam("the_instant"))
#: Tables of a case into which values are copied, with the columns they may stand in.
COPIES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (message_wait, ("correlation",)),
    (effect, ("body", "last_error")),
    (incident, ("text_zh", "text_en", "source")),
    (migration_case, ("why",)),
    (suggestion, ("text", "answer")),
    (deviation, ("sentence",)),
)


def set_forget_at(writes: Writes, case_id: int, at: datetime | None) -> None:
    writes.add(FORGET_AT, {"the_case": case_id, "the_instant": at})


def due(conn: Connection, now: datetime, limit: int) -> Sequence[int]:
    """The cases whose values have been kept long enough, the longest overdue first."""
    query = select(service_case.c.id).where(service_case.c.forget_at <= now)
    return conn.execute(query.order_by(service_case.c.forget_at).limit(limit)).scalars().all()


def of_case(conn: Connection, case_id: int) -> Sequence[Row]:
    """The values its trail commits to: `name` is where each stands in its entry."""
    return conn.execute(select(personal_value.c.name, personal_value.c.value).where(personal_value.c.case_id == case_id)).all()


def head_of(conn: Connection, case_id: int) -> Row:
    case = service_case.c
    return conn.execute(select(case.procedure, case.title, case.customer_id, case.business_key).where(case.id == case_id)).one()


def rename(conn: Connection, case_id: int, title: str, business_key: str | None) -> None:
    """The case is nobody's any more."""
    values = {"title": title, "business_key": business_key, "customer_id": null()}
    conn.execute(update(service_case).where(service_case.c.id == case_id).values(**values))


def forget_drafts(conn: Connection, case_id: int) -> None:
    conn.execute(update(user_task).where(user_task.c.case_id == case_id, user_task.c.draft.is_not(None)).values(draft=null()))


def forget_in_states(conn: Connection, case_id: int, changed: Callable[[Row], bytes]) -> None:
    """`changed`: the state of an instance without what is to be forgotten. A migration can no longer be taken back."""
    for row in conn.execute(select(instance).where(instance.c.case_id == case_id)).all():
        state = changed(row)
        if state != bytes(row.state):
            this = update(instance).where(instance.c.case_id == case_id, instance.c.no == row.no)
            conn.execute(this.values(state=state, revision=row.revision + 1))
    moved = migration_case.c.case_id == case_id, migration_case.c.before.is_not(None)
    conn.execute(update(migration_case).where(*moved).values(before=null()))


def forget_copies(conn: Connection, case_id: int, forgetting: Forgetting) -> None:
    for table, columns in COPIES:
        of_case = select(table).where(table.c.case_id == case_id)
        rows = of_case.where(table.c.done_at.is_(None)) if table is effect else of_case
        for row in conn.execute(rows).all():
            _forget_in(conn, table, row, columns, forgetting.of)


def forget_answers(conn: Connection, forgetting: Forgetting) -> None:
    """What was answered lately, to be answered again when the same is asked again."""
    for row in conn.execute(select(idempotency).where(idempotency.c.answer.is_not(None))).all():
        _forget_in(conn, idempotency, row, ("answer",), forgetting.of)


def _forget_in(conn: Connection, table: Table, row: Row, columns: Sequence[str], changed: Callable[[Any], Any]) -> None:
    values = {name: getattr(row, name) for name in columns}
    left = {name: changed(value) for name, value in values.items()}
    if left != values:
        conn.execute(update(table).where(*(_is(column, row) for column in table.primary_key)).values(**left))


def _is(column: Column, row: Row) -> Any:
    return column == getattr(row, column.name)
