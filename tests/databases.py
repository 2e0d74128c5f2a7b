"""Migrated databases for tests, quickly: a copied file for SQLite, one emptied database for PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

from engine.store import migrate
from engine.store.session import Database
from tests.postgres import Server

#: What a test may have changed besides rows; where it differs afterwards the database is made anew.
SHAPE = """
SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'),
       (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT attisdropped)
"""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
KEPT = ("alembic_version", "system_chain")


def migrated(url: str) -> str:
    database = Database(url)
    try:
        migrate.upgrade(database)
    finally:
        database.close()
    return url


class SqliteFiles:
    """Each database is a copy of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        migrated(f"sqlite:///{self._template}")

    def copy_to(self, path: Path) -> str:
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """One database for test after test, emptied between them in a few milliseconds, ids beginning at 1 again."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._url: str | None = None
        self._shape: tuple | None = None
        migrated(server.create("template_migrated"))

    def clean(self) -> str:
        """The address of a migrated database without rows."""
        if self._url is None:
            self.server.drop("test")
            self._url = self.server.create("test", "template_migrated")
            with self._connect() as conn:
                self._shape = conn.execute(SHAPE).fetchone()
        return self._url

    def used(self) -> None:
        """What a test left behind is gone."""
        with self._connect() as conn:
            conn.execute(OTHERS)
            if conn.execute(SHAPE).fetchone() == self._shape:
                _empty(conn)
            else:
                self._url = None

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.server.folder), user="postgres", dbname="test", autocommit=True)


def _empty(conn: psycopg.Connection) -> None:
    """No row of any table; triggers that refuse to forget the trail are not asked in this session."""
    tables = [name for (name,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    statements = ["SET session_replication_role = replica"]
    statements += [f'DELETE FROM "{name}"' for name in tables if name not in KEPT]
    statements += ["UPDATE system_chain SET head_seq = 0, head_hash = decode(repeat('00', 32), 'hex')"]
    statements += ["SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"]
    with conn.transaction():
        conn.execute("; ".join(statements))
