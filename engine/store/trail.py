"""Entries of the trail and the heads of their chains. Append and read; nothing here can change an entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, tuple_, type_coerce, update

from engine.domain.errors import Refusal
from engine.domain.text import Text
from engine.store import places
from engine.store.schema import entry, personal_value, service_case, system_chain
from engine.store.types import Blob
from engine.store.writes import Writes

SYSTEM_CHAIN = 0
#: Below it no number of ours lies, so that nothing is passed over that somebody put there.
MOST = 2**31 - 1
HASH_BYTES = 32

INSERT_ENTRY = insert(entry)
INSERT_PERSONAL = insert(personal_value)


class HeadDamaged(Refusal):
    """Somebody has written what is no hash where the hash of the last entry belongs."""

    code, kind = "head-damaged", "unavailable"
    sentence = Text(
        "系统链的链头已损坏，无法再写入轨迹；请从备份恢复数据库。",
        "The head of the system's chain is damaged, so nothing can be added to the trail: restore the database from a backup.",
    )


def lock_system_head(conn: Connection) -> tuple[int, bytes]:
    row = conn.execute(select(system_chain.c.head_seq, system_chain.c.head_hash).with_for_update()).one()
    if not isinstance(row.head_seq, int) or len(row.head_hash) != HASH_BYTES:
        raise HeadDamaged()
    return row.head_seq, row.head_hash


def move_system_head(conn: Connection, seq: int, hash_: bytes) -> None:
    conn.execute(update(system_chain).values(head_seq=seq, head_hash=hash_))


def add(writes: Writes, rows: Sequence[Mapping[str, Any]], personal: Sequence[Mapping[str, Any]]) -> None:
    writes.add(INSERT_ENTRY, rows)
    writes.add(INSERT_PERSONAL, personal)


def of_case(conn: Connection, case_id: int, after: int = 0, limit: int | None = None) -> Sequence[Row]:
    query = select(entry).where(entry.c.case_id == case_id, entry.c.seq > after).order_by(entry.c.seq).limit(limit)
    return conn.execute(query).all()


def heads(conn: Connection, case_id: int | None = None) -> Iterator[tuple[int, int, bytes]]:
    """(chain, number, hash) as each case and the system chain say of themselves, in chain order."""
    if case_id in (None, SYSTEM_CHAIN):
        for row in conn.execute(select(system_chain)):
            yield SYSTEM_CHAIN, row.head_seq, row.head_hash
    cases = select(service_case.c.id, service_case.c.head_seq, service_case.c.head_hash).order_by(service_case.c.id)
    if case_id is not None:
        cases = cases.where(service_case.c.id == case_id)
    for row in conn.execute(cases.execution_options(yield_per=1000)):
        yield row.id, row.head_seq, row.head_hash


def length(conn: Connection, chain: int) -> int:
    """The number of the last entry of a chain, 0 where there is none."""
    head = select(service_case.c.head_seq).where(service_case.c.id == chain)
    return conn.execute(select(system_chain.c.head_seq) if chain == SYSTEM_CHAIN else head).scalar() or 0


def all_in_order(conn: Connection, case_id: int | None = None, batch: int = 2000, after: int = -MOST) -> Iterator[Row]:
    """Every entry by chain and number, or those of one chain after a number; read in batches of constant memory."""
    last = (-MOST, -MOST) if case_id is None else (case_id, after)
    while True:
        query = select(entry).where(tuple_(entry.c.case_id, entry.c.seq) > last)
        if case_id is not None:
            query = query.where(entry.c.case_id == case_id)
        rows = conn.execute(query.order_by(entry.c.case_id, entry.c.seq).limit(batch)).all()
        yield from rows
        if len(rows) < batch:
            return
        last = (rows[-1].case_id, rows[-1].seq)


def personal_values_in_order(
    conn: Connection, case_id: int | None = None, batch: int = 2000, after: int = -MOST
) -> Iterator[Row]:
    """Every personal value as its bytes by chain, number and name, or those of one chain after a number."""
    of = personal_value.c
    place, last = tuple_(of.case_id, of.seq, of.name), (-MOST if case_id is None else case_id, after + 1, "")
    columns = of.case_id, of.seq, of.name, of.salt, type_coerce(of.value, Blob).label("value")
    while True:
        query = select(*columns).where(place > last, *([of.case_id == case_id] if case_id is not None else []))
        rows = conn.execute(query.order_by(of.case_id, of.seq, of.name).limit(batch)).all()
        yield from rows
        if len(rows) < batch:
            return
        last = (rows[-1].case_id, rows[-1].seq, rows[-1].name)


def count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(entry)).scalar_one()


def personal_values_of(conn: Connection, entries: Sequence[tuple[int, int]]) -> dict[tuple[int, int, str], Any]:
    """What is still kept of the personal values of these entries, given by case and number."""
    value = personal_value.c
    query = select(value.case_id, value.seq, value.name, value.value)
    if not entries:
        return {}
    rows = conn.execute(query.where(places.at(value.case_id, value.seq, entries)))
    return {(row.case_id, row.seq, row.name): row.value for row in rows}


def forget_personal_values(conn: Connection, case_id: int) -> int:
    return conn.execute(delete(personal_value).where(personal_value.c.case_id == case_id)).rowcount


def seqs_about_customer(conn: Connection, types: Sequence[str], customer_id: int, batch: int = 2000) -> Iterator[int]:
    """The entries of the system chain of these types that are about the customer."""
    after = 0
    while True:
        query = select(entry.c.seq, entry.c.body).where(entry.c.case_id == SYSTEM_CHAIN, entry.c.type.in_(types))
        rows = conn.execute(query.where(entry.c.seq > after).order_by(entry.c.seq).limit(batch)).all()
        yield from (row.seq for row in rows if json.loads(row.body)["data"].get("customer") == customer_id)
        if len(rows) < batch:
            return
        after = rows[-1].seq


def forget_personal_values_at(conn: Connection, seqs: Sequence[int]) -> int:
    """Of these entries of the system chain."""
    value = personal_value.c
    return conn.execute(delete(personal_value).where(value.case_id == SYSTEM_CHAIN, value.seq.in_(seqs))).rowcount


def rows_of(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Entries as rows; any object with the fields of an entry will do."""
    names = ("case_id", "seq", "type", "at", "actor_id", "hash", "body")
    return [{name: getattr(one, name) for name in names} for one in entries]
