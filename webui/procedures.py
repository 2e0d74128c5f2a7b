"""Procedures: the catalogue, and one version drawn with what runs on it now."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.actors import ADMIN, OWNER
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries import catalogue
from engine.queries.catalogue import VersionRow
from webui.presenters import diagrams
from webui.presenters import procedures as presenter
from webui.request import reading
from webui.routing import as_id

bp = Blueprint("procedures", __name__)

VERSION = Text("流程版本", "The version")
A_YEAR = 31_536_000


@bp.get("/procedures")
def index() -> ResponseReturnValue:
    with reading() as r:
        late, failed = catalogue.late_tasks(r.conn, r.now), catalogue.open_incidents(r.conn)
        ids = catalogue.version_ids(r.conn)
        rows = [
            presenter.line(row, *(sum(n.get(id_, 0) for id_ in ids[row.key]) for n in (late, failed)))
            for row in catalogue.all_procedures(r.conn, r.versions)
        ]
        may_upload = r.actor.has(OWNER, ADMIN)
    return render_template("procedures.html", procedures=rows, may_upload=may_upload)


@bp.get("/procedures/<key>")
def show(key: str) -> ResponseReturnValue:
    with reading() as r:
        procedure = catalogue.procedure(r.conn, r.versions, key)
        versions = catalogue.versions_of(r.conn, key)
        shown = _wanted(versions, procedure.released)
        version = r.versions.get(r.conn, shown.id)
        counts = catalogue.element_counts(r.conn, r.versions, shown.id, r.now)
        return render_template(
            "procedure.html",
            procedure={"key": key, "name": procedure.name, "words": presenter.words(version.procedure)},
            version=presenter.version_line(shown, r.organisation),
            versions=[presenter.version_line(row, r.organisation) for row in versions],
            diagram=diagrams.Diagram(
                diagrams.bpmn_href(key, shown.number), diagrams.marks_of_counts(counts), tall=True
            ),
            steps=presenter.steps(version, counts, r.organisation),
            clocks=presenter.clocks(version),
            findings=presenter.findings(shown),
        )


@bp.get("/procedures/<key>/versions/<no:number>/bpmn")
def bpmn(key: str, number: int) -> ResponseReturnValue:
    """The very bytes that were deployed; they never change."""
    with reading() as r:
        version = catalogue.version(r.conn, r.versions, key, number)
    response = Response(version.bpmn, mimetype="application/xml")
    response.headers["Content-Disposition"] = f'inline; filename="procedure-v{number}.bpmn"'
    response.cache_control.private, response.cache_control.max_age = True, A_YEAR
    response.set_etag(f"{version.id}-{len(version.bpmn)}")
    return response.make_conditional(request)


@bp.get("/procedures/<key>/versions/<no:number>/diagram/<any(zh, en):language>")
def diagram(key: str, number: int, language: str) -> ResponseReturnValue:
    """The same drawing with its names in the reader's language, to be looked at; the bytes that run are another page."""
    with reading() as r:
        version = catalogue.version(r.conn, r.versions, key, number)
    response = Response(version.diagram(language), mimetype="application/xml")
    response.cache_control.private, response.cache_control.max_age = True, A_YEAR
    response.set_etag(f"{version.id}-{language}")
    return response.make_conditional(request)


def _wanted(versions: tuple[VersionRow, ...], released: int | None) -> VersionRow:
    """The version asked for, else the one in use, else the newest."""
    asked = request.args.get("version")
    number = as_id(asked) if asked is not None else released or versions[0].number
    for row in versions:
        if row.number == number:
            return row
    raise NotFound(what=VERSION)
