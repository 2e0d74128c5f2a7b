"""Checkpoints as they can be taken away, and proofs against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from engine.audit import checkpoint, merkle
from engine.store import checkpoints as store
from engine.store import trail


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`note` are the very bytes that were signed; `file` is what the auditor keeps."""

    id: int
    note: bytes
    signature: bytes
    public: bytes

    @property
    def said(self) -> checkpoint.Note:
        return checkpoint.parse(self.note)

    @property
    def file(self) -> bytes:
        return checkpoint.file(self.note, self.signature, self.public)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Leaf `index` of the tree of `size` says that the chain had `seq` entries, the last with `hash`."""

    case_id: int
    seq: int
    hash: bytes
    index: int
    size: int
    path: tuple[bytes, ...]


def latest(conn: Connection) -> Checkpoint | None:
    row = store.latest(conn)
    return _checkpoint(conn, row) if row is not None else None


def find(conn: Connection, checkpoint_id: int) -> Checkpoint | None:
    row = store.find(conn, checkpoint_id)
    return _checkpoint(conn, row) if row is not None else None


def newest(conn: Connection, limit: int, before: int | None = None) -> Sequence[Checkpoint]:
    return [_checkpoint(conn, row) for row in store.newest(conn, limit, before)]


def holds(conn: Connection, cases: Iterable[int]) -> bool:
    """Whether the checkpoints hold these chains as they are now."""
    return all(_is_fixed(conn, case_id) for case_id in cases)


def inclusion(conn: Connection, case_id: int) -> Inclusion | None:
    """That the newest checkpoint holds this chain; None where none does yet. Reads all leaves once."""
    made = store.latest(conn)
    leaf = store.last_leaf(conn, case_id, made.size) if made is not None else None
    if made is None or leaf is None:
        return None
    path = merkle.inclusion(leaf.no, made.size, lambda start, end: root(conn, start, end))
    return Inclusion(case_id, leaf.seq, bytes(leaf.hash), leaf.no, made.size, tuple(path))


def consistency(conn: Connection, first: int, second: int) -> list[bytes]:
    """The proof that the tree of `second` leaves began as the tree of `first`."""
    return merkle.consistency(first, second, lambda start, end: root(conn, start, end))


def root(conn: Connection, start: int, end: int) -> bytes:
    return merkle.root(checkpoint.leaf(row.case_id, row.seq, row.hash) for row in store.leaves(conn, start, end))


def _is_fixed(conn: Connection, case_id: int) -> bool:
    leaf = store.last_leaf(conn, case_id)
    return leaf is not None and leaf.seq == trail.length(conn, case_id)


def _checkpoint(conn: Connection, row: Row) -> Checkpoint:
    public = next((bytes(key.public) for key in store.keys(conn) if key.key_id == row.key_id), b"")
    return Checkpoint(row.id, bytes(row.note), bytes(row.signature), public)
