"""Does the trail hold? Reads entries in constant memory and names the first bad one of each chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.audit.checkpoint import Kept
from engine.audit.verify import START, Fault, Verdict, verify_chain
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries.committed import Committed
from engine.queries.fixed import Good, Watched, against_checkpoints
from engine.queries.trail import EntryRow, entry_row
from engine.store import checkpoints, trail
from engine.store.schema import entry

RECENT, NO_CHAIN = 5_000, 2**63 - 1
#: What a fault of a chain is called.
KINDS = {
    "altered": Text("内容被更改", "its content was altered"),
    "removed": Text("条目缺失", "it is missing"),
    "inserted": Text("条目是后加的", "it was put in"),
    "reordered": Text("顺序被更改", "it is not where it was"),
    "value-altered": Text("个人信息与承诺值不符", "a personal value is not the one it commits to"),
    "value-removed": Text("个人信息缺失，而没有删除记录", "a personal value is gone, and nothing says that it was redacted"),
    "tail-cut": Text("从此条起末尾缺失", "the end of the chain from here on is missing"),
    "head-altered": Text("链头被更改", "the head of the chain was altered"),
    "case-removed": Text("整条链被删除，而检查点中有它", "the whole chain was removed; a checkpoint holds it"),
    "rehashed": Text("从此条起链被重算，与检查点不符", "the chain was written again from here on; a checkpoint says otherwise"),
    "clock-back": Text("时间早于在它之前发生的事", "its time is before that of what came before it"),
    "checkpoint-altered": Text("此编号的检查点被更改", "the checkpoint of this number was altered"),
    "checkpoint-removed": Text("此编号的检查点缺失", "the checkpoint of this number is missing"),
    "checkpoint-back": Text("此编号的检查点早于前一个", "the checkpoint of this number is older than the one before it"),
    "regenerated": Text("全部历史被重写，与外部保存的检查点不符", "the whole history was written again; the checkpoint kept outside says otherwise"),
    "not-genuine": Text("外部检查点的签名无效", "the signature of the checkpoint kept outside is not valid"),
}


def verify(
    conn: Connection,
    case_id: int | None = None,
    progress: Callable[[int], None] | None = None,
    kept: Kept | None = None,
    *,
    since_checkpoint: bool = False,
) -> Verdict:
    """All chains, or one case's, by themselves, against the checkpoints of the database, and against one kept outside.

    `since_checkpoint`: what the newest checkpoint that holds has fixed is not read again, only what was added to it.
    `conn` sees one state of the database throughout (`Engine.read(is_snapshot=True)`).
    """
    good, faults = against_checkpoints(conn, kept) if case_id is None or kept is not None else (_unseen(conn), [])
    verdict = Verdict(since=good.last if since_checkpoint else None)
    made = _Made(good, good.last if since_checkpoint else 0)
    heads = ((chain, (seq, hash_)) for chain, seq, hash_ in trail.heads(conn, case_id))
    leaves = _by_chain(checkpoints.leaves_by_chain(conn, case_id))
    if since_checkpoint:
        chains = ((chain, *_added(conn, chain, head, fixed or (), good), head, fixed) for chain, head, fixed in _merged(heads, leaves))
    else:
        entries = groupby(trail.all_in_order(conn, case_id), key=_chain)
        values = groupby(trail.personal_values_in_order(conn, case_id), key=_chain)
        merged = _merged(entries, values, heads, leaves)
        chains = ((chain, rows, (0, START), kept or (), head, fixed) for chain, rows, kept, head, fixed in merged)
    for chain, rows, begin, values, head, fixed in chains:
        count, fault = _verify_one(chain, made.heard(chain, rows), begin, values, head, fixed or (), good)
        verdict.chains, verdict.entries = verdict.chains + 1, verdict.entries + count
        verdict.faults += [fault] if fault is not None else []
        if progress is not None:
            progress(verdict.entries)
    if case_id is None:
        faults = faults or made.faults()
    verdict.faults += faults
    return verdict


def latest(conn: Connection) -> EntryRow | None:
    """The last recorded verification, looked for among the recent entries of the system chain."""
    at = (entry.c.case_id == trail.SYSTEM_CHAIN) & (entry.c.seq > trail.length(conn, trail.SYSTEM_CHAIN) - RECENT)
    query = select(entry).where(at, entry.c.type == EventType.TrailVerified).order_by(entry.c.seq.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return entry_row(row) if row is not None else None


def _verify_one(
    chain: int,
    rows: Iterable[Row] | None,
    begin: tuple[int, bytes],
    values: Iterable[Row],
    head: tuple[int, bytes] | None,
    leaves: Sequence[Row],
    good: Good,
) -> tuple[int, Fault | None]:
    """A chain without a head, and a head without a chain, are faults too; so is what no column of the trail can hold."""
    if rows is None:
        if head is None:
            return 0, Fault(chain, 1, "case-removed")
        return 0, Fault(chain, 1, "removed") if head[0] else None
    if head is not None and not isinstance(head[0], int):
        head = (-1, b"")
    if head is not None and head[0] < begin[0]:
        return 0, Fault(chain, max(head[0], 0) + 1, "tail-cut")
    committed = Committed(rows, values)
    watched = Watched(committed, leaves, good.made_at, begin[0])
    try:
        count, fault = verify_chain(chain, watched, head if head is not None else (0, b""), begin)
    except TypeError:  # of text where a number belongs
        return watched.last, Fault(chain, watched.last + 1, "altered")
    return count, fault or watched.fault(chain) or committed.fault(chain)


def _added(
    conn: Connection, chain: int, head: tuple[int, bytes] | None, leaves: Sequence[Row], good: Good
) -> tuple[Iterable[Row] | None, tuple[int, bytes], Iterable[Row]]:
    """The entries after the last one a good checkpoint holds, that one, and the personal values of those entries; nothing
    is read where the head is there still."""
    last = next((leaf for leaf in reversed(leaves) if leaf.checkpoint_id <= good.last), None)
    begin = (last.seq, bytes(last.hash)) if last is not None else (0, START)
    if head is None:
        return None, begin, ()
    if head == begin:
        return (), begin, ()
    values = trail.personal_values_in_order(conn, chain, after=begin[0])
    return trail.all_in_order(conn, chain, after=begin[0]), begin, values


def _merged(*streams: Iterable[tuple[int, Any]]) -> Iterator[tuple[Any, ...]]:
    """Chain after chain, what each stream, in the order of chains, has of it; None where it has nothing."""
    sources = [iter(stream) for stream in streams]
    fronts = [next(source, None) for source in sources]
    while any(front is not None for front in fronts):
        chain = min(front[0] for front in fronts if front is not None)
        yield chain, *(front[1] if front is not None and front[0] == chain else None for front in fronts)
        fronts = [
            next(source, None) if front is not None and front[0] == chain else front
            for source, front in zip(sources, fronts, strict=True)
        ]


def _chain(row: Row) -> int:
    """What belongs to no chain there can be comes last."""
    return row.case_id if isinstance(row.case_id, int) else NO_CHAIN


def _by_chain(leaves: Iterable[Row]) -> Iterator[tuple[int, tuple[Row, ...]]]:
    return ((chain, tuple(group)) for chain, group in groupby(leaves, key=_chain))


def _unseen(conn: Connection) -> Good:
    """For one case alone: the checkpoints as the database has them."""
    return Good({row.id: row.at for row in checkpoints.times(conn)})


class _Made:
    """What the trail of the system says of checkpoints, held against those there are."""

    def __init__(self, good: Good, since: int) -> None:
        self._good, self._since = good, since
        self._said: dict[int, str] = {}

    def heard(self, chain: int, rows: Iterable[Row] | None) -> Iterable[Row] | None:
        return rows if rows is None or chain != trail.SYSTEM_CHAIN else self._listen(rows)

    def faults(self) -> list[Fault]:
        """Every checkpoint was recorded, in these words, and every recorded one is there."""
        for number in sorted({*self._said, *range(self._since + 1, self._good.last + 1)}):
            if self._said.get(number) != self._good.notes.get(number):
                return [Fault(0, number, "checkpoint-altered" if number in self._good.notes else "checkpoint-removed")]
        return []

    def _listen(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if row.type == EventType.CheckpointMade:
                self._note(row.body)
            yield row

    def _note(self, body: bytes) -> None:
        """What cannot be read is found by its hash."""
        try:
            data = json.loads(body)["data"]
            self._said.setdefault(int(data["checkpoint"]), str(data.get("digest") or data["note"]))  # as it was called once
        except (ValueError, KeyError, TypeError, RecursionError):
            return
