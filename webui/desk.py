"""The first page: in demo mode who one could be; else the worklist, after logging in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.text import Text
from engine.queries import catalogue
from engine.store.organisation import Organisation, User
from webui.auth import title
from webui.request import engine, reading

bp = Blueprint("desk", __name__)

MOST_EMPLOYEES = 7


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody a visitor may be, what they want, and one thing to begin with."""

    login: str
    name: str
    title: Text
    why: Text
    action: Text
    href: str


TAKE_IN = (
    Text("客户就在线上：先查到客户，再一步步办理。", "The customer is on the line: find them, then go step by step."),
    Text("受理一个咨询", "Take an inquiry"),
    "cases.new",
    {},
)
WORK = (
    Text("最急的事排在最前，每一步怎么做写得清清楚楚。", "The most urgent first, and for each step how it is done."),
    Text("查看待领取的任务", "See the tasks to take"),
    "worklist.show",
    {"view": "available"},
)
LEAD = (
    Text("谁忙不过来，哪一单快要超时。", "Who is overloaded, and what is about to be late."),
    Text("查看团队的工作", "See the team’s work"),
    "worklist.show",
    {"view": "team"},
)
OWNER = (
    Text("每个版本在办多少单，卡在哪一步。", "What runs on which version, and where it is stuck."),
    Text("查看流程与版本", "See procedures and versions"),
    "procedures.index",
    {},
)
AUDITOR = (
    Text("谁在何时做了什么，以及记录未被改动的证明。", "Who did what and when, and proof that the record was not altered."),
    Text("查看轨迹并核验", "Read and verify the trail"),
    "trail.index",
    {},
)
ADMIN = (
    Text("全部工单，一目了然。", "Every case of the organisation."),
    Text("查看全部工单", "See all cases"),
    "cases.index",
    {},
)


@bp.get("/")
def first() -> ResponseReturnValue:
    if g.viewer is not None and not (engine().is_demo and "roles" in request.args):
        return redirect(url_for("worklist.show"), 303)
    if not engine().is_demo:
        return redirect(url_for("sessions.new"), 303)
    with reading() as r:
        procedures = [row for row in catalogue.all_procedures(r.conn, r.versions) if row.released]
        names = [row.name for row in sorted(procedures, key=lambda row: not row.starts_by_hand)]
        return render_template("first.html", roles=_roles(r.organisation), procedures=names)


def _roles(organisation: Organisation) -> list[Role]:
    """One employee for each set of groups, then one person for every other role."""
    people = sorted((user for user in organisation.users.values() if user.active), key=lambda user: user.id)
    shown: dict[object, Role] = {}
    for user in people:
        if user.roles == {"employee"} and len(shown) < MOST_EMPLOYEES:
            shown.setdefault(user.groups, _role(organisation, user, WORK if shown else TAKE_IN))
    for name, begin in (("lead", LEAD), ("owner", OWNER), ("auditor", AUDITOR), ("admin", ADMIN)):
        # The lead who leads most: of the department with most below it.
        able = sorted((u for u in people if name in u.roles), key=lambda u: -len(organisation.subtree(u.department)))
        if able:
            shown.setdefault(name, _role(organisation, able[0], begin))
    return list(shown.values())


def _role(organisation: Organisation, user: User, begin: tuple) -> Role:
    why, action, endpoint, arguments = begin
    return Role(
        user.login, user.name, _title(organisation, user), why, action, url_for(endpoint, **arguments)
    )


def _title(organisation: Organisation, user: User) -> Text:
    groups = [organisation.groups[key].name for key in sorted(user.groups) if key in organisation.groups]
    if user.roles == {"employee"} and groups:
        return Text("、".join(g.in_("zh") for g in groups), ", ".join(g.in_("en") for g in groups))
    return title(organisation, user.roles, user.department)
