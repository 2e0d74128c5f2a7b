"""What was found when cases were held against their procedures: the deviating first, filtered, counted, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, select, tuple_

from engine.domain.text import Text
from engine.queries.paging import MOST, USUAL, Page, cut, instant_in, read_cursor
from engine.store.schema import deviation, instance, procedure_version, service_case, verdict
from engine.store.types import EPOCH, MICROSECOND
from engine.store.verdicts import INTERVENED, reached


@dataclass(frozen=True, slots=True)
class Wanted:
    """`procedure` ran in the case, on `version`; `from_at` to `to_at` it was opened; `kind` is said of it.

    `worst` names the verdict: DEVIATES, INTERVENED or CONFORMS; None means all.
    """

    procedure: str | None = None
    version: int | None = None
    kind: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    worst: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One deviation or intervention as it was found."""

    case_id: int
    no: int
    is_remark: bool
    kind: str
    procedure: str
    version: int
    element: str
    seq: int
    at: datetime
    sentence: Text


@dataclass(frozen=True, slots=True)
class Judged:
    """One case; `is_stale`: something has happened in it since."""

    case_id: int
    procedure: str
    state: str
    opened_at: datetime
    worst: int
    checked_at: datetime
    is_stale: bool
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases there are by verdict, and in how many of them each kind is said."""

    by_worst: Mapping[int, int]
    by_kind: Mapping[str, int]


def page(conn: Connection, wanted: Wanted, *, limit: int = USUAL, cursor: str | None = None) -> Page[Judged]:
    """The deviating first, then those somebody stepped into, then the others; the newest first among each."""
    limit = max(1, min(limit, MOST))
    columns = (verdict, service_case.c.procedure, service_case.c.state)
    query = select(*columns, service_case.c.opened_at, service_case.c.head_seq).select_from(_joined()).where(_meant(wanted))
    if after := read_cursor(cursor, 2):
        query = query.where(tuple_(verdict.c.worst, verdict.c.case_id) < tuple(after))
    query = query.order_by(verdict.c.worst.desc(), verdict.c.case_id.desc()).limit(limit + 1)
    rows, following = cut(conn.execute(query).all(), limit, lambda row: (row.worst, row.case_id))
    said = _said(conn, [row.case_id for row in rows])
    return Page(tuple(_judged(row, said) for row in rows), following)


def counts(conn: Connection, wanted: Wanted) -> Counts:
    """Of the cases the filter leaves, whatever their verdict."""
    has_time = wanted.from_at is not None or wanted.to_at is not None
    judged: Any = _joined() if has_time else verdict
    by_worst = select(verdict.c.worst, func.count()).select_from(judged).where(_meant(wanted)).group_by(verdict.c.worst)
    joined = judged.join(deviation, deviation.c.case_id == verdict.c.case_id)
    by_kind = select(deviation.c.kind, func.count(deviation.c.case_id.distinct())).select_from(joined)
    by_kind = by_kind.where(_meant(wanted)).group_by(deviation.c.kind)
    worst, kinds = (conn.execute(query).all() for query in (by_worst, by_kind))
    return Counts({row[0]: row[1] for row in worst}, {row[0]: row[1] for row in kinds})


def newest(
    conn: Connection,
    *,
    kinds: Sequence[str] = (),
    with_remarks: bool = False,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    limit: int = USUAL,
    cursor: str | None = None,
) -> Page[Found]:
    """Deviations over all cases, the newest first."""
    limit = max(1, min(limit, MOST))
    query = select(deviation)
    if not with_remarks:
        query = query.where(deviation.c.is_remark.is_(False))
    if kinds:
        query = query.where(deviation.c.kind.in_(kinds))
    if from_at is not None:
        query = query.where(deviation.c.at >= from_at)
    if to_at is not None:
        query = query.where(deviation.c.at < to_at)
    order = (deviation.c.at, deviation.c.case_id, deviation.c.no)
    if after := read_cursor(cursor, 3):
        query = query.where(tuple_(*order) < (instant_in(after[0]), after[1], after[2]))
    rows = conn.execute(query.order_by(*(column.desc() for column in order)).limit(limit + 1)).all()
    shown, following = cut(rows, limit, lambda row: ((row.at - EPOCH) // MICROSECOND, row.case_id, row.no))
    return Page(tuple(_found(row) for row in shown), following)


def checked_until(conn: Connection) -> datetime | None:
    """Up to when the trail has been looked through; None where nobody has begun."""
    _, place = reached(conn)
    return place.at if place.at > EPOCH else None


def _joined() -> Any:
    return verdict.join(service_case, service_case.c.id == verdict.c.case_id)


def _meant(wanted: Wanted) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [verdict.c.worst >= 0]
    if wanted.worst is not None:
        asked.append(verdict.c.worst == wanted.worst)
    if wanted.from_at is not None:
        asked.append(service_case.c.opened_at >= wanted.from_at)
    if wanted.to_at is not None:
        asked.append(service_case.c.opened_at < wanted.to_at)
    if wanted.procedure is not None:
        ran = (instance.c.case_id == verdict.c.case_id) & (instance.c.procedure == wanted.procedure)
        if wanted.version is not None:
            of = (procedure_version.c.procedure == wanted.procedure) & (procedure_version.c.number == wanted.version)
            ran &= instance.c.version_id.in_(select(procedure_version.c.id).where(of))
        asked.append(exists().where(ran))
    if wanted.kind is not None:
        other = deviation.alias()
        asked.append(verdict.c.worst >= INTERVENED)
        asked.append(exists().where((other.c.case_id == verdict.c.case_id) & (other.c.kind == wanted.kind)))
    return and_(*asked)


def _said(conn: Connection, case_ids: Sequence[int]) -> Mapping[int, list[Found]]:
    said: dict[int, list[Found]] = {}
    query = select(deviation).where(deviation.c.case_id.in_(case_ids)).order_by(deviation.c.case_id, deviation.c.no)
    for row in conn.execute(query):
        said.setdefault(row.case_id, []).append(_found(row))
    return said


def _found(row: Row) -> Found:
    told = (row.kind, row.procedure, row.version, row.element, row.seq, row.at, Text(row.sentence["zh"], row.sentence["en"]))
    return Found(row.case_id, row.no, row.is_remark, *told)


def _judged(row: Row, said: Mapping[int, Sequence[Found]]) -> Judged:
    told = (row.procedure, row.state, row.opened_at, row.worst, row.checked_at, row.head_seq > row.seq)
    return Judged(row.case_id, *told, tuple(said.get(row.case_id, ())))

