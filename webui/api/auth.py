"""Who calls: the owner of a bearer token, as they may act now, within the token's scopes."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime

from flask import Request
from sqlalchemy import Row

from engine.domain.actors import Actor
from engine.domain.text import Text
from engine.handlers.access import TOKEN_PREFIX, token_hash
from engine.runtime import Engine
from engine.store import people
from webui.api.endpoint import ADMIN, READ, SCOPES, WORK
from webui.api.refusals import ScopeMissing, TokenMissing, TokenRefused
from webui.auth import logins

LONGEST = 200
UNKNOWN = Text("未知的令牌", "it is not known")
EXPIRED = Text("已过期", "it has expired")
REVOKED = Text("已撤销", "it was revoked")
ANOTHERS = Text("它属于另一个用户名", "it belongs to another login")
INACTIVE = Text("账号已停用", "the account it belongs to is not active")

#: What each scope allows besides itself: who works reads too, and administrators do everything.
ALLOWS: Mapping[str, frozenset[str]] = {WORK: frozenset({READ}), ADMIN: frozenset(SCOPES)}


def authenticate(engine: Engine, request: Request) -> Actor:
    """The person the token speaks for. Raises a refusal that becomes a 401."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing()
    return of_token(engine, token.strip())


def of_header(engine: Engine, authorization: str) -> Actor:
    """The same for programs that know names and passwords only: the login, and the token in place of the password."""
    scheme, _, sent = authorization.strip().partition(" ")
    if scheme.lower() == "bearer" and sent.strip():
        return of_token(engine, sent.strip())
    if scheme.lower() != "basic":
        raise TokenMissing()
    try:
        login, _, token = b64decode(sent.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise TokenMissing() from None
    actor = of_token(engine, token)
    if actor.login != login.strip():
        raise TokenRefused(why=ANOTHERS)
    return actor


def of_token(engine: Engine, token: str) -> Actor:
    if not token.startswith(TOKEN_PREFIX) or len(token) > LONGEST:
        raise TokenRefused(why=UNKNOWN)
    now = engine.clock.now()
    with engine.read() as conn:
        row = people.token(conn, token_hash(token))
        _check(row, now)
        scopes = frozenset(row.scopes)
        actor = engine.organisations.current(conn).actor(row.user_id, now, scopes)
    if actor is None:
        raise TokenRefused(why=INACTIVE)
    logins().note_token(row.id, row.used_at, now)
    return actor


def check_scope(actor: Actor, wanted: tuple[str, ...]) -> None:
    """The token has one of the scopes wanted, or one that includes it."""
    has = actor.scopes or frozenset()
    has |= frozenset().union(*(ALLOWS.get(scope, frozenset()) for scope in has))
    if has.isdisjoint(wanted):
        raise ScopeMissing(scope=wanted[0])


def _check(row: Row | None, now: datetime) -> None:
    if row is None:
        raise TokenRefused(why=UNKNOWN)
    if row.revoked_at is not None:
        raise TokenRefused(why=REVOKED)
    if row.expires_at is not None and row.expires_at <= now:
        raise TokenRefused(why=EXPIRED)
