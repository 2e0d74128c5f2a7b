"""The second step of logging in: the code of a device. Who has given the password is known, but not logged in yet."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import Refusal
from engine.domain.text import Text
from webui import auth, browsers
from webui.errors import status_of
from webui.logins import CODE
from webui.presenters.forms import entry
from webui.presenters.refusals import refusal_words
from webui.request import engine, safe_next
from webui.sessions import bp


class WrongCode(Refusal):
    code, kind = "wrong-code", "forbidden"
    sentence = Text(
        "验证码不正确或已用过。验证码每 30 秒更换一次。",
        "This code is not right or was used before. A new one comes every 30 seconds.",
    )


@bp.get("/session/code")
def code() -> ResponseReturnValue:
    if CODE not in g.login.needs:
        return redirect(safe_next(request.args.get("next"), url_for("worklist.show")), 303)
    return _form()


@bp.post("/session/code")
def check_code() -> ResponseReturnValue:
    next_ = safe_next(request.form.get("next"), url_for("desk.first"))
    if CODE not in g.login.needs:
        return redirect(next_, 303)
    login = _login_of(g.login.user_id)
    tried = browsers.tried(login)
    try:
        auth.attempts().begin_code(tried)
        command = c.LogInWithCode(g.login.user_id, request.form.get("code", "")[:100], request.remote_addr or "")
        known = engine().execute(command, SYSTEM)
        if known["user_id"] is None:
            raise WrongCode()
    except Refusal as refusal:
        return _form(refusal), status_of(refusal)
    auth.attempts().accepted_code(tried)
    response = redirect(next_, 303)
    browsers.remember(response, login)
    return auth.log_in(response, known["user_id"], "code", needs=known["needs"])


def _login_of(user_id: int) -> str:
    with engine().read() as conn:
        return engine().organisations.current(conn).users[user_id].login


def _form(refusal: Refusal | None = None) -> str:
    hint = _("Six digits from the app on your device; or one of your recovery codes if you do not have it.")
    fault = refusal_words(refusal) if refusal is not None else ""
    field = entry("code", _("Code"), "text", "one-time-code", hint=hint, fault=fault)
    return render_template("code.html", fields=[field], next=safe_next(request.values.get("next"), ""))
