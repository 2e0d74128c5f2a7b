"""Who stands in for whom while they are away: for oneself, for one's people as a lead, for anybody as administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.bpmn import forms as rules
from engine.bpmn.model import Field, Form, Option
from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, EMPLOYEE, LEAD, Actor
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.store.organisation import User
from webui.presenters import forms
from webui.presenters.refusals import faults
from webui.request import Reading, execute, reading

bp = Blueprint("absence", __name__)


@bp.get("/absence")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/absence")
def create() -> ResponseReturnValue:
    with reading() as r:
        form, zone = _form(r), r.zone
    typed = forms.given(form, request.form)
    try:
        execute(_command(form, typed, zone))
    except InvalidInput as refusal:
        return _page(typed, refusal), 422
    flash(_("The absence is set."))
    return redirect(url_for("absence.show"), 303)


@bp.post("/absence/end")
def end() -> ResponseReturnValue:
    execute(c.SetAbsence(request.form.get("login", ""), None))
    flash(_("The absence is ended."))
    return redirect(url_for("absence.show"), 303)


def _command(form: Form, typed: Mapping[str, str], zone: ZoneInfo) -> c.SetAbsence:
    filled = rules.fill(form, typed, zone)
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    instants = {key: _written(filled.values.get(key)) for key in ("from_at", "until_at")}
    return c.SetAbsence(filled.values["login"], filled.values["substitute"], **instants)


def _page(typed: Mapping[str, str] | None = None, refusal: InvalidInput | None = None) -> str:
    with reading() as r:
        mine = [user for user in _may_set(r.actor, r) if user.substitute_id is not None]
        form = _form(r)
        at_first = {"login": r.actor.login, "from_at": forms.typed(r.now, r.zone)}
        return render_template(
            "absence.html",
            absences=[_absence(user, r) for user in mine],
            fields=forms.fields(form, typed or at_first, faults(refusal) if refusal else {}, "a"),
            standing_in=[one.name for one in r.actor.stands_in_for],
        )


def _form(r: Reading) -> Form:
    people = [user for user in r.organisation.users.values() if user.active]
    able = sorted((user for user in people if not user.roles.isdisjoint((EMPLOYEE, LEAD, AUDITOR, ADMIN))), key=_near(r.actor))
    return Form(
        (
            Field("login", Text("谁不在", "Who is away"), "choice", required=True, options=_options(_may_set(r.actor, r))),
            Field("substitute", Text("由谁代理", "Who stands in"), "choice", required=True, options=_options(able)),
            Field("from_at", Text("从何时起", "From"), "datetime", required=True),
            Field("until_at", Text("到何时止", "Until"), "datetime", hint=Text("留空：直到您结束", "Empty: until you end it")),
        )
    )


def _may_set(actor: Actor, r: Reading) -> list[User]:
    """Oneself first, then whoever one may set it for."""
    users = [user for user in r.organisation.users.values() if user.active]
    others = [
        user
        for user in users
        if user.id != actor.id and (actor.has(ADMIN) or (actor.has(LEAD) and user.department in actor.departments))
    ]
    return [user for user in users if user.id == actor.id] + sorted(others, key=lambda user: user.name)


def _absence(user: User, r: Reading) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.name,
        "substitute": r.organisation.name_of(user.substitute_id),
        "from_at": user.away_from_at,
        "until_at": user.away_until_at,
        "is_now": user.is_away(r.now),
    }


def _near(actor: Actor):
    """Colleagues of the same groups first."""
    return lambda user: (user.groups.isdisjoint(actor.groups), user.department != actor.department, user.name)


def _options(users: list[User]) -> tuple[Option, ...]:
    return tuple(Option(user.login, Text.same(user.name)) for user in users)


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None
