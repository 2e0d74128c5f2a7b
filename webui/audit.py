"""The auditor's desk: the exceptions first, each with its case and its sentence."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.actors import Actor
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import exceptions, trail
from webui import paging
from webui.navigation import AUDITING
from webui.presenters import history
from webui.request import reading

bp = Blueprint("audit", __name__)

MAY_NOT = Text("异常清单仅供审计、流程负责人和管理员", "the exceptions are for auditors, process owners and administrators")


@bp.get("/audit")
def index() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    kind = kind if kind in exceptions.KINDS else ""
    wanted = [kind] if kind else list(exceptions.KINDS)
    with reading() as r:
        may_read(r.actor)
        page = trail.search(
            r.conn,
            r.actor,
            r.organisation,
            types=[type_ for one in wanted for type_ in exceptions.KINDS[one]],
            cursor=request.args.get("cursor"),
        )
        return render_template(
            "audit.html",
            kinds=_kinds(kind),
            entries=history.entries(r, page.items, with_case=True),
            page=paging.links(page),
        )


def may_read(actor: Actor) -> None:
    if not actor.has(*AUDITING):
        raise Forbidden(why=MAY_NOT)


def _kinds(chosen: str) -> list[dict[str, object]]:
    labels = {
        "": _("All"),
        "late": _("Limits missed"),
        "intervention": _("Interventions"),
        "log-in": _("Log-ins refused"),
    }
    return [
        {"key": key, "label": label, "href": paging.address(kind=key or None, cursor=None), "current": key == chosen}
        for key, label in labels.items()
    ]
