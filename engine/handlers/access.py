"""Log in and out, and tokens for programs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.actors import ADMIN
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.passwords import is_password
from engine.handlers.work import Work
from engine.store import people

SCOPES = ("read", "work", "deploy", "admin")
TOKEN_PREFIX = "clp_"
LONGEST_DAYS = 366
FIRST_PASSWORD_LASTS = timedelta(days=7)
EXPIRED = "first-password-expired"
CODE, PASSWORD = "code", "password"


def compare(command: c.LogIn, ahead: Ahead) -> tuple[str | None, bool]:
    """The hash the password was compared with, and whether it is the password."""
    with ahead.read() as conn:
        row = people.user(conn, command.login.strip()[:100])
    hash_ = row.password_hash if row else None
    return hash_, is_password(command.password[:200], hash_)


def log_in(command: c.LogIn, work: Work) -> Mapping[str, Any]:
    """A wrong password is an answer, not a refusal: it has to stay in the trail.

    `needs`: what has to be done before anything else: give the code of a device (`LogInWithCode`), without which nobody
    is logged in, or change a password that somebody else has chosen.
    """
    login, address = command.login.strip()[:100], command.address[:64] or None
    row = people.user(work.conn, login)
    hash_, is_right = work.prepared
    if not is_right or row is None or row.password_hash != hash_ or not row.active:
        work.record_system(EventType.LogInRefused, login=login, address=address)
        return {"user_id": None}
    is_first = is_first_password(row)
    if is_first and row.password_at + FIRST_PASSWORD_LASTS <= work.now:
        work.record_system(EventType.LogInRefused, login=login, address=address, why=EXPIRED)
        return {"user_id": None, "why": EXPIRED}
    if row.totp and "secret" in row.totp:
        work.record_system(EventType.SecondFactorAsked, login=login, address=address)
        return {"user_id": row.id, "needs": [CODE]}
    work.record_system(EventType.LoggedIn, login=login, address=address, how="password")
    return {"user_id": row.id, "needs": [PASSWORD] if is_first else []}


def is_first_password(row: Row) -> bool:
    """Whether somebody else has chosen it."""
    return row.password_by not in (None, row.id)


def demo_log_in(command: c.DemoLogIn, work: Work) -> Mapping[str, Any]:
    if not work.is_demo:
        raise Forbidden(why=Text("仅演示模式可以一键登录", "one-click log-in exists in demo mode only"))
    row = people.user(work.conn, command.login)
    if row is None or not row.active:
        raise NotFound(what=Text("用户", "The person"))
    work.record_system(EventType.LoggedIn, login=row.login, how="demo")
    return {"user_id": row.id}


def log_out(command: c.LogOut, work: Work) -> Mapping[str, Any]:
    work.record_system(EventType.LoggedOut, login=work.actor.login)
    return {}


def create_token(command: c.CreateToken, work: Work) -> Mapping[str, Any]:
    """The token itself is in the answer alone; the database keeps its hash."""
    row = people.user(work.conn, command.login)
    if row is None:
        raise NotFound(what=Text("用户", "The person"))
    if work.actor.id != row.id and not work.actor.has(ADMIN):
        raise Forbidden(why=Text("只能为本人创建令牌", "only for oneself"))
    scopes = tuple(dict.fromkeys(command.scopes)) or ("read", "work")
    if unknown := set(scopes) - set(SCOPES):
        known = ", ".join(SCOPES)
        name = min(unknown)
        raise InvalidInput(
            fields={"scopes": Text(f"没有权限范围“{name}”，可用：{known}。", f"No scope “{name}”; there are: {known}.")}
        )
    if command.days is not None and not 1 <= command.days <= LONGEST_DAYS:
        raise InvalidInput(fields={"days": Text("有效期为 1 至 366 天。", "A token is good for 1 to 366 days.")})
    expires_at = work.now + timedelta(days=command.days) if command.days is not None else None
    token = TOKEN_PREFIX + work.random(32).hex()
    values = {"user_id": row.id, "hash": token_hash(token), "name": command.name[:200], "scopes": list(scopes)}
    token_id = people.add_token(work.conn, values | {"created_at": work.now, "expires_at": expires_at})
    told = {"scopes": list(scopes), "name": command.name[:200] or None, "expires_at": expires_at}
    work.record_system(EventType.TokenCreated, token=token_id, login=row.login, **told)
    return {"id": token_id, "token": token, "scopes": list(scopes)}


def revoke_token(command: c.RevokeToken, work: Work) -> Mapping[str, Any]:
    row = people.token_by_id(work.conn, command.token_id)
    owner = work.organisation.users.get(row.user_id) if row else None
    if owner is None or (work.actor.id != owner.id and not work.actor.has(ADMIN)):
        raise NotFound(what=Text("令牌", "The token"))
    if row.revoked_at is None:
        people.revoke_token(work.conn, row.id, work.now)
        work.record_system(EventType.TokenRevoked, token=row.id, login=owner.login)
    return {"id": row.id}


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
