"""Whatever people may do with a task is no deviation, however odd; what was done from outside is an intervention."""

from __future__ import annotations

from engine.domain import commands as c
from engine.queries import conformance
from tests.engine.test_conformance_planted import DESK
from tests.engine.test_incidents import GATE
from tests.office import admin, clerk, colleague, expert, lead


def told(case):
    with case.office.engine.read() as conn:
        verdict = conformance.check(conn, case.office.engine.versions, case.id)
    return [(d.kind, d.element) for d in verdict.deviations], [r.kind for r in verdict.interventions]


def test_claimed_released_and_claimed_by_another(office):
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=clerk).release(by=clerk).claim(by=colleague).complete(by=colleague, proof="1")
    case.task("b").claim(by=clerk).complete(by=clerk)
    assert told(case) == ([], [])


def test_delegated_to_somebody_of_another_group(office):
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=clerk).delegate(by=clerk, to=expert, note="you know").complete(by=expert, proof="1")
    case.task("b").assign(by=lead, to=colleague).complete(by=colleague)
    assert told(case) == ([], ["reassigned"])


def test_held_by_who_is_away_and_done_by_the_stand_in(office):
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=clerk)
    office.ask(c.SetAbsence(clerk, expert), admin)
    case.task("a").complete(by=expert, proof="1")
    case.task("b").complete(by=colleague)
    assert told(case) == ([], [])


def test_claimed_by_a_stand_in(office):
    office.ask(c.SetAbsence(clerk, expert), admin)
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=expert).complete(by=expert, proof="1")
    office.ask(c.SetAbsence(clerk, None), admin)
    case.task("b").complete(by=colleague)
    assert told(case) == ([], [])


def test_corrected_before_a_choice(office):
    case = office.start(GATE, by=clerk, amount=50)
    case.ask(c.EditVariables, 1, {"amount": 500}, "typed wrongly", by=lead)
    case.task("a").complete(by=clerk)
    case.task("b").complete(by=clerk)
    assert told(case) == ([], ["variables-edited"])


def test_a_holder_who_left_the_group_and_is_stood_in_for(office):
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=clerk)
    office.wait("PT1H")
    office.ask(c.SaveUser(clerk, groups=()), admin)
    office.ask(c.SetAbsence(clerk, expert), admin)
    office.wait("PT1H")
    case.task("a").complete(by=expert, proof="1")
    case.task("b").complete(by=colleague)
    assert told(case) == ([], [])


def test_a_stand_in_of_a_stand_in(office):
    office.ask(c.SetAbsence(clerk, expert), admin)
    case = office.start(DESK, by=clerk)
    case.task("a").claim(by=expert)
    office.wait("PT1H")
    office.ask(c.SetAbsence(expert, lead), admin)
    case.task("a").claim(by=lead).complete(by=lead, proof="1")
    case.task("b").complete(by=colleague)
    assert told(case) == ([], [])
