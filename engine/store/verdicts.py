"""What was found when cases were held against their procedures: one row a case, and one a thing to be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, tuple_, update

from engine.store.schema import deviation, entry, service_case, setting, verdict
from engine.store.trail import SYSTEM_CHAIN
from engine.store.types import EPOCH, MICROSECOND

CONFORMS, INTERVENED, DEVIATES = 0, 1, 2
#: Rises when cases would be judged otherwise than before; all of them are then looked at again.
REVISION = 2
SETTING = "conformance"
BATCH = 5000


class Place(NamedTuple):
    """How far the trail has been looked through."""

    at: datetime = EPOCH
    case_id: int = 0
    seq: int = 0


def written(place: Place) -> str:
    return f"{REVISION} {(place.at - EPOCH) // MICROSECOND} {place.case_id} {place.seq}"


def reached(conn: Connection) -> tuple[str, Place]:
    """The setting as it is, and the place it stands for: the beginning, where another revision judged."""
    told = conn.execute(select(setting.c.value).where(setting.c.name == SETTING)).scalar() or ""
    revision, _, rest = told.partition(" ")
    if revision != str(REVISION) or not rest:
        return told, Place()
    at, case_id, seq = (int(part) for part in rest.split())
    return told, Place(EPOCH + at * MICROSECOND, case_id, seq)


def advance(conn: Connection, was: str, now: str) -> bool:
    """Whether nobody else has gone on meanwhile."""
    if not was:
        conn.execute(insert(setting).values(name=SETTING, value=now))
        return True
    at = (setting.c.name == SETTING) & (setting.c.value == was)
    return conn.execute(update(setting).where(at).values(value=now)).rowcount == 1


def since(conn: Connection, place: Place, until: datetime, limit: int = BATCH) -> Sequence[Row]:
    """The places of the entries after one, in order of time."""
    columns = (entry.c.at, entry.c.case_id, entry.c.seq)
    query = select(*columns).where(tuple_(*columns) > tuple(place), entry.c.at <= until)
    return conn.execute(query.order_by(*columns).limit(limit)).all()


def unjudged(conn: Connection, case_ids: Sequence[int]) -> Mapping[int, int]:
    """Of these cases the number of the last entry, where it has not been judged yet."""
    joined = service_case.outerjoin(verdict, verdict.c.case_id == service_case.c.id)
    query = select(service_case.c.id, service_case.c.head_seq, verdict.c.seq).select_from(joined)
    rows = conn.execute(query.where(service_case.c.id.in_(case_ids), service_case.c.id != SYSTEM_CHAIN))
    return {row.id: row.head_seq for row in rows if row.seq is None or row.seq < row.head_seq}


def overdue(conn: Connection, now: datetime, limit: int) -> Mapping[int, int]:
    """Cases in which nothing has happened since they were judged, and time alone has made something else of them; with
    the number of the last entry."""
    joined = verdict.join(service_case, service_case.c.id == verdict.c.case_id)
    query = select(verdict.c.case_id, verdict.c.seq).select_from(joined)
    query = query.where(verdict.c.again_at < now, verdict.c.seq == service_case.c.head_seq)
    return {row.case_id: row.seq for row in conn.execute(query.order_by(verdict.c.again_at).limit(limit))}


def save(conn: Connection, verdicts: Sequence[Mapping[str, Any]], deviations: Sequence[Mapping[str, Any]]) -> None:
    """Instead of whatever was said of these cases before."""
    case_ids = [one["case_id"] for one in verdicts]
    for table in (deviation, verdict):
        conn.execute(delete(table).where(table.c.case_id.in_(case_ids)))
    if verdicts:
        conn.execute(insert(verdict), list(verdicts))
    if deviations:
        conn.execute(insert(deviation), list(deviations))
