"""Two people at once: one wins, the other is told in plain words; nothing is lost and nothing doubled."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import event, func, select

from engine.domain import commands as c
from engine.domain.errors import Refusal, TaskHeldByAnother, TaskNotOpen
from engine.runtime import Engine
from engine.store import cases
from engine.store.schema import entry
from engine.store.session import Busy, Database
from tests.engine.drawn import bpmn, element, sequence, task
from tests.office import admin, clerk, colleague, owner

BRANCHES = [f"t{number}" for number in range(8)]
FILE = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
SPLIT = bpmn(
    sequence(
        "split",
        element("parallelGateway fork"),
        *(task(name, "front-desk") for name in BRANCHES),
        element("parallelGateway join"),
        path="s > fork; join > e; " + "; ".join(f"fork > {name} > join" for name in BRANCHES),
    )
)


def at_once(*calls):
    """What each of the calls gave or was refused with, all begun at the same moment."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def complete(office, case, element_id, by, key=None):
    no, actor = case.task(element_id).no, office.actor(by)
    return lambda: office.engine.execute(c.CompleteTask(case.id, no, {"by": by}), actor, key)


def test_two_people_complete_one_task_at_once(office):
    for _ in range(20):
        case = office.start(FILE)
        results = at_once(complete(office, case, "a", clerk), complete(office, case, "a", colleague))
        won, lost = sorted(results, key=lambda result: isinstance(result, Refusal))
        assert isinstance(won, dict)
        assert isinstance(lost, TaskNotOpen)
        assert lost.params["who"] in ("张敏", "王芳")
        assert case.open_tasks == ["b"]
        assert case.trail().types.count("TaskCompleted") == 1


def test_the_same_request_twice_at_once_happens_once(office):
    for _ in range(20):
        case = office.start(FILE)
        one, other = at_once(complete(office, case, "a", clerk, f"k{case.id}"), complete(office, case, "a", clerk, f"k{case.id}"))
        assert one == other
        assert case.trail().types.count("TaskCompleted") == 1


def test_two_people_claim_one_task_at_once(office):
    for _ in range(10):
        case = office.start(FILE)
        task_ = case.task("a")
        results = at_once(*(partial(task_.claim, by) for by in (clerk, colleague)))
        assert Counter(type(result) for result in results)[TaskHeldByAnother] == 1
        assert task_.holder in (clerk, colleague)


def test_eight_people_take_the_next_at_once_and_each_gets_one(office):
    people = [f"clerk.{n}" for n in range(8)]
    for login in people:
        office.ask(c.SaveUser(login, groups=("front-desk",)), admin)
    cases = [office.start(FILE) for _ in people]
    actors = [office.actor(login) for login in people]
    taken = at_once(*(lambda actor=actor: office.engine.execute(c.TakeNextTask(), actor) for actor in actors))
    while left := [n for n, result in enumerate(taken) if isinstance(result, Refusal)]:
        for n in left:  # everything was being taken by others at that moment
            taken[n] = office.engine.execute(c.TakeNextTask(), actors[n])
    assert {result["case"] for result in taken} == {case.id for case in cases}
    assert {case.task("a").holder for case in cases} == set(people)


def test_branches_completed_at_once_all_count(office):
    for _ in range(5):
        case = office.start(SPLIT)
        results = at_once(*(complete(office, case, name, clerk) for name in BRANCHES))
        assert [r for r in results if isinstance(r, Refusal)] == []
        assert case.state == "closed"
        case.trail().check()


def test_cases_of_many_threads_do_not_disturb_each_other(office):
    office.deploy(FILE)
    actor = office.actor(clerk)

    def one_case():
        for _ in range(5):
            case_id = office.engine.execute(c.StartCase("p"), actor)["id"]
            case = office.case(case_id)
            case.task("a").complete(by=clerk)
            case.task("b").complete(by=clerk)
        return "done"

    assert at_once(*[one_case] * 8) == ["done"] * 8
    with office.engine.read() as conn:
        closed = conn.execute(select(func.count()).select_from(entry).where(entry.c.type == "CaseClosed")).scalar()
    assert closed == 40


def test_changes_of_the_organisation_at_once_are_all_seen(office):
    calls = [
        lambda n=n: office.engine.execute(c.SaveUser(f"new.{n}", groups=("front-desk",)), office.actor(admin))
        for n in range(8)
    ]
    assert [r for r in at_once(*calls) if isinstance(r, Refusal)] == []
    assert all(office.engine.actor(f"new.{n}") is not None for n in range(8))


def test_the_same_file_deployed_at_once_is_one_version(office):
    results = at_once(*[lambda: office.engine.execute(c.DeployVersion(FILE, draft=False), office.actor(owner))] * 4)
    numbers = {result["version"] for result in results if not isinstance(result, Refusal)}
    assert numbers == {1}
    assert all(result.kind == "conflict" for result in results if isinstance(result, Refusal))


def test_the_same_person_made_at_once_is_one_account(office):
    results = at_once(*[lambda: office.engine.execute(c.SaveUser("twin"), office.actor(admin))] * 4)
    assert sum(not isinstance(r, Refusal) and r["is_new"] for r in results) == 1
    assert all(r.kind == "conflict" for r in results if isinstance(r, Refusal))


def test_a_case_held_too_long_is_told_as_busy(office):
    case = office.start(FILE)
    no, actor = case.task("a").no, office.actor(clerk)
    impatient = hurried(office.database)
    with office.database.write() as held, pytest.raises(Busy):
        cases.lock(held, case.id)
        Engine(impatient, office.clock).execute(c.CompleteTask(case.id, no), actor)
    impatient.close()
    case.task("a").complete(by=clerk)


def hurried(database: Database) -> Database:
    """The same database, waiting for locks for a twentieth of a second only."""
    impatient = Database(database.url.render_as_string(hide_password=False))

    @event.listens_for(impatient.engine, "connect")
    def hurry(connection, _record):
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=50" if impatient.is_sqlite else "SET lock_timeout = 50")
        cursor.close()
        if not impatient.is_sqlite:
            connection.commit()

    return impatient
