"""Finished cases driven again: on their own version nothing is different; on another one what would be is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.queries import catalogue
from engine.queries import trail as trail_query
from engine.queries.replay import replay
from engine.runtime import Engine
from engine.store.schema import service_case
from engine.store.session import Database
from tests.databases import SqliteFiles
from tests.processes import shelf
from tests.processes.stage import Stage, breached, play


@pytest.fixture(scope="module")
def stage_file(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the cast and the shipped procedures."""
    path = tmp_path_factory.mktemp("replay") / "stage.db"
    database = Database(sqlite_files.copy_to(path))
    Stage(database)
    database.close()
    return path


@pytest.fixture
def staged(stage_file: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copyfile(stage_file, tmp_path / "closeloop.db")
    database = Database(f"sqlite:///{tmp_path / 'closeloop.db'}")
    yield database
    database.close()


def entries_of(engine: Engine, case_id: int):
    found, cursor = [], None
    while True:
        with engine.read() as conn:
            page = trail_query.of_case(conn, case_id, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def replayed(engine: Engine, case_id: int, key: str, number: int = 1):
    with engine.read() as conn:
        organisation = engine.organisations.current(conn)
        department = conn.execute(select(service_case.c.department).where(service_case.c.id == case_id)).scalar_one()

        def version(key, number):
            return catalogue.version(conn, engine.versions, key, number)

        return replay(entries_of(engine, case_id), version(key, number), organisation, department, version)


@pytest.mark.parametrize("name", [name for name, _ in shelf.scenarios()])
def test_a_case_goes_the_same_way_on_its_own_version(staged, name):
    case = play(staged, dict(shelf.scenarios())[name])
    engine = case.office.engine
    late = set()
    for key in shelf.KEYS:
        for one in replayed(engine, case.id, key):
            assert (one.outcome, one.why, one.at, one.was, one.would) == ("same", None, None, None, None), one
            assert not one.assumed and not one.skipped
            assert all(limit.was_broken == limit.would_be_broken for limit in one.limits), one.limits
            late |= {f"clock:{x.element_id}" if x.kind == "clock" else x.element_id for x in one.limits}
    assert sorted(late) == breached(case)
