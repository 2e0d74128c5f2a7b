"""One's own account: where one is logged in, which tokens act in one's name, the password. For administrators anybody's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.errors import Forbidden, NotFound, Refusal
from engine.domain.text import Text
from engine.handlers.access import SCOPES
from engine.handlers.second_factor import has_factor
from engine.store import people
from webui import auth, browsers
from webui.errors import status_of
from webui.logins import CODE, PASSWORD, SHOWN
from webui.presenters.agents import agent_words
from webui.presenters.forms import entry
from webui.presenters.refusals import faults
from webui.request import Reading, execute, reading, safe_next
from webui.routing import as_id

bp = Blueprint("account", __name__)

PERSON = Text("用户", "The person")
DAYS = (7, 30, 90, 365)
SOON = timedelta(days=14)
SCOPE_WORDS = {
    "read": Text("读取：看本人能看到的一切", "Read: see what you may see"),
    "work": Text("办理：领取、完成任务，新建工单", "Work: claim and complete tasks, open cases"),
    "deploy": Text("部署：上传流程的新版本", "Deploy: bring new versions of procedures"),
    "admin": Text("全部：本人能做的一切", "Everything you may do"),
}


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in of somebody: `is_this` is the one that asks."""

    id: str
    browser: str
    address: str
    how: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Token:
    """`state`: good, ends soon, expired, revoked."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    state: str


@bp.get("/account")
def show() -> ResponseReturnValue:
    return page(g.viewer.login)


@bp.get("/accounts/<login>")
def show_other(login: str) -> ResponseReturnValue:
    if not g.viewer.has(ADMIN):
        raise Forbidden(why=Text("只有管理员可以查看他人的账户", "only administrators see the accounts of others"))
    return page(login)


@bp.post("/account/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """One of somebody's sessions, or all but the one that asks."""
    login, only = request.form.get("login") or g.viewer.login, request.form.get("session", "")[:SHOWN] or None
    ended = execute(c.EndSessions(login, only, None if only else g.login.id))["count"]
    flash(_("Ended: %(count)s session(s).", count=ended))
    return redirect(_back(login), 303)


@bp.post("/account/tokens")
def create_token() -> ResponseReturnValue:
    """The page shows the token this once; sent a second time it makes no second one."""
    days, name = as_id(request.form.get("days", "")), request.form.get("name", "").strip()
    command = c.CreateToken(g.viewer.login, tuple(request.form.getlist("scope")), name, days if days in DAYS else DAYS[2])
    answer = execute(command, f"desk:{request.form.get('once', '')}"[:200])
    if "token" not in answer:
        flash(_("The token was made already; it is shown only once. Revoke it and make another if you did not keep it."))
        return redirect(url_for("account.show"), 303)
    return page(g.viewer.login, made=answer["token"])


@bp.post("/account/tokens/<int:token_id>/revocation")
def revoke_token(token_id: int) -> ResponseReturnValue:
    execute(c.RevokeToken(token_id))
    flash(_("The token is revoked."))
    return redirect(_back(request.form.get("login") or g.viewer.login), 303)


@bp.get("/account/password")
def password() -> ResponseReturnValue:
    return _password_form()


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Whoever is logged in with the old password has to log in again; this browser goes on."""
    login, tried = g.login, browsers.tried(g.viewer.login)
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        auth.attempts().begin(tried)
        if new != request.form.get("again", ""):
            return _password_form({"again": _("This is not the same as the new password.")}), 422
        execute(c.ChangePassword(old, new))
    except Refusal as refusal:
        wrong = faults(refusal)
        if "old" in wrong:
            auth.attempts().refused(tried)
        return _password_form(wrong, None if wrong else refusal), status_of(refusal)
    auth.attempts().accepted(tried)
    flash(_("Your new password counts from now on. Every other session of yours has ended."))
    response = redirect(safe_next(request.form.get("next"), url_for("account.show")), 303)
    left = tuple(need for need in login.needs if need != PASSWORD)
    return auth.log_in(response, login.user_id, login.how, login.id_token, left)


def page(login: str, made: str | None = None) -> str:
    """`made`: a token that has just been made, to be shown this once."""
    with reading() as r:
        row = people.user(r.conn, login)
        if row is None:
            raise NotFound(what=PERSON)
        is_own = row.id == g.viewer.id
        return render_template(
            "account.html",
            person={
                "login": row.login,
                "name": row.name,
                "has_password": row.password_hash is not None,
                "has_factor": has_factor(row),
            },
            is_own=is_own,
            sessions=[_session(one) for one in people.sessions_of(r.conn, row.id, auth.logins().clock.now()) if _is_in(one)],
            tokens=[_token(one, r) for one in reversed(people.tokens_of(r.conn, row.id))],
            scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
            days=DAYS,
            made=made,
            once=secrets.token_hex(16),
        )


def _is_in(row: Row) -> bool:
    """Who still owes the code of their device is not logged in."""
    return CODE not in row.body.get("needs", ())


def _session(row: Row) -> Session:
    its, id_ = row.body, row.token_hash[:SHOWN]
    seen = datetime.fromisoformat(its["seen_at"]) if "seen_at" in its else row.created_at
    where = (agent_words(its.get("agent", "")), its.get("address", ""), its["how"])
    return Session(id_, *where, row.created_at, seen.astimezone(UTC), g.login is not None and g.login.id == id_)


def _token(row: Row, r: Reading) -> Token:
    state = "revoked" if row.revoked_at else "good"
    if state == "good" and row.expires_at is not None and row.expires_at <= r.now + SOON:
        state = "expired" if row.expires_at <= r.now else "soon"
    return Token(row.id, row.name, tuple(row.scopes), row.created_at, row.expires_at, row.used_at, state)


def _password_form(wrong: dict[str, str] | None = None, refusal: Refusal | None = None) -> str:
    wrong = wrong or {}
    hint = _("At least 12 characters; a few unrelated words are good. Digits and signs are not needed.")
    asked = (
        ("old", _("Present password"), "current-password", ""),
        ("new", _("New password"), "new-password", hint),
        ("again", _("New password once more"), "new-password", ""),
    )
    fields = [
        entry(key, label, "password", complete, hint=hint, fault=wrong.get(key, ""))
        for key, label, complete, hint in asked
    ]
    next_ = safe_next(request.values.get("next"), "")
    is_first = PASSWORD in g.login.needs
    told = refusal.text if refusal else None
    return render_template("password.html", fields=fields, refusal=told, is_first=is_first, next=next_)


def _back(login: str) -> str:
    return url_for("account.show") if login == g.viewer.login else url_for("account.show_other", login=login)
