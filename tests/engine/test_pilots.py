"""A pilot compared with the current version on its cases, and one that ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.pilot import FIRST_CONTACT, INCIDENTS, MEDIAN, MEDIAN_WALL, ON_TIME, REWORK
from engine.domain.release import PLACES, place
from engine.queries import pilots
from engine.store import procedures, releases
from engine.store.schema import effect
from engine.worker import Worker, run_once, watch_pilots
from tests.engine.drawn import bpmn, element, script, sequence, task
from tests.engine.test_worker import Outbox, rows
from tests.office import admin, clerk, colleague, lead, owner


def file(number: int) -> bytes:
    """Limited to an hour; `again` sends it round, `broken` fails."""
    return bpmn(
        sequence(
            "p",
            element("exclusiveGateway j"),
            task("a", "front-desk", sla="PT1H", fields="again:boolean"),
            element("exclusiveGateway x default=x-compute"),
            script("compute", f"version = {number}\nhalf = 1 / (0 if broken else 1)"),
            task("b", "front-desk"),
            path="s > j > a > x; x > j [again]; x > compute > b > e",
            fields="broken:boolean",
        )
    )


@pytest.fixture
def two(office):
    office.deploy(file(1))
    office.deploy(file(2), draft=True)
    office.ask(c.ReleaseVersion("p", 2, {"share": "0.5"}, guard={"on_time": "0.8", "incidents": "0.5", "cases": 5}), owner)
    return office


def keys(pilot: bool, count: int) -> list[str]:
    fits = (key for key in (f"K-{n}" for n in range(1_000)) if (place("p", f"key:{key}") < PLACES // 2) == pilot)
    return [next(fits) for _ in range(count)]


def start(office, key, broken=False):
    return office.case(office.ask(c.StartCase("p", {"broken": broken}, business_key=key), clerk)["id"])


def finish(office, key, minutes=30, again=False, second=clerk):
    """A case of that many minutes; above sixty its clock is broken."""
    case = start(office, key)
    office.wait(timedelta(minutes=minutes), work=False)
    case.task("a").complete(by=clerk, again=again)
    if again:
        case.task("a").complete(by=clerk, again=False)
    return case.task("b").complete(by=second)


def compared(office, one=1, other=2):
    with office.engine.read() as conn:
        organisation = office.engine.organisations.current(conn)
        return pilots.of_versions(conn, office.engine.versions, organisation, "p", one, other, office.now)


def stopped(office) -> bool:
    with office.engine.read() as conn:
        return next(row.ended_how for row in releases.history(conn, "p") if row.version_id == 2) == "stopped"


def test_the_measures_of_both_worked_out_by_hand(two):
    for key, minutes in zip(keys(False, 3), (10, 20, 90), strict=True):
        finish(two, key, minutes)
    pilot = keys(True, 5)
    finish(two, pilot[0], 5, again=True)
    finish(two, pilot[1], 5, second=colleague)
    finish(two, pilot[2], 15)
    start(two, pilot[3], broken=True).task("a").complete(by=clerk)
    start(two, pilot[4]).ask(c.CancelCase, "twice", by=lead)
    found = compared(two).comparison
    assert (found.one.started, found.one.finished, found.other.started, found.other.finished) == (3, 3, 5, 3)
    assert found.other.incidents_per_case == 0.2
    expected = {
        MEDIAN: (timedelta(minutes=20), timedelta(minutes=5)),
        MEDIAN_WALL: (timedelta(minutes=20), timedelta(minutes=5)),
        ON_TIME: (2 / 3, 1.0),
        REWORK: (0.0, 1 / 3),
        FIRST_CONTACT: (1.0, 2 / 3),
        INCIDENTS: (0.0, 0.2),
    }
    assert {m: (found.one.figures[m].value, found.other.figures[m].value) for m in expected} == expected
    assert [found.other.figures[m].n for m in (ON_TIME, REWORK, FIRST_CONTACT, INCIDENTS)] == [3, 3, 3, 5]
    assert not found.enough
    assert found.verdict.en == "Too few finished cases yet: version 1 has 3 of 30 needed."
    assert found.verdict.zh.startswith("办结的工单还太少")


def test_working_time_is_told_apart_from_day_and_night(two):
    two.wait("PT8H30M", work=False)
    finish(two, keys(True, 1)[0], 16 * 60)
    figures = compared(two).comparison.other.figures
    assert figures[MEDIAN_WALL].value == timedelta(hours=16)
    assert figures[MEDIAN].value == timedelta(minutes=60)


def test_only_cases_started_while_both_could_be_got_count(two):
    finish(two, keys(True, 1)[0])
    two.ask(c.ReleaseVersion("p", 2), owner)
    two.wait("PT1H")
    finish(two, keys(True, 2)[1])
    found = compared(two)
    assert (found.comparison.other.started, found.comparison.one.started) == (1, 0)
    assert len(found.periods) == 1
    with two.engine.read() as conn:
        assert pilots.usual_pair(conn, "p") == (2, 1)
    two.deploy(file(3))
    assert compared(two, 1, 3).comparison.verdict.en.startswith("The two were never in use at the same time")


def test_a_pilot_that_is_too_late_too_often_ends_by_itself(two):
    two.ask(c.SaveUser(owner, email="lin@example.org"), admin)
    for key in keys(True, 5)[:4]:  # the third of them over lunch, which counts half an hour only
        finish(two, key, 90)
    assert watch_pilots(two.engine) == 0
    assert not stopped(two)
    finish(two, keys(True, 5)[4])
    assert watch_pilots(two.engine) == 1
    assert stopped(two)
    assert watch_pilots(two.engine) == 0
    assert start(two, keys(True, 1)[0]).answer == {} and compared(two).comparison.other.started == 5
    told = two.system_trail().last("VersionWithdrawn")
    assert told["figures"] == {"measure": "on_time", "count": 2, "of": 5, "limit": "0.8"}
    assert told["reason"]["en"] == "the on-time rate 40.0 % (2 of 5) is below the limit of 80.0 %"
    assert (told.by, told["replaced_by"]) == ("system", 1)
    two.system_trail().check()
    with two.engine.read() as conn:
        assert procedures.version_by_number(conn, "p", 2).state == "retired"
    outbox = Outbox()
    while run_once(two.engine, outbox):
        pass
    assert [to for to, subject in outbox.sent if "试点" in subject] == [("lin@example.org",)]
    assert all(row.done_at for row in rows(two, effect) if row.kind == "pilot-stopped")


def test_a_pilot_with_incidents_ends_and_the_worker_sees_to_it(two):
    for key in keys(True, 6):
        start(two, key, broken=True).task("a").complete(by=clerk)
    worker = Worker(two.engine)
    worker.chores.see_to()
    assert stopped(two)
    assert two.system_trail().last("VersionWithdrawn")["figures"]["measure"] == "incidents"


def test_the_worker_looks_every_minute_by_the_engines_clock(two):
    worker = Worker(two.engine)
    worker.chores.see_to()
    for key in keys(True, 6):
        start(two, key, broken=True).task("a").complete(by=clerk)
    worker.chores.see_to()
    assert not stopped(two)
    two.wait("PT1M", work=False)
    worker.chores.see_to()
    assert stopped(two)


def test_a_pilot_within_its_limits_goes_on(two):
    for key in keys(True, 8):
        finish(two, key)
    assert watch_pilots(two.engine) == 0
    assert two.ask(c.CheckPilot(2)) == {"stopped": False}
    assert two.ask(c.CheckPilot(1)) == {"stopped": False}
    assert two.ask(c.CheckPilot(99)) == {"stopped": False}
