"""A file under review: uploaded, examined, repaired where its owner agrees, saved as a draft version."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn.reader import Unreadable
from engine.bpmn.wording import worded
from engine.domain import commands as c
from engine.domain.actors import ADMIN, OWNER
from engine.domain.errors import Forbidden, InvalidInput, NotDeployable, NotReadable, Refusal
from engine.domain.procedure import OWNERS_ONLY
from engine.queries import uploads
from engine.queries.uploads import UploadRow
from webui import upload_files
from webui.errors import status_of
from webui.presenters import repairs
from webui.presenters import uploads as presenter
from webui.presenters.refusals import faults, refusal_words
from webui.request import Reading, execute, reading
from webui.upload_files import LARGEST_UPLOAD

bp = Blueprint("uploads", __name__)


@bp.url_value_preprocessor
def allow_files(_endpoint: str | None, _values: object) -> None:
    """A file somewhat too large is still read, so that the answer can say how large it is and what to do."""
    request.max_content_length = LARGEST_UPLOAD


@bp.get("/uploads")
def index() -> ResponseReturnValue:
    return _index()


@bp.post("/uploads")
def create() -> ResponseReturnValue:
    procedure = request.form.get("procedure") or None
    try:
        given = upload_files.received(request.files.getlist("files"))
        answer = execute(c.UploadFile(given.data, given.name, given.beside, procedure))
    except (NotReadable, InvalidInput) as refusal:
        return _index(refusal)
    return redirect(url_for("uploads.show", upload_id=answer["id"]), 303)


@bp.get("/uploads/<no:upload_id>")
def show(upload_id: int) -> ResponseReturnValue:
    with reading() as r:
        return _page(r, _find(r, upload_id))


@bp.get("/uploads/<no:upload_id>.json")
def as_json(upload_id: int) -> ResponseReturnValue:
    with reading() as r:
        return jsonify(presenter.plain(_find(r, upload_id)))


@bp.get("/uploads/<no:upload_id>/file")
def file(upload_id: int) -> ResponseReturnValue:
    """The very bytes that were uploaded."""
    with reading() as r:
        upload = _find(r, upload_id)
    response = Response(upload.data, mimetype="application/xml")
    response.headers.set("Content-Disposition", "attachment", filename=upload_files.plain_name(upload.name))
    return response


@bp.get("/uploads/<no:upload_id>/diagram/<any(before, after):side>/<any(zh, en):language>")
def diagram(upload_id: int, side: str, language: str) -> ResponseReturnValue:
    """The file as it was uploaded, or with the accepted repairs and those the address asks for, to be looked at."""
    with reading() as r:
        upload = _find(r, upload_id)
        drawn = upload.data if side == "before" else repairs.mended(r, upload, request.args.getlist("with"))
    response = Response(_in_words(drawn, language), mimetype="application/xml")
    response.cache_control.no_store = True
    return response


@bp.post("/uploads/<no:upload_id>/repairs")
def repair(upload_id: int) -> ResponseReturnValue:
    """What is ticked is accepted, with its choice; `all` accepts everything that is proposed."""
    with reading() as r:
        accepted = repairs.accepted(_find(r, upload_id), request.form)
    return _revise(c.ReviseUpload(upload_id, repairs=accepted), _("The repairs were applied; the file was examined again."))


@bp.post("/uploads/<no:upload_id>/process")
def choose(upload_id: int) -> ResponseReturnValue:
    command = c.ReviseUpload(upload_id, main=request.form.get("main", ""), repairs={})
    return _revise(command, _("This process runs; the others are the customer’s and partners’ side."))


@bp.post("/uploads/<no:upload_id>/contents")
def replace(upload_id: int) -> ResponseReturnValue:
    """Another file in place of this one, or files beside it."""
    with reading() as r:
        upload = _find(r, upload_id)
    try:
        given = upload_files.received(request.files.getlist("files"), instead_of=upload)
    except (NotReadable, InvalidInput) as refusal:
        return _refused(upload_id, refusal)
    repairs = {} if given.data != upload.data else None
    command = c.ReviseUpload(upload_id, data=given.data, beside=given.beside, repairs=repairs)
    return _revise(command, _("The file was examined again."))


@bp.post("/uploads/<no:upload_id>/version")
def deploy(upload_id: int) -> ResponseReturnValue:
    """The draft version; then on to its release."""
    note = request.form.get("note", "")
    try:
        execute(c.ReviseUpload(upload_id, note=note))
        with reading() as r:
            command = presenter.deployment(r, _find(r, upload_id), request.form.getlist("suggestion", type=int))
        answer = execute(command)
    except (NotDeployable, InvalidInput) as refusal:
        return _refused(upload_id, refusal)
    if answer["is_new"]:
        flash(_("Version %(number)s is saved as a draft; nobody gets it before it is released.", number=answer["version"]))
    else:
        flash(_("The very same file is version %(number)s already.", number=answer["version"]))
    return redirect(presenter.next_href(answer["key"], answer["version"], answer["state"]), 303)


@bp.post("/uploads/<no:upload_id>/discarding")
def destroy(upload_id: int) -> ResponseReturnValue:
    execute(c.DiscardUpload(upload_id))
    flash(_("The upload was discarded."))
    return redirect(url_for("uploads.index"), 303)


def _revise(command: c.ReviseUpload, words: str) -> ResponseReturnValue:
    try:
        execute(command)
    except Refusal as refusal:
        return _refused(command.upload_id, refusal)
    flash(words)
    return redirect(url_for("uploads.show", upload_id=command.upload_id), 303)


def _index(refusal: Refusal | None = None) -> ResponseReturnValue:
    with reading() as r:
        check_may_upload(r)
        lines = [presenter.line(row) for row in uploads.under_review(r.conn, r.actor)]
        context = {"uploads": lines, "refusal": _said(refusal)}
        context["procedure"] = request.values.get("procedure", "")[:200]
        return render_template("uploads.html", **context), status_of(refusal) if refusal is not None else 200


def _refused(upload_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The review with what could not be done above it."""
    with reading() as r:
        return _page(r, _find(r, upload_id), refusal)


def _page(r: Reading, upload: UploadRow, refusal: Refusal | None = None) -> ResponseReturnValue:
    context = presenter.page(r, upload, request.args.get("repair"))
    context["refusal"] = _said(refusal)
    return render_template("upload.html", **context), status_of(refusal) if refusal is not None else 200


def _said(refusal: Refusal | None) -> str | None:
    """What is wrong, of each field; else the sentence of the refusal."""
    if refusal is None:
        return None
    return " ".join(faults(refusal).values()) or refusal_words(refusal)


def _in_words(drawn: bytes, language: str) -> bytes:
    """In the reader's language; what cannot be read before it is repaired is given as it is, and then not drawn."""
    try:
        return worded(drawn, language)
    except Unreadable:
        return drawn


def _find(r: Reading, upload_id: int) -> UploadRow:
    check_may_upload(r)
    return uploads.find(r.conn, r.actor, upload_id)


def check_may_upload(r: Reading) -> None:
    if not r.actor.has(OWNER, ADMIN):
        raise Forbidden(why=OWNERS_ONLY)
