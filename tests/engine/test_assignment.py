"""Whom a task is offered or given to: lanes, groups, users, expressions, same-as, substitutes; the first taker stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.errors import NotFound
from tests.engine.drawn import bpmn, element, flows, sequence, task
from tests.office import admin, clerk, colleague, expert, lead, outsider


def away(office, login, substitute, hours=8):
    until = office.now + timedelta(hours=hours)
    office.ask(c.SetAbsence(login, substitute, office.now.isoformat(), until.isoformat()), login)


@pytest.mark.parametrize("lane", ["front-desk", "一线坐席", "Front desk", " FRONT-DESK "])
def test_a_lane_is_a_candidate_group_by_key_or_name(office, lane):
    lanes = f'<bpmn:laneSet><bpmn:lane id="l" name="{lane}"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    parts = (lanes, element("startEvent s"), task("a"), element("endEvent e"), flows("s > a > e"))
    file = bpmn(f'<bpmn:process id="p" name="p" isExecutable="true">{"".join(parts)}</bpmn:process>')
    case = office.start(file)
    assert case.trail().last("TaskCreated")["groups"] == ["front-desk"]
    with pytest.raises(NotFound):
        case.task("a").claim(by=expert)
    case.task("a").complete(by=colleague)


def test_a_task_that_names_nobody_is_for_every_employee(office):
    case = office.start(bpmn(sequence("p", task("a"), path="s > a > e")))
    case.task("a").complete(by=outsider)


def test_named_users_and_groups_may_be_expressions(office):
    file = bpmn(
        sequence(
            "p",
            task("who", "front-desk", fields="team:string person:string"),
            task("a", "${team}", users="${person}"),
            path="s > who > a > e",
        )
    )
    case = office.start(file)
    case.task("who").complete(by=clerk, team="second-line", person=outsider)
    assert case.trail().last("TaskCreated")["groups"] == ["second-line"]
    assert case.trail().last("TaskCreated")["users"] == [outsider]
    case.task("a").claim(by=outsider).release(by=outsider).claim(by=expert)


@pytest.mark.parametrize("who", ['users="nobody.known"', 'users="${missing}"', 'groups="${missing}"'])
def test_candidates_nobody_knows_do_not_mean_everybody(office, who):
    name, value = who.replace('"', "").split("=")
    case = office.start(bpmn(sequence("p", task("a", **{name: value}), path="s > a > e")))
    for login in (clerk, outsider):
        with pytest.raises(NotFound):
            case.task("a").claim(by=login)
    case.task("a").assign(by=lead, to=clerk).complete(by=clerk)


def test_an_assignee_has_the_task_at_once_and_may_give_it_back_only_to_themselves(office):
    case = office.start(bpmn(sequence("p", task("a", assignee=expert), path="s > a > e")))
    assert case.task("a").holder == expert
    case.task("a").release(by=expert)
    with pytest.raises(NotFound):
        case.task("a").claim(by=clerk)
    case.task("a").complete(by=expert)


SAME = bpmn(
    sequence(
        "same",
        task("record", "front-desk"),
        task("answer", "front-desk", same_as="record"),
        task("check", "second-line"),
        task("close", "front-desk", same_as="record, answer"),
        path="s > record > answer > check > close > e",
    )
)


def test_same_as_gives_the_task_to_who_did_the_step_just_now_and_later(office):
    case = office.start(SAME)
    case.task("record").complete(by=colleague)
    assert case.task("answer").holder == colleague
    case.task("answer").assign(by=lead, to=clerk).complete(by=clerk)
    case.task("check").complete(by=expert)
    assert case.task("close").holder == clerk


def test_same_as_passes_by_who_is_away_or_no_longer_a_candidate(office):
    case = office.start(SAME)
    away(office, colleague, clerk)
    case.task("record").complete(by=colleague)
    assert case.task("answer").holder is None
    case.task("answer").complete(by=clerk)
    office.ask(c.SaveUser(clerk, groups=("second-line",)), admin)
    case.task("check").complete(by=expert)
    assert case.task("close").holder is None


def test_a_substitute_works_on_what_is_the_absent_persons(office):
    case = office.start(bpmn(sequence("p", task("a", "second-line"), task("b", assignee=expert), path="s > a > b > e")))
    with pytest.raises(NotFound):
        case.task("a").claim(by=clerk)
    away(office, expert, clerk)
    case.task("a").complete(by=clerk)
    assert case.trail().last("TaskCompleted")["for"] == expert
    assert case.task("b").holder == expert
    case.task("b").complete(by=clerk)
    assert case.trail().last("TaskCompleted")["for"] == expert


def test_the_substitution_ends_with_the_absence(office):
    case = office.start(bpmn(sequence("p", task("a", "second-line"), path="s > a > e")))
    away(office, expert, clerk, hours=2)
    office.wait("PT2H")
    with pytest.raises(NotFound):
        case.task("a").claim(by=clerk)


def test_whom_one_stood_in_for_is_kept_from_claim_to_completion(office):
    case = office.start(bpmn(sequence("p", task("a", "second-line"), path="s > a > e")))
    away(office, expert, clerk, hours=2)
    a = case.task("a").claim(by=clerk)
    assert case.trail().last("TaskClaimed")["for"] == expert
    office.wait("P1D")
    a.complete(by=clerk)
    assert case.trail().last("TaskCompleted")["for"] == expert
    assert a.row.ended_for is not None


def test_the_first_taker_stays_owner_of_the_case(office):
    case = office.start(bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e")), by=None)
    assert case.row.owner_id is None
    case.task("a").claim(by=colleague)
    case.task("a").complete(by=colleague)
    case.task("b").complete(by=clerk)
    assert case.row.owner_id == office.actor(colleague).id
    assert [entry["to"] for entry in case.trail().of("OwnerChanged")] == [colleague]


def test_priority_may_be_computed_and_stays_in_bounds(office):
    file = bpmn(
        sequence("p", task("a", fields="n:long"), task("b").replace("<bpmn:userTask ", '<bpmn:userTask camunda:priority="${n * 10}" '),
                 path="s > a > b > e")
    )  # fmt: skip
    for n, expected in ((3, 30), (50, 100), (-1, 0)):
        case = office.start(file)
        case.task("a").complete(by=clerk, n=n)
        assert case.task("b").row.priority == expected


def test_a_task_with_more_candidates_than_a_key_can_hold(office):
    logins = ",".join(f"somebody.{n}" for n in range(400))
    for n in range(0, 400, 40):
        office.ask(c.SaveUser(f"somebody.{n}"), admin)
    groups = ",".join(f"a-group-with-quite-a-long-name-{n}" for n in range(100))
    case = office.start(bpmn(sequence("p", task("a", groups, users=logins), path="s > a > e")))
    case.task("a").complete(by="somebody.40")
