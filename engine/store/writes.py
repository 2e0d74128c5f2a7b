"""Writes that nobody reads back before the commit: collected, then sent together.

A command ends in about eight statements. Each is compiled once per process; on PostgreSQL they travel in one pipeline,
one round trip instead of eight. What a statement has to have changed is checked afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from engine.domain.errors import StaleState

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it; `order` of the parameters where it counts them instead of naming them."""

    sql: str
    order: tuple[str, ...] | None
    fixed: Row
    processors: Mapping[str, Callable[[Any], Any]]

    def parameters(self, row: Row) -> Any:
        values = {**self.fixed, **row}
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values if self.order is None else tuple(values[name] for name in self.order)


@dataclass(slots=True)
class Writes:
    """`known` is the process's memory of compiled statements."""

    conn: Connection
    known: dict[tuple[int, tuple[str, ...]], Prepared]
    _waiting: list[tuple[UpdateBase, Sequence[Row], bool]] = field(default_factory=list)

    def add(self, statement: UpdateBase, rows: Row | Sequence[Row], *, must_match: bool = False) -> None:
        """`must_match`: it is stale, and everything is undone, unless the statement changes exactly one row."""
        rows = [rows] if isinstance(rows, Mapping) else rows
        if rows:
            self._waiting.append((statement, rows, must_match))

    def send(self) -> None:
        """Carry out what was collected, in the order it came. Raises `StaleState`."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        driver = self.conn.connection.driver_connection
        jobs = [(self._prepared(statement, rows[0]), rows, must_match) for statement, rows, must_match in waiting]
        try:
            if self.conn.dialect.name == "postgresql":
                with driver.pipeline():
                    cursors = [_execute(driver, job, rows) for job, rows, _ in jobs]
            else:
                cursors = [_execute(driver, job, rows) for job, rows, _ in jobs]
        except self.conn.dialect.loaded_dbapi.Error as problem:
            raise DBAPIError.instance(
                jobs[0][0].sql, None, problem, self.conn.dialect.loaded_dbapi.Error, dialect=self.conn.dialect
            ) from problem
        for cursor, (_, _, must_match) in zip(cursors, jobs, strict=True):
            if must_match and cursor.rowcount != 1:
                raise StaleState()
            cursor.close()

    def _prepared(self, statement: UpdateBase, row: Row) -> Prepared:
        key = (id(statement), tuple(row))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _prepare(statement, tuple(row), self.conn)
        return found


def _execute(driver: Any, job: Prepared, rows: Sequence[Row]) -> Any:
    cursor = driver.cursor()
    if len(rows) == 1:
        cursor.execute(job.sql, job.parameters(rows[0]))
    else:
        cursor.executemany(job.sql, [job.parameters(row) for row in rows])
    return cursor


def _prepare(statement: UpdateBase, keys: tuple[str, ...], conn: Connection) -> Prepared:
    dialect = conn.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(keys))
    processors = {
        compiled.bind_names[bind]: process
        for bind in compiled.bind_names
        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    fixed = {name: value for name, value in compiled.params.items() if name not in keys}
    order = tuple(compiled.positiontup) if compiled.positional else None
    return Prepared(compiled.string, order, fixed, processors)
