"""The database itself refuses to change the trail, whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.store.session import Database

ENTRY = "INTO entry (case_id, seq, type, at, actor_id, hash, body) VALUES (1, 1, 'CaseOpened', 0, 0, :hash, :body)"
CHANGES = {
    "update": "UPDATE entry SET actor_id = 7",
    "update of one": "UPDATE entry SET body = :body WHERE case_id = 1 AND seq = 1",
    "delete": "DELETE FROM entry",
    "delete of one": "DELETE FROM entry WHERE case_id = 1",
}
OF_SQLITE = {"replace": f"INSERT OR REPLACE {ENTRY}", "replace by update": "UPDATE OR REPLACE entry SET seq = 1"}
OF_POSTGRES = {
    "truncate": "TRUNCATE entry",
    "truncate with others": "TRUNCATE entry, setting CASCADE",
    "upsert": f"INSERT {ENTRY} ON CONFLICT (case_id, seq) DO UPDATE SET body = excluded.body",
}


@pytest.fixture
def with_an_entry(database: Database) -> Database:
    with database.write() as conn:
        conn.execute(text(f"INSERT {ENTRY}"), {"hash": b"h", "body": b"first"})
    return database


@pytest.mark.parametrize("change", CHANGES)
def test_no_entry_is_changed_or_removed(with_an_entry, change):
    _assert_refused(with_an_entry, CHANGES[change])


def test_no_way_round_that_one_database_only_knows(with_an_entry):
    for change in (OF_SQLITE if with_an_entry.is_sqlite else OF_POSTGRES).values():
        _assert_refused(with_an_entry, change)


def test_a_second_entry_is_welcome(with_an_entry):
    with with_an_entry.write() as conn:
        conn.execute(text(f"INSERT {ENTRY.replace('(1, 1', '(1, 2')}"), {"hash": b"h", "body": b"second"})
        assert conn.execute(text("SELECT count(*) FROM entry")).scalar() == 2


def _assert_refused(database: Database, statement: str) -> None:
    values = {name: value for name, value in {"hash": b"x", "body": b"forged"}.items() if f":{name}" in statement}
    with pytest.raises(DBAPIError, match="the trail is append-only"), database.write() as conn:
        conn.execute(text(statement), values)
    with database.read() as conn:
        assert bytes(conn.execute(text("SELECT body FROM entry")).scalar_one()) == b"first"
