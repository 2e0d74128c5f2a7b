"""What a version would do to the cases that run, before it is released."""

from __future__ import annotations

from lxml import etree

from engine.queries import catalogue, comparison, effect
from tests.bpmn.mutated import BPMN, take_out
from tests.office import clerk
from tests.processes import shelf

HANDLING = shelf.source("handling")
REGISTERED = {
    "channel": "phone", "customer_name": "Chen", "customer_phone": "138 0013 8000",
    "complaint_summary": "no service for three days", "demand": "repair today",
}  # fmt: skip


def on(office, data: bytes, **more) -> effect.Effect:
    engine = office.engine
    with engine.read() as conn:
        candidate = comparison.not_deployed(conn, engine.versions, data)
        return effect.of_candidate(conn, engine.versions, engine.organisations.current(conn), candidate, office.now, **more)


def without_acknowledging() -> bytes:
    """The step is gone; the way leads past it."""
    root = etree.fromstring(HANDLING)
    take_out(next(task for task in root.iter(f"{BPMN}userTask") if task.get("id") == "acknowledge_complaint"))
    return etree.tostring(root)


def test_where_they_are_and_that_they_could_move(office):
    first = office.start("handling", by=clerk)
    office.start("handling", by=clerk)
    first.task("register_direct").complete(by=clerk, values=REGISTERED)
    found = on(office, HANDLING.replace(b'value="PT15M"', b'value="PT5M"', 1))
    assert (found.running, found.examined, found.there, found.can_move, found.cannot) == (2, 2, 0, 2, 0)
    assert {(one.version, one.element_id, one.count, one.can_move) for one in found.standing} == {
        (1, "register_direct", 1, 1), (1, "acknowledge_complaint", 1, 1),
    }  # fmt: skip
    assert not found.stays


def test_who_stands_at_a_step_that_is_gone_cannot_move_and_why(office):
    first = office.start("handling", by=clerk)
    office.start("handling", by=clerk)
    first.task("register_direct").complete(by=clerk, values=REGISTERED)
    found = on(office, without_acknowledging())
    assert (found.examined, found.can_move, found.cannot) == (2, 1, 1)
    (why,) = found.stays
    assert (why.element_id, why.count, why.case_ids) == ("acknowledge_complaint", 1, (first.id,))
    assert why.why.zh and why.why.en and why.name.en == "Acknowledge"


def test_cases_on_the_version_itself_are_there_already(office):
    office.start("handling", by=clerk)
    engine = office.engine
    with engine.read() as conn:
        version = catalogue.version(conn, engine.versions, "handling", 1)
        found = effect.of_candidate(conn, engine.versions, engine.organisations.current(conn), version, office.now)
    assert (found.running, found.there) == (0, 1)


def test_looking_can_be_bounded_and_limited_to_one_version(office):
    for _ in range(3):
        office.start("handling", by=clerk)
    changed = HANDLING.replace(b'value="PT15M"', b'value="PT5M"', 1)
    assert (on(office, changed, most=2).examined, on(office, changed, most=2).running) == (2, 3)
    assert on(office, changed, go_on=lambda n: n < 1).examined == 1
    assert on(office, changed, from_=9).running == 0


def test_files_that_are_not_deployed_leave_nothing_behind(office):
    office.start("handling", by=clerk)
    on(office, HANDLING.replace(b'value="PT15M"', b'value="PT5M"', 1))
    engine = office.engine
    with engine.read() as conn:
        assert not catalogue.version(conn, engine.versions, "handling", 1).matches
