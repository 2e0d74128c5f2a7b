"""The trail, searched over all cases: what is wanted, page by page, and how much of it there is.

Nothing here takes longer the longer the trail is. What an index leads to is read from it; what only the entries
themselves say is looked for in stretches from the newest on, and after so many of them the answer says how far back
it has looked, and goes on from there when it is asked to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_

from engine.domain.actors import Actor
from engine.queries import trail
from engine.queries.paging import MOST, USUAL, instant_in, read_cursor, write_cursor
from engine.queries.search_ways import Wanted, Way, ways_to
from engine.queries.trail import EntryRow
from engine.store import places
from engine.store.organisation import Organisation
from engine.store.schema import entry
from engine.store.types import EPOCH, MICROSECOND

#: Entries that the first statement looks through, that a later one does, and about as many as a page does.
FIRST_STRETCH, STRETCH, MOST_LOOKED = 1_000, 20_000, 100_000
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


Key = tuple[Any, ...]


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
    ways = ways_to(conn, actor, organisation, wanted)
    place = _place(ways[0], cursor)
    keys: set[Key] = set()
    ends: list[Key] = []
    for way in ways:
        found, end = _along(conn, way, place, limit + 1)
        keys.update(found)
        ends += [end] if end is not None else []
    floor = max(ends, default=None)
    shown = sorted((key for key in keys if floor is None or key >= floor), reverse=True)
    until = _time(conn, ways[0], floor) if len(shown) <= limit else None
    if len(shown) > limit:
        shown, floor = shown[:limit], shown[limit - 1]
    return Found(_read(conn, shown), _cursor(ways[0], floor) if floor is not None else None, until)


def count(conn: Connection, actor: Actor, organisation: Organisation, wanted: Wanted) -> Count:
    found, is_all = 0, True
    for way in ways_to(conn, actor, organisation, wanted):
        end = None
        for stretch, end in _stretches(conn, way, None):
            some = _selected(way).where(*stretch).limit(MOST_COUNTED + 1 - found)
            found += conn.execute(select(func.count()).select_from(_hinted(some, way).subquery())).scalar_one()
            if found > MOST_COUNTED:
                return Count(MOST_COUNTED, False)
        is_all &= end is None
    return Count(found, is_all)


def _along(conn: Connection, way: Way, place: Key | None, limit: int) -> tuple[list[Key], Key | None]:
    """The keys of what is found beyond the place, and where the looking ended; None where nothing is left."""
    keys: list[Key] = []
    end = None
    for stretch, end in _stretches(conn, way, place):
        query = _selected(way).where(*stretch)
        keys += map(tuple, conn.execute(_newest(query, way).limit(limit - len(keys))).all())
        if len(keys) == limit:
            return keys, keys[-1]
    return keys, end


def _stretches(
    conn: Connection, way: Way, place: Key | None
) -> Iterator[tuple[Sequence[ColumnElement[bool]], Key | None]]:
    """The conditions of each stretch, and where it ends; None where nothing is left beyond it."""
    key = tuple_(*way.key)
    looked, length = 0, min(FIRST_STRETCH, STRETCH)
    while looked < MOST_LOOKED:
        before = [] if place is None else [key < place]
        end = None
        if way.is_searched:
            ahead = select(*way.key).select_from(way.frame_source).where(*way.frame, *before)
            found = conn.execute(_newest(ahead, way).offset(length - 1).limit(1)).first()
            end = None if found is None else tuple(found)
        yield (*way.frame, *way.conditions, *before, *([] if end is None else [key >= end])), end
        if end is None:
            return
        place, looked, length = end, looked + length, min(length * 4, STRETCH)


def _selected(way: Way) -> Select:
    query = select(*way.key).select_from(way.source)
    return query.distinct() if way.is_distinct else query


def _newest(query: Select, way: Way) -> Select:
    return _hinted(query.order_by(*(column.desc() for column in way.key)), way)


def _hinted(query: Select, way: Way) -> Select:
    return query.with_hint(entry, f"INDEXED BY {way.index}", "sqlite") if way.index else query


def _read(conn: Connection, keys: Sequence[Key]) -> tuple[EntryRow, ...]:
    """In the order of the keys, which end with the case and the number."""
    order = {(key[-2], key[-1]): at for at, key in enumerate(keys)}
    rows = conn.execute(select(entry).where(places.at(entry.c.case_id, entry.c.seq, order))).all() if order else ()
    return trail.entry_rows(conn, sorted(rows, key=lambda row: order[row.case_id, row.seq]))


def _cursor(way: Way, key: Key) -> str:
    return write_cursor(key if way.is_by_case else ((key[0] - EPOCH) // MICROSECOND, *key[1:]))


def _place(way: Way, cursor: str | None) -> Key | None:
    key = read_cursor(cursor, len(way.key))
    if key is None:
        return None
    return tuple(key) if way.is_by_case else (instant_in(key[0]), *key[1:])


def _time(conn: Connection, way: Way, key: Key | None) -> datetime | None:
    if key is None or not way.is_by_case:
        return key[0] if key is not None else None
    at = select(entry.c.at).where(entry.c.case_id == key[0], entry.c.seq == key[1])
    return conn.execute(at).scalar_one_or_none()
