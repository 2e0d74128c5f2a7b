"""The floor: the same durable work in the bare statements it cannot do without, by the same driver and settings.

To complete a task: lock a row, update it with a blob of 3 KB, close one task row, insert one, insert two event rows,
move one timer. To show a worklist page: read fifty rows of one index, through SQLAlchemy Core as the product does.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Column, MetaData, Table, bindparam, create_engine, func, literal_column, select

BLOB = os.urandom(3 * 1024)
BODY = os.urandom(300)
ROWS = 2_000

SCHEMA = """
CREATE TABLE f_case (id {big} PRIMARY KEY, version INTEGER NOT NULL, state {blob} NOT NULL);
CREATE TABLE f_task (id {serial}, case_id {big} NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, who TEXT,
    due {big} NOT NULL, title TEXT NOT NULL, customer TEXT NOT NULL);
CREATE INDEX f_task_who ON f_task (who, due, id) WHERE status = 'open';
CREATE INDEX f_task_case ON f_task (case_id);
CREATE TABLE f_event (id {serial}, case_id {big} NOT NULL, kind TEXT NOT NULL, at {big} NOT NULL, body {blob} NOT NULL);
CREATE INDEX f_event_case ON f_event (case_id);
CREATE TABLE f_timer (case_id {big} PRIMARY KEY, due {big} NOT NULL);
CREATE INDEX f_timer_due ON f_timer (due);
"""
TYPES = {
    "sqlite": {"big": "INTEGER", "blob": "BLOB", "serial": "INTEGER PRIMARY KEY AUTOINCREMENT"},
    "postgresql": {"big": "BIGINT", "blob": "BYTEA", "serial": "BIGSERIAL PRIMARY KEY"},
}


TASK = Table(
    "f_task", MetaData(), *(Column(name) for name in ("id", "case_id", "name", "status", "who", "due", "title", "customer"))
)
MINE = (TASK.c.who == bindparam("who")) & (TASK.c.status == literal_column("'open'"))
PAGE = select(TASK).where(MINE).order_by(TASK.c.due, TASK.c.id).limit(50)
COUNT = select(func.count()).select_from(select(TASK.c.id).where(MINE).limit(1000).subquery())


class Floor:
    """Bare statements against tables of its own, in the same database as the product."""

    def __init__(self, url: Any) -> None:
        self.core = create_engine(url)
        self.dialect = url.get_backend_name()
        self.mark = "?" if self.dialect == "sqlite" else "%s"
        if self.dialect == "sqlite":
            self.db = sqlite3.connect(url.database, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
                self.db.execute(f"PRAGMA {pragma}")
        else:
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.db = psycopg.connect(address, autocommit=True)

    def make(self, open_tasks: int = ROWS) -> None:
        for statement in SCHEMA.format(**TYPES[self.dialect]).split(";"):
            if statement.strip():
                self.db.execute(statement)
        cursor = self.db.cursor()
        self._begin(cursor)
        cursor.executemany(self._sql("INSERT INTO f_case VALUES (?, 1, ?)"), [(i, BLOB) for i in range(ROWS)])
        task = "INSERT INTO f_task (case_id, name, status, who, due, title, customer) VALUES (?, 't1', 'open', ?, ?, ?, ?)"
        rows = [(i, f"user{i % 50}" if i >= ROWS else "ann", i, "a case title " * 2, "a name") for i in range(open_tasks)]
        cursor.executemany(self._sql(task), rows)
        cursor.executemany(self._sql("INSERT INTO f_timer VALUES (?, ?)"), [(i, i) for i in range(ROWS)])
        cursor.execute("COMMIT")
        self.db.execute("ANALYZE")

    def complete_task(self, number: int) -> None:
        case_id, cursor, now = number % ROWS, self.db.cursor(), time.time_ns() // 1000
        self._begin(cursor)
        lock = "" if self.dialect == "sqlite" else " FOR UPDATE"
        cursor.execute(self._sql(f"SELECT version, state FROM f_case WHERE id = ?{lock}"), (case_id,)).fetchone()
        cursor.execute(self._sql("UPDATE f_case SET version = version + 1, state = ? WHERE id = ?"), (BLOB, case_id))
        last = "SELECT max(id) FROM f_task WHERE case_id = ? AND status = 'open'"
        cursor.execute(self._sql(f"UPDATE f_task SET status = 'done' WHERE id = ({last})"), (case_id,))
        new = "INSERT INTO f_task (case_id, name, status, who, due, title, customer) VALUES (?, 't2', 'open', 'ann', ?, 't', 'c')"
        cursor.execute(self._sql(new), (case_id, now))
        event = "INSERT INTO f_event (case_id, kind, at, body) VALUES (?, 'done', ?, ?), (?, 'open', ?, ?)"
        cursor.execute(self._sql(event), (case_id, now, BODY) * 2)
        cursor.execute(self._sql("UPDATE f_timer SET due = ? WHERE case_id = ?"), (now, case_id))
        cursor.execute("COMMIT")

    def start_case(self, number: int) -> None:
        case_id, cursor, now = ROWS + number, self.db.cursor(), time.time_ns() // 1000
        self._begin(cursor)
        cursor.execute(self._sql("INSERT INTO f_case VALUES (?, 1, ?)"), (case_id, BLOB))
        new = "INSERT INTO f_task (case_id, name, status, who, due, title, customer) VALUES (?, 't1', 'open', 'ann', ?, 't', 'c')"
        cursor.execute(self._sql(new), (case_id, now))
        event = "INSERT INTO f_event (case_id, kind, at, body) VALUES (?, 'start', ?, ?), (?, 'open', ?, ?)"
        cursor.execute(self._sql(event), (case_id, now, BODY) * 2)
        cursor.execute(self._sql("INSERT INTO f_timer VALUES (?, ?)"), (case_id, now))
        cursor.execute("COMMIT")

    def worklist_page(self, number: int) -> None:
        with self.core.connect() as conn:
            assert len(conn.execute(PAGE, {"who": f"user{number % 50}"}).all()) == 50

    def worklist_count(self, number: int) -> None:
        with self.core.connect() as conn:
            conn.execute(COUNT, {"who": f"user{number % 50}"}).scalar_one()

    def close(self) -> None:
        self.db.close()
        self.core.dispose()

    def _begin(self, cursor: Any) -> None:
        cursor.execute("BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN")

    def _sql(self, statement: str) -> str:
        return statement.replace("?", self.mark)


def timed(work: Callable[[int], None], count: int, warm: int = 20) -> list[float]:
    """Seconds of each of `count` runs, after a few that do not count."""
    for number in range(warm):
        work(number)
    found = []
    for number in range(warm, warm + count):
        begun = time.perf_counter()
        work(number)
        found.append(time.perf_counter() - begun)
    return found
