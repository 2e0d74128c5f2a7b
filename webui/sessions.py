"""Logging in is making a session, logging out ending it. The refusal is the same whoever was meant and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import Refusal, WrongCredentials
from engine.domain.text import Text
from webui import auth, browsers, cookies, locales
from webui.errors import status_of
from webui.logins import CODE
from webui.oidc.application import farewell, provider
from webui.request import engine, execute, safe_next

bp = Blueprint("sessions", __name__)

LONGEST_LOGIN, LONGEST_PASSWORD = 100, 200


class FormUsed(Refusal):
    """The log-in form that was sent has been used before: a request sent a second time, perhaps by somebody else."""

    code, kind = "login-form-used", "conflict"
    sentence = Text("该登录页已使用过，请在此重新登录。", "This log-in page was used before. Log in here again.")


class FirstPasswordExpired(Refusal):
    """Said only to whoever knows that password."""

    code, kind = "first-password-expired", "forbidden"
    sentence = Text(
        "管理员设置的初始密码已过期，请管理员重新设置。",
        "The first password an administrator gave you has expired. Ask them for a new one.",
    )


@dataclass(frozen=True, slots=True)
class LoginField:
    key: str
    label: str
    type: str
    value: str
    limits: dict[str, str]
    required: bool = True
    control: str = "line"
    wide: bool = False
    readonly: bool = False
    hint: str = ""
    fault: str = ""
    options: list = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.key


@bp.get("/login")
def new() -> ResponseReturnValue:
    if g.viewer is not None:
        return redirect(safe_next(request.args.get("next"), url_for("worklist.show")), 303)
    return page(next_=safe_next(request.args.get("next"), ""))


@bp.post("/session")
def create() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    next_ = safe_next(request.form.get("next"), "")
    try:
        known = _checked(login, password)
    except Refusal as refusal:
        session.pop("csrf_token", None)
        g.pop("csrf_token", None)
        return page(login[:LONGEST_LOGIN], refusal, next_), status_of(refusal)
    response = redirect(next_ or url_for("desk.first"), 303)
    if CODE not in known["needs"]:
        browsers.remember(response, login)
    return auth.log_in(response, known["user_id"], "password", needs=known["needs"])


@bp.post("/session/end")
def destroy() -> ResponseReturnValue:
    execute(c.LogOut())
    return auth.log_out(farewell(g.id_token) or redirect(url_for("desk.first"), 303))


@bp.post("/session/demo")
def demo() -> ResponseReturnValue:
    """One click, in demo mode only: the engine refuses it elsewhere. The visitor goes on in the language they read."""
    answer = engine().execute(c.DemoLogIn(request.form.get("login", "")[:LONGEST_LOGIN]), SYSTEM)
    response = redirect(safe_next(request.form.get("next"), url_for("worklist.show")), 303)
    cookies.put(response, locales.COOKIE, locales.current())
    return auth.log_in(response, answer["user_id"], "demo")


def _checked(login: str, password: str) -> Mapping[str, Any]:
    """Whose login and password these are (`user_id`), and what they have to do first (`needs`)."""
    address = request.remote_addr or ""
    tried = browsers.tried(login)
    auth.attempts().begin(tried)
    good = 0 < len(login) <= LONGEST_LOGIN and len(password) <= LONGEST_PASSWORD
    command = c.LogIn(login[:LONGEST_LOGIN], password if good else "", address)
    answer = engine().execute(command, SYSTEM)
    if answer["user_id"] is None and "why" not in answer:
        auth.attempts().refused(tried)
        raise WrongCredentials()
    auth.attempts().accepted(tried)
    if answer["user_id"] is None:
        raise FirstPasswordExpired()
    if not auth.logins().use_form(session.get("csrf_token", "")):
        raise FormUsed()
    return answer


def page(login: str = "", refusal: Refusal | None = None, next_: str = "") -> str:
    fields = [
        LoginField("login", _("Login"), "text", login, {"autocomplete": "username", "maxlength": str(LONGEST_LOGIN)}),
        LoginField("password", _("Password"), "password", "", {"autocomplete": "current-password"}),
    ]
    its = provider()
    told = refusal.text if refusal else None
    return render_template("login.html", fields=fields, refusal=told, next=next_, provider=its.name if its else None)

