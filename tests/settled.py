"""An office in which the cast has settled, remembered by its rows: the next one like it is there at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.store.schema import metadata, system_chain

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Settled:
    """`rows` by table, as the driver gives them; `ids`: where each sequence of PostgreSQL stands."""

    rows: dict[str, list[tuple]]
    ids: list[tuple[str, int]]
    random: Any

    @classmethod
    def of(cls, conn: Connection, random: Any) -> Settled:
        """What stands in the database now, and the state of the randomness it was made with."""
        rows = {}
        for table in metadata.sorted_tables:
            if found := conn.exec_driver_sql(f"SELECT {_columns(table)} FROM {table.name}").all():
                rows[table.name] = [tuple(row) for row in found]
        ids = [] if _is_sqlite(conn) else [tuple(row) for row in conn.exec_driver_sql(SEQUENCES)]
        return cls(rows, ids, random)

    def put(self, conn: Connection) -> None:
        """Into a database without rows."""
        mark = "?" if _is_sqlite(conn) else "%s"
        for name, rows in self.rows.items():
            table = metadata.tables[name]
            if table is system_chain:  # its one row is there from the beginning
                conn.exec_driver_sql(f"DELETE FROM {name}")
            marks = ", ".join([mark] * len(table.columns))
            conn.exec_driver_sql(f"INSERT INTO {name} ({_columns(table)}) VALUES ({marks})", rows)
        for name, last in self.ids:
            conn.exec_driver_sql("SELECT setval(%s::regclass, %s)", (name, last))


def _columns(table: Any) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _is_sqlite(conn: Connection) -> bool:
    return conn.dialect.name == "sqlite"
