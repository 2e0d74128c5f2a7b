"""A step that cannot be carried out becomes an incident a person sees, corrects and retries; other branches go on."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, IncidentNotOpen, InvalidInput, NotFound
from tests.engine.drawn import boundary, bpmn, element, script, sequence, task
from tests.office import admin, auditor, clerk, colleague, lead, outsider

FILE = bpmn(
    sequence(
        "p",
        element("parallelGateway fork"),
        script("compute", "total = price * 2"),
        task("after", "front-desk"),
        task("beside", "front-desk"),
        element("parallelGateway join"),
        path="s > fork > compute > after > join > e; fork > beside > join",
    )
)
GATE = bpmn(
    sequence(
        "gate",
        task("a", "front-desk"),
        element("exclusiveGateway x default=x-c"),
        task("b", "front-desk"),
        task("c", "front-desk"),
        path="s > a > x; x > b [amount > 100]; x > c; b > e; c > e",
    )
)


@pytest.fixture
def case(office):
    return office.start(FILE)


def test_it_is_raised_with_its_reason_and_source_and_the_others_go_on(case):
    (incident,) = case.incidents
    assert incident.element_id == "compute"
    assert "price" in incident.text_zh and "price" in incident.text_en
    assert "price * 2" in incident.source
    assert case.open_tasks == ["beside"]
    case.task("beside").complete(by=clerk)
    assert case.state == "open"
    case.trail().check()


def test_corrected_and_retried_it_is_settled(case):
    case.ask(c.RetryIncident, case.incidents[0].no, {"price": 21}, by=lead)
    assert case.incidents == []
    edited = case.trail().last("VariablesEdited")
    assert edited["values"]["price"].keys() == {"sha256"}
    assert case.trail().last("IncidentResolved")["how"] == "retried"
    assert "after" in case.open_tasks
    assert case.variables()["total"] == 42
    case.trail().check()


def test_corrected_apart_and_retried_by_the_owner_of_the_case(case):
    case.ask(c.EditVariables, 1, {"price": 21}, "Forgotten at intake", by=lead)
    case.ask(c.RetryIncident, case.incidents[0].no, by=clerk)
    assert case.variables()["total"] == 42
    case.task("after").complete(by=clerk)
    case.task("beside").complete(by=clerk)
    assert case.state == "closed"


def test_what_fails_again_is_a_new_incident(case):
    first = case.incidents[0].no
    case.ask(c.RetryIncident, first, by=clerk)
    (again,) = case.incidents
    assert again.no != first
    case.ask(c.RetryIncident, again.no, {"price": None}, by=lead)
    (third,) = case.incidents
    assert third.text_en != again.text_en
    assert case.trail().types.count("IncidentResolved") == 2
    with pytest.raises(IncidentNotOpen):
        case.ask(c.RetryIncident, first, by=clerk)
    case.trail().check()


@pytest.mark.parametrize(("who", "refusal"), [(colleague, Forbidden), (auditor, Forbidden), (outsider, NotFound)])
def test_not_everybody_settles_it(case, who, refusal):
    with pytest.raises(refusal):
        case.ask(c.RetryIncident, case.incidents[0].no, by=who)


def test_the_owner_of_the_case_does_not_correct_values_others_have_checked(case):
    with pytest.raises(Forbidden):
        case.ask(c.RetryIncident, case.incidents[0].no, {"price": 1}, by=clerk)
    with pytest.raises(Forbidden):
        case.ask(c.EditVariables, 1, {"price": 1}, "why not", by=clerk)


def test_a_condition_that_cannot_be_computed_is_an_incident_of_its_gateway(office):
    case = office.start(GATE)
    case.task("a").complete(by=clerk)
    (incident,) = case.incidents
    assert incident.element_id == "x"
    case.ask(c.RetryIncident, incident.no, {"amount": 101}, by=lead)
    assert case.open_tasks == ["b"]


def test_it_goes_when_the_process_takes_the_step_away(office):
    inner = "".join(
        (element("startEvent s2"), script("bad", "x = missing"), element("endEvent e2"),
         '<bpmn:sequenceFlow id="f1" sourceRef="s2" targetRef="bad"/><bpmn:sequenceFlow id="f2" sourceRef="bad" targetRef="e2"/>')
    )  # fmt: skip
    file = bpmn(
        sequence(
            "p",
            f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>',
            boundary("late", "sub", "PT1H"),
            task("b", "front-desk"),
            path="s > sub > e; late > b > e",
        )
    )
    case = office.start(file)
    assert len(case.incidents) == 1
    office.wait("PT1H")
    assert case.incidents == []
    assert case.trail().last("IncidentResolved")["how"] == "overtaken"
    assert case.open_tasks == ["b"]
    case.trail().check()


def test_it_goes_with_the_case(office, case):
    office.ask(c.CancelCase(case.id, "no longer wanted"), lead)
    assert case.incidents == []
    assert case.trail().last("IncidentResolved")["how"] == "cancelled"
    with pytest.raises(Exception, match="cancelled"):
        case.ask(c.RetryIncident, 1, by=lead)


def test_an_edit_says_why_and_what(case):
    for edits, reason in (({"price": 1}, " "), ({}, "because")):
        with pytest.raises(InvalidInput):
            case.ask(c.EditVariables, 1, edits, reason, by=admin)
    with pytest.raises(NotFound):
        case.ask(c.EditVariables, 99, {"price": 1}, "because", by=admin)
    case.ask(c.EditVariables, 1, {"price": 1, "note": "x"}, "because", by=admin)
    case.ask(c.EditVariables, 1, {"price": 2}, "again", by=admin)
    kept = case.personal_values(case.trail().last("VariablesEdited").seq)
    assert (kept["was/price"], kept["values/price"]) == (1, 2)
