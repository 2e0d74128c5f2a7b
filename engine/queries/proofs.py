"""What an evidence pack proves: its chains are in a checkpoint, which continues every one before it.

All the ranges of leaves the proofs ask for are found first; then the leaves are read once, however many proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.audit import checkpoint, merkle
from engine.queries.checkpoints import Checkpoint
from engine.store import checkpoints as store

Range = tuple[int, int]
#: Checkpoints before the newest that the auditor may have kept and the pack can still be held against.
MOST_EARLIER = 1_000


def of_cases(conn: Connection, against: Checkpoint, cases: Iterable[int]) -> Mapping[str, Any]:
    """JSON-able; a case none of whose entries is in the checkpoint is left out."""
    size = against.said.size
    leaves = {case: leaf for case in cases if (leaf := store.last_leaf(conn, case, size)) is not None}
    earlier = sorted({row.size for row in store.newest(conn, MOST_EARLIER) if 0 < row.size <= size})
    wanted: dict[Range, bytes] = {}

    def note(start: int, end: int) -> bytes:
        wanted[start, end] = b""
        return b""

    for leaf in leaves.values():
        merkle.inclusion(leaf.no, size, note)
    for first in earlier:
        merkle.consistency(first, size, note)
    _fill(conn, wanted, size)

    def known(start: int, end: int) -> bytes:
        return wanted[start, end]

    return {
        "inclusion": {
            str(case): {"seq": leaf.seq, "hash": bytes(leaf.hash).hex(), "index": leaf.no, "path": _hex(merkle.inclusion(leaf.no, size, known))}
            for case, leaf in leaves.items()
        },
        "consistency": {str(first): _hex(merkle.consistency(first, size, known)) for first in earlier},
    }  # fmt: skip


def _fill(conn: Connection, wanted: dict[Range, bytes], size: int) -> None:
    """The root of each range, all in one reading."""
    begun = sorted(wanted)
    trees: dict[Range, merkle.Tree] = {}
    for leaf in store.leaves(conn, 0, size):
        while begun and begun[0][0] <= leaf.no:
            trees[begun.pop(0)] = merkle.Tree()
        hashed = checkpoint.leaf(leaf.case_id, leaf.seq, leaf.hash)
        for at, tree in list(trees.items()):
            tree.add(hashed)
            if at[1] == leaf.no + 1:
                wanted[at] = trees.pop(at).root()


def _hex(path: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in path]
