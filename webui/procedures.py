"""Procedures: the catalogue, and one version drawn with what runs on it, how late and how slow its steps are."""

from __future__ import annotations

from itertools import pairwise

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.actors import ADMIN, OWNER
from engine.domain.errors import NotFound
from engine.domain.procedure import may_change_procedure
from engine.domain.text import Text
from engine.queries import catalogue, heat, releases
from engine.queries.catalogue import VersionRow
from engine.store import procedures, suggestions
from webui import training
from webui.presenters import diagrams, versions
from webui.presenters import heat as heats
from webui.presenters import procedures as presenter
from webui.request import Reading, reading
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
    kind, days = heats.asked(request.args.get("show"), request.args.get("days"))
    with reading() as r:
        procedure = catalogue.procedure(r.conn, r.versions, key)
        rows = catalogue.versions_of(r.conn, key)
        shown = _wanted(rows, procedure.released)
        version = r.versions.get(r.conn, shown.id)
        counts = catalogue.element_counts(r.conn, r.versions, shown.id, r.now)
        lately = heat.of_version(r.conn, shown.id, days, r.now)
        drawing = diagrams.bpmn_href(key, shown.number)
        return render_template(
            "procedure.html",
            procedure={"key": key, "name": procedure.name, "words": presenter.words(version.procedure)},
            version=versions.line(shown, r.organisation),
            versions=_lines(r, key, rows, procedure.released),
            may_change=may_change_procedure(r.actor, procedures.find(r.conn, key)),
            suggestions=suggestions.counts(r.conn).get(key, (0, 0)),
            training_href=training.href(key, shown.number) if shown.id in r.organisation.trainings else None,
            heat=heats.shown(key, shown.number, kind, days),
            diagram=diagrams.Diagram(drawing, heats.marks(kind, counts, lately), tall=True),
            steps=presenter.steps(version, counts, lately, r.organisation),
            clocks=presenter.clocks(version),
            beside=sorted(version.beside),
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


@bp.get("/procedures/<key>/versions/<no:number>/source")
def source(key: str, number: int) -> ResponseReturnValue:
    """The very bytes that were uploaded, before the repairs their owner accepted."""
    with reading() as r:
        row = procedures.version_by_number(r.conn, key, number)
    if row is None:
        raise NotFound(what=VERSION)
    response = Response(bytes(row.source or row.bpmn), mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="procedure-v{number}-as-uploaded.bpmn"'
    return response


@bp.get("/procedures/<key>/versions/<no:number>/diagram/<any(zh, en):language>")
def diagram(key: str, number: int, language: str) -> ResponseReturnValue:
    """The same drawing with its names in the reader's language, to be looked at; the bytes that run are another page."""
    with reading() as r:
        version = catalogue.version(r.conn, r.versions, key, number)
    response = Response(version.diagram(language), mimetype="application/xml")
    response.cache_control.private, response.cache_control.max_age = True, A_YEAR
    response.set_etag(f"{version.id}-{language}")
    return response.make_conditional(request)


def _lines(r: Reading, key: str, rows: tuple[VersionRow, ...], released: int | None) -> list[versions.VersionLine]:
    """Each version, held against the one in use, and that one against the one before it."""
    active = releases.of_procedure(r.conn, key)
    before = {row.number: older.number for row, older in pairwise(rows)}
    return [
        versions.line(row, r.organisation, active, before.get(row.number) if released in (None, row.number) else released)
        for row in rows
    ]


def _wanted(versions: tuple[VersionRow, ...], released: int | None) -> VersionRow:
    """The version asked for, else the one in use, else the newest."""
    asked = request.args.get("version")
    number = as_id(asked) if asked is not None else released or versions[0].number
    for row in versions:
        if row.number == number:
            return row
    raise NotFound(what=VERSION)
