"""Deviations and interventions ready to show: what each kind is called, its sentence, and the entry it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries.conformance import Verdict
from engine.queries.paging import write_cursor
from engine.queries.verdicts import Judged
from engine.store.verdicts import CONFORMS, DEVIATES, INTERVENED


@dataclass(frozen=True, slots=True)
class Said:
    """`is_remark`: done by somebody from outside the procedure, which is no deviation. `href` leads to its entry."""

    kind: str
    is_remark: bool
    sentence: Text
    at: datetime
    element: str
    href: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    number: str
    href: str
    state: str
    procedure: Text
    opened_at: datetime
    checked_at: datetime
    is_stale: bool
    worst: str
    said: tuple[Said, ...]


def kinds() -> Mapping[str, str]:
    """What every kind of deviation and intervention is called."""
    return {
        "skipped": _("Step left out"),
        "out-of-order": _("Out of order"),
        "twice": _("Done once too often"),
        "unknown-path": _("Not in the diagram"),
        "wrong-branch": _("Wrong branch"),
        "ended-early": _("Ended too early"),
        "never-ended": _("Never ended"),
        "unreadable": _("Unreadable entry"),
        "wrong-migration": _("Moved between versions wrongly"),
        "timer-early": _("Timer fired too early"),
        "not-sent": _("Message not sent"),
        "rule-broken": _("Rule broken"),
        "separation": _("Four eyes broken"),
        "not-allowed": _("Not entitled"),
        "held-by-another": _("Held by another"),
        "missing-evidence": _("Evidence missing"),
        "variables-edited": _("Values corrected"),
        "retried": _("Tried again"),
        "reassigned": _("Reassigned"),
        "migrated": _("Moved to another version"),
        "migration-undone": _("Move taken back"),
        "cancelled": _("Case cancelled"),
    }


def verdicts() -> Mapping[int, str]:
    return {DEVIATES: _("Deviating"), INTERVENED: _("Stepped into"), CONFORMS: _("As the procedure says")}


def of_verdict(verdict: Verdict) -> tuple[Said, ...]:
    """Of a case that was looked at just now: the deviations, then what was done from outside."""
    words = kinds()
    told = [(one, False) for one in verdict.deviations] + [(one, True) for one in verdict.interventions]
    return tuple(_said(words, verdict.case_id, one, is_remark) for one, is_remark in told)


def of_cases(rows: Iterable[Judged], names: Mapping[str, Text]) -> list[CaseShown]:
    words = kinds()
    colours = {DEVIATES: "late", INTERVENED: "soon", CONFORMS: "fine"}
    return [
        CaseShown(
            number=case_number(row.case_id),
            href=url_for("cases.show", case_id=row.case_id),
            state=row.state,
            procedure=names.get(row.procedure, Text.same(row.procedure)),
            opened_at=row.opened_at,
            checked_at=row.checked_at,
            is_stale=row.is_stale,
            worst=colours[row.worst],
            said=tuple(_said(words, row.case_id, one, one.is_remark) for one in row.found),
        )
        for row in rows
    ]


def marks(verdict: Verdict, instance: int) -> Mapping[str, Mapping[str, str]]:
    """The shapes of one instance's diagram that something is to be said of."""
    words = kinds()
    found: dict[str, Mapping[str, str]] = {}
    for colour, said in (("soon", verdict.interventions), ("late", verdict.deviations)):
        for one in said:
            if one.instance == instance and one.element:
                found[one.element] = {"words": words.get(one.kind, one.kind), "kind": colour}
    return found


def _said(words: Mapping[str, str], case_id: int, one: Any, is_remark: bool) -> Said:
    return Said(words.get(one.kind, one.kind), is_remark, one.sentence, one.at, one.element, entry_href(case_id, one.seq))


def entry_href(case_id: int, seq: int) -> str:
    """The page of the case with the whole trail turned to that entry."""
    address = url_for("cases.show", case_id=case_id, trail="all", cursor=write_cursor([seq + 1]))
    return f"{address}#e{case_id}-{seq}"
