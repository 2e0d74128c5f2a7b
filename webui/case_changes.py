"""What is done to a case as a whole: a note, another owner, cancellation, an incident corrected and tried again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import commands as c
from engine.queries import cases
from webui import corrections
from webui.cases import bp
from webui.request import execute, reading


@bp.post("/cases/<case_id:case_id>/notes")
def note(case_id: int) -> ResponseReturnValue:
    execute(c.AddNote(case_id, request.form.get("text", "")))
    return _back(case_id, _("The note was added."), "trail")


@bp.post("/cases/<case_id:case_id>/owner")
def reassign(case_id: int) -> ResponseReturnValue:
    execute(c.ReassignCase(case_id, request.form.get("to", ""), request.form.get("reason", "")))
    return _back(case_id, _("The case has another owner."))


@bp.post("/cases/<case_id:case_id>/cancellation")
def cancel(case_id: int) -> ResponseReturnValue:
    execute(c.CancelCase(case_id, request.form.get("reason", "")))
    return _back(case_id, _("The case was cancelled."))


@bp.post("/cases/<case_id:case_id>/incidents/<no:no>/retry")
def retry(case_id: int, no: int) -> ResponseReturnValue:
    with reading() as r:
        cases.find(r.conn, r.actor, r.organisation, case_id)
        edits = corrections.edits(r, case_id, no, request.form)
    execute(c.RetryIncident(case_id, no, edits))
    with reading() as r:
        left = cases.incidents(r.conn, r.versions, case_id)
    if left:
        flash(_("Tried again; it could not be carried out."), "warning")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    return _back(case_id, _("Tried again; the case goes on."))


def _back(case_id: int, words: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("cases.show", case_id=case_id, _anchor=anchor), 303)
