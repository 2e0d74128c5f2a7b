"""The schema comes up from nothing, goes down to nothing, and is what the program believes it to be."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text

from engine.store import migrate
from engine.store.schema import metadata, release
from engine.store.session import Database
from engine.store.types import EPOCH
from tests.databases import SqliteFiles


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.close()


def test_an_empty_database_gets_every_table(empty):
    assert migrate.upgrade(empty) == (None, migrate.head())
    with empty.read() as conn:
        assert set(inspect(conn).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_a_second_upgrade_has_nothing_to_do(empty):
    migrate.upgrade(empty)
    assert migrate.upgrade(empty) == (migrate.head(), migrate.head())


def test_down_to_nothing_and_up_again(empty):
    migrate.upgrade(empty)
    migrate.downgrade(empty)
    with empty.read() as conn:
        assert set(inspect(conn).get_table_names()) == {"alembic_version"}
    migrate.upgrade(empty)
    migrate.check(empty)


def test_one_version_at_a_time(empty):
    for version in ("0001", "0002", "0003", "0004", "0005"):
        assert migrate.upgrade(empty, version)[1] == version
    for version in ("0004", "0003", "0002", "0001"):
        migrate.downgrade(empty, version)
        with pytest.raises(migrate.DatabaseNotUpgraded):
            migrate.check(empty)


def test_the_migrated_schema_is_the_one_the_program_believes_in(database):
    with database.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_the_words_of_the_sqlite_schema_are_the_same(sqlite_files: SqliteFiles, tmp_path):
    """Alembic's comparison overlooks partial indexes and AUTOINCREMENT; the statements themselves do not."""
    migrated = Database(sqlite_files.copy_to(tmp_path / "migrated.db"))
    created = Database(f"sqlite:///{tmp_path / 'created.db'}")
    metadata.create_all(created.engine)
    assert _statements(migrated) == _statements(created)


def test_the_indexes_of_postgresql_are_the_same(new_postgres_url):
    migrated, created = Database(new_postgres_url()), Database(new_postgres_url())
    migrate.upgrade(migrated)
    metadata.create_all(created.engine)
    assert _indexes(migrated) == _indexes(created)
    migrated.close()
    created.close()


def test_the_system_chain_begins_with_nothing(database):
    with database.read() as conn:
        rows = conn.execute(text("SELECT id, head_seq, head_hash FROM system_chain")).all()
    assert [(row.id, row.head_seq, bytes(row.head_hash)) for row in rows] == [(0, 0, bytes(32))]


def test_what_was_in_use_is_released_to_everyone(empty):
    migrate.upgrade(empty, "0003")
    of_version = "sha256, bpmn, note, state, findings, bound, deployed_at, deployed_by, released_at"
    with empty.write() as conn:
        for number, state, released_at in ((1, "retired", 5), (2, "released", 7)):
            values = f"{number}, 'inquiry', {number}, '{number}', :no, '', '{state}', :no, :no, 3, 'wei', {released_at}"
            insert = f"INSERT INTO procedure_version (id, procedure, number, {of_version}) VALUES ({values})"
            conn.execute(text(insert), {"no": b"{}"})
        values = "'inquiry', '咨询', 'Inquiry', 2, :none"
        insert = "INSERT INTO procedure (key, name_zh, name_en, released_id, starts_by) VALUES"
        conn.execute(text(f"{insert} ({values})"), {"none": b"[]"})
    migrate.upgrade(empty)
    with empty.read() as conn:
        rows = conn.execute(select(release)).all()
    assert [(r.procedure, r.version_id, r.scope, r.released_by) for r in rows] == [("inquiry", 2, {"all": True}, "wei")]
    assert rows[0].released_at == EPOCH + timedelta(microseconds=7)


def test_a_database_of_a_newer_program_is_left_alone(database):
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for call in (migrate.upgrade, migrate.downgrade, migrate.check):
        with pytest.raises(migrate.DatabaseTooNew, match="9999"):
            call(database)
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})


def test_a_database_of_somebody_else_is_left_alone(empty):
    with empty.write() as conn:
        conn.execute(text("CREATE TABLE customer (id INTEGER)"))
    with pytest.raises(migrate.DatabaseNotOurs, match="customer"):
        migrate.upgrade(empty)
    with empty.read() as conn:
        assert inspect(conn).get_table_names() == ["customer"]


def test_a_migration_that_fails_leaves_nothing(empty):
    """A view stands where the last step wants a table: the steps before it are gone too."""
    with empty.write() as conn:
        conn.execute(text("CREATE VIEW idempotency AS SELECT 1 AS one"))
    with pytest.raises(Exception, match="idempotency"):
        migrate.upgrade(empty)
    with empty.read() as conn:
        assert inspect(conn).get_table_names() == []


def _statements(database: Database) -> dict[str, object]:
    with database.read() as conn:
        rows = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql > ''"))
        found = {row.name: _in_any_order(row.sql) for row in rows}
    database.close()
    found.pop("alembic_version", None)
    return found


def _in_any_order(statement: str) -> list[str]:
    """What a statement says, its columns in any order: a column added later stands last."""
    head, rest = re.sub(r"\s+", " ", statement).split("(", 1)
    parts = re.findall(r"(?:\([^()]*\)|[^,()])+", rest.rpartition(")")[0])
    return [head.strip(), *sorted(part.strip() for part in parts), rest.rpartition(")")[2].strip()]


def _indexes(database: Database) -> list[tuple[str, str]]:
    query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    with database.read() as conn:
        return sorted((row.indexname, row.indexdef) for row in conn.execute(text(query)))
