"""The trail: who did what and when, over all cases; and whether it still is as it was written."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain import commands as c
from engine.domain.actors import OVERSEERS
from engine.domain.errors import Forbidden
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import search, verification
from webui import exports, paging, searching
from webui.presenters import history, verdicts
from webui.presenters.trail import title
from webui.presenters.verdicts import VerdictShown
from webui.request import Reading, engine, execute, reading

bp = Blueprint("trail", __name__)


@bp.get("/trail")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/trail/verification")
def verify() -> ResponseReturnValue:
    """Every chain is recomputed, and that it was is itself recorded."""
    if not g.viewer.has(*OVERSEERS):
        why = Text("只有审计、流程负责人和管理员可以核验", "auditors, process owners and administrators verify")
        raise Forbidden(why=why)
    with engine().read(is_snapshot=True) as conn:
        verdict = verification.verify(conn)
    execute(c.RecordVerification("all", verdict.entries, "holds" if verdict.holds else "broken"))
    return _page(verdicts.of_all(verdict))


def _page(verdict: VerdictShown | None = None) -> str:
    typed = searching.asked()
    with reading() as r:
        found, count = _found(r, typed)
        may_verify = r.actor.has(*OVERSEERS)
        if verdict is None and may_verify:
            verdict = verdicts.latest(verification.latest(r.conn), r)
        return render_template(
            "trail.html",
            asked=typed,
            choices=searching.choices(r, typed),
            types=sorted(_types(), key=lambda one: one["label"]),
            entries=history.entries(r, found.items, with_case=True),
            counted=searching.counted(count),
            looked_until=found.looked_until,
            page=paging.links(found),
            verdict=verdict,
            may_verify=may_verify,
            export_formats=exports.offered(r.actor),
            export_case=None,
        )


def _found(r: Reading, typed: searching.Asked) -> tuple[search.Found, search.Count]:
    wanted = searching.understood(r, typed)
    if wanted is None:
        return search.Found(()), search.Count(0, True)
    found = search.page(r.conn, r.actor, r.organisation, wanted, cursor=request.args.get("cursor"))
    return found, search.count(r.conn, r.actor, r.organisation, wanted)


def _types() -> list[Mapping[str, str]]:
    return [{"value": one.value, "label": title(one)} for one in EventType]
