"""What checkpoints fix: that a chain once had so many entries, the last with this hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from engine.audit import checkpoint, merkle
from engine.audit.checkpoint import Kept
from engine.audit.signing import is_signed
from engine.audit.verify import Fault
from engine.store import checkpoints

#: A command that waited for the case another held may carry the earlier instant.
SLACK = timedelta(minutes=1)


class Fixed:
    """The leaves of chain after chain, in the order of the chains."""

    def __init__(self, leaves: Iterable[Row]) -> None:
        self._groups = groupby(leaves, key=lambda leaf: leaf.case_id)
        self._next = self._take()

    def passed(self, chain: int | None) -> list[Fault]:
        """Chains before this one (None: all that are left) that checkpoints hold and nothing else does."""
        gone = []
        while self._next is not None and (chain is None or self._next[0] < chain):
            gone.append(Fault(self._next[0], 1, "case-removed"))
            self._next = self._take()
        return gone

    def of(self, chain: int) -> Sequence[Row]:
        if self._next is None or self._next[0] != chain:
            return ()
        leaves = self._next[1]
        self._next = self._take()
        return leaves

    def _take(self) -> tuple[int, Sequence[Row]] | None:
        found = next(self._groups, None)
        return (found[0], tuple(found[1])) if found is not None else None


class Watched:
    """The rows of a chain as they are read, held against its leaves and the clock."""

    def __init__(self, rows: Iterable[Any], leaves: Sequence[Row]) -> None:
        self._rows = rows
        self._leaves = {leaf.seq: bytes(leaf.hash) for leaf in leaves}
        self._good = self._last = 0
        self._found: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[Any]:
        at = None
        for row in self._rows:
            self._last = row.seq
            expected = self._leaves.get(row.seq)
            if self._found is None and expected is not None and expected != bytes(row.hash):
                self._found = (self._good + 1, "rehashed")
            elif self._found is None and at is not None and row.at < at - SLACK:
                self._found = (row.seq, "clock-back")
            elif expected is not None:
                self._good = row.seq
            at = row.at
            yield row

    def fault(self, chain: int) -> Fault | None:
        """Of a chain that holds by itself; a rewritten one is named from the last entry a checkpoint agrees with."""
        if self._found is None and self._leaves and max(self._leaves) > self._last:
            self._found = (self._last + 1, "tail-cut")
        return Fault(chain, *self._found) if self._found is not None else None


def against_checkpoints(conn: Connection, kept: Kept | None) -> list[Fault]:
    """The leaves lead to the root of every checkpoint, each is signed and names the one before; so does the one kept."""
    public = {key.key_id: bytes(key.public) for key in checkpoints.keys(conn)}
    tree, leaves, previous, faults = merkle.Tree(), checkpoints.leaves(conn), None, []
    for number, row in enumerate(checkpoints.in_order(conn), 1):
        before = tree
        tree = merkle.Tree(before.size, list(before.peaks))
        while tree.size < row.size and (leaf := next(leaves, None)) is not None:
            tree.add(checkpoint.leaf(leaf.case_id, leaf.seq, leaf.hash))
        if row.id != number or not _holds(row, tree, previous, public.get(row.key_id, b"")):
            faults.append(Fault(0, number, "checkpoint-altered"))
            break
        previous = checkpoint.digest(bytes(row.note))
    if kept is not None:
        faults += _against_kept(conn, kept)
    return faults


def _holds(row: Row, tree: merkle.Tree, previous: bytes | None, public: bytes) -> bool:
    try:
        note = checkpoint.parse(bytes(row.note))
    except ValueError:
        return False
    said = (note.at, note.size, note.chains, note.entries, note.root, note.key, note.previous)
    kept = (row.at, row.size, row.chains, row.entries, bytes(row.root), row.key_id, previous)
    is_whole = tree.size == row.size and tree.root() == note.root and b"".join(tree.peaks) == bytes(row.peaks)
    return said == kept and is_whole and is_signed(public, bytes(row.signature), bytes(row.note))


def _against_kept(conn: Connection, kept: Kept) -> list[Fault]:
    if not kept.is_genuine:
        return [Fault(0, 1, "not-genuine")]
    tree = merkle.Tree()
    for leaf in checkpoints.leaves(conn, 0, kept.note.size):
        tree.add(checkpoint.leaf(leaf.case_id, leaf.seq, leaf.hash))
    is_same = tree.size == kept.note.size and tree.root() == kept.note.root
    return [] if is_same else [Fault(0, 1, "regenerated")]
