"""Does the trail hold? Reads every entry in constant memory and names the first bad one of each chain."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from sqlalchemy import Connection, select

from engine.audit.verify import Fault, Verdict, verify_chain
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries.trail import EntryRow, entry_row
from engine.store import trail
from engine.store.schema import entry

RECENT = 5_000
#: What a fault of a chain is called.
KINDS = {
    "altered": Text("内容被更改", "its content was altered"),
    "removed": Text("条目缺失", "it is missing"),
    "reordered": Text("顺序被更改", "it is not where it was"),
    "tail-cut": Text("从此条起末尾缺失", "the end of the chain from here on is missing"),
    "head-altered": Text("链头被更改", "the head of the chain was altered"),
}


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


def latest(conn: Connection) -> EntryRow | None:
    """The last recorded verification, looked for among the recent entries of the system chain."""
    at = (entry.c.case_id == trail.SYSTEM_CHAIN) & (entry.c.seq > trail.length(conn, trail.SYSTEM_CHAIN) - RECENT)
    query = select(entry).where(at, entry.c.type == EventType.TrailVerified).order_by(entry.c.seq.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return entry_row(row) if row is not None else None


def _add(verdict: Verdict, count: int, fault: Fault | None) -> None:
    verdict.chains += 1
    verdict.entries += count
    if fault is not None:
        verdict.faults.append(fault)
