"""Drawing a revision in the browser: from a version or a file under review, back into the review."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.domain import commands as c
from engine.domain.errors import UploadSettled
from engine.queries import catalogue, uploads
from webui import locales, modeler_words
from webui.presenters import repairs
from webui.request import execute, reading
from webui.uploads import bp, check_may_upload

__all__ = ["bp"]

#: Where a step stands in the service blueprint; the form beside the drawing offers them.
STAGES = ("customer", "frontstage", "backstage", "support")


@bp.post("/procedures/<key>/versions/<no:number>/edit")
def begin(key: str, number: int) -> ResponseReturnValue:
    """A copy of the version is put under review and opened."""
    with reading() as r:
        version = catalogue.version(r.conn, r.versions, key, number)
    answer = execute(c.UploadFile(version.bpmn, f"{key}-v{number}.bpmn", version.beside, key))
    return redirect(url_for("uploads.edit", upload_id=answer["id"]), 303)


@bp.get("/uploads/<no:upload_id>/edit")
def edit(upload_id: int) -> ResponseReturnValue:
    with reading() as r:
        check_may_upload(r)
        upload = uploads.find(r.conn, r.actor, upload_id)
        if upload.version is not None:
            raise UploadSettled()
        groups = [
            {"key": group.key, "name": group.name, "names": f"{group.name.zh}|{group.name.en}"}
            for group in r.organisation.groups.values()
        ]
    words = {} if locales.current() == "en" else modeler_words.in_chinese()
    return render_template("modeler.html", upload=upload, groups=groups, stages=STAGES, words=words)


@bp.get("/uploads/<no:upload_id>/edit/source")
def edited(upload_id: int) -> ResponseReturnValue:
    """The file with the accepted repairs, nothing of it reworded: this is what is drawn on."""
    with reading() as r:
        check_may_upload(r)
        data = repairs.mended(r, uploads.find(r.conn, r.actor, upload_id))
    response = Response(data, mimetype="application/xml")
    response.cache_control.no_store = True
    return response
