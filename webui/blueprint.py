"""The service blueprint of a version, to look at and to print on A4 or A3."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.bpmn.blueprint import blueprint
from engine.bpmn.diff import Source
from engine.queries import catalogue
from webui.presenters import blueprint as presenter
from webui.presenters import procedures
from webui.request import reading

bp = Blueprint("blueprint", __name__)


@bp.get("/procedures/<key>/versions/<no:number>/blueprint")
def show(key: str, number: int) -> ResponseReturnValue:
    paper = request.args.get("paper", "a4")
    paper = paper if paper in presenter.PAPERS else "a4"
    with reading() as r:
        version = catalogue.version(r.conn, r.versions, key, number)
        counts = catalogue.element_counts(r.conn, r.versions, version.id, r.now)
        drawn = blueprint(Source(version.bpmn, version.definition, version.beside))
        return render_template(
            "blueprint.html",
            procedure={"key": key, "name": version.procedure.name, "number": number},
            strips=presenter.strips(drawn, r.organisation, counts, presenter.PAPERS[paper]),
            clocks=procedures.clocks(version),
            guessed=[version.name_of(id_) for id_ in drawn.guessed],
            paper=paper,
            papers={one: url_for("blueprint.show", key=key, number=number, paper=one) for one in presenter.PAPERS},
        )
