"""Accounts, departments, groups, calendars, log-in sessions and API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, String, Table, cast, delete, func, insert, select, text, update

from engine.store.schema import (
    api_token,
    audience,
    calendar,
    calendar_edition,
    candidate_group,
    department,
    login_session,
    setting,
    user_account,
)

ORGANISATION_REVISION = "organisation-revision"
#: Named by a number among the advisory locks of a PostgreSQL database.
FIRST_LOG_INS = text(f"SELECT pg_advisory_xact_lock({0x636C_6F73_6569_6473})").columns()

STATE = select(
    select(setting.c.value).where(setting.c.name == ORGANISATION_REVISION).scalar_subquery().label("revision"),
    select(func.count()).select_from(audience).scalar_subquery().label("audiences"),
)


def setting_value(conn: Connection, name: str, default: str = "") -> str:
    return conn.execute(select(setting.c.value).where(setting.c.name == name)).scalar() or default


def set_setting(conn: Connection, name: str, value: str) -> None:
    if conn.execute(update(setting).where(setting.c.name == name).values(value=value)).rowcount == 0:
        conn.execute(insert(setting).values(name=name, value=value))


def organisation_state(conn: Connection) -> tuple[int, int]:
    """The revision of the organisation, and how many sets of candidates there are: both together tell what is new."""
    row = conn.execute(STATE).one()
    return int(row.revision or 0), row.audiences


def touch_organisation(conn: Connection) -> None:
    """Tell every process that its picture of the organisation is out of date.

    Counted by the database itself: of two changes at once each is a revision of its own.
    """
    next_one = cast(cast(setting.c.value, Integer) + 1, String)
    moved = update(setting).where(setting.c.name == ORGANISATION_REVISION).values(value=next_one)
    if conn.execute(moved).rowcount == 0:
        conn.execute(insert(setting).values(name=ORGANISATION_REVISION, value="1"))


def departments(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(department).order_by(department.c.key)).all()


def groups(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(candidate_group).order_by(candidate_group.c.key)).all()


def calendars(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(calendar).order_by(calendar.c.key)).all()


def calendar_body(conn: Connection, hash_: str) -> Mapping[str, Any] | None:
    return conn.execute(select(calendar_edition.c.body).where(calendar_edition.c.hash == hash_)).scalar_one_or_none()


def users(conn: Connection) -> Sequence[Row]:
    return conn.execute(select(user_account).order_by(user_account.c.login)).all()


def user(conn: Connection, login: str) -> Row | None:
    return conn.execute(select(user_account).where(user_account.c.login == login)).one_or_none()


def hold_first_log_ins(conn: Connection) -> None:
    """Nobody else logs in by a provider for the first time until the transaction ends; on SQLite nobody else writes anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(FIRST_LOG_INS)


def user_of_subject(conn: Connection, issuer: str, subject: str) -> Row | None:
    """The account of whom an OpenID provider calls so."""
    known = (user_account.c.issuer == issuer) & (user_account.c.subject == subject)
    return conn.execute(select(user_account).where(known)).one_or_none()


def user_by_id(conn: Connection, user_id: int) -> Row | None:
    return conn.execute(select(user_account).where(user_account.c.id == user_id)).one_or_none()


def lock_user(conn: Connection, user_id: int) -> Row | None:
    """The account, locked until the end of the transaction."""
    return conn.execute(select(user_account).where(user_account.c.id == user_id).with_for_update()).one_or_none()


def save_department(conn: Connection, key: str, values: Mapping[str, Any]) -> None:
    _save(conn, department, key, values)


def save_group(conn: Connection, key: str, values: Mapping[str, Any]) -> None:
    _save(conn, candidate_group, key, values)


def save_calendar(conn: Connection, key: str, hash_: str, body: Mapping[str, Any]) -> None:
    _save(conn, calendar, key, {"hash": hash_, "body": body})
    if calendar_body(conn, hash_) is None:
        conn.execute(insert(calendar_edition).values(hash=hash_, body=body))


def add_user(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(user_account).returning(user_account.c.id), dict(values)).scalar_one()


def save_user(conn: Connection, user_id: int, values: Mapping[str, Any]) -> None:
    if values:
        conn.execute(update(user_account).where(user_account.c.id == user_id).values(**values))


def add_token(conn: Connection, values: Mapping[str, Any]) -> int:
    return conn.execute(insert(api_token).returning(api_token.c.id), dict(values)).scalar_one()


def token(conn: Connection, hash_: str) -> Row | None:
    return conn.execute(select(api_token).where(api_token.c.hash == hash_)).one_or_none()


def token_by_id(conn: Connection, token_id: int) -> Row | None:
    return conn.execute(select(api_token).where(api_token.c.id == token_id)).one_or_none()


def revoke_token(conn: Connection, token_id: int, at: datetime) -> None:
    conn.execute(update(api_token).where(api_token.c.id == token_id).values(revoked_at=at))


def note_token_use(conn: Connection, token_id: int, at: datetime) -> None:
    conn.execute(update(api_token).where(api_token.c.id == token_id).values(used_at=at))


def tokens_of(conn: Connection, user_id: int) -> Sequence[Row]:
    return conn.execute(select(api_token).where(api_token.c.user_id == user_id).order_by(api_token.c.id)).all()


def session(conn: Connection, token_hash: str) -> Row | None:
    return conn.execute(select(login_session).where(login_session.c.token_hash == token_hash)).one_or_none()


def save_session(conn: Connection, token_hash: str, values: Mapping[str, Any]) -> None:
    at = login_session.c.token_hash == token_hash
    if conn.execute(update(login_session).where(at).values(**values)).rowcount == 0:
        conn.execute(insert(login_session).values(token_hash=token_hash, **values))


def end_session(conn: Connection, token_hash: str) -> None:
    conn.execute(delete(login_session).where(login_session.c.token_hash == token_hash))


def sessions_of(conn: Connection, user_id: int, now: datetime) -> Sequence[Row]:
    its = (login_session.c.user_id == user_id) & (login_session.c.expires_at > now)
    return conn.execute(select(login_session).where(its).order_by(login_session.c.created_at.desc())).all()


def end_sessions_of(conn: Connection, user_id: int, only: str | None = None, keep: str | None = None) -> int:
    """All of them, `only` the one whose hash begins so, or all but one; how many were ended."""
    of_token, which = login_session.c.token_hash, login_session.c.user_id == user_id
    if only is not None:
        which &= of_token.startswith(only, autoescape=True)
    if keep is not None:
        which &= ~of_token.startswith(keep, autoescape=True)
    return conn.execute(delete(login_session).where(which)).rowcount


def forget_expired_sessions(conn: Connection, now: datetime) -> None:
    conn.execute(delete(login_session).where(login_session.c.expires_at < now))


def _save(conn: Connection, table: Table, key: str, values: Mapping[str, Any]) -> None:
    if conn.execute(update(table).where(table.c.key == key).values(**values)).rowcount == 0:
        conn.execute(insert(table).values(key=key, **values))
