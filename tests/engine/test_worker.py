"""The worker: what is due is done; what fails leaves the others alone and is put off; effects reach outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine.domain import commands as c
from engine.handlers import HANDLERS
from engine.store.schema import calendar_edition, clock, effect, instance, timer
from engine.worker import Worker, next_instant, run_once
from tests.engine.drawn import boundary, bpmn, catch, sequence, task
from tests.office import Office, admin, clerk, lead

HOUR = bpmn(sequence("hour", catch("wait", "PT1H"), task("after", "front-desk"), path="s > wait > after > e"))
LIMITED = bpmn(sequence("limited", task("a", "front-desk", sla="PT1H"), path="s > a > e"))


@dataclass
class Outbox:
    """A mail server that can be out of order."""

    sent: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    works: bool = True

    def send(self, to, subject, text):
        if not self.works:
            raise ConnectionRefusedError("nobody listens")
        self.sent.append((tuple(to), subject))


def rows(office: Office, table):
    with office.engine.read() as conn:
        return conn.execute(select(table)).all()


def break_state(office: Office, case_id: int) -> bytes:
    """The stored state of the case's instance cannot be read any more."""
    with office.database.write() as conn:
        at = instance.c.case_id == case_id
        state = conn.execute(select(instance.c.state).where(at)).scalar_one()
        conn.execute(update(instance).where(at).values(state=b"\xc1"))
    return bytes(state)


def mend_state(office: Office, case_id: int, state: bytes) -> None:
    with office.database.write() as conn:
        conn.execute(update(instance).where(instance.c.case_id == case_id).values(state=state))


def test_nothing_is_done_before_its_time(office):
    case = office.start(HOUR)
    assert run_once(office.engine) is False
    office.wait("PT59M")
    assert case.open_tasks == []
    assert next_instant(office.engine) == office.now + timedelta(minutes=1)


def test_a_timer_fires_at_its_time_and_says_how_late_it_was_noticed(office):
    case = office.start(HOUR)
    due_at = office.now + timedelta(hours=1)
    office.wait("PT1H30M", work=False)
    assert run_once(office.engine) is True
    assert run_once(office.engine) is False
    assert case.open_tasks == ["after"]
    fired = case.trail().last("TimerFired")
    assert fired["element"] == "wait"
    assert fired["due_at"] == due_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert fired["late_s"] == 1800
    assert rows(office, timer) == []


def test_a_timer_that_fires_in_passing_is_told_too(office):
    file = bpmn(
        sequence(
            "p",
            task("a", "front-desk"),
            boundary("late", "a", "PT1H", interrupting=False),
            task("b", "leads"),
            path="s > a > e; late > b > e",
        )
    )
    case = office.start(file)
    office.wait("PT2H", work=False)
    case.task("a").complete(by=clerk)
    assert case.open_tasks == ["b"]
    trail = case.trail()
    assert trail.last("TimerFired")["late_s"] == 3600
    assert trail.types.index("TimerFired") < trail.types.index("PathTaken", trail.types.index("TaskCompleted"))
    assert office.work() == 0


def test_one_failing_timer_leaves_the_others_alone_and_becomes_an_incident(office):
    cases = [office.start(HOUR) for _ in range(5)]
    state = break_state(office, cases[2].id)
    office.wait("PT1H", work=False)
    office.work()
    assert [case.open_tasks for case in cases] == [["after"], ["after"], [], ["after"], ["after"]]
    (incident,) = cases[2].incidents
    assert incident.element_id == "wait"
    assert incident.text_zh and incident.text_en
    assert run_once(office.engine) is False
    assert next_instant(office.engine) == office.now + timedelta(minutes=1)
    office.wait("PT10M")
    assert len(cases[2].incidents) == 1
    mend_state(office, cases[2].id, state)
    office.wait("PT20M")
    assert cases[2].open_tasks == ["after"]
    assert cases[2].incidents == []
    assert cases[2].trail().last("TimerFired")["late_s"] > 0
    cases[2].trail().check()


def test_what_not_even_an_incident_can_be_made_of_leaves_the_others_alone(office, monkeypatch):
    cases = [office.start(HOUR) for _ in range(3)]
    break_state(office, cases[0].id)
    monkeypatch.setitem(HANDLERS, c.PostponeDue, lambda *_: 1 / 0)
    office.wait("PT1H", work=False)
    with pytest.raises(ZeroDivisionError):
        office.work()
    assert [case.open_tasks for case in cases] == [[], ["after"], ["after"]]


@pytest.mark.parametrize("raised", ["before", "in the middle"])
def test_when_the_database_goes_away_nobody_is_to_blame(office, monkeypatch, raised):
    case = office.start(HOUR)
    office.wait("PT1H", work=False)
    gone = OperationalError("SELECT 1", {}, Exception("server closed the connection unexpectedly"))

    def fail(*_more, **_named):
        raise gone

    place = "engine.store.due.claim" if raised == "before" else "engine.bpmn.stepper.fire_due"
    with monkeypatch.context() as patched:
        patched.setattr(place, fail)
        with pytest.raises(OperationalError):
            run_once(office.engine)
    assert case.incidents == []
    office.work()
    assert case.open_tasks == ["after"]


