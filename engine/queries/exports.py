"""What goes into an export of the trail: whole chains, read in short transactions and constant memory.

Each chain is read up to the head it had when it was come to, so that what is written meanwhile neither is missed half
nor breaks the file. An instant range means the cases opened in it; a case is never cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from engine.audit.entry import iso
from engine.audit.exports.lines import LIFECYCLE, Case, ChainEnd, Line
from engine.domain.actors import ADMIN, AUDITOR, OWNER, Actor
from engine.domain.case import CASE, case_number
from engine.domain.errors import Forbidden, NotFound
from engine.domain.procedure import may_change_procedure
from engine.domain.text import Text
from engine.queries import names
from engine.queries.trail import entry_row
from engine.store import exports as store
from engine.store import procedures, trail
from engine.store.schema import checkpoint_leaf, entry, personal_value, sample, sample_case, service_case, system_chain
from engine.versions import Versions

CASES, ENTRIES, MOST_IDS = 200, 2_000, 2**63
Leaves = tuple[tuple[int, int], ...]
Read = Callable[[], AbstractContextManager[Connection]]
NOT_YOURS = Text("只有审计、管理员和流程负责人可以导出轨迹", "auditors, administrators and process owners export the trail")
SAMPLE = Text("抽样", "The sample")
PROCEDURE = Text("流程", "The procedure")
SYSTEM = Case(trail.SYSTEM_CHAIN, "system")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases; `only`: the procedures whose cases the caller may take away, None where it is all of them."""

    case_id: int | None = None
    procedure: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    only: tuple[str, ...] | None = None
    sample: int | None = None

    @property
    def has_system(self) -> bool:
        """The system's chain belongs to an export of everything."""
        return self == Wanted()

    def told(self) -> Mapping[str, Any]:
        """As it stands in the file and in the trail."""
        told = {"case": self.case_id and case_number(self.case_id), "procedure": self.procedure}
        told |= {"from": self.from_at and iso(self.from_at), "to": self.to_at and iso(self.to_at)}
        told["procedures"] = None if self.only is None else list(self.only)
        told["sample"] = self.sample
        return {key: value for key, value in told.items() if value is not None}

    def to_dict(self) -> Mapping[str, Any]:
        """As it is kept until somebody makes it; `of_dict` reads it."""
        kept = {"case_id": self.case_id, "procedure": self.procedure, "only": self.only and list(self.only), "sample": self.sample}
        return kept | {"from_at": self.from_at and iso(self.from_at), "to_at": self.to_at and iso(self.to_at)}

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> Wanted:
        instants = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("from_at", "to_at")}
        only = None if kept["only"] is None else tuple(kept["only"])
        return cls(kept["case_id"], kept["procedure"], only=only, sample=kept["sample"], **instants)


def found(conn: Connection, wanted: Wanted) -> None:
    """What was named exists."""
    if wanted.procedure is not None and procedures.find(conn, wanted.procedure) is None:
        raise NotFound(what=PROCEDURE)
    if wanted.sample is not None and not _is_sample(conn, wanted.sample):
        raise NotFound(what=SAMPLE)
    if wanted.case_id is not None:
        is_number = 0 < wanted.case_id < MOST_IDS
        if not is_number or conn.execute(select(service_case.c.id).where(*_where(wanted))).first() is None:
            raise NotFound(what=CASE)


def is_waited_for(conn: Connection, export_id: int) -> bool:
    """Whether an export that was ordered is still to be made."""
    row = store.find(conn, export_id)
    return row is not None and row.state in (store.WAITING, store.RUNNING)


def allowed(conn: Connection, actor: Actor, wanted: Wanted) -> Wanted:
    """What of it this person may take away; refused where that is nothing they could ever have."""
    if not actor.has(AUDITOR, ADMIN):
        if not actor.has(OWNER):
            raise Forbidden(why=NOT_YOURS)
        only = tuple(row.key for row in procedures.all_(conn) if may_change_procedure(actor, row))
        wanted = replace(wanted, only=only)
        if wanted.procedure is not None and wanted.procedure not in only:
            raise NotFound(what=PROCEDURE)
    found(conn, wanted)
    return wanted


def may_take(conn: Connection, actor: Actor, procedure: str | None) -> bool:
    """Of one procedure's case."""
    row = procedures.find(conn, procedure or "")
    return actor.has(AUDITOR, ADMIN) or (actor.has(OWNER) and may_change_procedure(actor, row))


def case_ids(conn: Connection, wanted: Wanted) -> tuple[int, ...]:
    """All of them: for what is about few."""
    return tuple(conn.execute(select(service_case.c.id).where(*_where(wanted)).order_by(service_case.c.id)).scalars())


def counted(conn: Connection, wanted: Wanted) -> tuple[int, int]:
    """How many cases and entries there are to be exported."""
    columns = (func.count(), func.coalesce(func.sum(service_case.c.head_seq), 0))
    cases, entries = conn.execute(select(*columns).where(*_where(wanted))).one()
    return cases, int(entries) + (trail.length(conn, trail.SYSTEM_CHAIN) if wanted.has_system else 0)


