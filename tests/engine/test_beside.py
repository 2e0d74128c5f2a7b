"""Decisions and forms uploaded beside a file, and the process chosen among several, from the upload to the finished case."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from engine.domain import commands as c
from engine.domain.errors import NotDeployable
from tests.bpmn.drawn import bpmn, element, flows, process
from tests.bpmn.ruled import decision, dmn, table
from tests.office import clerk, owner

FORM = {
    "id": "claim",
    "type": "default",
    "components": [{"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True, "min": 0}}],
}
RULES = decision("refund", table("amount, level -> share", '[0..100] | - -> 1.0', '> 100 | "gold" -> 0.75', '> 100 | not("gold") -> 0.50'))
BESIDE = {"rules.dmn": dmn(RULES), "claim.form": json.dumps(FORM).encode()}
ASK = '<bpmn:extensionElements><zeebe:formDefinition formId="claim"/><zeebe:assignmentDefinition candidateGroups="front-desk"/></bpmn:extensionElements>'
DECIDE = "<bpmn:extensionElements><zeebe:calledDecision decisionId='refund' resultVariable='share'/></bpmn:extensionElements>"
DESK = process(
    "desk",
    element("startEvent s"),
    element("userTask ask name=Ask", ASK),
    element("businessRuleTask rule name=Decide", DECIDE),
    element("scriptTask reckon name=Reckon", "<bpmn:script>refund = amount * share</bpmn:script>"),
    element("userTask pay name=Pay camunda:candidateGroups=front-desk"),
    element("endEvent e"),
    flows("s > ask > rule > reckon > pay > e"),
)
CUSTOMER = process("customer", element("startEvent cs"), element("userTask cw name=Wait"), element("endEvent ce"), flows("cs > cw > ce"))
FILE = bpmn(CUSTOMER, DESK)


def deploy(office, **more):
    return office.ask(c.DeployVersion(FILE, draft=False, main="desk", beside=BESIDE, **more), owner)


@pytest.mark.parametrize(("amount", "level", "refund"), [("80.10", "x", "80.10"), ("200", "gold", "150.00"), ("200.20", "x", "100.1")])
def test_the_case_goes_by_the_decision_beside_the_file(office, amount, level, refund):
    office.engine.rehearses = True
    answer = deploy(office)
    assert (answer["key"], answer["state"]) == ("desk", "released")
    case = office.start("desk", level=level)
    task = case.task("ask").claim(by=clerk)
    task.complete(by=clerk, amount=amount)
    assert case.open_tasks == ["pay"]
    assert case.variables()["refund"] == Decimal(refund)
    case.task("pay").claim(by=clerk).complete(by=clerk)
    assert case.state != "open" and case.open_tasks == []


def test_a_decision_nobody_can_take_is_an_incident_and_can_be_put_right(office):
    two = dmn(decision("refund", table("amount -> share", "> 1 -> 1", "> 5 -> 2")))
    office.ask(c.DeployVersion(FILE, draft=False, main="desk", beside={**BESIDE, "rules.dmn": two}), owner)
    case = office.start("desk", level="x")
    case.task("ask").claim(by=clerk).complete(by=clerk, amount="10")
    (incident,) = case.incidents
    assert incident.element_id == "rule" and "rules 1, 2" in str(incident._mapping)


def test_without_its_decision_or_its_choice_it_is_not_deployed(office):
    with pytest.raises(NotDeployable) as told:
        office.ask(c.DeployVersion(FILE, main="desk"), owner)
    assert [f.rule for f in told.value.findings if f.level == "error"] == ["decision-missing"]
    with pytest.raises(NotDeployable) as told:
        office.ask(c.DeployVersion(FILE, main="bank", beside=BESIDE), owner)
    assert [f.rule for f in told.value.findings if f.level == "error"] == ["main-unknown"]


def test_each_pool_can_be_a_procedure_of_its_own(office):
    assert deploy(office)["key"] == "desk"
    assert office.ask(c.DeployVersion(FILE, draft=False, main="customer"), owner)["key"] == "customer"
    assert office.start("customer").open_tasks == ["cw"]
