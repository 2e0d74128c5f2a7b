"""One task: how it is done, its form, and what may be done with it. Whatever is refused, what was typed stays."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain import commands as c
from engine.domain.case import case_number
from engine.domain.errors import InvalidInput, KeyReused, NotFound, Refusal
from engine.domain.text import Text
from engine.queries import task as query
from engine.queries import training
from engine.queries import worklist as worklists
from engine.queries.task import TaskView
from webui import worklist
from webui.edge import checks_itself
from webui.errors import status_of
from webui.presenters import forms
from webui.presenters import task as presenter
from webui.presenters.refusals import faults, refusal_words
from webui.presenters.time import moment
from webui.request import Reading, execute, is_htmx, reading, safe_next, wants_json
from webui.routing import TaskId

bp = Blueprint("tasks", __name__)
bp.add_url_rule("/tasks/next", "next", worklist.take_next, methods=["POST"])

ONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_NOTE = 2_000
NOTE_TOO_LONG = Text("说明最多 {most} 个字，现有 {length} 个。", "A note takes at most {most} characters; there are {length}.")
NOBODY = Text("请选择接收人。", "Choose whom to give it to.")


@bp.get("/tasks/<task_id:task_id>")
def show(task_id: TaskId) -> ResponseReturnValue:
    return page(task_id)


@bp.post("/tasks/<task_id:task_id>/claim")
def claim(task_id: TaskId) -> ResponseReturnValue:
    refusal = _refusal_of(c.ClaimTask(task_id.case_id, task_id.no))
    if is_htmx():
        return worklist.rows_after(request.form.get("next", ""), refusal)
    if refusal is None and "next" in request.form:
        flash(ngettext("%(num)s task is now yours.", "%(num)s tasks are now yours.", 1), "success")
    return _back(refusal, url_for("tasks.show", task_id=task_id))


@bp.post("/tasks/<task_id:task_id>/release")
def release(task_id: TaskId) -> ResponseReturnValue:
    return _back(_refusal_of(c.ReleaseTask(task_id.case_id, task_id.no)), url_for("worklist.show"))


@bp.post("/tasks/<task_id:task_id>/delegation")
def delegate(task_id: TaskId) -> ResponseReturnValue:
    return _hand_over(task_id, c.DelegateTask)


@bp.post("/tasks/<task_id:task_id>/assignment")
def assign(task_id: TaskId) -> ResponseReturnValue:
    return _hand_over(task_id, c.AssignTask)


@bp.post("/tasks/<task_id:task_id>/completion")
@checks_itself
def complete(task_id: TaskId) -> ResponseReturnValue:
    typed = _typed(task_id)
    try:
        answer = _complete_once(c.CompleteTask(task_id.case_id, task_id.no, typed))
    except InvalidInput as refusal:
        return page(task_id, typed=typed, wrong=faults(refusal)), status_of(refusal)
    except NotFound:
        raise
    except Refusal as refusal:
        return page(task_id, typed=typed, conflict=refusal), status_of(refusal)
    flash(_("Done: %(number)s.", number=answer["number"]), "success")
    return redirect(_onwards(request.form.get("then", ""), answer), 303)


@bp.post("/tasks/<task_id:task_id>/draft")
@checks_itself
def draft(task_id: TaskId) -> ResponseReturnValue:
    """What was typed is kept as it is, right or wrong; scripts ask for this a moment after the last key."""
    typed = _typed(task_id)
    try:
        execute(c.SaveDraft(task_id.case_id, task_id.no, typed))
    except NotFound:
        raise
    except Refusal as refusal:
        if wants_json():
            return {"words": refusal_words(refusal)}, status_of(refusal)
        return page(task_id, typed=typed, conflict=refusal), status_of(refusal)
    words = _("Draft saved at %(time)s", time=moment(g.now, g.now, g.zone))
    if wants_json():
        return {"saved_at": g.now.isoformat(), "words": words}
    flash(words, "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def page(
    task_id: TaskId,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    conflict: Refusal | None = None,
    note: str = "",
    suggested: tuple[str, str] | None = None,
) -> str:
    """The task as it is now, with what was typed where something was. `suggested`: the words, and what is wrong."""
    with reading() as r:
        view = _find(r, task_id)
        hands_over = view.may.delegate or view.may.assign
        return render_template(
            "task.html",
            task=presenter.shown(view, r),
            fields=forms.fields(view.form, _texts(view, r, typed), wrong),
            guidance=view.step.guidance if view.step else None,
            script=presenter.spoken(view.step.script if view.step else None, case_number(task_id.case_id), view.row.customer),
            may=view.may,
            people=presenter.people(view, r) if hands_over else [],
            why_not=_why_not(view, r),
            read_href=_read_href(view, r),
            suggested=suggested,
            conflict=_conflict_words(conflict),
            has_draft=bool(view.draft) and typed is None,
            note=note,
            once=secrets.token_urlsafe(16),
            **presenter.around(view, r),
        )


def _find(r: Reading, task_id: TaskId) -> TaskView:
    return query.find(r.conn, r.actor, r.organisation, r.versions, task_id.case_id, task_id.no)


def _texts(view: TaskView, r: Reading, typed: Mapping[str, str] | None) -> dict[str, str]:
    known = forms.prefilled(view.form, view.draft, view.variables, r.zone)
    return known if typed is None else known | typed


def _why_not(view: TaskView, r: Reading) -> Text | str | None:
    """Why the viewer cannot do the step, also where it is done already."""
    if view.row.state == "open":
        return view.may.why_not
    if view.ended_at is None:
        return None
    when, who = moment(view.ended_at, r.now, r.zone), view.ended_by or "Closeloop"
    if view.row.state == "completed":
        return _("%(who)s completed this step: %(when)s.", who=who, when=when)
    return _("This step is no longer needed: %(when)s.", when=when)


def _read_href(view: TaskView, r: Reading) -> str | None:
    """What the viewer has to read before they may take the task."""
    row = view.row
    is_mine = row.state != "open" or row.assignee_id == r.actor.id
    if is_mine or (row.procedure, row.version) not in training.to_read_first(r.conn, r.actor, r.organisation):
        return None
    return url_for("training.show", key=row.procedure, number=row.version)


def _conflict_words(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    return " ".join([refusal_words(refusal), *faults(refusal).values()])


def _typed(task_id: TaskId) -> dict[str, str]:
    """What was typed into the fields of the step's form. Raises `NotFound` for what the viewer may not see."""
    with reading() as r:
        return forms.given(_find(r, task_id).form, request.form)


