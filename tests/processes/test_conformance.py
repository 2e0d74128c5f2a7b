"""Every shipped scenario conforms; a copy of its trail that was tampered with does not, and says where and how."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.queries import conformance, trail
from engine.store.session import Database
from tests.databases import SqliteFiles
from tests.processes import shelf
from tests.processes.stage import Stage, play

SCENARIOS = dict(shelf.scenarios())
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def stage_file(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("conformance") / "stage.db"
    database = Database(sqlite_files.copy_to(path))
    Stage(database)
    database.close()
    return path


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_conforms_and_a_tampered_copy_does_not(name, stage_file, tmp_path):
    path = shutil.copyfile(stage_file, tmp_path / "closeloop.db")
    database = Database(f"sqlite:///{path}")
    case = play(database, SCENARIOS[name])
    with case.office.engine.read() as conn:
        checker = conformance.Checker(conn, case.office.engine.versions)
        entries = trail.of_case(conn, case.id).items
        assert checker.of_entries(case.id, entries).deviations == ()
        for tampered, expected in plans(entries):
            told = checker.of_entries(case.id, tampered).deviations
            assert [(one.kind, one.element) for one in told] == expected
            assert all(one.sentence.zh and one.sentence.en and one.name for one in told)
    database.close()


def plans(entries):
    """The tampered trails, each with what must be said of it and nothing else."""
    yield from early(entries)
    yield from unsent(entries)
    done = [e for e in entries if e.type == "TaskCompleted" and e.data.get("path")]
    for entry in done[:-1]:
        yield [*entries, replace(entry, seq=entries[-1].seq + 1)], [("twice", entry.data["element"])]
        forged = replace(entry, login="mallory", data={**entry.data})
        held = created(entries, entry).data.get("assignee")
        kind = "held-by-another" if held else "not-allowed"
        yield swapped(entries, entry, forged), [(kind, entry.data["element"])]
        path = [{**p, "flows": ["nowhere"]} for p in entry.data["path"][:1]] + list(entry.data["path"][1:])
        lost = replace(entry, data={**entry.data, "path": path})
        yield swapped(entries, entry, lost), [("unknown-path", entry.data["element"])]
        if entry.data["path"][0]["element"] == entry.data["element"] and alone(entries, entry):
            yield [e for e in entries if e is not entry], [("skipped", entry.data["element"])]


def early(entries):
    """Timers whose trail says that they fired a second before their time; one also has the told time forged."""
    for entry in (e for e in entries if e.type == "TimerFired"):
        sooner = replace(entry, at=entry.at - SECOND)
        forged = replace(sooner, data={**entry.data, "due_at": (datetime.fromisoformat(entry.data["due_at"]) - SECOND).isoformat()})
        yield swapped(entries, entry, sooner), [("timer-early", entry.data["element"])]
        yield swapped(entries, entry, forged), [("timer-early", entry.data["element"])]


def unsent(entries):
    """Messages of which nothing is told."""
    for entry in (e for e in entries if e.type == "MessageSent"):
        told = [e for e in entries if e.data.get("instance") == entry.data["instance"] and e.data.get("path") and e.seq < entry.seq]
        yield [e for e in entries if e is not entry], [("not-sent", told[-1].data["path"][-1]["element"])]


def alone(entries, entry):
    """Whether something follows in the same instance that could not have happened without it."""
    path = entry.data["path"]
    after = [e for e in entries if e.seq > entry.seq and e.data.get("instance") == entry.data["instance"] and e.data.get("path")]
    return len(path) == 1 and bool(after)


def created(entries, entry):
    return next(e for e in entries if e.type == "TaskCreated" and e.data["task"] == entry.data["task"])


def swapped(entries, old, new):
    return [new if e is old else e for e in entries]
