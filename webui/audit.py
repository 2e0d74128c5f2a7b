"""The auditor's desk: the exceptions first, each with its case and its sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.actors import Actor
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import exceptions, search
from engine.queries.search_ways import Wanted
from webui import paging, searching
from webui.navigation import AUDITING
from webui.presenters import history
from webui.request import Reading, reading

bp = Blueprint("audit", __name__)

MAY_NOT = Text("例外事项仅供审计、流程负责人和管理员", "the exceptions are for auditors, process owners and administrators")


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    label: str
    href: str
    current: bool
    count: str


@bp.get("/audit")
def index() -> ResponseReturnValue:
    typed, kind = searching.asked(), request.args.get("kind", "")
    kind = kind if kind in exceptions.KINDS else ""
    with reading() as r:
        may_read(r.actor)
        wanted = searching.understood(r, typed)
        found = search.Found(())
        if wanted is not None:
            of_kind = _of(wanted, [kind] if kind else list(exceptions.KINDS))
            found = search.page(r.conn, r.actor, r.organisation, of_kind, cursor=request.args.get("cursor"))
        return render_template(
            "audit.html",
            asked=typed,
            choices=searching.choices(r, typed),
            kinds=_kinds(r, wanted, kind),
            entries=history.entries(r, found.items, with_case=True),
            looked_until=found.looked_until,
            page=paging.links(found),
        )


def may_read(actor: Actor) -> None:
    if not actor.has(*AUDITING):
        raise Forbidden(why=MAY_NOT)


def _of(wanted: Wanted, kinds: list[str]) -> Wanted:
    return replace(wanted, some=exceptions.some(kinds))


def _kinds(r: Reading, wanted: Wanted | None, chosen: str) -> list[Kind]:
    labels = {
        "": _("All"),
        "late": _("Limits missed"),
        "separation": _("Separation of duties"),
        "intervention": _("Interventions"),
        "timer": _("Timers noticed late"),
        "log-in": _("Log-ins refused"),
    }
    return [
        Kind(key, label, paging.address(kind=key or None, cursor=None), key == chosen, _count(r, wanted, key))
        for key, label in labels.items()
    ]


def _count(r: Reading, wanted: Wanted | None, kind: str) -> str:
    """Nothing for all kinds together: their sum says nothing."""
    if not kind or wanted is None:
        return ""
    found = search.count(r.conn, r.actor, r.organisation, _of(wanted, [kind]))
    return f"{found.n:,}" if found.is_exact else f"{found.n:,}+"
