"""What a file under review changes, side by side with the version in use, and what it would do to cases."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn.diff import diff
from engine.domain.errors import NotFound
from engine.queries import comparison, uploads
from webui.comparison import look_ahead
from webui.presenters import comparison as presenter
from webui.presenters import diagrams, repairs, upload_changes
from webui.request import reading
from webui.uploads import bp, check_may_upload

__all__ = ["bp"]


@bp.get("/uploads/<no:upload_id>/comparison")
def compare(upload_id: int) -> ResponseReturnValue:
    """With `cases` also: which running cases could move to it, and what finished ones would have become on it."""
    with reading() as r:
        check_may_upload(r)
        upload = uploads.find(r.conn, r.actor, upload_id)
        old = upload_changes.in_use(r, upload)
        if old is None:
            raise NotFound(what=comparison.NO_OTHER)
        new = upload_changes.candidate(r, upload)
        found = diff(comparison.source_of(old), comparison.source_of(new))
        ahead = look_ahead(r, new) if request.args.get("cases") and not upload.report["errors"] else None
    sides = [
        presenter.Side(_("version %(n)s", n=old.number), diagrams.bpmn_href(old.key, old.number)),
        presenter.Side(upload.name, repairs.diagram_href(upload, "after")),
    ]
    context = {"upload": upload, "number": old.number, "comparison": presenter.comparison(found, *sides), "ahead": ahead}
    return render_template("upload_comparison.html", **context)
