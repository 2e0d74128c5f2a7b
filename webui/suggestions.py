"""Suggestions: made from a task, answered by the owner, followed by whoever made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.case import case_number
from engine.domain.errors import InvalidInput
from engine.domain.procedure import may_change_procedure
from engine.domain.text import Text
from engine.store import procedures, suggestions
from webui import tasks
from webui.errors import status_of
from webui.presenters.refusals import faults
from webui.request import Reading, execute, reading
from webui.routing import TaskId

bp = Blueprint("suggestions", __name__)

MOST_OWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """`taken_up_in` is the number of the version that took it up."""

    id: int
    step: Text
    version: int
    text: str
    author: str
    at: datetime
    case_number: str
    case_href: str
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    taken_up_in: int | None
    procedure: Text
    version_href: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A procedure whose suggestions can be looked at."""

    key: str
    name: Text
    href: str
    open: int
    all: int
    current: bool


@bp.post("/tasks/<task_id:task_id>/suggestions")
def create(task_id: TaskId) -> ResponseReturnValue:
    text = request.form.get("text", "")
    try:
        execute(c.MakeSuggestion(task_id.case_id, task_id.no, text))
    except InvalidInput as refusal:
        return tasks.page(task_id, suggested=(text, faults(refusal)["text"])), status_of(refusal)
    flash(_("Thank you. Your suggestion is with the owner of the procedure."), "success")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.get("/suggestions")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/suggestions/<no:number>/answer")
def answer(number: int) -> ResponseReturnValue:
    verdict, words = request.form.get("verdict", ""), request.form.get("answer", "")
    procedure = request.form.get("procedure", "")
    try:
        execute(c.AnswerSuggestion(number, verdict, words))
    except InvalidInput as refusal:
        return _page(procedure, {"id": number, "answer": words, "faults": faults(refusal)}), status_of(refusal)
    flash(_("Answered."), "success")
    return redirect(url_for("suggestions.index", procedure=procedure or None), 303)


def _page(procedure: str = "", typed: dict | None = None) -> str:
    with reading() as r:
        chosen = _chosen(r, procedure or request.args.get("procedure", ""))
        current = next((one for one in chosen if one.current), None)
        return render_template(
            "suggestions.html",
            procedures=chosen,
            current=current,
            rows=_shown(r, suggestions.of_procedure(r.conn, current.key)) if current else [],
            mine=_shown(r, suggestions.of_author(r.conn, r.actor.id, MOST_OWN)),
            typed=typed or {},
        )


def _chosen(r: Reading, wanted: str) -> list[Chosen]:
    """The procedures the viewer answers for that have suggestions; the one asked for, else the first with open ones."""
    counts = suggestions.counts(r.conn)
    rows = [row for row in procedures.all_(r.conn) if row.key in counts and may_change_procedure(r.actor, row)]
    keys = [row.key for row in rows]
    if wanted not in keys:
        wanted = next((key for key in keys if counts[key][0]), keys[0] if keys else "")
    return [
        Chosen(
            row.key,
            Text(row.name_zh, row.name_en),
            url_for("suggestions.index", procedure=row.key),
            *counts[row.key],
            row.key == wanted,
        )
        for row in rows
    ]


def _shown(r: Reading, rows: list[Row]) -> list[Shown]:
    return [_one(r, row) for row in rows]


def _one(r: Reading, row: Row) -> Shown:
    version, up = r.versions.get(r.conn, row.version_id), row.taken_up_in
    return Shown(
        id=row.id,
        step=version.name_of(row.element_id),
        version=version.number,
        text=row.text,
        author=r.organisation.name_of(row.author_id),
        at=row.at,
        case_number=case_number(row.case_id),
        case_href=url_for("cases.show", case_id=row.case_id),
        state=row.state,
        answer=row.answer or "",
        answered_by=r.organisation.name_of(row.answered_by),
        answered_at=row.answered_at,
        taken_up_in=up,
        procedure=version.procedure.name,
        version_href=url_for("procedures.show", key=row.procedure, version=up) if up else None,
    )
