"""What checkpoints fix: that a chain once had so many entries, the last with this hash; what came later, came later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine.audit import checkpoint, merkle
from engine.audit.checkpoint import Kept
from engine.audit.signing import is_signed
from engine.audit.verify import Fault
from engine.store import checkpoints
from engine.store.types import EPOCH

#: A command that waited for the case another held may carry the earlier instant; so may one under way at a checkpoint.
SLACK = timedelta(minutes=1)


@dataclass(slots=True)
class Good:
    """The checkpoints that hold, from the first one on: when each was made, and the digest of its note."""

    made_at: dict[int, datetime] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the newest; 0 where there is none."""
        return len(self.made_at)


class Watched:
    """The rows of a chain as they are read, held against its leaves and the clock.

    `good` is the number of an entry that needs no more looking at; the rows are those after it. `last`: the one read last.
    """

    def __init__(self, rows: Iterable[Any], leaves: Sequence[Row], made_at: Mapping[int, datetime], good: int = 0) -> None:
        self._rows, self._made_at = rows, made_at
        self._leaves = [leaf for leaf in leaves if not isinstance(leaf.seq, int) or leaf.seq > good]
        self._good = self.last = good
        self._found: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[Any]:
        coming = iter(self._leaves)
        leaf, at = self._next(coming)
        for row in self._rows:
            while leaf is not None and row.seq > leaf.seq:
                leaf, floor = self._next(coming)
                at = max(at, floor)
            if self._found is None:
                self._look(row, leaf, at)
            at = max(at, row.at)
            self.last = row.seq
            yield row

    def fault(self, chain: int) -> Fault | None:
        """Of a chain that holds by itself; a rewritten one is named from the last entry a checkpoint agrees with."""
        if self._found is None and self._leaves and self._leaves[-1].seq > self.last:
            self._found = (self.last + 1, "tail-cut")
        return Fault(chain, *self._found) if self._found is not None else None

    def _look(self, row: Any, leaf: Row | None, at: datetime) -> None:
        is_fixed = leaf is not None and leaf.seq == row.seq
        if is_fixed and leaf.hash != row.hash:
            self._found = (self._good + 1, "rehashed")
        elif at - row.at > SLACK:
            self._found = (row.seq, "clock-back")
        elif is_fixed:
            self._good = row.seq

    def _next(self, coming: Iterator[Row]) -> tuple[Row | None, datetime]:
        """The leaf that holds the rows to come, and the instant of the checkpoint before it, which they came after."""
        leaf = next(coming, None)
        before = leaf.checkpoint_id - 1 if leaf is not None else len(self._made_at)
        return leaf, self._made_at.get(before, EPOCH)


def against_checkpoints(conn: Connection, kept: Kept | None) -> tuple[Good, list[Fault]]:
    """The leaves lead to the root of every checkpoint, each is signed, names the one before and was made after it.

    With `kept`, one from outside: the leaves lead to its root, too. The first checkpoint that does not hold is named.
    """
    public = {key.key_id: key.public for key in checkpoints.keys(conn)}
    tree, leaves, good, previous = merkle.Tree(), checkpoints.leaves(conn), Good(), None
    faults: list[Fault] = []
    for number, row in enumerate(checkpoints.in_order(conn), 1):
        before = tree
        tree = merkle.Tree(before.size, list(before.peaks))
        while isinstance(row.size, int) and tree.size < row.size and (leaf := next(leaves, None)) is not None:
            tree.add(_leaf(leaf))
        if row.id != number:
            faults.append(Fault(0, number, "checkpoint-removed"))
        elif not _holds(row, tree, previous, public.get(row.key_id, b"")):
            faults.append(Fault(0, number, "checkpoint-altered"))
        elif good.last and good.made_at[good.last] - row.at > SLACK:
            faults.append(Fault(0, number, "checkpoint-back"))
        if faults:
            break
        previous = checkpoint.digest(bytes(row.note))
        good.made_at[number], good.notes[number] = row.at, previous.hex()
    if kept is not None:
        faults += _against_kept(conn, kept)
    return good, faults


def _leaf(row: Row) -> bytes:
    """What no leaf can be leads to no root."""
    is_one = isinstance(row.case_id, int) and isinstance(row.seq, int) and isinstance(row.hash, bytes)
    return checkpoint.leaf(row.case_id, row.seq, row.hash) if is_one else b""


def _holds(row: Row, tree: merkle.Tree, previous: bytes | None, public: bytes) -> bool:
    if not all(isinstance(one, bytes) for one in (row.note, row.root, row.peaks, row.signature, public)):
        return False
    try:
        note = checkpoint.parse(row.note)
    except ValueError:
        return False
    said = (note.at, note.size, note.chains, note.entries, note.root, note.key, note.previous)
    kept = (row.at, row.size, row.chains, row.entries, row.root, row.key_id, previous)
    is_whole = tree.size == row.size and tree.root() == note.root and b"".join(tree.peaks) == row.peaks
    return said == kept and is_whole and is_signed(public, row.signature, row.note)


def _against_kept(conn: Connection, kept: Kept) -> list[Fault]:
    if not kept.is_genuine:
        return [Fault(0, 1, "not-genuine")]
    tree = merkle.Tree()
    for leaf in checkpoints.leaves(conn, 0, kept.note.size):
        tree.add(_leaf(leaf))
    is_same = tree.size == kept.note.size and tree.root() == kept.note.root
    return [] if is_same else [Fault(0, 1, "regenerated")]
