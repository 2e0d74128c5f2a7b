"""Two versions of a procedure side by side: what was added, removed and changed, drawn and in sentences."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.actors import OVERSEERS
from engine.queries import catalogue, comparison, effect, replays
from engine.versions import Version
from webui.budget import within
from webui.presenters import comparison as presenter
from webui.presenters import diagrams
from webui.procedures import bp
from webui.request import Reading, reading
from webui.routing import as_id

__all__ = ["bp"]

#: How long somebody waits at most before what has been found is shown.
EFFECT_SECONDS, REPLAY_SECONDS = 3, 6


@bp.get("/procedures/<key>/compare")
def compare(key: str) -> ResponseReturnValue:
    """`from` and `to` name versions; without them the newest is held against the one in use."""
    from_, to = (as_id(request.args[name]) if request.args.get(name) else None for name in ("from", "to"))
    ahead = None
    with reading() as r:
        procedure = catalogue.procedure(r.conn, r.versions, key)
        old, new = comparison.versions_to_compare(r.conn, r.versions, key, from_, to)
        numbers = [row.number for row in catalogue.versions_of(r.conn, key)]
        found = comparison.of_versions(old, new)
        may_look_ahead = r.actor.has(*OVERSEERS)
        if may_look_ahead and request.args.get("cases"):
            ahead = look_ahead(r, new)
    sides = [presenter.Side(_("version %(n)s", n=v.number), diagrams.bpmn_href(key, v.number)) for v in (old, new)]
    return render_template(
        "compare.html",
        procedure={"key": key, "name": procedure.name},
        comparison=presenter.comparison(found, *sides),
        versions=numbers,
        from_=old.number,
        to=new.number,
        may_look_ahead=may_look_ahead,
        ahead=ahead,
    )


def look_ahead(r: Reading, version: Version) -> presenter.Ahead:
    """What the newer version would do to cases, as far as it can be found out while somebody waits."""
    found = effect.of_candidate(r.conn, r.versions, r.organisation, version, r.now, go_on=within(EFFECT_SECONDS))
    again = replays.of_procedure(r.conn, r.versions, r.organisation, version, go_on=within(REPLAY_SECONDS))
    return presenter.Ahead(found, again)
