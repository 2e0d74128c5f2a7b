"""Does the trail hold? Reads every entry in constant memory and names the first bad one of each chain."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from sqlalchemy import Connection

from engine.audit.verify import Fault, Verdict, verify_chain
from engine.store import trail


def verify(conn: Connection, case_id: int | None = None, progress: Callable[[int], None] | None = None) -> Verdict:
    """All chains, or one case's. A chain without a head, and a head without a chain, are faults too."""
    verdict = Verdict()
    heads = {chain: (seq, hash_) for chain, seq, hash_ in trail.heads(conn, case_id)}
    for chain, rows in groupby(trail.all_in_order(conn, case_id), key=lambda row: row.case_id):
        head = heads.pop(chain, None)
        count, fault = verify_chain(chain, rows, head if head is not None else (0, b""))
        _add(verdict, count, fault)
        if progress is not None:
            progress(verdict.entries)
    for chain, (seq, _) in sorted(heads.items()):
        _add(verdict, 0, Fault(chain, 1, "removed") if seq else None)
    return verdict


def _add(verdict: Verdict, count: int, fault: Fault | None) -> None:
    verdict.chains += 1
    verdict.entries += count
    if fault is not None:
        verdict.faults.append(fault)


