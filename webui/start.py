"""From settings to an engine that runs: the database opened and checked, the clock, the secret."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from engine.domain.clock import SystemClock
from engine.domain.errors import Refusal
from engine.domain.text import Text
from engine.handlers.vault import Vault
from engine.runtime import Engine
from engine.store import migrate, people, roles
from engine.store.organisation_clock import OrganisationClock
from engine.store.session import Database
from webui import evidence
from webui.config import Settings
from webui.notary import notary

SECRET_KEY, DEMO = "secret-key", "demo"
NEW, BEGUN, MADE = "new", "begun", "made"
POOL_OF_ONE_PROCESS = 20


class DatabaseUnreachable(Refusal):
    code, kind = "database-unreachable", "unavailable"
    sentence = Text("无法打开数据库 {url}：{why}", "The database {url} cannot be opened: {why}")


class DatabaseMissing(Refusal):
    code, kind = "database-missing", "unavailable"
    sentence = Text(
        "没有数据库文件 {path}。请设置 DATABASE_URL，或运行“closeloop upgrade”新建。",
        "There is no database file {path}. Set DATABASE_URL, or make it with `closeloop upgrade`.",
    )


class NotADemo(Refusal):
    code, kind = "not-a-demo", "conflict"
    sentence = Text(
        "数据库 {url} 中是真实的组织，不能以演示模式运行。请为演示另设 DATABASE_URL。",
        "The database {url} holds a real organisation, and demo mode would let everybody in. Set another DATABASE_URL.",
    )


def open_database(settings: Settings, *, may_make: bool = False) -> Database:
    """A database that answers; `may_make` where a missing SQLite file is to be made."""
    shown = shown_url(settings.database_url)
    try:
        url = make_url(settings.database_url)
        backend = url.get_backend_name()
        if backend not in ("sqlite", "postgresql", "postgres") or (backend == "sqlite" and not url.database):
            why = Text("应为 sqlite:///文件 或 postgresql://…", "it should be sqlite:///FILE or postgresql://…")
            raise DatabaseUnreachable(url=shown, why=why)
        if backend == "sqlite" and not may_make and not Path(url.database or "").exists():
            raise DatabaseMissing(path=url.database)
        database = Database(settings.database_url, pool_size=POOL_OF_ONE_PROCESS)
        with database.read() as conn:
            conn.exec_driver_sql("SELECT 1")
    except (ArgumentError, NoSuchModuleError, ValueError) as problem:
        why = Text("地址无法识别", "the address is not understood")
        raise DatabaseUnreachable(url=shown, why=why) from problem
    except (DBAPIError, sqlite3.Error) as problem:
        why = _first_line(getattr(problem, "orig", problem))
        raise DatabaseUnreachable(url=shown, why=why) from problem
    return database


def open_upgraded(settings: Settings) -> tuple[Database, tuple[str | None, str | None]]:
    """The database of the settings with the schema of this program, made where there is none, and the versions before
    and after. Where an owner is named, it makes the tables, and the role of `DATABASE_URL` may no more than use them.
    """
    versions = None
    if settings.owner_url is not None:
        owner = open_database(replace(settings, database_url=settings.owner_url))
        try:
            with owner.read() as conn:
                roles.check_owner(conn)
            versions = migrate.upgrade(owner)
            roles.separate(owner, Database(settings.database_url).url)
        finally:
            owner.close()
    database = open_database(settings, may_make=True)
    try:
        return database, upgrade(database) if versions is None else (versions[0], upgrade(database)[1])
    except BaseException:
        database.close()
        raise


def upgrade(database: Database) -> tuple[str | None, str | None]:
    """The schema is this program's and the database has its secret; returns the versions before and after."""
    versions = migrate.upgrade(database)
    _kept_secret(database)
    return versions


def open_engine(settings: Settings, database: Database) -> Engine:
    """An engine on an upgraded database; in demo mode its clock may be moved by visitors, and everybody goes by it."""
    migrate.check(database)
    its = {"notary": notary(settings), "vault": Vault(secret_key(settings, database), SystemClock()), "packer": evidence.pieces}
    if not settings.is_demo:
        return Engine(database, OrganisationClock(database) if demo_is_made(database) else None, **its)
    mark_as_demo(database)
    return Engine(database, OrganisationClock(database), is_demo=True, **its)


def mark_as_demo(database: Database) -> None:
    """A database without people becomes a demo for good; one with real people never does."""
    with database.write() as conn:
        if people.setting_value(conn, DEMO):
            return
        if people.users(conn):
            raise NotADemo(url=shown_url(database.url.render_as_string()))
        people.set_setting(conn, DEMO, NEW)


def demo_is_made(database: Database) -> bool:
    with database.read() as conn:
        return people.setting_value(conn, DEMO) == MADE


def begin_demo(database: Database) -> None:
    """The demo organisation may be made: what an earlier, interrupted making left behind is gone."""
    with database.read() as conn:
        is_new = people.setting_value(conn, DEMO) == NEW
    if not is_new:
        migrate.downgrade(database)
        upgrade(database)
    _set(database, DEMO, BEGUN)


def end_demo(database: Database) -> None:
    _set(database, DEMO, MADE)


def secret_key(settings: Settings, database: Database) -> str:
    """The key all processes of one installation sign with."""
    return settings.secret_key or _kept_secret(database)


def shown_url(url: str) -> str:
    """The address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)[:200]
    except (ArgumentError, ValueError):
        return url.split("@")[-1][:200]


def _first_line(problem: BaseException | None) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0][:300] if lines else type(problem).__name__


def _kept_secret(database: Database) -> str:
    """The one in the database; made there the first time."""
    with database.read() as conn:
        kept = people.setting_value(conn, SECRET_KEY)
    if not kept:
        kept = token_hex(32)
        _set(database, SECRET_KEY, kept)
    return kept


def _set(database: Database, name: str, value: str) -> None:
    with database.write() as conn:
        people.set_setting(conn, name, value)
