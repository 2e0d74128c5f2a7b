"""A case as a whole: started, noted, reassigned, cancelled, closed; calls; versions."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import CaseNotOpen, Forbidden, InvalidInput, NotFound, NothingToStart
from tests.engine.drawn import boundary, bpmn, catch, element, messages, receive, sequence, task
from tests.office import admin, auditor, clerk, colleague, lead, outsider, owner

FILE = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e", fields="topic:string! phone:phone*"))


@pytest.fixture
def case(office):
    return office.start(FILE, topic="a bill")


def test_it_opens_with_its_form_and_its_customer(office):
    office.deploy(FILE)
    customer = office.ask(c.RegisterCustomer("王丽娟", "138 0013 8000", segment="star"), clerk)["id"]
    answer = office.ask(c.StartCase("p", {"topic": "a bill", "phone": "010 6500 0000"}, customer_id=customer), clerk)
    case = office.case(answer["id"])
    assert answer["number"] == f"CL-{case.id:06d}"
    assert case.row.title == "p · 王丽娟"
    assert case.variables() == {
        "topic": "a bill", "phone": "010 6500 0000",
        "customer_name": "王丽娟", "customer_phone": "138 0013 8000", "customer_segment": "star",
    }  # fmt: skip
    started = case.trail().entries[0]
    assert started["values"]["topic"] == "a bill"
    assert started["values"]["phone"].keys() == {"sha256"}
    assert "王丽娟" not in str(case.trail().entries)


@pytest.mark.parametrize(
    ("variables", "field"),
    [({}, "topic"), ({"topic": "x", "unknown": 1}, "unknown"), ({"topic": "x", "phone": "call me"}, "phone")],
)
def test_a_form_with_faults_opens_nothing(office, variables, field):
    office.deploy(FILE)
    with pytest.raises(InvalidInput) as told:
        office.ask(c.StartCase("p", variables), clerk)
    assert told.value.fields.keys() == {field}


@pytest.mark.parametrize("who", [auditor, owner])
def test_only_employees_open_cases(office, who):
    office.deploy(FILE)
    with pytest.raises(Forbidden):
        office.ask(c.StartCase("p", {"topic": "x"}), who)


def test_what_cannot_be_started(office):
    with pytest.raises(NotFound):
        office.ask(c.StartCase("none"), clerk)
    office.deploy(FILE, draft=True)
    with pytest.raises(NothingToStart):
        office.ask(c.StartCase("p"), clerk)
    office.deploy(bpmn(messages("go"), sequence("by-message", task("a"), path="s > a > e", starts="m-go")))
    with pytest.raises(InvalidInput):
        office.ask(c.StartCase("by-message"), clerk)
    office.deploy(bpmn(sequence("q", task("a"), path="s > a > e")))
    with pytest.raises(NotFound):
        office.ask(c.StartCase("q", customer_id=2**60), clerk)
    with pytest.raises(InvalidInput):
        office.ask(c.StartCase("q", customer_id=2**70), clerk)


def test_it_closes_when_nothing_runs_any_more(case):
    case.task("a").complete(by=clerk)
    case.task("b").complete(by=colleague)
    assert case.state == "closed"
    assert case.row.closed_at == case.office.now
    assert case.trail().types[-2:] == ["InstanceEnded", "CaseClosed"]
    with pytest.raises(CaseNotOpen):
        case.ask(c.CancelCase, "too late", by=lead)


def test_cancelled_nothing_of_it_goes_on(office):
    file = bpmn(
        messages("never"),
        sequence(
            "many",
            element("parallelGateway fork"),
            task("a", "front-desk", sla="PT1H"),
            boundary("late", "a", "PT2H", interrupting=False),
            task("late_task", "leads"),
            receive("never", "m-never"),
            catch("day", "P1D"),
            element("parallelGateway join"),
            path="s > fork > a > join > e; fork > never > join; fork > day > join; late > late_task > e",
            words={"clock.whole": "P1D"},
        ),
    )
    case = office.start(file)
    case.ask(c.CancelCase, "  entered twice ", by=lead)
    assert case.state == "cancelled"
    assert case.open_tasks == []
    assert case.personal_values(case.trail().last("CaseCancelled").seq) == {"reason": "entered twice"}
    assert [i.ending for i in case.instances] == ["cancelled"]
    assert {e["why"] for e in case.trail().of("TaskCancelled")} == {"cancelled"}
    length = len(case.trail().entries)
    office.wait("P5D")
    assert len(case.trail().entries) == length
    case.trail().check()


def test_who_cancels(office, case):
    for who, refusal in ((colleague, Forbidden), (auditor, Forbidden), (outsider, NotFound)):
        with pytest.raises(refusal):
            case.ask(c.CancelCase, "because", by=who)
    with pytest.raises(InvalidInput):
        case.ask(c.CancelCase, " \n ", by=clerk)
    case.ask(c.CancelCase, "the owner of the case may", by=clerk)


def test_another_answers_for_it(office, case):
    case.ask(c.ReassignCase, colleague, "holiday", by=lead)
    changed = case.trail().last("OwnerChanged")
    assert (changed["from"], changed["to"]) == (clerk, colleague)
    assert case.personal_values(changed.seq) == {"reason": "holiday"}
    with pytest.raises(Forbidden):
        case.ask(c.ReassignCase, clerk, by=clerk)
    with pytest.raises(NotFound):
        case.ask(c.ReassignCase, "nobody.known", by=lead)


def test_notes_are_for_those_who_see_the_case_also_later(case):
    case.ask(c.AddNote, "客户说\n周五再来电", by=colleague)
    with pytest.raises(NotFound):
        case.ask(c.AddNote, "x", by=outsider)
    for bad in ("", "  ", "x" * 10_001):
        with pytest.raises(InvalidInput):
            case.ask(c.AddNote, bad, by=clerk)
    case.task("a").complete(by=clerk)
    case.task("b").complete(by=clerk)
    case.ask(c.AddNote, "x" * 10_000, by=clerk)
    notes = case.trail().of("NoteAdded")
    assert case.personal_values(notes[0].seq) == {"text": "客户说\n周五再来电"}
    case.trail().check()


def test_a_called_procedure_runs_inside_and_keeps_the_version_it_was_bound_to(office):
    def called(name):
        return bpmn(sequence("called", task(name, "front-desk", fields="found:string"), path=f"s > {name} > e"))

    office.deploy(called("first"))
    caller = bpmn(
        sequence(
            "caller",
            element("callActivity call calledElement=called"),
            task("after", "front-desk"),
            path="s > call > after > e",
        )
    )
    office.deploy(caller)
    office.deploy(called("second"))
    case = office.start("caller")
    assert case.open_tasks == ["first"]
    case.task("first").complete(by=clerk, found="it")
    assert case.open_tasks == ["after"]
    case.task("after").complete(by=clerk)
    assert case.state == "closed"
    case.trail().check()


def test_running_cases_stay_on_their_version(office, case):
    office.deploy(bpmn(sequence("p", task("other", "front-desk"), path="s > other > e")))
    assert office.start("p").open_tasks == ["other"]
    case.task("a").complete(by=clerk)
    assert case.open_tasks == ["b"]
    assert office.ask(c.ReleaseVersion("p", 1), owner)["state"] == "released"
    assert office.start("p", topic="again").open_tasks == ["a"]


def test_the_same_bytes_are_the_same_version(office):
    first, again = office.deploy(FILE), office.deploy(FILE)
    assert (first["version"], first["is_new"], again["version"], again["is_new"]) == (1, True, 1, False)
    with pytest.raises(Forbidden):
        office.ask(c.DeployVersion(FILE), clerk)
    assert office.ask(c.DeployVersion(FILE), admin)["version"] == 1
