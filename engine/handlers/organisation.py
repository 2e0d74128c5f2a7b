"""Departments, groups, calendars, people and their absences. Each change makes every process look anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.bpmn import forms
from engine.bpmn.model import Field, Form
from engine.domain import commands as c
from engine.domain.actors import ADMIN, LEAD, ROLES
from engine.domain.calendar import Calendar
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import passwords
from engine.handlers.accounts import NewPassword, password_values
from engine.handlers.ahead import Ahead
from engine.handlers.work import Work
from engine.store import people
from engine.store.organisation import edition_hash
from engine.store.organisation_clock import CLOCK_OFFSET

KEY = re.compile(r"[\w.@+-]{1,64}")
BAD_KEY = Text("只能包含字母、数字和 . @ + - _，最长 64 个字符。", "Only letters, digits and . @ + - _, at most 64 characters.")
NAMES = Form(
    (
        Field("name_zh", Text("中文名称", "Chinese name"), required=True, max_length=200),
        Field("name_en", Text("英文名称", "English name"), required=True, max_length=200),
    )
)
PERSON = Form(
    (
        Field("name", Text("姓名", "Name"), required=True, max_length=200),
        Field("email", Text("邮箱", "E-mail"), "email", max_length=254),
    )
)
UNKNOWN = Text("没有“{key}”。", "There is no “{key}”.")


def define_department(command: c.DefineDepartment, work: Work) -> Mapping[str, Any]:
    _check_admin(work)
    organisation = work.organisation
    _check_key(command.key)
    if command.parent is not None:
        _check_known("parent", command.parent, organisation.departments)
        if command.parent in organisation.subtree(command.key):
            below = Text("部门不能隶属于自己或其下级。", "A department cannot stand below itself.")
            raise InvalidInput(fields={"parent": below})
    if command.calendar is not None:
        _check_known("calendar", command.calendar, organisation.calendars)
    values = _names(command) | {"parent": command.parent, "calendar": command.calendar}
    people.save_department(work.conn, command.key, values)
    return _changed(work, EventType.DepartmentDefined, department=command.key, **values)


def define_group(command: c.DefineGroup, work: Work) -> Mapping[str, Any]:
    _check_admin(work)
    _check_key(command.key)
    if command.department is not None:
        _check_known("department", command.department, work.organisation.departments)
    values = _names(command) | {"department": command.department}
    people.save_group(work.conn, command.key, values)
    return _changed(work, EventType.GroupDefined, group=command.key, **values)


def define_calendar(command: c.DefineCalendar, work: Work) -> Mapping[str, Any]:
    """Clocks that run keep the edition they were started under."""
    _check_admin(work)
    _check_key(command.key)
    calendar = Calendar.from_dict({**command.body, "key": command.key})
    body, hash_ = calendar.to_dict(), edition_hash(calendar)
    people.save_calendar(work.conn, command.key, hash_, body)
    return _changed(work, EventType.CalendarDefined, calendar=command.key, hash=hash_, body=body)


def try_new_password(command: c.SaveUser, ahead: Ahead) -> NewPassword | None:
    if command.password is None or not ahead.actor.has(ADMIN):
        return None
    with ahead.read() as conn:
        row = people.user(conn, command.login)
    known = passwords.about(row) if row is not None else ()
    wrong = passwords.fault(command.password, (command.login, command.name, command.email, *known))
    if wrong is not None:
        return NewPassword(None, {"password": wrong})
    return NewPassword(None, {}, passwords.hash_password(command.password))


def save_user(command: c.SaveUser, work: Work) -> Mapping[str, Any]:
    _check_admin(work)
    _check_user(command, work)
    row = people.user(work.conn, command.login)
    names = ("name", "email", "department", "locale", "active")
    values = {name: getattr(command, name) for name in names if getattr(command, name) is not None}
    values |= {name: value or "" for name, value in _person(command).values.items()}
    if command.roles is not None:
        values["roles"] = sorted(set(command.roles))
    if command.groups is not None:
        values["groups"] = sorted(set(command.groups))
    secret = {} if command.password is None else password_values(work.prepared.hash, work.actor.id, work)
    if row is None:
        new = {"name": command.login, "roles": ["employee"], "groups": [], "active": True, "locale": "zh-CN"}
        user_id = people.add_user(work.conn, new | values | secret | {"login": command.login})
        was: Mapping[str, Any] = {}
    else:
        user_id, was = row.id, {k: getattr(row, k) for k, v in values.items() if getattr(row, k) != v}
        people.save_user(work.conn, row.id, values | secret)
        if secret or command.active is False:
            people.end_sessions_of(work.conn, row.id)
    password = "changed" if secret else None
    _changed(work, EventType.UserSaved, login=command.login, **values, password=password, was=was)
    return {"id": user_id, "login": command.login, "is_new": row is None}


def set_absence(command: c.SetAbsence, work: Work) -> Mapping[str, Any]:
    """Oneself, one's people as a lead, or anybody as an administrator."""
    organisation = work.organisation
    user, substitute = organisation.by_login.get(command.login), organisation.by_login.get(command.substitute or "")
    if user is None or (command.substitute and substitute is None):
        raise NotFound(what=Text("用户", "The person"))
    actor = work.actor
    leads = actor.has(LEAD) and user.department in actor.departments
    if not (actor.id == user.id or leads or actor.has(ADMIN)):
        raise Forbidden(why=Text("只能设置本人或下属的代理", "only for oneself or one's own people"))
    if substitute is not None and substitute.id == user.id:
        raise InvalidInput(fields={"substitute": Text("不能由本人代理本人。", "Nobody stands in for themselves.")})
    from_at = _instant("from_at", command.from_at) or work.now
    until_at = _instant("until_at", command.until_at)
    if until_at is not None and until_at <= from_at:
        raise InvalidInput(fields={"until_at": Text("结束应晚于开始。", "The end should come after the start.")})
    away = substitute is not None
    values = {"substitute_id": substitute.id if away else None}
    values |= {"away_from_at": from_at if away else None, "away_until_at": until_at if away else None}
    people.save_user(work.conn, user.id, values)
    given = {"substitute": command.substitute, "from": from_at, "until": until_at} if away else {}
    return _changed(work, EventType.AbsenceSet, login=command.login, **given)


