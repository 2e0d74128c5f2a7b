"""Release a version to everyone, departments or a share; take it back; see how its cases fare beside the current one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, NotFound, Refusal
from engine.domain.procedure import check_may_change_procedure, may_change_procedure
from engine.domain.text import Text
from engine.domain.training import TRAININGS
from engine.queries import catalogue, pilots, releases
from engine.queries.releases import ReleaseRow
from engine.store import procedures
from engine.store import releases as store
from webui.errors import status_of
from webui.presenters import pilots as pilots_presenter
from webui.presenters import releases as presenter
from webui.presenters.refusals import faults
from webui.presenters.releases import Wish
from webui.request import Reading, execute, reading
from webui.routing import as_id

bp = Blueprint("releases", __name__)

VERSION = Text("流程版本", "The version")


@dataclass(frozen=True, slots=True)
class Place:
    """The version a release is about, and what is released of its procedure now."""

    row: Row
    name: Text
    active: tuple[ReleaseRow, ...]
    own: ReleaseRow | None
    usual: Wish


@bp.get("/procedures/<key>/versions/<no:number>/release")
def new(key: str, number: int) -> ResponseReturnValue:
    """The form; with a scope in the address also what will happen."""
    with reading() as r:
        place = _place(r, key, number)
        return _page(r, place, Wish.typed(request.args, place.usual), shows="scope" in request.args)


@bp.post("/procedures/<key>/versions/<no:number>/release")
def create(key: str, number: int) -> ResponseReturnValue:
    with reading() as r:
        place = _place(r, key, number)
    wish = Wish.typed(request.form, place.usual)
    try:
        execute(wish.command(key, number))
    except Refusal as refusal:
        if refusal.kind == "forbidden":
            raise
        with reading() as r:
            return _page(r, _place(r, key, number), wish, refusal=refusal), status_of(refusal)
    flash(_("Version %(number)s is released.", number=number))
    return redirect(url_for("procedures.show", key=key, version=number), 303)


@bp.post("/procedures/<key>/versions/<no:number>/withdrawal")
def withdraw(key: str, number: int) -> ResponseReturnValue:
    answer = execute(c.WithdrawVersion(key, number, request.form.get("reason", "")))
    if answer["replaced_by"] is None:
        flash(_("Version %(number)s was taken back. Nothing is released to everyone now.", number=number), "warning")
    else:
        words = _("Version %(number)s was taken back; its place takes version %(other)s.", number=number, other=answer["replaced_by"])
        flash(words)
    return redirect(url_for("procedures.show", key=key), 303)


@bp.get("/procedures/<key>/pilot")
def comparison(key: str) -> ResponseReturnValue:
    """`a` and `b` name the versions; without them the one for everyone and the newest pilot beside it."""
    with reading() as r:
        procedure = catalogue.procedure(r.conn, r.versions, key)
        pair = pilots.usual_pair(r.conn, key)
        a, b = (as_id(request.args[name]) if request.args.get(name) else None for name in ("a", "b"))
        one, other = a or (pair and pair[0]), b or (pair and pair[1])
        if a is None and pair is not None and one == other:
            one = pair[1]
        found = None
        if one is not None and other is not None:
            found = pilots.of_versions(r.conn, r.versions, r.organisation, key, one, other, r.now)
        history = releases.of_procedure(r.conn, key)
        own = next((row for row in history if row.version == other), None)
        tally = store.tally(r.conn, store.find(r.conn, own.id)) if own is not None and own.guard is not None else None
        return render_template(
            "pilot.html",
            procedure={"key": key, "name": procedure.name},
            versions=sorted({row.version for row in history}),
            one=one,
            other=other,
            compared=pilots_presenter.shown(found) if found is not None else None,
            guard=presenter.guard_words(own.guard) if own is not None else [],
            tally=tally,
            own=own,
            history=[pilots_presenter.release_line(row, r.organisation) for row in history],
            may_change=may_change_procedure(r.actor, procedures.find(r.conn, key)),
        )


def _place(r: Reading, key: str, number: int) -> Place:
    procedure = procedures.find(r.conn, key)
    department = r.organisation.departments.get(procedure.department or "") if procedure is not None else None
    check_may_change_procedure(r.actor, procedure, department.name if department else None)
    row = procedures.version_by_number(r.conn, key, number)
    if procedure is None or row is None:
        raise NotFound(what=VERSION)
    active = tuple(one for one in releases.of_procedure(r.conn, key) if one.is_active)
    own = next((one for one in active if one.version_id == row.id), None)
    first = not any(one.scope.is_everyone for one in active)
    usual = presenter.usual(own, row.training, is_first=first)
    return Place(row, Text(procedure.name_zh, procedure.name_en), active, own, usual)


def _page(r: Reading, place: Place, wish: Wish, *, shows: bool = False, refusal: Refusal | None = None) -> str:
    row, will, wrong = place.row, None, faults(refusal) if refusal is not None else {}
    running = catalogue.procedure(r.conn, r.versions, row.procedure).running
    if shows:
        try:
            command = wish.command(row.procedure, row.number)
            will = presenter.will_happen(command, place.own, place.active, r.organisation, running)
        except InvalidInput as problem:
            wrong = faults(problem)
    return render_template(
        "release.html",
        procedure={"key": row.procedure, "name": place.name},
        version=row,
        wish=wish,
        departments=presenter.departments(r.organisation, wish.departments),
        trainings=TRAININGS,
        faults=wrong,
        refusal=refusal.text if refusal is not None and not isinstance(refusal, InvalidInput) else None,
        will=will,
        hidden=presenter.hidden(wish),
    )
