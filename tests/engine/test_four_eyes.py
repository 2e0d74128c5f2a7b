"""Separation of duties: whoever did one of two separate steps never does the other, whichever way they come to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.errors import NoNextTask, SeparationOfDuties
from tests.engine.drawn import bpmn, element, messages, sequence, task
from tests.office import admin, approver, clerk, colleague, expert, lead, second_approver

FILE = bpmn(
    sequence(
        "p",
        task("propose", "front-desk"),
        task("approve", "front-desk, approvers", separate_from="propose"),
        path="s > propose > approve > e",
    )
)


@pytest.fixture
def case(office):
    """Proposed by the clerk; the approval is open."""
    case = office.start(FILE)
    case.task("propose").complete(by=clerk)
    return case


def away(office, login, substitute):
    until = office.now + timedelta(hours=8)
    office.ask(c.SetAbsence(login, substitute, office.now.isoformat(), until.isoformat()), login)


def refused(call, *args, **named):
    with pytest.raises(SeparationOfDuties) as told:
        call(*args, **named)
    assert "propose" in told.value.text.en
    return told.value


def test_another_person_approves(case):
    case.task("approve").complete(by=approver)
    assert case.state == "closed"


@pytest.mark.parametrize("verb", ["claim", "complete", "draft"])
def test_not_who_proposed(case, verb):
    refusal = refused(getattr(case.task("approve"), verb), by=clerk)
    assert "张敏" in refusal.text.zh
    assert case.task("approve").holder is None


def test_not_by_delegation(case):
    held = case.task("approve").claim(by=approver)
    refused(held.delegate, by=approver, to=clerk)
    held.delegate(by=approver, to=colleague).complete(by=colleague)


def test_not_by_assignment_of_a_lead_or_an_administrator(case):
    for giver in (lead, admin):
        refused(case.task("approve").assign, by=giver, to=clerk)


def test_not_by_being_a_lead_or_administrator_oneself(office):
    office.ask(c.SaveUser(lead, roles=("employee", "lead", "admin"), groups=("front-desk", "approvers")), admin)
    case = office.start(FILE)
    case.task("propose").complete(by=lead)
    refused(case.task("approve").complete, by=lead)
    refused(case.task("approve").assign, by=lead, to=lead)


def test_not_by_a_change_of_groups_or_department(office, case):
    office.ask(c.SaveUser(clerk, groups=("approvers",), department="billing", roles=("employee", "lead", "admin")), admin)
    refused(case.task("approve").complete, by=clerk)


def test_not_by_taking_the_next(office, case):
    with pytest.raises(NoNextTask):
        office.ask(c.TakeNextTask(), clerk)


def test_not_as_somebodys_substitute(office, case):
    away(office, approver, clerk)
    refused(case.task("approve").complete, by=clerk)
    held = case.task("approve").claim(by=approver)
    refused(held.complete, by=clerk)


def test_not_through_a_substitute_either(office, case):
    """Whoever stands in for the proposer, by that right alone, does not approve for them."""
    office.ask(c.SaveUser(expert, groups=("second-line",)), admin)
    away(office, clerk, expert)
    refused(case.task("approve").complete, by=expert)


def test_a_substitute_who_is_a_candidate_in_their_own_name_approves(office, case):
    away(office, clerk, second_approver)
    case.task("approve").complete(by=second_approver)
    assert "for" not in case.trail().last("TaskCompleted").data


def test_not_for_whom_somebody_stood_in_when_proposing(office):
    case = office.start(FILE)
    away(office, clerk, expert)
    case.task("propose").claim(by=expert)
    office.wait("P1D")
    case.task("propose").complete(by=expert)
    refused(case.task("approve").complete, by=clerk)
    refused(case.task("approve").assign, by=lead, to=expert)


def test_it_holds_both_ways_when_both_are_open(office):
    file = bpmn(
        sequence(
            "both",
            element("parallelGateway fork"),
            task("propose", "front-desk"),
            task("check", "front-desk", separate_from="propose"),
            element("parallelGateway join"),
            path="s > fork > propose > join > e; fork > check > join",
        )
    )
    case = office.start(file)
    case.task("propose").claim(by=clerk)
    case.task("check").claim(by=clerk)
    case.task("check").complete(by=clerk)
    with pytest.raises(SeparationOfDuties):
        case.task("propose").complete(by=clerk)
    case.task("propose").release(by=clerk).complete(by=colleague)


def test_it_holds_for_a_claim_made_for_somebody_who_then_does_the_other(office):
    """The clerk is away; the expert claims the check for them; meanwhile the clerk, back again, does the other."""
    file = bpmn(
        sequence(
            "both",
            element("parallelGateway fork"),
            task("propose", "front-desk"),
            task("check", "front-desk", separate_from="propose"),
            element("parallelGateway join"),
            path="s > fork > propose > join > e; fork > check > join",
        )
    )
    case = office.start(file)
    away(office, clerk, expert)
    check = case.task("check").claim(by=expert)
    office.wait("P1D")
    case.task("propose").complete(by=clerk)
    refused(check.complete, by=expert)
    check.release(by=expert).complete(by=colleague)


def test_an_assignee_of_the_file_who_did_the_other_step_does_not_get_it(office):
    file = bpmn(
        sequence(
            "p",
            task("propose", "front-desk"),
            task("approve", "approvers", assignee=clerk, separate_from="propose"),
            path="s > propose > approve > e",
        )
    )
    case = office.start(file)
    case.task("propose").complete(by=clerk)
    assert case.task("approve").holder is None
    case.task("approve").complete(by=approver)


def test_every_round_of_a_loop_counts(office):
    file = bpmn(
        sequence(
            "loop",
            element("exclusiveGateway again"),
            task("propose", "front-desk"),
            task("approve", "front-desk, approvers", separate_from="propose", fields="ok:boolean!"),
            element("exclusiveGateway done default=done-again"),
            path="s > again > propose > approve > done; done > e [ok]; done > again",
        )
    )
    case = office.start(file)
    case.task("propose").complete(by=clerk)
    case.task("approve").complete(by=approver, ok=False)
    case.task("propose").complete(by=colleague)
    for earlier in (clerk, colleague):
        refused(case.task("approve").complete, by=earlier, ok=True)
    case.task("approve").complete(by=approver, ok=True)


def test_it_looks_at_the_whole_case_over_several_procedures(office):
    first = bpmn(messages("go"), sequence("first", task("handle", "front-desk"), path="s > handle > e", ends="m-go"))
    inspect = task("inspect", "front-desk", separate_from="handle")
    second = bpmn(messages("go"), sequence("second", inspect, path="s > inspect > e", starts="m-go"))
    office.deploy(second)
    case = office.start(first)
    case.task("handle").complete(by=clerk)
    with pytest.raises(SeparationOfDuties):
        case.task("inspect").complete(by=clerk)
    case.task("inspect").complete(by=colleague)
    assert case.state == "closed"
