"""Past cases of another system: their log is imported, matched to a procedure, checked, and what was found is shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn.logs.event import LogNotReadable
from engine.domain import commands as c
from engine.domain.errors import InvalidInput, NotFound, Refusal
from engine.handlers.imported_logs import LogUnderWay, check_may_import
from engine.queries import catalogue, imported_logs
from webui import log_files
from webui.errors import status_of
from webui.presenters import imported_logs as presenter
from webui.presenters.refusals import faults, refusal_words
from webui.request import execute, is_htmx, reading

bp = Blueprint("logs", __name__)


@bp.url_value_preprocessor
def allow_files(_endpoint: str | None, _values: object) -> None:
    request.max_content_length = log_files.LARGEST_UPLOAD


@bp.get("/audit/logs")
def index() -> ResponseReturnValue:
    return _index({"against": request.args.get("against", "")[:250]})


@bp.post("/audit/logs")
def create() -> ResponseReturnValue:
    """On to matching its activities; columns that could not be found out are asked for."""
    key, _slash, number = request.form.get("against", "").rpartition("/")
    version = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    try:
        answer = execute(log_files.command_of(request.files.get("file"), key, version, request.form))
    except (InvalidInput, LogNotReadable, NotFound) as refusal:
        return _index(request.form, refusal), status_of(refusal)
    return redirect(url_for("logs.show", log_id=answer["id"]), 303)


@bp.get("/audit/logs/<case_id:log_id>")
def show(log_id: int) -> ResponseReturnValue:
    return _page(log_id)


@bp.post("/audit/logs/<case_id:log_id>/columns")
def reread(log_id: int) -> ResponseReturnValue:
    try:
        execute(c.ReadLogAnew(log_id, log_files.columns_of(request.form), request.form.get("time_format", "").strip()[:100]))
    except (InvalidInput, LogNotReadable, LogUnderWay) as refusal:
        return _page(log_id, refusal), status_of(refusal)
    flash(_("The log was read anew."), "success")
    return redirect(url_for("logs.show", log_id=log_id), 303)


@bp.post("/audit/logs/<case_id:log_id>/check")
def check(log_id: int) -> ResponseReturnValue:
    chosen = zip(request.form.getlist("activity"), request.form.getlist("element"), strict=False)
    try:
        execute(c.CheckLog(log_id, dict(chosen), "strict" in request.form))
    except (InvalidInput, LogUnderWay) as refusal:
        return _page(log_id, refusal), status_of(refusal)
    return redirect(url_for("logs.show", log_id=log_id), 303)


@bp.post("/audit/logs/<case_id:log_id>/discarding")
def discard(log_id: int) -> ResponseReturnValue:
    execute(c.DiscardLog(log_id))
    flash(_("The log was discarded."))
    return redirect(url_for("logs.index"), 303)


def _index(typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    with reading() as r:
        check_may_import(r.actor)
        return render_template(
            "logs.html",
            logs=[presenter.line(log) for log in imported_logs.mine(r.conn, r.actor)],
            versions=presenter.versions(r),
            uses=presenter.uses(typed),
            typed=typed,
            refusal=_said(refusal),
        )


def _page(log_id: int, refusal: Refusal | None = None) -> str:
    with reading() as r:
        check_may_import(r.actor)
        log = imported_logs.find(r.conn, r.actor, log_id)
        version = catalogue.version(r.conn, r.versions, log.procedure, log.version)
        if is_htmx():
            return render_template("partials/log_progress.html", log=log)
        shown = presenter.page(log, version, request.args.get("show", ""))
        return render_template("log.html", log=log, procedure=version.procedure.name, refusal=_said(refusal), **shown)


def _said(refusal: Refusal | None) -> str | None:
    """What is wrong, of each field; else the sentence of the refusal."""
    if refusal is None:
        return None
    return " ".join(faults(refusal).values()) or refusal_words(refusal)
