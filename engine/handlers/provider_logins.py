"""Log-ins that somebody else vouches for: an account belongs to an issuer and a subject, never to a mail address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import organisation
from engine.handlers.work import Work
from engine.store import people

NO_ACCESS, LOGIN_TAKEN, CLOSED = "no-access", "login-taken", "closed"
LONGEST_IDENTITY = 400


def log_in(command: c.LogInByProvider, work: Work) -> Mapping[str, Any]:
    """The account as the provider has it now. A refused log-in is an answer: it has to stay in the trail."""
    _check_admin(work)
    row = people.user_of_subject(work.conn, command.issuer, command.subject)
    if row is None:
        people.hold_first_log_ins(work.conn)  # the second of two at once finds the account of the first
        row = people.user_of_subject(work.conn, command.issuer, command.subject)
    login, address = row.login if row else command.login, command.address[:64] or None
    if why := _why_not(command, row, work):
        if why == NO_ACCESS and row is not None and row.active:
            organisation.save_user(c.SaveUser(row.login, roles=(), groups=(), active=False), work)
        work.record_system(EventType.LogInRefused, login=login, address=address, how="provider", why=why)
        return {"user_id": None, "why": why}
    user_id = _kept(command, row, work)
    work.record_system(EventType.LoggedIn, login=login, address=address, how="provider")
    return {"user_id": user_id}


def link(command: c.LinkAccount, work: Work) -> Mapping[str, Any]:
    """From now on whoever the issuer calls by this subject is this account; its roles come from there."""
    _check_admin(work)
    row = people.user(work.conn, command.login)
    if row is None:
        raise NotFound(what=Text("用户", "The person"))
    issuer = command.issuer.rstrip("/")
    for name, value in (("issuer", issuer), ("subject", command.subject)):
        if not (0 < len(value) <= LONGEST_IDENTITY and value.isprintable()):
            wrong = Text("应为 1 至 400 个可见字符。", "Should be 1 to 400 visible characters.")
            raise InvalidInput(fields={name: wrong})
    other = people.user_of_subject(work.conn, issuer, command.subject)
    if other is not None and other.id != row.id:
        wrong = Text(f"已属于账户“{other.login}”。", f"Belongs to the account “{other.login}” already.")
        raise InvalidInput(fields={"subject": wrong})
    _link(work, row.id, row.login, issuer, command.subject)
    return {"id": row.id, "login": row.login}


def _why_not(command: c.LogInByProvider, row: Row | None, work: Work) -> str | None:
    if row is not None and not row.active and row.roles:  # closed by an administrator, not by the provider
        return CLOSED
    if not command.roles:
        return NO_ACCESS
    return LOGIN_TAKEN if row is None and people.user(work.conn, command.login) is not None else None


def _kept(command: c.LogInByProvider, row: Row | None, work: Work) -> int:
    """The account's id. Who is unchanged since the last time is not saved again."""
    given = {
        "name": command.name,
        "email": command.email,
        "roles": tuple(sorted(command.roles)),
        "groups": tuple(sorted(command.groups)),
        "department": command.department,
    }
    if row is None:
        made = organisation.save_user(c.SaveUser(command.login, locale=command.locale, active=True, **given), work)
        _link(work, made["id"], command.login, command.issuer, command.subject)
        return made["id"]
    known = {name: _comparable(getattr(row, name)) for name in given}
    if not row.active or any(value not in (None, known[name]) for name, value in given.items()):
        organisation.save_user(c.SaveUser(row.login, active=True, **given), work)
    return row.id


def _link(work: Work, user_id: int, login: str, issuer: str, subject: str) -> None:
    people.save_user(work.conn, user_id, {"issuer": issuer, "subject": subject})
    work.record_system(EventType.AccountLinked, login=login, issuer=issuer, subject=subject)


def _comparable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, list | tuple | frozenset) else value


def _check_admin(work: Work) -> None:
    if not work.actor.has(ADMIN):
        raise Forbidden(why=Text("只有管理员可以关联账户", "only administrators link accounts"))
