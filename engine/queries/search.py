"""The trail, searched over all cases: what is wanted, page by page, and how much of it there is.

Nothing here takes longer the longer the trail is. What an index leads to is read from it; what only the entries
themselves say is looked for in stretches from the newest on, and after so many of them the answer says how far back
it has looked, and goes on from there when it is asked to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from engine.domain.actors import Actor
from engine.queries import trail
from engine.queries.paging import MOST, USUAL, instant_in, read_cursor, write_cursor
from engine.queries.search_ways import Wanted, Way, way
from engine.queries.trail import EntryRow
from engine.store.organisation import Organisation
from engine.store.schema import entry
from engine.store.types import EPOCH, MICROSECOND

#: Entries that one statement looks through, and that one page does.
STRETCH, MOST_LOOKED = 20_000, 200_000
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """`next` is the cursor of the following page, None at the end; `looked_until` is given where the page ends because
    enough was looked through, not because it is full."""

    items: tuple[EntryRow, ...]
    next: str | None = None
    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Not exact: there are more, or there may be."""

    n: int
    is_exact: bool


def page(
    conn: Connection,
    actor: Actor,
    organisation: Organisation,
    wanted: Wanted,
    *,
    limit: int = USUAL,
    cursor: str | None = None,
) -> Found:
    """The newest first; of notes searched for words, those of the newest cases."""
    limit = max(1, min(limit, MOST))
    how = way(conn, actor, organisation, wanted)
    rows: list[Row] = []
    last = None
    for stretch, last in _stretches(conn, how, _place(how, cursor)):
        columns = select(entry).select_from(how.source) if how.is_by_case else select(entry)
        rows += conn.execute(_newest(columns.where(*stretch), how).limit(limit + 1 - len(rows))).all()
        if len(rows) > limit:
            return Found(trail.entry_rows(conn, rows[:limit]), _cursor(how, _key(how, rows[limit - 1])))
    following = _cursor(how, last) if last is not None else None
    return Found(trail.entry_rows(conn, rows), following, _time(conn, how, last))


def count(conn: Connection, actor: Actor, organisation: Organisation, wanted: Wanted) -> Count:
    how = way(conn, actor, organisation, wanted)
    found, last = 0, None
    for stretch, last in _stretches(conn, how, None):
        some = select(how.key[-1]).select_from(how.source).where(*stretch).limit(MOST_COUNTED + 1 - found)
        found += conn.execute(select(func.count()).select_from(some.subquery())).scalar_one()
        if found > MOST_COUNTED:
            return Count(MOST_COUNTED, False)
    return Count(found, last is None)


def _stretches(
    conn: Connection, how: Way, place: tuple | None
) -> Iterator[tuple[Sequence[ColumnElement[bool]], tuple | None]]:
    """The conditions of each stretch, and where it ends; None where nothing is left beyond it."""
    key = tuple_(*how.key)
    for _ in range(MOST_LOOKED // STRETCH):
        before = [] if place is None else [key < place]
        end = None
        if how.is_searched:
            ahead = select(*how.key).select_from(how.frame_source).where(*how.frame, *before)
            found = conn.execute(_newest(ahead, how).offset(STRETCH - 1).limit(1)).first()
            end = None if found is None else tuple(found)
        yield (*how.frame, *how.conditions, *before, *([] if end is None else [key >= end])), end
        if end is None:
            return
        place = end


def _newest(query: Select, how: Way) -> Select:
    query = query.order_by(*(column.desc() for column in how.key))
    return query.with_hint(entry, f"INDEXED BY {how.index}", "sqlite") if how.index else query


def _key(how: Way, row: Row) -> tuple:
    return (row.case_id, row.seq) if how.is_by_case else (row.at, row.case_id, row.seq)


def _cursor(how: Way, key: tuple) -> str:
    return write_cursor(key if how.is_by_case else ((key[0] - EPOCH) // MICROSECOND, *key[1:]))


def _place(how: Way, cursor: str | None) -> tuple | None:
    key = read_cursor(cursor, len(how.key))
    if key is None:
        return None
    return tuple(key) if how.is_by_case else (instant_in(key[0]), *key[1:])


def _time(conn: Connection, how: Way, key: tuple | None) -> datetime | None:
    if key is None or not how.is_by_case:
        return key[0] if key is not None else None
    at = select(entry.c.at).where(entry.c.case_id == key[0], entry.c.seq == key[1])
    return conn.execute(at).scalar_one_or_none()