def _complete_once(command: c.CompleteTask) -> Mapping[str, Any]:
    """The page's own key makes a second press of the button harmless. Changed since: then the task itself decides."""
    once = request.form.get("once", "")
    key = f"page:{once}" if ONCE.fullmatch(once) else None
    try:
        return execute(command, key)
    except KeyReused:
        return execute(command)


def _onwards(then: str, answer: Mapping[str, Any]) -> str:
    """The case; or the next task: of this case, else the most urgent one's own, else what there is to take."""
    if then != "next":
        return url_for("cases.show", case_id=answer["case"])
    if answer.get("next"):
        return url_for("tasks.show", task_id=answer["next"])
    with reading() as r:
        for view in ("mine", "available"):
            found = worklists.page(r.conn, r.actor, r.organisation, r.versions, view, limit=1)
            if found.items:
                return url_for("tasks.show", task_id=found.items[0].id)
    return url_for("worklist.show")


def _hand_over(task_id: TaskId, command: type[c.DelegateTask | c.AssignTask]) -> ResponseReturnValue:
    to, note = request.form.get("to", "").strip(), request.form.get("note", "").strip()
    try:
        if not to:
            raise InvalidInput(fields={"to": NOBODY})
        if len(note) > LONGEST_NOTE:
            raise InvalidInput(fields={"note": NOTE_TOO_LONG.format(most=LONGEST_NOTE, length=len(note))})
        execute(command(task_id.case_id, task_id.no, to[:100], note))
    except Refusal as refusal:
        return page(task_id, conflict=refusal, note=note), status_of(refusal)
    with reading() as r:
        user = r.organisation.by_login[to]
    flash(_("It is now with %(name)s.", name=user.name), "success")
    return redirect(url_for("worklist.show"), 303)


def _refusal_of(command: c.ClaimTask | c.ReleaseTask) -> Refusal | None:
    try:
        execute(command)
    except NotFound:
        raise
    except Refusal as refusal:
        return refusal
    return None


def _back(refusal: Refusal | None, default: str) -> ResponseReturnValue:
    if refusal is not None:
        flash(refusal_words(refusal), "error")
    return redirect(safe_next(request.form.get("next"), default), 303)
