"""Running cases moved to another version: which element becomes which, what would happen, and how it goes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import moves
from engine.domain import commands as c
from engine.domain.errors import InvalidInput, Refusal
from engine.domain.procedure import may_change_procedure
from engine.queries import catalogue
from engine.queries import migrations as queries
from engine.queries.catalogue import VersionRow
from engine.store import procedures
from engine.store.migrations import STATES
from webui import paging
from webui.budget import within
from webui.errors import status_of
from webui.presenters import migrations as presenter
from webui.presenters.refusals import faults, refusal_words
from webui.request import Reading, execute, reading
from webui.routing import as_id

bp = Blueprint("migrations", __name__)

#: How long somebody waits at most before what has been found out is shown.
SECONDS = 4
FIELD = "map-"


@bp.get("/procedures/<key>/migrations/new")
def new(key: str) -> ResponseReturnValue:
    """`from` and `to` name versions, `map-ELEMENT` what takes an element's place; without any, as it is proposed."""
    numbers = (as_id(request.args.get("from")), as_id(request.args.get("to")))
    return _page(key, numbers, _mapping(request.args))


@bp.post("/procedures/<key>/migrations")
def create(key: str) -> ResponseReturnValue:
    numbers = (as_id(request.form.get("from")), as_id(request.form.get("to")))
    mapping = _mapping(request.form) or {}
    try:
        begun = execute(c.MigrateCases(key, numbers[0] or 0, numbers[1] or 0, mapping, None, request.form.get("reason", "")))
    except InvalidInput as refusal:
        return _page(key, numbers, mapping, refusal), status_of(refusal)
    flash(_("The cases are being moved. This page shows how it goes; reload it."), "success")
    return redirect(url_for("migrations.show", key=key, number=begun["id"]), 303)


@bp.get("/procedures/<key>/migrations/<no:number>")
def show(key: str, number: int) -> ResponseReturnValue:
    state = request.args.get("state")
    state = state if state in STATES else None
    with reading() as r:
        procedure = catalogue.procedure(r.conn, r.versions, key)
        found = queries.find(r.conn, r.actor, key, number)
        page = queries.cases(r.conn, number, state=state, cursor=request.args.get("cursor"))
        may_change = may_change_procedure(r.actor, procedures.find(r.conn, key))
        user = r.organisation.by_login.get(found.created_by)
    whole = sum(found.counts.values())
    return render_template(
        "migration.html",
        procedure={"key": key, "name": procedure.name},
        migration=found,
        by=user.name if user else found.created_by,
        whole=whole,
        share=(whole - found.counts["planned"]) / whole if whole else 1.0,
        tabs=_tabs(key, found, state, whole),
        cases=page.items,
        links=paging.links(page, "cases"),
        may_change=may_change,
    )


@bp.post("/procedures/<key>/migrations/<no:number>/stop")
def stop(key: str, number: int) -> ResponseReturnValue:
    _check_of(key, number)
    execute(c.StopMigration(number))
    flash(_("Stopped. The cases that had not been moved stay where they are."), "success")
    return redirect(url_for("migrations.show", key=key, number=number), 303)


@bp.post("/procedures/<key>/migrations/<no:number>/cases/<case_id:case_id>/undo")
def undo(key: str, number: int, case_id: int) -> ResponseReturnValue:
    _check_of(key, number)
    try:
        done = execute(c.UndoMigration(case_id, number))
    except Refusal as refusal:
        if refusal.kind != "conflict":
            raise
        flash(refusal_words(refusal), "error")
    else:
        flash(_("%(number)s is back where it was.", number=done["number"]), "success")
    return redirect(url_for("migrations.show", key=key, number=number) + "#cases", 303)


def _page(
    key: str, wanted: tuple[int | None, int | None], mapping: Mapping[str, str | None] | None, refusal: InvalidInput | None = None
) -> str:
    with reading() as r:
        queries.check_may_look(r.actor)
        procedure = catalogue.procedure(r.conn, r.versions, key)
        rows = catalogue.versions_of(r.conn, key)
        numbers = _numbers(rows, procedure.released, wanted)
        found, wrong = None, refusal
        if numbers is not None and refusal is None:
            try:
                found = _preview(r, key, numbers, mapping)
            except InvalidInput as problem:
                wrong = problem
        told = faults(wrong) if wrong else {}
        pairs = _pairs(r, key, numbers, found, mapping, told)
        return render_template(
            "migration_new.html",
            procedure={"key": key, "name": procedure.name},
            versions=rows,
            numbers=numbers,
            pairs=pairs,
            chosen={pair.field: pair.chosen for pair in pairs},
            found=found,
            reasons=presenter.reasons(found) if found else [],
            wrong=[words for field, words in told.items() if field not in {pair.id for pair in pairs}],
            reason=request.form.get("reason", ""),
            earlier=queries.of_procedure(r.conn, r.actor, key),
            may_change=may_change_procedure(r.actor, procedures.find(r.conn, key)),
        )


def _preview(r: Reading, key: str, numbers: tuple[int, int], mapping: Mapping[str, str | None] | None) -> queries.Preview:
    return queries.preview(
        r.conn, r.actor, r.organisation, r.versions, r.now, key, numbers, mapping, go_on=within(SECONDS)
    )


def _pairs(
    r: Reading,
    key: str,
    numbers: tuple[int, int] | None,
    found: queries.Preview | None,
    mapping: Mapping[str, str | None] | None,
    told: Mapping[str, str],
) -> list[presenter.Pair]:
    if numbers is None or numbers[0] == numbers[1]:
        return []
    old, new = moves.two_of(r.conn, r.versions, key, *numbers)
    return presenter.pairs(old, new, found.pairs if found else mapping or {}, told)


def _numbers(
    rows: tuple[VersionRow, ...], released: int | None, wanted: tuple[int | None, int | None]
) -> tuple[int, int] | None:
    """Those asked for; else from the version most cases run on, but the one in use, to the one in use."""
    to = wanted[1] or released or rows[0].number
    others = sorted((row for row in rows if row.number != to), key=lambda row: (-row.running, -row.number))
    from_ = wanted[0] or (others[0].number if others else None)
    return (from_, to) if from_ is not None else None


def _mapping(form: Mapping[str, str]) -> dict[str, str | None] | None:
    """None where the form says nothing of it."""
    named = {name.removeprefix(FIELD): value.strip() or None for name, value in form.items() if name.startswith(FIELD)}
    return named or None


def _tabs(key: str, found: queries.MigrationRow, state: str | None, whole: int) -> list[dict]:
    words = {
        "planned": _("Still to move"), "moved": _("Moved"), "stayed": _("Stayed"), "undone": _("Moved back"), "stopped": _("Not moved"),
    }  # fmt: skip
    every = [{"state": None, "label": _("All"), "count": whole}]
    every += [{"state": name, "label": words[name], "count": found.counts[name]} for name in STATES if found.counts[name]]
    return [
        tab | {"href": url_for("migrations.show", key=key, number=found.id, state=tab["state"]) + "#cases", "current": tab["state"] == state}
        for tab in every
    ]


def _check_of(key: str, number: int) -> None:
    with reading() as r:
        queries.find(r.conn, r.actor, key, number)
