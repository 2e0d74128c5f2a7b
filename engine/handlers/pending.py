"""Timers and message waits of the locked case: known by (instance, token), changed in memory, written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.entry import plain
from engine.handlers.work import Work
from engine.store import waiting


class Pending:
    def __init__(self) -> None:
        self._put: dict[tuple[int, int], dict[str, Any]] = {}
        self._dropped: dict[int, set[int]] = {}

    def put(self, instance_no: int, token: int, row: dict[str, Any]) -> None:
        """Takes the place of what the token waited for before."""
        if (instance_no, token) not in self._put:
            self._dropped.setdefault(instance_no, set()).add(token)
        self._put[instance_no, token] = row

    def drop(self, instance_no: int, token: int) -> None:
        if self._put.pop((instance_no, token), None) is None:
            self._dropped.setdefault(instance_no, set()).add(token)

    def waits_for(self, work: Work, message: str, kind: str) -> list[tuple[int, int, Mapping[str, Any]]]:
        """Those who wait for a message, the longest first: (instance, token, correlation)."""
        rows = waiting.waits_in(work.conn, work.case.id, message, kind) if work.case.locked_seq else ()
        stored = [
            (row.instance_no, row.token, row.correlation)
            for row in rows
            if row.token not in self._dropped.get(row.instance_no, ())
        ]
        new = [
            (no, token, row["correlation"])
            for (no, token), row in self._put.items()
            if (row["message"], row["kind"]) == (message, kind)
        ]
        return stored + new

    def save(self, work: Work, add: Any, drop: Any) -> None:
        for instance_no, tokens in self._dropped.items():
            if work.case.locked_seq:
                drop(work.writes, work.case.id, instance_no, sorted(tokens))
        if self._put:
            rows = self._put.items()
            at = [{"case_id": work.case.id, "no": work.number(), "instance_no": no, "token": t} for (no, t), _ in rows]
            add(work.writes, [a | row for a, (_, row) in zip(at, rows, strict=True)])


def agrees(waits_for: Mapping[str, Any], brought: Mapping[str, Any]) -> bool:
    """Whether a message brings what a wait asks for; a wait that asks for nothing takes any within its case."""
    wanted, given = plain(waits_for), plain(brought)
    return all(key not in given or given[key] == value for key, value in wanted.items())
