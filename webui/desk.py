"""The first page: in demo mode who one could be, each with one thing to begin with; else the worklist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.bpmn.model import Procedure
from engine.domain.text import Text
from engine.queries import catalogue, worklist
from engine.store.organisation import Organisation, User
from webui.auth import title
from webui.request import Reading, engine, reading

bp = Blueprint("desk", __name__)

MOST_EMPLOYEES = 6
MOST_LEADS = 2


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody a visitor may be, what they want, and one thing to begin with."""

    login: str
    name: str
    title: Text
    why: Text
    action: Text
    href: str


@dataclass(frozen=True, slots=True)
class Begin:
    """What people of a role want, and where they begin."""

    why: Text
    action: Text
    endpoint: str
    view: str | None = None


TAKE_IN = Begin(
    Text("客户就在线上：先查到客户，再一步步办理。", "The customer is on the line: find them, then go step by step."),
    Text("受理一个咨询", "Take an inquiry"),
    "cases.new",
)
WORK = Begin(
    Text("最急的事排在最前，每一步怎么做写得清清楚楚。", "The most urgent first, and for each step how it is done."),
    Text("查看待领取的任务", "See the tasks to take"),
    "worklist.show",
    "available",
)
OTHERS = {
    "lead": Begin(
        Text("谁忙不过来，哪一单快要超时。", "Who is overloaded, and what is about to be late."),
        Text("查看团队的工作", "See the team’s work"),
        "worklist.show",
        "team",
    ),
    "owner": Begin(
        Text("每个版本在办多少单，卡在哪一步。", "What runs on which version, and where it is stuck."),
        Text("查看流程与版本", "See procedures and versions"),
        "procedures.index",
    ),
    "auditor": Begin(
        Text("谁在何时做了什么，以及记录未被改动的证明。", "Who did what and when, and proof that the record was not altered."),
        Text("查看轨迹并核验", "Read and verify the trail"),
        "trail.index",
    ),
    "admin": Begin(
        Text("全部工单，一目了然。", "Every case of the organisation."),
        Text("查看全部工单", "See all cases"),
        "cases.index",
    ),
}


@bp.get("/")
def first() -> ResponseReturnValue:
    if g.login is not None and not (engine().is_demo and "roles" in request.args):
        return redirect(url_for("worklist.show"), 303)
    if not engine().is_demo:
        return redirect(url_for("sessions.new"), 303)
    with reading() as r:
        return render_template("first.html", roles=_roles(r), procedures=[one.name for one in _loop(r)])


def _loop(r: Reading) -> list[Procedure]:
    """The procedures in the order a matter runs through them: first those opened by hand, then those they call for."""
    rows = [row for row in catalogue.all_procedures(r.conn, r.versions) if row.released]
    known = [catalogue.version(r.conn, r.versions, row.key, row.released or 0).procedure for row in rows]
    called = {name for one in known for name in one.sends}
    order = [one for one in known if not _starts(one) & called]
    for one in order:
        order += [next_ for next_ in known if next_ not in order and _starts(next_) & set(one.sends)]
    return order + [one for one in known if one not in order]


def _starts(procedure: Procedure) -> set[str]:
    return {start.message for start in procedure.starts if start.message}


def _roles(r: Reading) -> list[Role]:
    """One employee for each set of groups, the narrowest first, then the leads, then one person for every other role."""
    people = sorted((user for user in r.organisation.users.values() if user.active), key=lambda user: user.id)
    employees: dict[frozenset[str], Role] = {}
    for user in sorted((u for u in people if u.roles == {"employee"} and u.groups), key=lambda u: len(u.groups)):
        if user.groups not in employees and len(employees) < MOST_EMPLOYEES:
            employees[user.groups] = _urgent(r, user) if employees else _role(r.organisation, user, TAKE_IN)
    return [*employees.values(), *_others(r.organisation, people)]


def _others(organisation: Organisation, people: Iterable[User]) -> Iterable[Role]:
    for name, begin in OTHERS.items():
        # Of several with the same groups the one who answers for most departments.
        able = sorted((u for u in people if name in u.roles), key=lambda u: -len(organisation.subtree(u.department)))
        differing = {user.groups: user for user in reversed(able)}
        shown = sorted(differing.values(), key=able.index)
        for user in shown[: MOST_LEADS if name == "lead" else 1]:
            yield _role(organisation, user, begin)


def _urgent(r: Reading, user: User) -> Role:
    """Begins with the most urgent task there is for this person."""
    role, actor = _role(r.organisation, user, WORK), r.organisation.actor(user.id, r.now)
    found = worklist.page(r.conn, actor, r.organisation, r.versions, "available", limit=1).items if actor else ()
    if not found:
        return role
    action = Text("办理“{step}”", "Do “{step}”").format(step=found[0].name)
    return Role(role.login, role.name, role.title, role.why, action, url_for("tasks.show", task_id=found[0].id))


def _role(organisation: Organisation, user: User, begin: Begin) -> Role:
    href = url_for(begin.endpoint, view=begin.view)
    return Role(user.login, user.name, _title(organisation, user), begin.why, begin.action, href)


def _title(organisation: Organisation, user: User) -> Text:
    """“Callback”, “Team lead · Approvers”, “Auditor · Customer service”."""
    groups = [organisation.groups[key].name for key in sorted(user.groups) if key in organisation.groups]
    if not groups:
        return title(organisation, user.roles, user.department)
    names = Text("、".join(g.in_("zh") for g in groups), ", ".join(g.in_("en") for g in groups))
    role = title(organisation, user.roles, None)
    return names if user.roles == {"employee"} else Text(f"{role.zh} · {names.zh}", f"{role.en} · {names.en}")
