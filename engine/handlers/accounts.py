"""What people do to accounts: their own password, and the sessions and tokens by which somebody acts in their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import passwords
from engine.handlers.ahead import Ahead
from engine.handlers.work import Work
from engine.store import people

PERSON = Text("用户", "The person")
NO_PASSWORD = Text("该账户没有密码", "this account has no password")
WRONG = Text("与当前密码不符。", "This is not the present password.")


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What was found before the transaction: the hash that `old` was compared with, and what becomes of `new`."""

    compared: str | None
    wrong: Mapping[str, Text]
    hash: str | None = None


def try_password(command: c.ChangePassword, ahead: Ahead) -> NewPassword:
    with ahead.read() as conn:
        row = people.user_by_id(conn, ahead.actor.id)
    hash_ = row.password_hash if row else None
    if not passwords.is_password(command.old[: passwords.LONGEST], hash_):
        return NewPassword(hash_, {"old": WRONG})
    wrong = passwords.SAME if command.new == command.old else passwords.fault(command.new, passwords.about(row))
    if wrong is not None:
        return NewPassword(hash_, {"new": wrong})
    return NewPassword(hash_, {}, passwords.hash_password(command.new))


def change_password(command: c.ChangePassword, work: Work) -> Mapping[str, Any]:
    """One's own. Everybody who was logged in by the old one is logged out, oneself too."""
    found: NewPassword = work.prepared
    row = people.lock_user(work.conn, work.actor.id)
    if row is None or row.password_hash is None:
        raise Forbidden(why=NO_PASSWORD)
    if found.wrong or row.password_hash != found.compared:
        raise InvalidInput(fields=found.wrong or {"old": WRONG})
    people.save_user(work.conn, row.id, password_values(found.hash, row.id, work))
    people.end_sessions_of(work.conn, row.id)
    work.record_system(EventType.PasswordChanged, login=row.login)
    return {}


def password_values(hash_: str | None, by: int, work: Work) -> dict[str, Any]:
    """The columns of a new password; one that somebody else has chosen is for the first log-in alone."""
    return {"password_hash": hash_, "password_at": work.now, "password_by": by}


def end_sessions(command: c.EndSessions, work: Work) -> Mapping[str, Any]:
    """One's own, or anybody's as an administrator."""
    row = one_account(command.login, work)
    count = people.end_sessions_of(work.conn, row.id, command.only, command.keep)
    if command.only and not count:
        raise NotFound(what=Text("会话", "The session"))
    if count:
        work.record_system(EventType.SessionsEnded, login=row.login, count=count)
    return {"count": count}


def one_account(login: str, work: Work) -> Row:
    """The actor's own account or, for administrators, anybody's."""
    row = people.user(work.conn, login)
    if row is None or (work.actor.id != row.id and not work.actor.has(ADMIN)):
        raise NotFound(what=PERSON)
    return row
