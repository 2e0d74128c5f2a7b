"""Checkpoints, their leaves and the keys that signed them. Append and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_

from engine.store.schema import checkpoint, checkpoint_leaf, service_case, signing_key, system_chain
from engine.store.trail import SYSTEM_CHAIN

BATCH = 2000


def latest(conn: Connection) -> Row | None:
    return conn.execute(select(checkpoint).order_by(checkpoint.c.id.desc()).limit(1)).one_or_none()


def latest_at(conn: Connection) -> datetime | None:
    return conn.execute(select(checkpoint.c.at).order_by(checkpoint.c.id.desc()).limit(1)).scalar()


def newest(conn: Connection, limit: int, before: int | None = None) -> Sequence[Row]:
    """The newest first; `before` is the number of the last one seen."""
    query = select(checkpoint).order_by(checkpoint.c.id.desc()).limit(limit)
    return conn.execute(query if before is None else query.where(checkpoint.c.id < before)).all()


def find(conn: Connection, checkpoint_id: int) -> Row | None:
    return conn.execute(select(checkpoint).where(checkpoint.c.id == checkpoint_id)).one_or_none()


def in_order(conn: Connection) -> Iterator[Row]:
    last = 0
    while rows := conn.execute(select(checkpoint).where(checkpoint.c.id > last).order_by(checkpoint.c.id).limit(500)).all():
        yield from rows
        last = rows[-1].id


def times(conn: Connection) -> Sequence[Row]:
    """Number and instant of every checkpoint."""
    return conn.execute(select(checkpoint.c.id, checkpoint.c.at).order_by(checkpoint.c.id)).all()


def moved(conn: Connection) -> Iterator[tuple[int, int, bytes, int]]:
    """Chain, number and hash of each head beyond the chain's last leaf, and the number in that leaf (0: none)."""
    known = select(checkpoint_leaf.c.seq).order_by(checkpoint_leaf.c.no.desc()).limit(1)
    head = conn.execute(select(system_chain.c.head_seq, system_chain.c.head_hash)).one()
    before = conn.execute(known.where(checkpoint_leaf.c.case_id == SYSTEM_CHAIN)).scalar() or 0
    if head.head_seq > before:
        yield SYSTEM_CHAIN, head.head_seq, bytes(head.head_hash), before
    case = service_case.c
    seq = known.where(checkpoint_leaf.c.case_id == case.id).correlate(service_case).scalar_subquery()
    query, last = select(case.id, case.head_seq, case.head_hash, seq.label("known")).order_by(case.id).limit(BATCH), 0
    while rows := conn.execute(query.where(case.id > last)).all():
        for row in rows:
            if row.head_seq > (row.known or 0):
                yield row.id, row.head_seq, bytes(row.head_hash), row.known or 0
        last = rows[-1].id


def add_leaves(conn: Connection, leaves: Sequence[Mapping[str, Any]]) -> None:
    if leaves:
        conn.execute(insert(checkpoint_leaf), leaves)


def add(conn: Connection, values: Mapping[str, Any]) -> None:
    conn.execute(insert(checkpoint).values(**values))


def leaves(conn: Connection, start: int = 0, end: int | None = None) -> Iterator[Row]:
    """The leaves from number `start` up to, not including, `end`."""
    leaf = checkpoint_leaf.c
    while True:
        query = select(checkpoint_leaf).where(leaf.no >= start).order_by(leaf.no).limit(BATCH)
        rows = conn.execute(query if end is None else query.where(leaf.no < end)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        start = rows[-1].no + 1


def leaves_by_chain(conn: Connection, case_id: int | None = None) -> Iterator[Row]:
    """All leaves by chain and number, or one chain's."""
    leaf, last = checkpoint_leaf.c, (-1, -1) if case_id is None else (case_id, -1)
    query = select(checkpoint_leaf).order_by(leaf.case_id, leaf.no).limit(BATCH)
    if case_id is not None:
        query = query.where(leaf.case_id == case_id)
    while rows := conn.execute(query.where(tuple_(leaf.case_id, leaf.no) > last)).all():
        yield from rows
        last = (rows[-1].case_id, rows[-1].no)


def last_leaf(conn: Connection, case_id: int, before: int | None = None) -> Row | None:
    """The newest leaf of a chain; of those with a number below `before`."""
    leaf = checkpoint_leaf.c
    query = select(checkpoint_leaf).where(leaf.case_id == case_id).order_by(leaf.no.desc()).limit(1)
    return conn.execute(query if before is None else query.where(leaf.no < before)).one_or_none()


def keys(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(signing_key).order_by(signing_key.c.from_at)).all()


def add_key(conn: Connection, key_id: str, public: bytes, at: datetime) -> None:
    """A key that has signed before is known already."""
    if conn.execute(select(signing_key.c.key_id).where(signing_key.c.key_id == key_id)).one_or_none() is None:
        conn.execute(insert(signing_key).values(key_id=key_id, public=public, from_at=at))