def test_a_person_retries_what_failed_when_it_was_due(office):
    case = office.start(HOUR)
    state = break_state(office, case.id)
    office.wait("PT1H")
    mend_state(office, case.id, state)
    case.ask(c.RetryIncident, case.incidents[0].no, by=lead)
    assert case.open_tasks == ["after"]
    assert case.incidents == []
    assert office.work() == 0


def test_a_clock_that_cannot_be_struck_is_put_off_too(office):
    case, other = office.start(LIMITED), office.start(LIMITED)
    office.ask(c.DefineCalendar("default", {**_all_day(), "key": "default"}), admin)
    with office.database.write() as conn:
        conn.execute(update(clock).where(clock.c.case_id == case.id).values(calendar_hash="gone"))
    office.wait("PT1H", work=False)
    office.work()
    assert other.clocks["a"].breached_at is not None
    assert case.clocks["a"].breached_at is None
    assert [incident.element_id for incident in case.incidents] == ["a"]
    with office.database.write() as conn:
        hash_ = conn.execute(select(calendar_edition.c.hash).order_by(calendar_edition.c.hash)).scalars().all()
        known = conn.execute(select(clock.c.calendar_hash).where(clock.c.case_id == other.id)).scalar_one()
        assert known in hash_
        conn.execute(update(clock).where(clock.c.case_id == case.id).values(calendar_hash=known))
    office.wait("PT5M")
    assert case.clocks["a"].breached_at == other.clocks["a"].breached_at
    assert case.incidents == []


def _all_day() -> dict:
    return {"zone": "Asia/Shanghai", "hours": {str(day): [["00:00", "00:00"]] for day in range(7)}}


def test_a_breach_tells_the_leads_by_mail_once(office):
    outbox = Outbox()
    office.ask(c.SaveUser(lead, email="zhou.na@example.com"), admin)
    case = office.start(LIMITED)
    office.wait("PT1H", work=False)
    while run_once(office.engine, outbox):
        pass
    assert [to for to, _ in outbox.sent] == [("zhou.na@example.com",)]
    assert f"CL-{case.id:06d}" in outbox.sent[0][1]
    assert all(row.done_at for row in rows(office, effect))


def test_a_mail_that_fails_is_tried_again_after_growing_pauses(office):
    outbox = Outbox(works=False)
    office.ask(c.SaveUser(lead, email="zhou.na@example.com"), admin)
    office.start(LIMITED)
    office.wait("PT1H", work=False)
    while run_once(office.engine, outbox):
        pass
    (waiting,) = rows(office, effect)
    assert waiting.attempts == 1
    assert "nobody listens" in waiting.last_error
    assert waiting.due_at > office.now
    office.wait("PT2H", work=False)
    while run_once(office.engine, outbox):
        pass
    (again,) = rows(office, effect)
    assert again.due_at - office.now > waiting.due_at - waiting.created_at
    outbox.works = True
    office.wait("PT4H", work=False)
    while run_once(office.engine, outbox):
        pass
    assert len(outbox.sent) == 1
    assert rows(office, effect)[0].done_at is not None


def test_an_effect_nobody_knows_is_given_up(office):
    case = office.start(LIMITED)
    with office.database.write() as conn:
        values = {"case_id": case.id, "kind": "dance", "body": {}, "created_at": office.now, "due_at": office.now}
        conn.execute(effect.insert().values(**values, attempts=0))
    assert office.work() == 1
    (row,) = rows(office, effect)
    assert row.due_at is None
    assert "dance" in row.last_error


@pytest.mark.parametrize("started", [0, 3])
def test_the_worker_stops_when_it_is_told_to(office, started):
    cases = [office.start(HOUR) for _ in range(started)]
    office.wait("PT1H", work=False)
    stop, worker = Event(), Worker(office.engine, longest_seconds=0.01)
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    while any(not case.open_tasks for case in cases):
        assert thread.is_alive()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_a_worker_outlives_what_goes_wrong_around_it(office, monkeypatch):
    monkeypatch.setattr("engine.worker.loop.AFTER_FAILURE_SECONDS", 0)
    case, stop, worker = office.start(HOUR), Event(), Worker(office.engine, longest_seconds=0.01)
    office.wait("PT1H", work=False)
    failures = iter([RuntimeError("the network is away")] * 3)
    execute = office.engine.execute_claimed

    def flaky(claim):
        if (problem := next(failures, None)) is not None:
            raise problem
        return execute(claim)

    monkeypatch.setattr(office.engine, "execute_claimed", flaky)
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    while not case.open_tasks:
        assert thread.is_alive()
    stop.set()
    thread.join(30)
