"""Bring a database to the schema of this program, from any folder and from an installed wheel.

All steps run in one transaction under one lock: several processes may ask at once, and a step that fails leaves the
database as it was.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from engine.domain.errors import Refusal
from engine.domain.text import Text
from engine.store import roles
from engine.store.schema import metadata
from engine.store.session import Database

FOLDER = Path(__file__).parents[2] / "migrations"
HEAD, BASE = "head", "base"
LOCK = 0x636C6F73656C6F6F  # "closeloo": any number will do that nothing else in the database locks


class DatabaseTooNew(Refusal):
    """A later Closeloop has been here."""

    code, kind = "database-too-new", "unavailable"
    sentence = Text(
        "数据库结构版本为 {revision}，本程序不认识该版本。请安装写入它的较新版本的 Closeloop。",
        "The database has schema version {revision}, which this program does not know. "
        "Install the newer Closeloop that wrote it.",
    )


class DatabaseNotOurs(Refusal):
    """Tables of our names that no migration made; running on would mix two programs' data."""

    code, kind = "database-not-ours", "unavailable"
    sentence = Text(
        "数据库中已有表“{table}”，但没有 Closeloop 的结构版本记录。请使用空数据库。",
        "The database already has a table “{table}” but no schema version of Closeloop. Use an empty database.",
    )


class DatabaseNotUpgraded(Refusal):
    code, kind = "database-not-upgraded", "unavailable"
    sentence = Text(
        "数据库结构不是最新版本，请先运行“closeloop upgrade”。",
        "The database does not have the schema of this program; run `closeloop upgrade` first.",
    )


def upgrade(database: Database, to: str = HEAD) -> tuple[str | None, str | None]:
    """The schema stands at `to`; returns the versions before and after, equal when there was nothing to do."""
    with database.write() as conn:
        _alone(conn)
        before = _known_version(conn)
        if before != head() or to != HEAD:
            roles.check_owner(conn)
            command.upgrade(_config(conn), to)
        return before, _version(conn)


def downgrade(database: Database, to: str = BASE) -> None:
    """The schema stands at the earlier version `to`; what only later versions can hold is lost."""
    with database.write() as conn:
        _alone(conn)
        _known_version(conn)
        roles.check_owner(conn)
        command.downgrade(_config(conn), to)


def check(database: Database) -> None:
    """Raises `DatabaseNotUpgraded` or `DatabaseTooNew` unless the database has exactly the schema of this program."""
    with database.read() as conn:
        if _known_version(conn) != head():
            raise DatabaseNotUpgraded()


def head() -> str:
    """The version of the schema this program works with."""
    return _scripts().get_current_head() or ""


def _alone(conn: Connection) -> None:
    """On PostgreSQL no other migration runs until the end of the transaction; on SQLite no other write does anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL lock_timeout = 0"))
        conn.execute(text("SET LOCAL statement_timeout = 0"))
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _known_version(conn: Connection) -> str | None:
    version = _version(conn)
    if version is None:
        ours = sorted(set(metadata.tables).intersection(inspect(conn).get_table_names()))
        if ours:
            raise DatabaseNotOurs(table=ours[0])
    elif version not in {script.revision for script in _scripts().walk_revisions()}:
        raise DatabaseTooNew(revision=version)
    return version


def _version(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