def chains(read: Read, versions: Versions, wanted: Wanted, locale: str = "en") -> Iterator[Line | ChainEnd]:
    """The entries of one chain after another, each chain followed by its end."""
    if wanted.has_system:
        with read() as conn:
            head, fixed = conn.execute(select(system_chain)).one(), _fixed(conn, [SYSTEM.id])
        yield from _lines(read, versions, {0: head.head_seq}, {0: SYSTEM}, locale)
        yield ChainEnd(SYSTEM, head.head_seq, bytes(head.head_hash), fixed.get(SYSTEM.id, ()))
    last = 0
    while True:
        with read() as conn:
            query = select(service_case).where(*_where(wanted), service_case.c.id > last)
            rows = conn.execute(query.order_by(service_case.c.id).limit(CASES)).all()
            fixed = _fixed(conn, [row.id for row in rows])
        if not rows:
            return
        yield from _of_cases(read, versions, rows, fixed, locale)
        last = rows[-1].id


def _of_cases(
    read: Read, versions: Versions, rows: Sequence[Row], fixed: Mapping[int, Leaves], locale: str
) -> Iterator[Line | ChainEnd]:
    cases = {row.id: _case(row) for row in rows}
    waiting = [ChainEnd(cases[r.id], r.head_seq, bytes(r.head_hash), fixed.get(r.id, ())) for r in reversed(rows)]
    for line in _lines(read, versions, {row.id: row.head_seq for row in rows}, cases, locale):
        while waiting[-1].case.id < line.case.id:
            yield waiting.pop()
        yield line
    yield from reversed(waiting)


def _fixed(conn: Connection, ids: Sequence[int]) -> dict[int, Leaves]:
    """The leaves of the checkpoints by chain; what a leaf fixes is never beyond the head read with it."""
    leaf = checkpoint_leaf.c
    found: dict[int, list[tuple[int, int]]] = {}
    query = select(leaf.case_id, leaf.no, leaf.seq).where(leaf.case_id.in_(ids)).order_by(leaf.no)
    for row in conn.execute(query):
        found.setdefault(row.case_id, []).append((row.no, row.seq))
    return {chain: tuple(leaves) for chain, leaves in found.items()}


def _lines(
    read: Read, versions: Versions, ends: Mapping[int, int], cases: Mapping[int, Case], locale: str
) -> Iterator[Line]:
    last = (-1, 0)
    while True:
        with read() as conn:
            after = tuple_(entry.c.case_id, entry.c.seq) > last
            query = select(entry).where(entry.c.case_id.in_(list(ends)), after)
            rows = conn.execute(query.order_by(entry.c.case_id, entry.c.seq).limit(ENTRIES)).all()
            shown = list(_shown(conn, versions, rows, cases, locale))
        yield from (line for line in shown if line.seq <= ends[line.case.id])
        if len(rows) < ENTRIES:
            return
        last = (rows[-1].case_id, rows[-1].seq)


def _shown(
    conn: Connection, versions: Versions, rows: Sequence[Row], cases: Mapping[int, Case], locale: str
) -> Iterator[Line]:
    kept = _kept(conn, rows)
    values = {(*at, path): value for at, of_entry in kept.items() for path, (_, value) in of_entry.items()}
    told = [entry_row(row, values) for row in rows]
    known = names.book(conn, versions, told)
    for row, one in zip(rows, told, strict=True):
        step = known.of(row.case_id).steps.get(str(one.data.get("element"))) if row.type in LIFECYCLE else None
        yield Line(
            cases[row.case_id], row.seq, row.type, row.at, row.actor_id, bytes(row.hash), bytes(row.body),
            one.login, one.data, step.in_(locale) if step else "", kept.get((row.case_id, row.seq), {}),
        )  # fmt: skip


def _is_sample(conn: Connection, sample_id: int) -> bool:
    is_number = 0 < sample_id < MOST_IDS
    return is_number and conn.execute(select(sample.c.id).where(sample.c.id == sample_id)).first() is not None


def _kept(conn: Connection, rows: Sequence[Row]) -> dict[tuple[int, int], dict[str, tuple[bytes, Any]]]:
    """Personal values that were not deleted, each with its salt."""
    found: dict[tuple[int, int], dict[str, tuple[bytes, Any]]] = {}
    if rows:
        at = tuple_(personal_value.c.case_id, personal_value.c.seq)
        first, last = (rows[0].case_id, rows[0].seq), (rows[-1].case_id, rows[-1].seq)
        ids = sorted({row.case_id for row in rows})
        query = select(personal_value).where(personal_value.c.case_id.in_(ids), at >= first, at <= last)
        for row in conn.execute(query):
            found.setdefault((row.case_id, row.seq), {})[row.name] = (bytes(row.salt), row.value)
    return found


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    case, asked = service_case.c, []
    if wanted.case_id is not None:
        asked.append(case.id == wanted.case_id)
    if wanted.procedure is not None:
        asked.append(case.procedure == wanted.procedure)
    if wanted.only is not None:
        asked.append(case.procedure.in_(wanted.only))
    if wanted.from_at is not None:
        asked.append(case.opened_at >= wanted.from_at)
    if wanted.sample is not None:
        asked.append(case.id.in_(select(sample_case.c.case_id).where(sample_case.c.sample_id == wanted.sample)))
    if wanted.to_at is not None:
        asked.append(case.opened_at < wanted.to_at)
    return asked


def _case(row: Row) -> Case:
    return Case(
        row.id, case_number(row.id), row.procedure, row.title, row.state, row.channel or "", row.customer_id,
        row.department or "",
    )  # fmt: skip
