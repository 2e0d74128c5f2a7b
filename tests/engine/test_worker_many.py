"""Several workers, killed at any moment: whatever is due happens once in effect."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from engine.store.schema import clock, entry, timer
from tests.engine.drawn import bpmn, catch, sequence, task
from tests.engine.killing import processes
from tests.office import Office, clerk

CASES = 60
WAITS = bpmn(sequence("waits", catch("hour", "PT1H"), task("after", "front-desk", sla="PT1H"), path="s > hour > after > e"))
PATIENCE_SECONDS = 60
WORKER = ("work",)


def left(office: Office) -> int:
    """How many timers and clocks are due."""
    with office.engine.read() as conn:
        timers = conn.execute(select(func.count()).select_from(timer).where(timer.c.due_at <= office.now)).scalar()
        clocks = conn.execute(select(func.count()).select_from(clock).where(clock.c.wake_at <= office.now)).scalar()
    return timers + clocks


def until_nothing_is_due(office: Office) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left(office):
        assert time.monotonic() < deadline, f"{left(office)} still due"
        time.sleep(0.02)


def events(office: Office, type_: str) -> Counter:
    with office.engine.read() as conn:
        found = conn.execute(select(entry.c.case_id).where(entry.c.type == type_)).scalars()
    return Counter(found)


def test_four_workers_fire_each_timer_once(office):
    cases = [office.start(WAITS).id for _ in range(CASES)]
    office.wait("PT1H", work=False)
    with processes(office, *[WORKER] * 4):
        until_nothing_is_due(office)
    assert events(office, "TimerFired") == Counter(cases)
    assert events(office, "TaskCreated") == Counter(cases)


def test_workers_killed_in_the_middle_lose_and_double_nothing(office):
    cases = [office.start(WAITS).id for _ in range(CASES)]
    office.wait("PT1H", work=False)
    for pause in (0.0, 0.01, 0.03):
        with processes(office, WORKER, WORKER):
            time.sleep(pause)
    with processes(office, WORKER):
        until_nothing_is_due(office)
    assert events(office, "TimerFired") == Counter(cases)
    assert events(office, "TaskCreated") == Counter(cases)
    for case_id in cases[:5]:
        office.case(case_id).trail().check()


def test_a_breach_is_stamped_once_at_its_instant_by_whoever_is_first(office):
    file = bpmn(sequence("p", task("a", "front-desk", sla="PT1H"), path="s > a > e"))
    cases = [office.start(file, by=clerk).id for _ in range(CASES)]
    due_at = office.now + timedelta(hours=1)
    office.wait("PT3H", work=False)
    with processes(office, WORKER, WORKER):
        until_nothing_is_due(office)
    assert events(office, "ClockBreached") == Counter(cases)
    for case_id in cases[:5]:
        case = office.case(case_id)
        assert case.clocks["a"].breached_at == due_at
        assert case.trail().last("ClockBreached")["late_s"] == 2 * 3600
