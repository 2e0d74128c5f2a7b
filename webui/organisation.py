"""The organisation as it is set up: people, departments with their calendars, groups. To read; commands change it."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from engine.domain.actors import LEAD, OVERSEERS
from engine.domain.calendar import Calendar
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.store.organisation import Department, Group, Organisation, User
from webui.auth import ROLES
from webui.request import Reading, reading

bp = Blueprint("organisation", __name__)

READERS = (LEAD, *OVERSEERS)
MOST_HOLIDAYS = 12
SOON = timedelta(days=400)


@bp.get("/organisation")
def show() -> ResponseReturnValue:
    with reading() as r:
        if not r.actor.has(*READERS):
            raise Forbidden(why=Text("只有主管、流程负责人、审计和管理员可以查看", "leads, owners, auditors and administrators read it"))
        people = sorted(r.organisation.users.values(), key=lambda user: (not user.active, user.department or "", user.name))
        return render_template(
            "organisation.html",
            people=[_person(user, r.organisation) for user in people],
            departments=[_department(one, r.organisation) for one in _tree(r.organisation)],
            groups=[_group(one, r.organisation) for one in r.organisation.groups.values()],
            calendars=[_calendar(one, r) for one in r.organisation.calendars.values()],
        )


def _person(user: User, organisation: Organisation) -> dict[str, object]:
    department = organisation.departments.get(user.department or "")
    return {
        "login": user.login,
        "name": user.name,
        "active": user.active,
        "roles": [ROLES[role] for role in ROLES if role in user.roles],
        "groups": [organisation.groups[key].name for key in sorted(user.groups) if key in organisation.groups],
        "department": department.name if department else None,
    }


def _tree(organisation: Organisation, parent: str | None = None, depth: int = 0) -> list[tuple[Department, int]]:
    """Each department with those below it after it; ones above which nothing known stands are at the top."""
    known = organisation.departments
    found: list[tuple[Department, int]] = []
    for one in known.values():
        if (one.parent if one.parent in known else None) == parent and depth <= len(known):
            found += [(one, depth), *_tree(organisation, one.key, depth + 1)]
    return found


def _department(placed: tuple[Department, int], organisation: Organisation) -> dict[str, object]:
    department, depth = placed
    members = sum(1 for user in organisation.users.values() if user.active and user.department == department.key)
    calendar = organisation.calendar_of(department.key)
    return {
        "name": department.name,
        "depth": depth,
        "calendar": calendar.key,
        "inherited": department.calendar is None,
        "members": members,
    }


def _group(group: Group, organisation: Organisation) -> dict[str, object]:
    department = organisation.departments.get(group.department or "")
    members = [user.name for user in organisation.users.values() if user.active and group.key in user.groups]
    return {"name": group.name, "department": department.name if department else None, "members": sorted(members)}


def _calendar(calendar: Calendar, r: Reading) -> dict[str, object]:
    today = r.now.astimezone(calendar.tzinfo).date()
    holidays = [(day, name) for day, name in sorted(calendar.holidays.items()) if today <= day <= today + SOON]
    return {
        "key": calendar.key,
        "zone": calendar.zone,
        "week": _week(calendar),
        "holidays": holidays[:MOST_HOLIDAYS],
        "workdays": [day for day in sorted(calendar.workdays) if today <= day <= today + SOON][:MOST_HOLIDAYS],
    }


def _week(calendar: Calendar) -> list[dict[str, str]]:
    """Days that follow one another and have the same hours are told together."""
    names = get_locale().days["format"]["abbreviated"]
    told: list[dict[str, str]] = []
    for spans, days in groupby(range(7), key=lambda day: tuple(calendar.hours.get(day) or ())):
        first, *others = days
        words = f"{names[first]}–{names[others[-1]]}" if others else names[first]
        told.append({"day": words, "hours": _hours(spans) if spans else _("closed")})
    return told


def _hours(spans: tuple[tuple[time, time], ...]) -> str:
    return ", ".join(f"{start:%H:%M}–{_end(end)}" for start, end in spans)


def _end(at: time) -> str:
    return "24:00" if at in (time(0), time.max) else f"{at:%H:%M}"
