"""Releases while cases are being started: after the commit nobody starts on what was taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.store import releases
from engine.store.schema import instance
from tests.engine.drawn import bpmn, sequence, task
from tests.engine.test_statements import counted
from tests.office import clerk, owner

STARTERS, STARTS_BETWEEN = 4, 5
MOST_OF_A_START = 11


def file(version: int) -> bytes:
    return bpmn(sequence("p", task(f"v{version}", "front-desk"), path=f"s > v{version} > e"))


@pytest.fixture
def two(office):
    office.deploy(file(1))
    office.deploy(file(2), draft=True)
    return office


def test_every_case_started_after_the_commit_has_the_other_version(two):
    """Whoever asks after the command has answered gets the other version; before it, one or the other."""
    actor, boss = two.actor(clerk), two.actor(owner)
    changes = [c.ReleaseVersion("p", 2), c.WithdrawVersion("p", 2, "no"), c.ReleaseVersion("p", 2, {"departments": ["service"]}),
               c.WithdrawVersion("p", 2, "no"), c.ReleaseVersion("p", 2), c.WithdrawVersion("p", 2, "no")]  # fmt: skip
    done, phase, started = Event(), [0], [Semaphore(0) for _ in range(len(changes) + 1)]

    def start_all() -> list[tuple[int, int, int]]:
        got = []
        while not done.is_set():
            before = phase[0]
            version = two.engine.execute(c.StartCase("p"), actor)["version"]
            got.append((before, phase[0], version))
            started[before].release()
        return got

    with ThreadPoolExecutor(STARTERS) as pool:
        starters = [pool.submit(start_all) for _ in range(STARTERS)]
        for number, change in enumerate(changes):
            assert all(started[number].acquire(timeout=30) for _ in range(STARTS_BETWEEN))
            two.engine.execute(change, boss)
            phase[0] = number + 1
        assert all(started[-1].acquire(timeout=30) for _ in range(STARTS_BETWEEN))
        done.set()
        got = [one for starter in starters for one in starter.result()]
    assert {before for before, _, _ in got} == set(range(len(changes) + 1))
    for before, after, version in got:
        possible = {2 if phase % 2 else 1 for phase in range(before, after + 2)}
        assert version in possible, (before, after, version)
        if before == after == len(changes):
            assert version == 1


def test_a_release_waits_for_the_starts_under_way(two):
    """On PostgreSQL a start holds the lock until it commits; on SQLite only one writes in any case."""
    entered, ended, boss = Event(), Event(), two.actor(owner)

    def take_back() -> None:
        entered.set()
        two.engine.execute(c.ReleaseVersion("p", 2), boss)
        ended.set()

    with ThreadPoolExecutor(1) as pool:
        with two.database.write() as conn:
            releases.hold(conn)
            under_way = pool.submit(take_back)
            assert entered.wait(10)
            found = releases.of_procedure(conn, "p")
            assert not ended.wait(0.2)
            assert [one.version_id for one in found.releases] == [1]
        under_way.result(10)
    assert two.start("p").answer["version"] == 2


def test_no_instance_of_a_version_begins_after_its_release_ended(two):
    """The same, read from what is stored: by the release each instance was given its version by."""
    actor, boss = two.actor(clerk), two.actor(owner)
    with ThreadPoolExecutor(STARTERS) as pool:
        starts = [pool.submit(two.engine.execute, c.StartCase("p"), actor) for _ in range(20)]
        two.engine.execute(c.ReleaseVersion("p", 2), boss)
        answers = {future.result()["id"]: future.result()["version"] for future in starts}
    with two.engine.read() as conn:
        rows = conn.execute(select(instance.c.case_id, instance.c.version_id, instance.c.release_id)).all()
    assert {row.case_id: row.version_id for row in rows} == answers
    assert all(row.release_id == row.version_id for row in rows)


def test_starting_a_case_takes_few_statements(two, monkeypatch):
    two.ask(c.ReleaseVersion("p", 2, {"share": "0.5"}), owner)
    actor = two.actor(clerk)
    two.engine.execute(c.StartCase("p", business_key="k"), actor, "warm")
    with counted(two, monkeypatch) as sent:
        two.engine.execute(c.StartCase("p", business_key="k"), actor, "cold")
    taken = [statement for statement in sent if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]
    assert len(taken) <= MOST_OF_A_START + (not two.database.is_sqlite), taken
