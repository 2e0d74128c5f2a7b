"""The trail, read: of one case in order; searched over all it is in `engine.queries.search`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.queries.paging import MOST, Page, cut, read_cursor
from engine.store import trail
from engine.store.schema import entry

REDACTED = {"redacted": True}
NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """`data` with personal values put back where they still exist; `{"redacted": true}` where they were deleted."""

    case_id: int
    seq: int
    type: str
    at: datetime
    actor_id: int
    login: str
    data: Mapping[str, Any]
    hash: str


def of_case(
    conn: Connection,
    case_id: int,
    *,
    limit: int = MOST,
    cursor: str | None = None,
    newest_first: bool = False,
    leaving_out: Sequence[str] = (),
) -> Page[EntryRow]:
    """The entries of a case the caller has already been allowed to see; `leaving_out` names types."""
    limit = max(1, min(limit, MOST))
    query = select(entry).where(entry.c.case_id == case_id)
    if leaving_out:
        query = query.where(entry.c.type.not_in(leaving_out))
    after = read_cursor(cursor, 1)
    if newest_first:
        query = query.where(entry.c.seq < after[0]) if after else query
        query = query.order_by(entry.c.seq.desc())
    else:
        query = query.where(entry.c.seq > after[0]) if after else query
        query = query.order_by(entry.c.seq)
    rows = conn.execute(query.limit(limit + 1)).all()
    shown, following = cut(rows, limit, lambda row: (row.seq,))
    return Page(entry_rows(conn, shown), following)


def entry_row(row: Row, personal: Mapping[tuple[int, int, str], Any] = NOTHING) -> EntryRow:
    """A stored entry, read from its bytes; `personal` by case, number and path.

    One that somebody has altered until it cannot be read is shown without its contents, not hidden.
    """
    try:
        body = json.loads(row.body)
        data, login = dict(body["data"]), str(body["by"])
    except (ValueError, KeyError, TypeError):
        data, login = {}, ""
    data = _with_values(data, (), (row.case_id, row.seq), personal)
    return EntryRow(row.case_id, row.seq, row.type, row.at, row.actor_id, login, data, bytes(row.hash).hex())


def entry_rows(conn: Connection, rows: Sequence[Row]) -> tuple[EntryRow, ...]:
    """Stored entries with what is still kept of their personal values."""
    personal = trail.personal_values_of(conn, [(row.case_id, row.seq) for row in rows])
    return tuple(entry_row(row, personal) for row in rows)


def latest(conn: Connection) -> tuple[datetime, int, int] | None:
    """When, in which case and as which entry something happened last; it changes with everything that happens."""
    order = (entry.c.at.desc(), entry.c.case_id.desc(), entry.c.seq.desc())
    row = conn.execute(select(entry.c.at, entry.c.case_id, entry.c.seq).order_by(*order).limit(1)).first()
    return None if row is None else (row.at, row.case_id, row.seq)


def _with_values(
    value: Any, path: tuple[str, ...], at: tuple[int, int], personal: Mapping[tuple[int, int, str], Any]
) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sha256"} and path:
        return personal.get((*at, "/".join(path)), REDACTED)
    return {key: _with_values(one, (*path, key), at, personal) for key, one in value.items()}
