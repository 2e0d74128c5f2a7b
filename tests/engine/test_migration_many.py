"""A thousand cases on their way: whatever fails and whoever dies, none is half moved, and in the end all have moved."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engine.domain import commands as c
from engine.store import migrations
from engine.store.schema import clock, entry, instance, migration_case, procedure_version, timer, user_task
from engine.worker import run_once
from tests.engine.drawn import boundary, bpmn, sequence, task
from tests.engine.killing import processes
from tests.engine.migrating import counts, plan
from tests.office import Office, clerk

MANY, AT = 1_000, 500
PATIENCE_SECONDS = 120
#: A worker that died holds its share of the cases for two minutes.
LEASE = timedelta(minutes=3)
WORKER = ("work",)


def file(limit: str, watch: str) -> bytes:
    parts = (task("a", "front-desk", sla=limit), boundary("late", "a", watch, interrupting=False), task("b", "front-desk"))
    return bpmn(sequence("p", *parts, path="s > a > b > e; late > e"))


def open_cases(office: Office, many: int) -> list[int]:
    """So many cases on the first version; the second is released."""
    office.deploy(file("PT4H", "P1D"))
    commands = [c.StartCase("p", {}) for _ in range(many)]
    cases = [answer["id"] for answer in office.engine.execute_together(commands, office.actor(clerk))]
    office.deploy(file("PT6H", "P2D"))
    return cases


def moved(office: Office) -> set[int]:
    """The cases that have moved; everything that is stored of a case is of one version, and its trail agrees."""
    with office.engine.read() as conn:
        newest = conn.execute(select(func.max(procedure_version.c.id))).scalar_one()
        runs = set(conn.execute(select(instance.c.case_id).where(instance.c.version_id == newest)).scalars())
        tasks = set(conn.execute(select(user_task.c.case_id).where(user_task.c.version_id == newest)).scalars())
        late = office.opened_at + timedelta(days=1)
        watches = set(conn.execute(select(timer.c.case_id).where(timer.c.due_at > late)).scalars())
        limits = set(conn.execute(select(clock.c.case_id).where(clock.c.limit == "PT6H")).scalars())
        told = list(conn.execute(select(entry.c.case_id).where(entry.c.type == "CaseMigrated")).scalars())
        noted = set(conn.execute(select(migration_case.c.case_id).where(migration_case.c.state == "moved")).scalars())
    assert runs == tasks == watches == limits == noted == set(told)
    assert len(told) == len(noted)
    return runs


@pytest.fixture
def office(office: Office) -> Office:
    office.opened_at = office.now
    return office


def test_a_failure_in_the_middle_of_a_thousand(office, monkeypatch):
    """The database goes away while the five hundredth is being moved."""
    cases = open_cases(office, MANY)
    migration = plan(office, "p")
    move, calls = migrations.move_instance, []

    def failing(*args):
        calls.append(args)
        move(*args)
        if len(calls) == AT:
            raise OperationalError("update", {}, Exception("the connection was lost"))

    monkeypatch.setattr(migrations, "move_instance", failing)
    with pytest.raises(OperationalError):
        while run_once(office.engine):
            pass
    assert len(moved(office)) == AT - 1
    assert counts(office, migration) == {"moved": AT - 1, "planned": MANY - AT + 1}
    office.wait(LEASE)
    assert moved(office) == set(cases)
    assert counts(office, migration) == {"moved": MANY}
    assert office.system_trail().types.count("MigrationFinished") == 1
    for case_id in (cases[0], cases[AT - 2], cases[AT - 1], cases[-1]):
        office.case(case_id).trail().check()


def test_one_that_fails_leaves_the_others_alone(office, monkeypatch):
    cases = open_cases(office, 10)
    migration = plan(office, "p")
    move = migrations.move_instance

    def failing(writes, case_id, *args):
        if case_id == cases[4]:
            raise ZeroDivisionError("a mistake of ours")
        move(writes, case_id, *args)

    monkeypatch.setattr(migrations, "move_instance", failing)
    office.work()
    assert moved(office) == set(cases) - {cases[4]}
    assert counts(office, migration) == {"moved": 9, "stayed": 1}


def until(office: Office, migration: int, enough: int) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (done := counts(office, migration).get("moved", 0)) < enough:
        assert time.monotonic() < deadline, f"{done} moved"
        time.sleep(0.01)
    return done


def test_workers_are_killed_in_the_middle(office):
    cases = open_cases(office, 150)
    migration = plan(office, "p")
    for enough in (20, 70):
        with processes(office, WORKER, WORKER) as both:
            until(office, migration, enough)
            for one in both:
                one.kill()
        assert moved(office) < set(cases)
        office.clock.move_to(office.now + LEASE)
    with processes(office, WORKER, WORKER):
        until(office, migration, len(cases))
    assert moved(office) == set(cases)
    for case_id in cases[::40]:
        office.case(case_id).trail().check()
