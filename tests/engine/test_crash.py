"""Kill -9 in the middle: what was acknowledged is there, nothing is half there, and sending it again doubles nothing."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from engine.store.schema import entry, instance, service_case, user_task
from tests.engine.drawn import bpmn, sequence, task
from tests.engine.killing import Process, processes
from tests.office import Office, clerk, colleague

FILE = bpmn(
    sequence("p", task("a", "front-desk", sla="PT1H"), task("b", "front-desk"), path="s > a > b > e", fields="n:long!")
)
LINES_BEFORE_KILL = (1, 3, 8, 13)


def counts(office: Office) -> Counter:
    """How often each event happened."""
    with office.engine.read() as conn:
        return Counter({row[0]: row[1] for row in conn.execute(select(entry.c.type, func.count()).group_by(entry.c.type))})


def test_cases_started_while_the_clerk_is_killed_again_and_again(office):
    """Each life begins with the number after the last one acknowledged: the one under way is asked for twice."""
    office.deploy(FILE)
    acknowledged: dict[int, int] = {}
    for lines in LINES_BEFORE_KILL:
        with processes(office, ("start", clerk, "p", str(len(acknowledged) + 1))) as (process,):
            said = [process.line() for _ in range(lines)] + process.kill()
        for line in said:
            if len(parts := line.split()) == 2:
                acknowledged[int(parts[0])] = int(parts[1])
    with office.engine.read() as conn:
        done = set(conn.execute(select(service_case.c.id)).scalars())
        instances = set(conn.execute(select(instance.c.case_id)).scalars())
        tasks = set(conn.execute(select(user_task.c.case_id)).scalars())
    assert sorted(acknowledged) == list(range(1, len(acknowledged) + 1))
    assert len(set(acknowledged.values())) == len(acknowledged)
    assert set(acknowledged.values()) <= done
    assert len(done) - len(acknowledged) <= 1
    assert done == instances == tasks
    for case_id in done:
        office.case(case_id).trail().check()


def test_two_clerks_complete_the_same_tasks_and_are_killed(office):
    cases = [office.start(FILE, n=n) for n in range(40)]
    tasks = [f"{case.id}-{case.task('a').no}" for case in cases]
    answers: dict[str, set[str]] = {}
    for lines in (3, 11):
        roles = [("complete", by, *tasks) for by in (clerk, colleague)]
        with processes(office, *roles) as both:
            said = [both[0].line() for _ in range(lines)]
            heard = {clerk: said + both[0].kill(), colleague: both[1].kill()}
        note(answers, heard)
    finishers = [Process(office, "complete", by, *tasks) for by in (clerk, colleague)]
    note(answers, {by: process.rest() for by, process in zip((clerk, colleague), finishers, strict=True)})
    assert {task_: len(winners) for task_, winners in answers.items()} == dict.fromkeys(tasks, 1)
    assert counts(office)["TaskCompleted"] == len(tasks)
    for case in cases:
        assert case.open_tasks == ["b"]
        (winner,) = answers[f"{case.id}-{case.trail().last('TaskCompleted')['task']}"]
        assert case.trail().last("TaskCompleted").by == winner
        case.trail().check()


def note(answers: dict[str, set[str]], heard: dict[str, list[str]]) -> None:
    """Who was told, for each task, that it was they who completed it."""
    for by, lines in heard.items():
        for line in lines:
            task_, _, how = line.partition(" ")
            if how == "done":
                answers.setdefault(task_, set()).add(by)
