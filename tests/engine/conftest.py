"""`office`: the cast, on each database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.store.session import Database
from tests.databases import SqliteFiles
from tests.office import Office


@pytest.fixture(scope="session")
def settled_file(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the cast has settled already: forty commits to disk, once instead of for every test."""
    path = tmp_path_factory.mktemp("settled") / "office.db"
    database = Database(sqlite_files.copy_to(path))
    Office(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture
def sqlite_url(settled_file: Path, tmp_path: Path) -> str:
    shutil.copyfile(settled_file, tmp_path / "closeloop.db")
    return f"sqlite:///{tmp_path / 'closeloop.db'}"


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)
