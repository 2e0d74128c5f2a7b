"""What employees would do better, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.store.schema import procedure_version, suggestion

UNKNOWN = Text("流程“{procedure}”没有编号为 {ids} 的建议。", "Procedure “{procedure}” has no suggestion {ids}.")
#: The number of the version a suggestion was made on, and of the one that took it up.
made_on, taken_up = procedure_version.alias("made_on"), procedure_version.alias("taken_up")
OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(suggestion).returning(suggestion.c.id), dict(values) | {"state": OPEN}).scalar_one()


def find(conn: Connection, suggestion_id: int) -> Row | None:
    return conn.execute(_joined().where(suggestion.c.id == suggestion_id)).one_or_none()


def answer(conn: Connection, suggestion_id: int, state: str, words: str, by: int, at: datetime) -> None:
    values = {"state": state, "answer": words, "answered_by": by, "answered_at": at}
    conn.execute(update(suggestion).where(suggestion.c.id == suggestion_id).values(**values))


def of_procedure(conn: Connection, procedure: str, *more: ColumnElement[bool]) -> Sequence[Row]:
    """The open ones first, then the newest."""
    is_open = (suggestion.c.state == OPEN).desc()
    query = _joined().where(suggestion.c.procedure == procedure, *more).order_by(is_open, suggestion.c.id.desc())
    return conn.execute(query).all()


def of_author(conn: Connection, author_id: int, limit: int) -> Sequence[Row]:
    """The newest first."""
    query = _joined().where(suggestion.c.author_id == author_id).order_by(suggestion.c.id.desc()).limit(limit)
    return conn.execute(query).all()


def counts(conn: Connection) -> dict[str, tuple[int, int]]:
    """How many suggestions each procedure has: open, and all."""
    is_open = func.count().filter(suggestion.c.state == OPEN)
    query = select(suggestion.c.procedure, is_open, func.count()).group_by(suggestion.c.procedure)
    return {procedure: (open_, all_) for procedure, open_, all_ in conn.execute(query.order_by(suggestion.c.procedure))}


def take_up(conn: Connection, ids: Collection[int], procedure: str, version_id: int) -> list[int]:
    """The version has taken these suggestions of its procedure up, which accepts them; returns their ids, sorted."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    among = suggestion.c.id.in_(wanted) & (suggestion.c.procedure == procedure)
    known = sorted(conn.execute(select(suggestion.c.id).where(among)).scalars())
    if missing := [str(one) for one in wanted if one not in known]:
        named = UNKNOWN.format(procedure=procedure, ids=", ".join(missing))
        raise InvalidInput(fields={"suggestions": named})
    conn.execute(update(suggestion).where(among).values(taken_up_id=version_id, state=ACCEPTED))
    return known


def _joined() -> Any:
    numbers = made_on.c.number.label("version"), taken_up.c.number.label("taken_up_in")
    joined = suggestion.outerjoin(made_on, made_on.c.id == suggestion.c.version_id)
    joined = joined.outerjoin(taken_up, taken_up.c.id == suggestion.c.taken_up_id)
    return select(suggestion, *numbers).select_from(joined)
