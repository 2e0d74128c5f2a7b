"""One's second factor: set up with a picture the device reads, confirmed by its first code, taken away with another."""

from __future__ import annotations

from io import BytesIO

import pyotp
import segno
from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.domain import commands as c
from engine.domain.errors import InvalidInput
from engine.handlers.second_factor import has_factor, waiting_secret
from engine.store import people
from webui import auth, browsers
from webui.logins import DEVICE
from webui.presenters.forms import FieldShown, entry
from webui.presenters.refusals import faults
from webui.request import engine, execute, reading, safe_next

bp = Blueprint("second_factor", __name__)

ISSUER = "Closeloop"


@bp.get("/account/second-factor")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/account/second-factor")
def begin() -> ResponseReturnValue:
    """The device gets a secret. Whoever has a password gives it, so that a browser left alone is not enough."""
    tried = browsers.tried(g.viewer.login)
    auth.attempts().begin(tried)
    try:
        execute(c.BeginSecondFactor(request.form.get("password", "")))
    except InvalidInput as refusal:
        auth.attempts().refused(tried)
        return _page(faults(refusal)), 422
    auth.attempts().accepted(tried)
    return redirect(url_for("second_factor.show", next=_next() or None), 303)


@bp.post("/account/second-factor/confirmation")
def confirm() -> ResponseReturnValue:
    """The recovery codes are shown this once. Whoever had to do this first goes on with a session of their own."""
    login = g.login
    _begin_code()
    try:
        codes = execute(c.ConfirmSecondFactor(request.form.get("code", "")))["recovery"]
    except InvalidInput as refusal:
        return _page(faults(refusal)), 422
    response = _codes_page(codes)
    left = tuple(need for need in login.needs if need != DEVICE)
    return auth.log_in(response, login.user_id, "code" if login.how == "password" else login.how, login.id_token, left)


@bp.post("/account/second-factor/codes")
def renew() -> ResponseReturnValue:
    _begin_code()
    try:
        return _codes_page(execute(c.RenewRecoveryCodes(request.form.get("code", "")))["recovery"])
    except InvalidInput as refusal:
        return _page(faults(refusal)), 422


@bp.post("/account/second-factor/removal")
def remove() -> ResponseReturnValue:
    """One's own with a code; for administrators anybody's."""
    whose, is_own = request.form.get("login") or g.viewer.login, request.form.get("login", g.viewer.login) == g.viewer.login
    if is_own:
        _begin_code()
    try:
        execute(c.RemoveSecondFactor(whose, request.form.get("code", "")))
    except InvalidInput as refusal:
        return _page(faults(refusal)), 422
    flash(_("No codes are asked for any more."))
    if not is_own:
        return redirect(url_for("account.show_other", login=whose), 303)
    how = "password" if g.login.how == "code" else g.login.how
    return auth.log_in(redirect(url_for("account.show"), 303), g.login.user_id, how, g.login.id_token)


def _begin_code() -> None:
    auth.attempts().begin_code(browsers.tried(g.viewer.login))


def _page(wrong: dict[str, str] | None = None) -> str:
    with reading() as r:
        row = people.user_by_id(r.conn, r.actor.id)
    is_on, secret = has_factor(row), waiting_secret(row, engine().vault)
    wrong = wrong or {}
    code = entry("code", _("Code"), "text", "one-time-code", fault=wrong.get("code", ""))
    return render_template(
        "second_factor.html",
        is_on=is_on,
        is_needed=DEVICE in g.login.needs,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) if secret else None,
        picture=_picture(secret) if secret else None,
        codes_left=len(row.totp["recovery"]) if is_on else 0,
        code=[code],
        password=_password(wrong) if row.password_hash else [],
        next=_next(),
    )


def _password(wrong: dict[str, str]) -> list[FieldShown]:
    return [entry("password", _("Present password"), "password", "current-password", fault=wrong.get("password", ""))]


def _codes_page(codes: list[str]) -> Response:
    return make_response(render_template("recovery_codes.html", codes=codes, next=_next() or url_for("account.show")))


def _picture(secret: str) -> Markup:
    """The address the device reads, as a QR code."""
    address = pyotp.TOTP(secret).provisioning_uri(name=g.viewer.login, issuer_name=ISSUER)
    out = BytesIO()
    how = {"scale": 4, "border": 4, "dark": "#000", "light": "#fff", "xmldecl": False, "svgns": False}
    segno.make(address, error="m").save(out, kind="svg", svgclass="qr", lineclass=None, omitsize=True, nl=False, **how)
    return Markup(out.getvalue().decode())  # made by segno of digits and our own words


def _next() -> str:
    return safe_next(request.values.get("next"), "")
