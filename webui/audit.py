"""The auditor's desk: the exceptions first, each with its case, its sentence and what there is to say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.actors import OVERSEERS, Actor
from engine.domain.errors import Forbidden
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import cases, exceptions, search, verdicts
from engine.queries.gaps import gaps
from engine.queries.search_ways import Wanted
from engine.queries.trail import EntryRow
from webui import paging, searching
from webui.presenters import clocks, history
from webui.presenters.clocks import ClockShown
from webui.request import Reading, engine, reading

bp = Blueprint("audit", __name__)

MAY_NOT = Text("例外事项仅供审计、流程负责人和管理员", "the exceptions are for auditors, process owners and administrators")


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    label: str
    href: str
    current: bool
    count: str


@dataclass(frozen=True, slots=True)
class About:
    """`clock` where it was asked how it was counted, `explain_href` where it can be."""

    deviations: Sequence[Text]
    clock: ClockShown | None
    explain_href: str


@bp.get("/audit")
def index() -> ResponseReturnValue:
    typed, kind = searching.asked(), request.args.get("kind", "")
    kind = kind if kind in exceptions.KINDS else ""
    with reading() as r:
        may_read(r.actor)
        wanted = searching.understood(r, typed)
        found = search.Found(())
        if wanted is not None:
            of_kind = exceptions.of(wanted, [kind] if kind else list(exceptions.KINDS))
            found = search.page(r.conn, r.actor, r.organisation, of_kind, cursor=request.args.get("cursor"))
        return render_template(
            "audit.html",
            asked=typed,
            choices=searching.choices(r, typed),
            kinds=_kinds(r, wanted, kind),
            entries=history.entries(r, found.items, with_case=True),
            about=_about(r, found.items),
            looked_until=found.looked_until,
            checked_until=verdicts.checked_until(r.conn),
            gaps=_gaps(r),
            page=paging.links(found),
        )


def may_read(actor: Actor) -> None:
    if not actor.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)


def _kinds(r: Reading, wanted: Wanted | None, chosen: str) -> list[Kind]:
    labels = {
        "": _("All"),
        "deviation": _("Deviations"),
        "late": _("Limits missed"),
        "separation": _("Separation of duties"),
        "intervention": _("Interventions"),
        "timer": _("Timers noticed late"),
        "log-in": _("Log-ins refused"),
    }
    return [
        Kind(key, label, paging.address(kind=key or None, cursor=None, explain=None), key == chosen, _count(r, wanted, key))
        for key, label in labels.items()
    ]


def _count(r: Reading, wanted: Wanted | None, kind: str) -> str:
    """Nothing for all kinds together: their sum says nothing."""
    if not kind or wanted is None:
        return ""
    found = search.count(r.conn, r.actor, r.organisation, exceptions.of(wanted, [kind]))
    return f"{found.n:,}" if found.is_exact else f"{found.n:,}+"


def _about(r: Reading, rows: Sequence[EntryRow]) -> Mapping[tuple[int, int], About]:
    told = exceptions.deviations(r.conn, [(row.case_id, row.seq) for row in rows])
    asked = request.args.get("explain", "")
    return {(row.case_id, row.seq): _one(r, row, told.get((row.case_id, row.seq), ()), asked) for row in rows}


def _one(r: Reading, row: EntryRow, deviations: Sequence[Text], asked: str) -> About:
    """The clock that was missed is explained where it is asked for: one at a time."""
    name, clock = f"{row.case_id}-{row.seq}", None
    if row.type != EventType.ClockBreached:
        return About(deviations, None, "")
    if name == asked:
        known = cases.explained_clocks(r.conn, r.organisation, r.versions, row.case_id, r.now)
        found = next((one for one in known if one.no == row.data.get("clock")), None)
        clock = clocks.show(found, r.now, r.zone, r.organisation) if found else None
    return About(deviations, clock, paging.address(explain=name) + f"#e{name}")


def _gaps(r: Reading) -> int:
    """How often no checkpoint was made for longer than agreed."""
    notary = engine().notary
    return len(gaps(r.conn, notary.every, r.now)) if notary is not None and notary.every is not None else 0
