"""Whatever can happen to a case is driven again as it was: corrections, retries, messages, late workers, customers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain import commands as c
from engine.queries import catalogue, replays
from tests.engine.drawn import bpmn, element, messages, script, sequence, task
from tests.engine.migrating import migrate
from tests.engine.test_incidents import FILE as FAILING
from tests.engine.test_messages import ANSWERS, ASKS, ORDER
from tests.engine.test_replay import replayed
from tests.office import admin, clerk, expert, lead


def same(case, key: str) -> None:
    found = replayed(case.office.engine, case.id, key)
    assert found
    for one in found:
        assert (one.outcome, one.why, one.at, one.was, one.would) == ("same", None, None, None, None), one


def finish(case, by=clerk) -> None:
    while case.open_tasks:
        case.task(case.open_tasks[0]).complete(by=by)


@pytest.mark.parametrize("edits_first", [True, False])
def test_an_incident_that_was_corrected_and_retried(office, edits_first):
    case = office.start(FAILING)
    case.task("beside").complete(by=clerk)
    if edits_first:
        case.ask(c.EditVariables, 1, {"price": 21}, "Forgotten at intake", by=lead)
        case.ask(c.RetryIncident, case.incidents[0].no, by=clerk)
    else:
        case.ask(c.RetryIncident, case.incidents[0].no, {"price": 21}, by=lead)
    finish(case)
    assert case.state == "closed"
    same(case, "p")


def test_an_incident_that_failed_again(office):
    case = office.start(FAILING)
    case.ask(c.RetryIncident, case.incidents[0].no, by=clerk)
    case.ask(c.RetryIncident, case.incidents[0].no, {"price": 2}, by=lead)
    finish(case)
    same(case, "p")


def test_instances_that_answer_each_other(office):
    office.deploy(ANSWERS)
    case = office.start(ASKS)
    case.task("write").complete(by=clerk, subject="x", amount="12.50")
    case.task("think").complete(by=expert, reply="yes")
    finish(case)
    assert case.state == "closed"
    same(case, "asks")
    same(case, "answers")


def test_a_message_from_outside_with_what_it_brought(office):
    case = office.start(ORDER)
    case.task("place").complete(by=clerk, order="A-1", amount="3")
    office.ask(c.SendMessage("delivered", {"order": "A-1"}, {"parcel": "P-7"}), clerk)
    finish(case)
    assert case.trail().last("MessageReceived")["values"]["parcel"].keys() == {"sha256"}
    same(case, "order")


STARTED = bpmn(
    messages("wanted"),
    sequence(
        "wanted",
        element("exclusiveGateway x default=x-small"),
        task("big", "front-desk", fields="amount:decimal"),
        task("small", "front-desk"),
        path="s > x; x > big [amount > 10]; x > small; big > e; small > e",
        starts="m-wanted",
    ),
)


@pytest.mark.parametrize(("amount", "step"), [("12.50", "big"), ("3", "small")])
def test_a_case_that_a_message_from_outside_began(office, amount, step):
    office.deploy(STARTED)
    answer = office.ask(c.SendMessage("wanted", {}, {"amount": Decimal(amount)}), clerk)
    case = office.case(answer["case"])
    assert case.open_tasks == [step]
    finish(case)
    same(case, "wanted")


def test_a_timer_that_was_noticed_late(office):
    case = office.start("handling", by=clerk)
    case.wait("PT1H", work=False)
    office.work()
    same(case, "handling")


def test_cancelled_cases_are_no_finished_ones(office):
    case = office.start(ORDER)
    case.ask(c.CancelCase, "not wanted any more", by=lead)
    same(case, "order")
    assert outcomes(office, "order") == (0, 0, 0, 0)


def test_what_the_customers_record_says_takes_part(office):
    file = bpmn(
        sequence(
            "greeting",
            element("exclusiveGateway x default=x-plain"),
            task("warm", "front-desk"),
            task("plain", "front-desk"),
            path="s > x; x > warm [customer_segment != 'standard']; x > plain; warm > e; plain > e",
        )
    )
    key = office.deploy(file)["key"]
    start = c.StartCase(key, new_customer={"name": "Wang", "phone": "138 0013 8000", "segment": "vip"})
    case = office.case(office.ask(start, clerk)["id"])
    assert case.open_tasks == ["warm"]
    finish(case)
    assert outcomes(office, "greeting") == (1, 1, 0, 0)


def outcomes(office, key: str) -> tuple[int, int, int, int]:
    """Of all finished cases, on the first version: how many, the same way, another way, unknown."""
    with office.engine.read() as conn:
        organisation, versions = office.engine.organisations.current(conn), office.engine.versions
        found = replays.of_procedure(conn, versions, organisation, catalogue.version(conn, versions, key, 1))
    return found.finished, found.same, found.other, found.unknown


def test_values_that_were_deleted_are_named(office):
    file = bpmn(
        sequence(
            "told",
            task("ask", "front-desk", fields="name:string*"),
            script("greet", 'greeting = "Dear " + name'),
            path="s > ask > greet > e",
        )
    )
    case = office.start(file)
    case.task("ask").complete(by=clerk, name="Wang")
    same(case, "told")
    office.ask(c.RedactPersonalValues(case.id, "asked for"), admin)
    (one,) = replayed(office.engine, case.id, "told")
    assert (one.outcome, one.why.en) == ("unknown", "personal values were deleted: name")


def test_a_case_that_moved_to_another_version_is_not_driven_again(office):
    case = office.start(ORDER)
    office.deploy(ORDER.replace(b'name="unpack"', b'name="unpack it"'))
    migrate(office, "order")
    case.task("place").complete(by=clerk, order="A-1", amount="3")
    (one,) = replayed(office.engine, case.id, "order", 2)
    assert (one.outcome, one.why.en) == ("unknown", "the case moved to another version while it ran")
