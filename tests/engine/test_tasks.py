"""The life of a task: offered, claimed, released, delegated, assigned, completed, cancelled; and the next one."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import (
    Forbidden,
    NoNextTask,
    NotFound,
    TaskHeldByAnother,
    TaskNotHeld,
    TaskNotOpen,
)
from tests.engine.drawn import bpmn, sequence, task
from tests.office import admin, auditor, clerk, colleague, expert, lead, outsider, technician

FILE = bpmn(sequence("p", task("a", "front-desk"), task("b", "second-line"), path="s > a > b > e"))


@pytest.fixture
def case(office):
    return office.start(FILE)


def test_a_candidate_claims_and_completes(case):
    held = case.task("a").claim(by=colleague)
    assert held.holder == colleague
    held.complete(by=colleague)
    assert case.open_tasks == ["b"]
    assert case.trail().of("TaskClaimed")[0].by == colleague
    assert held.row.state == "completed"


def test_claiming_again_changes_nothing(case):
    case.task("a").claim(by=clerk)
    seq = case.trail().entries[-1].seq
    case.task("a").claim(by=clerk)
    assert case.trail().since(seq) == []


def test_an_unheld_task_is_taken_in_passing(case):
    case.task("a").complete(by=colleague)
    assert case.trail().last("TaskCompleted").by == colleague


def test_what_another_holds_is_not_taken(case):
    held = case.task("a").claim(by=clerk)
    for verb in (held.claim, held.complete):
        with pytest.raises(TaskHeldByAnother, match="张敏"):
            verb(by=colleague)
    assert held.holder == clerk


def test_released_it_is_there_for_the_others(case):
    case.task("a").claim(by=clerk).release(by=clerk).claim(by=colleague)
    assert case.trail().types.count("TaskReleased") == 1


@pytest.mark.parametrize("other", [colleague, expert])
def test_only_the_holder_or_a_lead_releases(case, other):
    held = case.task("a").claim(by=clerk)
    with pytest.raises((TaskNotHeld, NotFound)):
        held.release(by=other)
    held.release(by=lead)
    assert held.holder is None


def test_the_holder_delegates_to_whom_they_trust(case):
    held = case.task("a").claim(by=clerk).delegate(by=clerk, to=expert, note="他更清楚")
    assert held.holder == expert
    told = case.trail().last("TaskDelegated")
    assert (told["from"], told["to"]) == (clerk, expert)
    assert case.personal_values(told.seq) == {"note": "他更清楚"}
    with pytest.raises(TaskHeldByAnother):
        held.complete(by=clerk)
    held.complete(by=expert)


def test_who_does_not_hold_it_does_not_delegate(case):
    with pytest.raises(TaskNotHeld):
        case.task("a").delegate(by=clerk, to=colleague)


def test_a_lead_assigns_what_is_held_and_what_is_not(case):
    a = case.task("a").assign(by=lead, to=clerk)
    assert a.holder == clerk
    assert a.assign(by=lead, to=colleague).holder == colleague
    assert [e["to"] for e in case.trail().of("TaskAssigned")] == [clerk, colleague]
    a.complete(by=colleague)


@pytest.mark.parametrize("who", [clerk, auditor])
def test_others_do_not_assign(case, who):
    with pytest.raises(Forbidden):
        case.task("a").assign(by=who, to=colleague)


def test_nobody_gives_a_task_to_an_account_that_is_closed(office, case):
    office.ask(c.SaveUser(colleague, active=False), admin)
    with pytest.raises(Forbidden, match="not active"):
        case.task("a").assign(by=lead, to=colleague)


@pytest.mark.parametrize("verb", ["claim", "complete"])
def test_what_is_not_offered_to_me_does_not_exist_for_me(case, verb):
    with pytest.raises(NotFound):
        getattr(case.task("a"), verb)(by=outsider)


@pytest.mark.parametrize(("case_id", "no"), [(999, 1), (1, 999), (0, 0), (-1, 4), (2**70, 1), (1, 2**40)])
def test_forged_numbers_lead_nowhere(office, case, case_id, no):
    for command in (c.ClaimTask, c.CompleteTask):
        with pytest.raises(NotFound):
            office.ask(command(case_id, no), clerk)


def test_seeing_is_not_doing(case):
    with pytest.raises(Forbidden):
        case.task("a").complete(by=auditor)


@pytest.mark.parametrize("verb", ["claim", "complete", "release"])
def test_a_completed_task_says_who_completed_it(case, verb):
    a = case.task("a")
    a.complete(by=clerk)
    with pytest.raises(TaskNotOpen) as told:
        getattr(a, verb)(by=colleague)
    assert "张敏" in told.value.text.zh
    assert "What you typed is kept" in told.value.text.en


def test_a_cancelled_task_says_so(office, case):
    a = case.task("a")
    office.ask(c.CancelCase(case.id, "by mistake"), lead)
    with pytest.raises(TaskNotOpen) as told:
        a.complete(by=clerk)
    assert "撤销" in told.value.text.zh


def test_drafts_are_kept_and_go_with_the_task(case):
    a = case.task("a").draft(by=clerk, note="to be continued")
    assert a.row.draft == {"note": "to be continued"}
    seq = case.trail().entries[-1].seq
    a.draft(by=clerk, note="more")
    assert case.trail().since(seq) == []
    a.complete(by=clerk)
    assert a.row.draft is None


def test_the_next_task_is_the_most_urgent_i_may_take(office):
    urgent = bpmn(sequence("urgent", task("now", "front-desk", sla="PT15M"), path="s > now > e"))
    office.start(FILE)
    soon = office.start(urgent)
    answer = office.ask(c.TakeNextTask(), colleague)
    assert answer["case"] == soon.id
    assert soon.task("now").holder == colleague


def test_taking_the_next_ends_when_there_is_none(office, case):
    office.ask(c.TakeNextTask(), colleague)
    with pytest.raises(NoNextTask):
        office.ask(c.TakeNextTask(), colleague)
    with pytest.raises(NoNextTask):
        office.ask(c.TakeNextTask(), technician)


def test_the_answer_names_the_next_task_of_the_same_person(office):
    file = bpmn(
        sequence("q", task("a", "front-desk"), task("b", "front-desk"), task("x", "second-line"), path="s > a > b > x > e")
    )
    case = office.start(file)
    answer = office.ask(c.CompleteTask(case.id, case.task("a").no), clerk)
    assert answer["next"] == f"{case.id}-{case.task('b').no}"
    assert office.ask(c.CompleteTask(case.id, case.task("b").no), clerk)["next"] is None
