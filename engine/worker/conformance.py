"""Cases whose trail has grown are held against their procedures, a few at a time; the worker takes those gone quiet.

So are those in which nothing has happened that should have by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import SYSTEM, Actor
from engine.domain.errors import StaleState
from engine.queries.conformance import Checker, Verdict
from engine.runtime import Engine
from engine.store import verdicts as store
from engine.store.verdicts import Place

QUIET = timedelta(minutes=10)
FEW = 25
#: Of a case that deviates everywhere the first are enough; a transaction keeps only so many.
MOST_OF_A_CASE, MOST_AT_ONCE = 100, 200


@dataclass(frozen=True, slots=True)
class Round:
    """`is_done`: there was nothing left to look at."""

    cases: int
    is_done: bool


def check_conformance(engine: Engine) -> int:
    """How many were looked at now; none where another worker was quicker."""
    try:
        return check_changed(engine, SYSTEM, engine.clock.now() - QUIET).cases
    except StaleState:
        return 0


def check_changed(engine: Engine, actor: Actor, until: datetime, most: int = FEW) -> Round:
    """The next cases, by what happened in them up to then, and those in which something should have happened by now.

    Read and judged before the short transaction that keeps it. A case with later entries comes up again with them, and
    is left until then. Raises `StaleState` where somebody else does the same just now.
    """
    now = engine.clock.now()
    with engine.read() as conn:
        was, place = store.reached(conn)
        begin = place
        rows = store.since(conn, place, until)
        last = {row.case_id: row.seq for row in rows}
        waiting = {case_id for case_id, head in store.unjudged(conn, list(last)).items() if head == last[case_id]}
        looked = _Looked(Checker(conn, engine.versions, now), most)
        for row in rows:
            if row.case_id in waiting:
                if looked.is_enough:
                    break
                waiting.remove(row.case_id)
                looked.at(row.case_id, last[row.case_id])
            place = Place(row.at, row.case_id, row.seq)
        for case_id, seq in store.overdue(conn, now, most).items():
            if not looked.is_enough:
                looked.at(case_id, seq)
    if place != begin or looked.found:
        engine.execute(c.KeepVerdicts(was, store.written(place), tuple(looked.found), tuple(looked.said)), actor)
    return Round(len(looked.found), place == begin and not looked.found)


class _Looked:
    """What is to be kept of a round."""

    def __init__(self, checker: Checker, most: int) -> None:
        self._checker, self._most = checker, most
        self.found: list[Mapping[str, Any]] = []
        self.said: list[Mapping[str, Any]] = []

    @property
    def is_enough(self) -> bool:
        return len(self.found) >= self._most or len(self.said) >= MOST_AT_ONCE

    def at(self, case_id: int, seq: int) -> None:
        """The case as it is with this last entry."""
        verdict = self._checker.case(case_id)
        self.found.append({"case_id": case_id, "seq": seq, "worst": _worst(verdict), "again_at": verdict.again_at})
        self.said += list(_said(verdict))[:MOST_OF_A_CASE]


def _worst(verdict: Verdict) -> int:
    return store.DEVIATES if verdict.deviations else store.INTERVENED if verdict.interventions else store.CONFORMS


def _said(verdict: Verdict) -> Iterator[Mapping[str, Any]]:
    told = [(found, False) for found in verdict.deviations] + [(found, True) for found in verdict.interventions]
    for number, (found, is_remark) in enumerate(told, 1):
        procedure, version = verdict.ran_on(found.instance)
        yield {
            "case_id": verdict.case_id,
            "no": number,
            "is_remark": is_remark,
            "kind": found.kind,
            "procedure": procedure,
            "version": version,
            "element": found.element[:200],
            "seq": found.seq,
            "at": found.at,
            "sentence": {"zh": found.sentence.zh, "en": found.sentence.en},
        }
