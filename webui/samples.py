"""Quality reviews at the auditor's desk: samples drawn by a seed, their worksheet, and one case after another rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn import forms as rules
from engine.bpmn.model import Form
from engine.domain import commands as c
from engine.domain.actors import AUDITOR
from engine.domain.errors import InvalidInput, Refusal
from engine.queries import samples as queries
from webui import paging
from webui.errors import status_of
from webui.presenters import forms
from webui.presenters import samples as shown
from webui.presenters.refusals import faults, refusal_words
from webui.request import Reading, execute, reading

bp = Blueprint("samples", __name__)


@bp.get("/audit/samples")
def index() -> ResponseReturnValue:
    return _list()


@bp.post("/audit/samples")
def create() -> ResponseReturnValue:
    with reading() as r:
        form = shown.draw_form(r)
    typed = forms.given(form, request.form)
    try:
        made = execute(_command(form, typed))
    except InvalidInput as refusal:
        return _list(typed, refusal), status_of(refusal)
    flash(_("%(n)s cases of %(all)s are drawn.", n=len(made["cases"]), all=made["population"]), "success")
    return redirect(url_for("samples.show", sample_id=made["id"]), 303)


@bp.get("/audit/samples/<case_id:sample_id>")
def show(sample_id: int) -> ResponseReturnValue:
    return _sheet(sample_id)


@bp.get("/audit/samples/<case_id:sample_id>/worksheet.csv")
def worksheet(sample_id: int) -> ResponseReturnValue:
    """To be filled in on paper or in a spreadsheet."""
    with reading() as r:
        data = shown.worksheet(_found(r, sample_id), r)
    response = Response(data, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="sample-{sample_id}.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.post("/audit/samples/<case_id:sample_id>/redraw")
def redraw(sample_id: int) -> ResponseReturnValue:
    """Whether the seed still draws the same cases."""
    with reading() as r:
        same = queries.redraw(r.conn, _found(r, sample_id).row)
    return _sheet(sample_id, same=same)


@bp.post("/audit/samples/<case_id:sample_id>/end")
def close(sample_id: int) -> ResponseReturnValue:
    try:
        execute(c.CloseSample(sample_id, request.form.get("reason", "")))
    except Refusal as refusal:
        if refusal.kind != "conflict":
            raise
        return _sheet(sample_id, refusal=refusal_words(refusal)), status_of(refusal)
    flash(_("The sample is closed."), "success")
    return redirect(url_for("samples.show", sample_id=sample_id), 303)


@bp.get("/audit/samples/<case_id:sample_id>/cases/<case_id:case_id>")
def case(sample_id: int, case_id: int) -> ResponseReturnValue:
    return _case(sample_id, case_id)


@bp.post("/audit/samples/<case_id:sample_id>/cases/<case_id:case_id>")
def review(sample_id: int, case_id: int) -> ResponseReturnValue:
    """On to the next case that waits for the reviewer, else back to the worksheet."""
    ratings = {key.removeprefix("rating."): value for key, value in request.form.items() if key.startswith("rating.")}
    note = request.form.get("note", "")
    try:
        answer = execute(c.ReviewCase(sample_id, case_id, ratings, note))
    except InvalidInput as refusal:
        return _case(sample_id, case_id, ratings, note, faults(refusal)), status_of(refusal)
    except Refusal as refusal:
        if refusal.kind not in ("conflict", "forbidden"):
            raise
        return _case(sample_id, case_id, ratings, note, {"": refusal_words(refusal)}), status_of(refusal)
    flash(shown.outcome(answer), "success")
    with reading() as r:
        following = shown.next_case(_found(r, sample_id), r.actor.id, case_id)
    if following is None:
        return redirect(url_for("samples.show", sample_id=sample_id), 303)
    return redirect(url_for("samples.case", sample_id=sample_id, case_id=following), 303)


def _command(form: Form, typed: Mapping[str, str]) -> c.DrawSample:
    filled = rules.fill(form, typed, g.zone)
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    values = {key: value for key, value in filled.values.items() if value is not None}
    first, last = (datetime.combine(_day(values[name]), time(), g.zone) for name in ("from", "to"))
    return c.DrawSample(
        values["name"],
        int(values["size"]),
        values["method"],
        first,
        last + timedelta(days=1),
        seed=values.get("seed", ""),
        strata=values.get("strata", ""),
        procedure=values.get("procedure"),
        department=values.get("department"),
        reviews=int(values["reviews"]),
        scorecard=shown.card_of(request.form),
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _found(r: Reading, sample_id: int) -> queries.Sample:
    queries.check_may_read(r.actor)
    return queries.sheet(r.conn, sample_id, r.actor.id)


def _list(typed: Mapping[str, str] | None = None, refusal: InvalidInput | None = None) -> str:
    with reading() as r:
        queries.check_may_read(r.actor)
        page = queries.page(r.conn, cursor=request.args.get("cursor"))
        wrong = faults(refusal) if refusal else {}
        return render_template(
            "samples.html",
            samples=[shown.of(one, r) for one in page.items],
            page=paging.links(page),
            may_draw=r.actor.has(AUDITOR),
            fields=forms.fields(shown.draw_form(r), typed or shown.at_first(r), wrong, "s"),
            questions=shown.card_rows(request.form if typed else None),
            card_fault=wrong.get("scorecard", ""),
            is_open=typed is not None,
        )


def _sheet(sample_id: int, *, same: bool | None = None, refusal: str | None = None) -> str:
    with reading() as r:
        sample = _found(r, sample_id)
        return render_template(
            "sample.html", sample=shown.of(sample, r), cases=shown.cases(sample, r), questions=shown.questions(sample),
            may_review=r.actor.has(AUDITOR), same=same, refusal=refusal,
        )  # fmt: skip


def _case(
    sample_id: int, case_id: int, ratings: Mapping[str, str] | None = None, note: str = "", wrong: Mapping[str, str] | None = None
) -> str:
    with reading() as r:
        sample = _found(r, sample_id)
        return render_template(
            "sample_case.html", sample=shown.of(sample, r), case=shown.case(sample, case_id, r, ratings, note),
            may_review=r.actor.has(AUDITOR) and sample.row.closed_at is None, faults=wrong or {},
        )  # fmt: skip
