"""What is written down although nothing was changed."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import SeparationOfDuties
from engine.queries import conformance
from tests.engine.drawn import bpmn, sequence, task
from tests.office import approver, auditor, clerk, colleague, lead

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
    case = office.start(FILE)
    case.task("propose").complete(by=clerk)
    return case


def attempts(case):
    trail = case.trail()
    trail.check()
    return [(entry.by, entry.data) for entry in trail.of("SeparationRefused")]


def test_an_attempt_that_four_eyes_forbade_stays_and_changes_nothing(case):
    no = case.task("approve").no
    with pytest.raises(SeparationOfDuties):
        case.task("approve").complete(by=clerk)
    assert attempts(case) == [
        (clerk, {"task": no, "element": "approve", "verb": "complete", "separate": "propose"})
    ]
    assert case.task("approve").holder is None and case.state == "open"


def test_an_attempt_to_give_it_to_whom_it_is_forbidden(case):
    with pytest.raises(SeparationOfDuties):
        case.task("approve").assign(by=lead, to=clerk)
    [(by, data)] = attempts(case)
    assert (by, data["verb"], data["to"]) == (lead, "assign", clerk)


def test_trying_again_and_again_is_told_once_an_hour(office, case):
    for _ in range(3):
        with pytest.raises(SeparationOfDuties):
            case.task("approve").claim(by=clerk)
    assert len(attempts(case)) == 1
    office.wait("PT2H")
    with pytest.raises(SeparationOfDuties):
        case.task("approve").claim(by=clerk)
    assert len(attempts(case)) == 2


def test_other_refusals_leave_nothing(case):
    before = len(case.trail().entries)
    held = case.task("approve").claim(by=approver)
    with pytest.raises(Exception, match="claimed by"):
        held.claim(by=colleague)
    assert len(case.trail().entries) == before + 1


def test_the_search_for_the_next_task_passes_it_by_in_silence(office, case):
    with pytest.raises(Exception, match="no task"):
        office.ask(c.TakeNextTask(), clerk)
    assert attempts(case) == []


def test_an_auditors_look_is_told_once_an_hour_for_each_case(office, case):
    other = office.start(FILE)
    for _ in range(2):
        for one in (case, other):
            office.ask(c.RecordReading("case", one.id), auditor)
    assert [len(one.trail().of("PersonalDataRead")) for one in (case, other)] == [1, 1]
    office.wait("PT2H")
    office.ask(c.RecordReading("case", case.id), auditor)
    assert len(case.trail().of("PersonalDataRead")) == 2


def test_lists_and_customers_are_told_in_the_system_chain(office):
    for what, customer in (("cases", None), ("cases", None), ("customer", 1), ("customer", 2), ("customer", 1)):
        office.ask(c.RecordReading(what, customer=customer), auditor)
    told = [entry.data for entry in office.system_trail().of("PersonalDataRead")]
    assert told == [{"what": "cases"}, {"what": "customer", "customer": 1}, {"what": "customer", "customer": 2}]


def test_whoever_is_no_auditor_leaves_no_trace_by_reading(office, case):
    office.ask(c.RecordReading("case", case.id), lead)
    assert "PersonalDataRead" not in case.trail().types


def test_what_is_written_down_is_no_deviation(office, case):
    with pytest.raises(SeparationOfDuties):
        case.task("approve").complete(by=clerk)
    office.ask(c.RecordReading("case", case.id), auditor)
    case.task("approve").complete(by=approver)
    office.ask(c.RecordReading("case", case.id), auditor)
    with office.engine.read() as conn:
        verdict = conformance.check(conn, office.engine.versions, case.id)
    assert verdict.conforms and verdict.interventions == ()
    assert case.state == "closed" and len(case.trail().of("PersonalDataRead")) == 1
