"""Logs of other systems: imported, matched, checked by the worker, discarded; nobody else's to see."""

from __future__ import annotations

import pytest

from engine.bpmn.logs.event import LogNotReadable
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.handlers import imported_logs as handlers
from engine.handlers.imported_logs import LogUnderWay
from engine.queries import imported_logs
from engine.worker import logs as jobs
from tests.bpmn.logged import xes
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, auditor, clerk, owner

LINE = bpmn(sequence("line", *(task(step, "front-desk") for step in "abc"), path="s > a > b > c > e"))
PAST = xes("1: a b c; 2: a c; 3: a b c end")


@pytest.fixture
def office(database):
    office = Office(database)
    office.deploy(LINE)
    return office


def add(office, data=PAST, by=auditor, **more):
    return office.ask(c.ImportLog(data, "C:\\logs\\past.xes", "line", 1, **more), by)["id"]


def shown(office, log_id, by=auditor):
    with office.engine.read() as conn:
        return imported_logs.find(conn, office.actor(by), log_id)


def matched(office, log_id, **more):
    return office.ask(c.CheckLog(log_id, shown(office, log_id).activities, **more), auditor)


def test_what_is_known_before_the_check(office):
    log = shown(office, add(office))
    assert (log.name, log.state, log.procedure, log.version, log.total) == ("past.xes", "read", "line", 1, 3)
    assert log.activities == {"a": "a", "c": "c", "b": "b", "end": ""}
    assert (log.read["activities"], log.read["events"]) == ({"a": 3, "b": 2, "c": 3, "end": 1}, 9)
    assert (log.read["first"], log.read["last"]) == ("2026-03-02T09:00:00+00:00", "2026-03-02T12:00:00+00:00")


def test_the_worker_checks_it_and_the_trail_says_so(office):
    log_id = add(office)
    matched(office, log_id)
    assert shown(office, log_id).is_under_way
    office.work()
    log = shown(office, log_id)
    assert (log.state, log.done, log.found["fitting"], log.found["cases"]) == ("done", 3, 2, 3)
    assert [(one["kind"], one["element"]) for one in log.found["deviations"]] == [("skipped", "b")]
    entries = [(entry.type, entry.data) for entry in office.system_trail().entries[-2:]]
    assert [type_ for type_, _ in entries] == ["LogImported", "LogChecked"]
    assert entries[1][1] == {"log": log_id, "name": "past.xes", "cases": 3, "fitting": 2}


def test_strictly_and_otherwise_matched(office):
    log_id = add(office)
    matched(office, log_id, strict=True)
    office.work()
    assert {one["kind"] for one in shown(office, log_id).found["deviations"]} == {"skipped", "unknown-path"}
    office.ask(c.CheckLog(log_id, {"a": "a", "end": "c"}), auditor)
    assert shown(office, log_id).found is None
    office.work()
    assert [one["activity"] for one in shown(office, log_id).found["unmapped"]] == ["c", "b"]


def test_other_columns_are_read_anew(office):
    table = b"no,step,other,at\n1,x,a,2026-03-02\n1,y,b,2026-03-03\n"
    log_id = add(office, table, columns={"case": "no", "activity": "step", "time": "at"})
    assert list(shown(office, log_id).activities) == ["x", "y"]
    office.ask(c.ReadLogAnew(log_id, {"case": "no", "activity": "other"}), auditor)
    log = shown(office, log_id)
    assert (log.activities, log.columns["time"]) == ({"a": "a", "b": "b"}, "at")


def test_while_it_is_checked_it_stays_as_it_is(office):
    log_id = add(office)
    matched(office, log_id)
    for command in (c.CheckLog(log_id, {"a": "a"}), c.ReadLogAnew(log_id, {})):
        with pytest.raises(LogUnderWay):
            office.ask(command, auditor)


def test_a_log_discarded_meanwhile_is_left_alone(office):
    log_id = add(office)
    matched(office, log_id)
    office.ask(c.DiscardLog(log_id), auditor)
    office.work()
    with pytest.raises(NotFound):
        shown(office, log_id)
    assert office.system_trail().entries[-1].type == "LogDiscarded"


def test_what_cannot_be_checked_says_why(office, monkeypatch):
    def fails(*given, **named):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(jobs, "checking", fails)
    log_id = add(office)
    matched(office, log_id)
    office.work()
    log = shown(office, log_id)
    assert (log.state, log.found, log.problem["en"]) == ("failed", None, "RuntimeError: out of luck")


def test_progress_is_noted_and_a_worker_that_died_is_followed_by_another(office):
    log_id = add(office)
    matched(office, log_id)
    office.ask(c.NoteLogProgress(log_id, 2), SYSTEM)
    assert (shown(office, log_id).state, shown(office, log_id).done) == ("checking", 2)
    office.work()
    assert shown(office, log_id).state == "done"


def test_nobody_elses(office):
    log_id = add(office)
    for command in (c.CheckLog(log_id, {"a": "a"}), c.ReadLogAnew(log_id, {}), c.DiscardLog(log_id)):
        with pytest.raises(NotFound):
            office.ask(command, owner)
    for command in (c.ImportLog(PAST, "x", "line", 1), c.CheckLog(log_id, {}), c.DiscardLog(log_id)):
        with pytest.raises(Forbidden):
            office.ask(command, clerk)


def test_what_is_refused(office, monkeypatch):
    with pytest.raises(LogNotReadable):
        add(office, b"nothing")
    with pytest.raises(NotFound):
        office.ask(c.ImportLog(PAST, "x", "line", 7), auditor)
    with pytest.raises(InvalidInput):
        add(office, columns={"colour": "a"})
    log_id = add(office)
    for activities in ({}, {"a": "nowhere"}):
        with pytest.raises(InvalidInput):
            office.ask(c.CheckLog(log_id, activities), auditor)
    monkeypatch.setattr(handlers, "LARGEST", 10)
    with pytest.raises(InvalidInput):
        add(office)


def test_logs_are_kept_for_a_while(office):
    log_id = add(office)
    office.wait("P89D")
    office.ask(c.TidyUp(), SYSTEM)
    assert shown(office, log_id)
    office.wait("P2D")
    office.ask(c.TidyUp(), SYSTEM)
    with pytest.raises(NotFound):
        shown(office, log_id)
