"""One way into the database: a write transaction that begins at once, or a read-only one.

SQLite: WAL, synchronous FULL, what is deleted is overwritten, and `BEGIN IMMEDIATE`, without which sqlite3 would take the
write lock only after the first SELECT and two commands could both read the old state. PostgreSQL: row locks (`FOR UPDATE`) and time limits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError

from engine.domain.errors import Refusal, StaleState
from engine.domain.text import Text
from engine.store.writes import Writes

POSTGRES_LIMITS = "-c lock_timeout=5000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
BUSY_MS = 30_000
IDLE_SECONDS = 5.0


class Busy(Refusal):
    """Somebody else held the same case for too long."""

    code, kind = "busy", "unavailable"
    sentence = Text("系统繁忙，请稍后重试。", "The system is busy with the same case; try again in a moment.")


class Database:
    """The SQL engine of one process. `url` as SQLAlchemy understands it; `postgresql://` means psycopg 3."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.prepared: dict = {}
        self.engine: Engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url, pool_size)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end and rolls back on any exception."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as problem:
            if _is_lock_problem(problem):
                raise Busy() from problem
            raise
        except IntegrityError as problem:
            if _is_taken(problem):
                raise StaleState() from problem
            raise

    @contextmanager
    def read(self, *, is_snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it waits for no writer. As a snapshot it sees one state throughout."""
        options: dict[str, Any] = {"read_only": True}
        if is_snapshot and not self.is_sqlite:  # where every reading transaction is one
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def writes(self, conn: Connection) -> Writes:
        """What a command will have written at its end."""
        return Writes(conn, self.prepared)

    def close(self) -> None:
        self.engine.dispose()


def overwrite_log(engine: Engine) -> None:
    """SQLite's log of changes still shows what was deleted until it is written over; now it is, unless somebody reads."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=0")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            cursor.close()
        finally:
            connection.close()


def _sqlite(url: Any) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        pool_size=10,
        max_overflow=30,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def on_connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: Any, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=1800,
        connect_args={"options": POSTGRES_LIMITS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "checkin")
    def on_checkin(_dbapi: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(dbapi: Any, record: Any, _proxy: Any) -> None:
        """Ask a connection that lay idle whether it still lives; under load that would be a fifth of the round trips."""
        if time.monotonic() - record.info.get("used_at", time.monotonic()) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(dbapi)
            except engine.dialect.loaded_dbapi.Error as problem:
                raise DisconnectionError("the connection was lost while it lay idle") from problem

    return engine


def _is_taken(problem: IntegrityError) -> bool:
    """Somebody else has just made what this transaction wanted to make."""
    return getattr(problem.orig, "sqlstate", None) == "23505" or "unique constraint" in str(problem.orig).lower()


def _is_lock_problem(problem: OperationalError) -> bool:
    words = str(problem.orig).lower()
    return any(sign in words for sign in ("database is locked", "lock timeout", "deadlock", "could not serialize"))
