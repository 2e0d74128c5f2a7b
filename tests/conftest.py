"""Fixtures of all tests.

`database` gives a migrated, empty `Database`, once on SQLite and once on PostgreSQL; `database_url` its address, for
tests that start processes. `sqlite_url` and `postgres_url` are for tests about one of the two. What cannot be had is
skipped with its reason, except where `CI=true`: there it fails. (`pytest -k sqlite` leaves PostgreSQL alone.)
"""

from __future__ import annotations

import gc
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engine.store.session import Database
from tests.databases import PostgresDatabases, SqliteFiles
from tests.postgres import NotToBeHad, Server

IN_CI = os.environ.get("CI") == "true"

# Examples are not timed, because the machine that runs them may be busy with other things; where a change has to pass,
# they are the same every time.
settings.register_profile("closeloop", deadline=None, derandomize=IN_CI)
settings.load_profile("closeloop")

BOTH = ("sqlite", "postgresql")


def pytest_collection_finish() -> None:
    """Twelve thousand tests that wait for their turn are no garbage; looking through them again and again takes minutes."""
    gc.collect()
    gc.freeze()


def not_to_be_had(reason: str) -> None:
    """Skip here; fail where everything has to be run."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_url(sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    return sqlite_files.copy_to(tmp_path / "closeloop.db")


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    yield postgres_databases.clean()
    postgres_databases.used()


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    make: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    yield make()


@pytest.fixture
def new_postgres_url(postgres_server: Server) -> Iterator[Callable[[], str]]:
    """Makes databases without any table, as many as a test wants."""
    made: list[str] = []

    def make() -> str:
        made.append(f"new_{next(_numbers)}")
        return postgres_server.create(made[-1])

    yield make
    for name in made:
        postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: Server) -> PostgresDatabases:
    return PostgresDatabases(postgres_server)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    try:
        server = Server()
    except NotToBeHad as problem:
        not_to_be_had(str(problem))
    yield server
    server.stop()


_numbers = itertools.count(1)
