"""Every scenario of the shipped procedures on the engine, on both databases, told as its golden trail.

A trail that should have changed is written anew by `python -m tests.processes.golden` and reviewed as a diff.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store.session import Database
from tests.databases import SqliteFiles, migrated
from tests.engine.recomputed import clocks as retold
from tests.postgres import Server
from tests.processes import shelf
from tests.processes.golden import FOLDER, path_of
from tests.processes.stage import Stage, breached, endings, golden, passed, play
from tests.processes.test_scenarios_step import missing

SCENARIOS = dict(shelf.scenarios())
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def set_file(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the cast and the procedures."""
    path = tmp_path_factory.mktemp("stage") / "stage.db"
    database = Database(sqlite_files.copy_to(path))
    Stage(database)
    database.close()
    return path


@pytest.fixture(scope="module")
def set_postgres(postgres_server: Server) -> Iterator[Callable[[], str]]:
    """Makes PostgreSQL databases with the cast and the procedures."""
    database = Database(migrated(postgres_server.create("stage")))
    Stage(database)
    database.close()
    yield lambda: postgres_server.create(f"stage_{next(_numbers)}", "stage")
    postgres_server.drop("stage")


@pytest.fixture
def sqlite_url(set_file: Path, tmp_path: Path) -> str:
    shutil.copyfile(set_file, tmp_path / "closeloop.db")
    return f"sqlite:///{tmp_path / 'closeloop.db'}"


@pytest.fixture
def postgres_url(set_postgres: Callable[[], str], postgres_server: Server) -> Iterator[str]:
    url = set_postgres()
    yield url
    postgres_server.drop(url.split("@/")[1].split("?")[0])


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_runs_as_it_says_and_as_it_did_before(name: str, database: Database) -> None:
    scenario: dict[str, Any] = SCENARIOS[name]
    expected = scenario["expect"]

    case = play(database, scenario)

    trail = case.trail()
    assert case.state == expected["state"], f"open: {case.open_tasks}"
    assert endings(case) == expected["instances"]
    assert missing(expected["path"], passed(trail)) == []
    if expected["breached"] is not None:
        assert breached(case) == sorted(expected["breached"])
    assert case.incidents == []
    trail.check()
    retold(trail, case.office.system_trail())
    assert golden(trail) == path_of(name).read_text(encoding="utf-8")


def test_there_is_a_golden_trail_for_each_scenario_and_no_other() -> None:
    assert {path for path in FOLDER.glob("*/*.txt")} == {path_of(name) for name in SCENARIOS}