def move_clock(command: c.MoveClock, work: Work) -> Mapping[str, Any]:
    """In demo mode the organisation's clock goes forward, never back."""
    if not work.is_demo:
        raise Forbidden(why=Text("仅演示模式可以拨动时钟", "the clock can be moved in demo mode only"))
    if not 0 < command.seconds <= 31 * 24 * 3600:
        raise InvalidInput(fields={"seconds": Text("每次可拨快 1 秒至 31 天。", "One second to 31 days at a time.")})
    offset = int(people.setting_value(work.conn, CLOCK_OFFSET, "0")) + command.seconds
    people.set_setting(work.conn, CLOCK_OFFSET, str(offset))
    work.record_system(EventType.OrganisationClockMoved, seconds=command.seconds, now=work.now)
    return {"offset_seconds": offset}


def _check_user(command: c.SaveUser, work: Work) -> None:
    organisation, wrong = work.organisation, {}
    if not KEY.fullmatch(command.login):
        wrong["login"] = BAD_KEY
    wrong |= _person(command).errors
    for role in set(command.roles or ()) - set(ROLES):
        known = ", ".join(ROLES)
        wrong["roles"] = Text(f"没有角色“{role}”，可用：{known}。", f"There is no role “{role}”; there are: {known}.")
    for group in set(command.groups or ()) - organisation.groups.keys():
        wrong["groups"] = UNKNOWN.format(key=group)
    if command.department is not None and command.department not in organisation.departments:
        wrong["department"] = UNKNOWN.format(key=command.department)
    if command.password is not None:
        wrong |= work.prepared.wrong
    if command.locale not in (None, "zh-CN", "en"):
        wrong["locale"] = Text("可用语言：zh-CN、en。", "Languages: zh-CN, en.")
    if wrong:
        raise InvalidInput(fields=wrong)


def _names(command: c.DefineDepartment | c.DefineGroup) -> dict[str, Any]:
    """Each name in one line; both languages are needed."""
    filled = forms.fill(NAMES, {"name_zh": command.name_zh, "name_en": command.name_en})
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    return dict(filled.values)


def _person(command: c.SaveUser) -> forms.Filled:
    """Name and mail address, as far as they are given."""
    asked = [field for field in PERSON.fields if getattr(command, field.key) is not None]
    return forms.fill(Form(tuple(asked)), {field.key: getattr(command, field.key) for field in asked})


def _check_admin(work: Work) -> None:
    if not work.actor.has(ADMIN):
        raise Forbidden(why=Text("只有管理员可以更改组织", "only administrators change the organisation"))


def _check_key(key: str) -> None:
    if not KEY.fullmatch(key):
        raise InvalidInput(fields={"key": BAD_KEY})


def _check_known(field: str, key: str, known: Mapping[str, Any]) -> None:
    if key not in known:
        raise InvalidInput(fields={field: UNKNOWN.format(key=key)})


def _instant(field: str, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wrong = Text("应为日期和时间，例如 2026-03-31T14:30。", "Should be a date and time such as 2026-03-31T14:30.")
        raise InvalidInput(fields={field: wrong}) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _changed(work: Work, type_: EventType, **data: Any) -> Mapping[str, Any]:
    people.touch_organisation(work.conn)
    work.record_system(type_, **data)
    return {}
