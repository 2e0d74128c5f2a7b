"""Who did what: forged people, holders, stand-ins, evidence and migrations are found exactly; what really happened is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.queries import conformance, trail
from tests.engine.drawn import bpmn, sequence, task
from tests.engine.migrating import migrate, undo
from tests.office import admin, clerk, colleague, expert, lead

A, B = task("a", "front-desk", fields="proof:string!"), task("b", "front-desk", separate_from="a")
DESK = bpmn(sequence("p", A, B, path="s > a > b > e"))
OLD = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(sequence("p", task("a", "front-desk"), task("c", "second-line"), task("b", "front-desk"), path="s > a > c > b > e"))


def entries_of(case):
    with case.office.engine.read() as conn:
        return trail.of_case(conn, case.id).items


def said(case, entries=None):
    with case.office.engine.read() as conn:
        checker = conformance.Checker(conn, case.office.engine.versions)
        verdict = checker.case(case.id) if entries is None else checker.of_entries(case.id, entries)
    return [(one.kind, one.element) for one in verdict.deviations]


def forged(case, type_, element=None, login=None, at=None, **data):
    """The trail with one entry changed: by whom, when, or what it says (None takes it out)."""
    for entry in entries_of(case):
        if entry.type == type_ and element in (None, entry.data.get("element")):
            told = {key: value for key, value in {**entry.data, **data}.items() if value is not None}
            entry = replace(entry, login=login or entry.login, at=at or entry.at, data=told)
        yield entry


@pytest.fixture
def done(office):
    case = office.start(DESK, by=clerk)
    case.task("a").complete(by=clerk, proof="R-1")
    case.task("b").complete(by=colleague)
    assert said(case) == []
    return case


def test_somebody_who_was_no_candidate(done):
    assert said(done, forged(done, "TaskCompleted", "b", login=expert)) == [("not-allowed", "b")]


def test_entitled_is_who_was_so_at_that_moment(office, done):
    office.wait("PT1H")
    office.ask(c.SaveUser(colleague, groups=()), admin)
    assert said(done) == []
    office.wait("PT1H")
    case = office.start("p", by=clerk)
    case.task("a").complete(by=clerk, proof="R-2")
    office.wait("PT1H")
    office.ask(c.SaveUser(colleague, groups=("front-desk",)), admin)
    office.wait("PT1H")
    case.task("b").complete(by=colleague)
    assert said(case) == []
    outside = office.now - timedelta(minutes=90)
    assert said(case, forged(case, "TaskCompleted", "b", at=outside)) == [("not-allowed", "b")]


def test_four_eyes_broken(done):
    assert said(done, forged(done, "TaskCompleted", "b", login=clerk)) == [("separation", "b")]


def test_four_eyes_broken_through_a_stand_in(office):
    """Whoever stands in for the one who did the first step counts as that one."""
    office.ask(c.SetAbsence(clerk, lead), admin)
    case = office.start(DESK, by=clerk)
    case.task("a").complete(by=clerk, proof="R-1")
    case.task("b").complete(by=colleague)
    assert said(case, forged(case, "TaskCompleted", "b", login=lead, **{"for": clerk})) == [("separation", "b")]


def test_a_stand_in_nobody_named(done):
    assert said(done, forged(done, "TaskCompleted", "b", login=expert, **{"for": colleague})) == [("not-allowed", "b")]


def test_held_by_another(office):
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=clerk).complete(by=clerk, proof="R-1")
    case.task("b").claim(by=colleague).complete(by=colleague)
    assert said(case) == []
    assert said(case, forged(case, "TaskCompleted", "a", login=colleague)) == [("held-by-another", "a"), ("separation", "b")]


def test_evidence_missing(done):
    assert said(done, forged(done, "TaskCompleted", "a", values=None)) == [("missing-evidence", "a")]


@pytest.fixture
def moved(office):
    case = office.start(OLD, by=clerk)
    office.deploy(NEW)
    migrate(office, "p", reason="the expert is asked now")
    return case


def test_a_case_that_was_moved_conforms(moved):
    moved.task("a").complete(by=clerk)
    moved.task("c").complete(by=expert)
    moved.task("b").complete(by=clerk)
    assert moved.state == "closed" and said(moved) == []


def test_moved_back_it_conforms_too(office, moved):
    undo(office, moved.trail().last("CaseMigrated").data["migration"], moved)
    moved.task("a").complete(by=clerk)
    moved.task("b").complete(by=clerk)
    assert moved.state == "closed" and said(moved) == []


def test_a_task_that_was_moved_is_for_whom_the_new_version_names(office):
    case = office.start(OLD, by=clerk)
    office.deploy(OLD.replace(b'id="a" name="a" camunda:candidateGroups="front-desk"', b'id="a" name="a" camunda:candidateGroups="second-line"'))
    migration = migrate(office, "p")
    case.task("a").complete(by=expert)
    assert said(case) == []
    assert said(case, forged(case, "TaskCompleted", "a", login=clerk)) == [("not-allowed", "a")]
    assert said(case, [e for e in entries_of(case) if e.type != "CaseMigrated"]) == [("not-allowed", "a")]
    assert migration


def test_moves_that_cannot_have_been(moved):
    """From a version the case was not on; and after the new version's own step, to one that has no place for it."""
    moved.task("a").complete(by=clerk)
    assert said(moved, forged(moved, "CaseMigrated", **{"from": 2})) == [("wrong-migration", "p")]
    entries = entries_of(moved)
    last = next(e for e in entries if e.type == "CaseMigrated")
    back = replace(last, seq=len(entries) + 1, data={**last.data, "from": 2, "to": 1})
    assert said(moved, [*entries, back]) == [("wrong-migration", "p")]


def test_interventions_are_told_and_deviate_from_nothing(office, moved):
    moved.task("a").assign(by=lead, to=colleague, note="she knows the customer")
    moved.ask(c.EditVariables, 1, {"amount": 3}, "a slip", by=admin)
    moved.ask(c.CancelCase, "twice", by=admin)
    with office.engine.read() as conn:
        verdict = conformance.check(conn, office.engine.versions, moved.id)
    assert verdict.conforms
    assert [one.kind for one in verdict.interventions] == ["migrated", "reassigned", "variables-edited", "cancelled"]
    assert [one.by for one in verdict.interventions] == ["system", lead, admin, admin]
