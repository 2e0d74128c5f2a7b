"""Does the trail hold? Reads every entry in constant memory and names the first bad one of each chain."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from sqlalchemy import Connection, select

from engine.audit.checkpoint import Kept
from engine.audit.verify import Fault, Verdict, verify_chain
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries.fixed import Fixed, Watched, against_checkpoints
from engine.queries.trail import EntryRow, entry_row
from engine.store import checkpoints, trail
from engine.store.schema import entry

RECENT = 5_000
#: What a fault of a chain is called.
KINDS = {
    "altered": Text("内容被更改", "its content was altered"),
    "removed": Text("条目缺失", "it is missing"),
    "reordered": Text("顺序被更改", "it is not where it was"),
    "tail-cut": Text("从此条起末尾缺失", "the end of the chain from here on is missing"),
    "head-altered": Text("链头被更改", "the head of the chain was altered"),
    "case-removed": Text("整条链被删除，而检查点中有它", "the whole chain was removed; a checkpoint holds it"),
    "rehashed": Text("从此条起链被重算，与检查点不符", "the chain was written again from here on; a checkpoint says otherwise"),
    "clock-back": Text("时间早于前一条", "its time is before that of the entry before it"),
    "checkpoint-altered": Text("此编号的检查点被更改", "the checkpoint of this number was altered"),
    "regenerated": Text("全部历史被重写，与外部保存的检查点不符", "the whole history was written again; the checkpoint kept outside says otherwise"),
    "not-genuine": Text("外部检查点的签名无效", "the signature of the checkpoint kept outside is not valid"),
}


def verify(
    conn: Connection, case_id: int | None = None, progress: Callable[[int], None] | None = None, kept: Kept | None = None
) -> Verdict:
    """All chains, or one case's, by themselves, against the checkpoints of the database, and against one kept outside.

    A chain without a head, and a head without a chain, are faults too.
    """
    verdict = Verdict()
    heads = {chain: (seq, hash_) for chain, seq, hash_ in trail.heads(conn, case_id)}
    fixed = Fixed(checkpoints.leaves_by_chain(conn, case_id))
    for chain, rows in groupby(trail.all_in_order(conn, case_id), key=lambda row: row.case_id):
        verdict.faults += fixed.passed(chain)
        head = heads.pop(chain, None)
        watched = Watched(rows, fixed.of(chain))
        count, fault = verify_chain(chain, watched, head if head is not None else (0, b""))
        _add(verdict, count, fault or watched.fault(chain))
        if progress is not None:
            progress(verdict.entries)
    missed = {chain: Fault(chain, 1, "removed") for chain, (seq, _) in heads.items() if seq}
    missed |= {fault.case_id: fault for fault in fixed.passed(None) if fault.case_id not in missed}
    verdict.chains += len(heads)
    verdict.faults += [missed[chain] for chain in sorted(missed)]
    if case_id is None or kept is not None:
        verdict.faults += against_checkpoints(conn, kept)
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
