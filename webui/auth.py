"""Who asks. Every page of the desk wants a person unless it is named in `PUBLIC`; every change wants the page's token.

The API, the health checks and the static files have rules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection

from engine.domain.clock import Clock, SystemClock
from engine.domain.text import Text
from engine.queries import worklist
from engine.store.organisation import Organisation
from webui import cookies
from webui.attempts import Attempts
from webui.logins import CODE, DEVICE, PASSWORD, Logins
from webui.request import calendar_for, is_htmx, wants_json

COOKIE = "closeloop_login"
PUBLIC = frozenset(
    "desk.first sessions.new sessions.create sessions.demo provider_logins.begin provider_logins.finish "
    "preferences.update demo.move_clock about.show about.keys "
    "api_docs.show".split()
)
#: Where somebody does what is needed of them first: the page they are led to, and what they may ask for there.
WAYS = {
    CODE: ("sessions.code", "sessions.check_code"),
    PASSWORD: ("account.password", "account.change_password"),
    DEVICE: ("second_factor.show", "second_factor.begin", "second_factor.confirm"),
}
ALWAYS = frozenset({"sessions.destroy"})
LONGEST_AGENT = 300
OUTSIDE = ("/api/", "/engine-rest/", "/.well-known/", "/static/", "/health", "/metrics")

ROLES = {
    "admin": Text("管理员", "Administrator"),
    "owner": Text("流程负责人", "Process owner"),
    "auditor": Text("审计", "Auditor"),
    "lead": Text("主管", "Team lead"),
    "employee": Text("员工", "Employee"),
}


class LoggedOut(Exception):
    """A change was asked for without a log-in, or with one that has ended."""


def install(app: Flask, clock: Clock | None = None) -> None:
    """`clock` is the real time that sessions live by."""
    its, settings = app.extensions["closeloop"], app.extensions["closeloop-settings"]
    idle = timedelta(hours=settings.session_hours)
    clock = clock or SystemClock()
    app.extensions["logins"] = Logins(its.database, clock, idle, its.random)
    app.extensions["attempts"] = Attempts(its.database, clock)
    page = f"{cookies.PREFIX if settings.https else ''}closeloop_page"
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, SESSION_COOKIE_NAME=page)
    csrf = CSRFProtect(app)

    @app.before_request
    def surroundings() -> None:
        if not is_desk():
            return
        g.now = its.clock.now()
        with its.read() as conn:
            organisation = its.organisations.current(conn)
            _look(conn, organisation)
            g.zone = calendar_for(organisation, g.viewer).tzinfo
            if g.viewer is not None:
                _count(conn, organisation)
        g.demo = {"now_at": g.now} if its.is_demo else None

    @app.before_request
    def demand_token() -> None:
        if is_desk() and request.endpoint is not None:
            csrf.protect()

    @app.before_request
    def demand_person() -> Response | None:
        if not is_desk() or request.endpoint is None or request.endpoint in PUBLIC:
            return None
        way = ("sessions.new",) if g.login is None else WAYS[g.login.needs[0]] if g.login.needs else None
        if way is None or request.endpoint in way or (g.viewer is not None and request.endpoint in ALWAYS):
            return None
        if request.method not in ("GET", "HEAD") or is_htmx() or wants_json():
            raise LoggedOut()
        return redirect(url_for(way[0], next=request.full_path.rstrip("?")), 303)

    @app.after_request
    def keep_session(response: Response) -> Response:
        if g.get("is_to_renew"):
            logins().renew(cookies.get(COOKIE) or "")
        return response


def is_desk() -> bool:
    """Whether the request is for a page of the desk."""
    return not request.path.startswith(OUTSIDE) or request.endpoint == "api_docs.show"


def logins() -> Logins:
    return current_app.extensions["logins"]


def attempts() -> Attempts:
    return current_app.extensions["attempts"]


def log_in(
    response: Response, user_id: int, how: str, id_token: str | None = None, needs: Sequence[str] = ()
) -> Response:
    """The browser that gets this response is logged in anew: nothing of an earlier log-in or page token remains.

    `needs`: what this person has to do first (`WAYS`); wherever else they go, they are led there.
    """
    agent = re.sub(r"[^\x20-\x7e]", "", request.user_agent.string)[:LONGEST_AGENT]
    if how == "password" and _is_device_missing(user_id, needs):
        needs = (*needs, DEVICE)
    where = {"address": request.remote_addr or "", "agent": agent}
    token = logins().begin(user_id, how, cookies.get(COOKIE), id_token, tuple(needs), where)
    session.clear()
    cookies.put(response, COOKIE, token)
    return response


def _is_device_missing(user_id: int, needs: Sequence[str]) -> bool:
    """Whether this person has to set up a second factor: they have a role that wants one, and none was asked for."""
    roles = current_app.extensions["closeloop-settings"].second_factor
    if not roles or CODE in needs or DEVICE in needs:
        return False
    its = current_app.extensions["closeloop"]
    with its.read() as conn:
        user = its.organisations.current(conn).users.get(user_id)
    return user is not None and not user.roles.isdisjoint(roles)


def log_out(response: Response) -> Response:
    """The session is ended on the server, whoever has a copy of its cookie."""
    if token := cookies.get(COOKIE):
        logins().end(token)
    session.clear()
    cookies.drop(response, COOKIE)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def title(organisation: Organisation, roles: frozenset[str], department: str | None) -> Text:
    """“Team lead · Service desk”."""
    role = next((words for key, words in ROLES.items() if key in roles), Text("", ""))
    known = organisation.departments.get(department or "")
    return Text(f"{role.zh} · {known.name.zh}", f"{role.en} · {known.name.in_('en')}") if known else role


def _look(conn: Connection, organisation: Organisation) -> None:
    """`g.viewer` is the person logged in, as they may act now, or None."""
    token = cookies.get(COOKIE)
    login = logins().find(conn, token) if token else None
    g.viewer = organisation.actor(login.user_id, g.now) if login and CODE not in login.needs else None
    g.login = login if g.viewer is not None or (login and CODE in login.needs) else None
    g.actor = g.viewer
    g.is_to_renew = login is not None and login.is_to_renew
    g.id_token = login.id_token if login else None
    if g.viewer is not None:
        g.viewer_title = title(organisation, g.viewer.roles, g.viewer.department)


def _count(conn: Connection, organisation: Organisation) -> None:
    """What the menu says of the viewer's own tasks; asked for whole pages only."""
    if request.method != "GET" or is_htmx() or request.endpoint == "live.stream":
        return
    g.open_tasks, g.late_tasks = worklist.tally(conn, g.viewer, organisation, "mine", g.now)

