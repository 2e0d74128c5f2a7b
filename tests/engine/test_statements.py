"""How many statements a command costs: each is a round trip on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from engine.domain import commands as c
from engine.store import writes
from tests.engine.drawn import boundary, bpmn, element, sequence, task
from tests.office import Office, approver, clerk

MOST, MOST_WITH_EVERYTHING = 12, 15

PLAIN = bpmn(
    sequence(
        "plain",
        task("t1", "front-desk", fields="v1:string"),
        task("t2", "front-desk", fields="v2:string"),
        element("exclusiveGateway x default=x-t3b"),
        task("t3a", "front-desk", fields="v3:string"),
        task("t3b", "front-desk", fields="v3:string"),
        element("exclusiveGateway j"),
        task("t4", "front-desk", fields="v4:string"),
        task("t5", "front-desk", fields="v5:string"),
        path='s > t1 > t2 > x; x > t3a [v2 == "a"]; x > t3b; t3a > j; t3b > j; j > t4 > t5 > e',
    )
)
FULL = bpmn(
    sequence(
        "full",
        task("a", "front-desk", sla="PT1H", fields="name:string*", clock_stop="answer"),
        boundary("late_a", "a", "PT2H", interrupting=False),
        task("b", "front-desk, approvers", sla="PT1H", separate_from="a", clock_pause="whole"),
        boundary("late_b", "b", "PT2H", interrupting=False),
        task("c", "front-desk"),
        path="s > a > b > c > e; late_a > e; late_b > e",
        words={"clock.answer": "PT1H", "clock.whole": "P1D"},
    )
)


@contextmanager
def counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is sent to the database: through SQLAlchemy, and by the writes of a command's end."""
    sent: list[str] = []

    def through_sqlalchemy(_conn, _cursor, statement, *_more):
        sent.append(statement)

    execute = writes._execute

    def by_writes(driver, job, rows):
        sent.append(job.sql)
        return execute(driver, job, rows)

    monkeypatch.setattr(writes, "_execute", by_writes)
    event.listen(office.database.engine, "before_cursor_execute", through_sqlalchemy)
    yield sent
    event.remove(office.database.engine, "before_cursor_execute", through_sqlalchemy)


def complete(office, case, element_id, monkeypatch, by=clerk, **values) -> int:
    """How many statements the completion took, the transaction's own not counted."""
    no, actor = case.task(element_id).no, office.actor(by)
    with counted(office, monkeypatch) as sent:
        office.engine.execute(c.CompleteTask(case.id, no, values), actor, key=f"{case.id}-{no}")
    return sum(not statement.startswith(("BEGIN", "COMMIT", "PRAGMA")) for statement in sent)


def test_completing_a_task_takes_few_statements(office, monkeypatch):
    warm, case = office.start(PLAIN), office.start(PLAIN)
    for one in (warm, case):
        taken = [
            complete(office, one, element_id, monkeypatch, **values)
            for element_id, values in (("t1", {"v1": "x"}), ("t2", {"v2": "a"}), ("t3a", {}), ("t4", {}), ("t5", {}))
        ]
    assert max(taken) <= MOST, taken
    assert case.state == "closed"


def test_with_limits_clocks_timers_four_eyes_and_personal_values_too(office, monkeypatch):
    warm, case = office.start(FULL), office.start(FULL)
    for one in (warm, case):
        first = complete(office, one, "a", monkeypatch, name="王丽娟")
        second = complete(office, one, "b", monkeypatch, by=approver)
    assert max(first, second) <= MOST_WITH_EVERYTHING, (first, second)
