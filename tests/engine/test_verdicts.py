"""Cases are held against their procedures behind the scenes; what was found is kept, listed and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, StaleState
from engine.queries import verdicts
from engine.queries.verdicts import Wanted
from engine.store import verdicts as store
from engine.store.verdicts import CONFORMS, DEVIATES, INTERVENED
from engine.worker.conformance import QUIET, check_changed, check_conformance
from tests.engine.test_conformance_rules import with_rule
from tests.office import Office, auditor, clerk, colleague, lead


@pytest.fixture
def office(database):
    """Three finished cases: one as it should be, one that a lead stepped into, one that breaks a rule."""
    office = Office(database)
    office.deploy(with_rule("absence: b when amount > 500"))
    for amount in ("1", "2", "501"):
        case = office.start("p", by=clerk)
        if amount == "2":
            case.task("a").assign(by=lead, to=colleague, note="she knows the customer")
        case.task("a").complete(by=colleague if amount == "2" else clerk, amount=amount)
        case.task("b").complete(by=clerk, again=False)
    return office


def looked_at(office, by=auditor, most=25):
    return check_changed(office.engine, office.actor(by), office.now, most)


def listed(office, **wanted):
    with office.engine.read() as conn:
        found = verdicts.page(conn, Wanted(**wanted)).items
    return [(one.case_id, one.worst, [(said.kind, said.element) for said in one.found]) for one in found]


def test_quiet_cases_are_looked_at_once(office):
    assert check_conformance(office.engine) == 0 and listed(office) == []
    office.clock.move_to(office.now + QUIET)
    assert check_conformance(office.engine) == 3
    assert listed(office) == [
        (3, DEVIATES, [("rule-broken", "b")]),
        (2, INTERVENED, [("reassigned", "a")]),
        (1, CONFORMS, []),
    ]
    assert check_conformance(office.engine) == 0


def test_what_happens_later_is_looked_at_again(office):
    office.clock.move_to(office.now + QUIET)
    check_conformance(office.engine)
    office.case(1).ask(c.AddNote, "as agreed", by=clerk)
    with office.engine.read() as conn:
        assert [one.is_stale for one in verdicts.page(conn, Wanted()).items] == [False, False, True]
    office.clock.move_to(office.now + QUIET)
    assert check_conformance(office.engine) == 1
    with office.engine.read() as conn:
        assert not any(one.is_stale for one in verdicts.page(conn, Wanted()).items)
        assert verdicts.checked_until(conn) == office.now - QUIET


def test_what_should_have_happened_is_looked_for_when_it_is_due(office):
    office.deploy(with_rule("response: a -> b within PT48H"))
    case = office.start("p", by=clerk)
    case.task("a").complete(by=clerk, amount="1")
    due_at = office.now + timedelta(hours=48)
    office.clock.move_to(due_at)
    check_conformance(office.engine)
    assert listed(office)[-2:] == [(4, CONFORMS, []), (1, CONFORMS, [])] and check_conformance(office.engine) == 0
    office.clock.move_to(due_at + timedelta(seconds=1))
    assert check_conformance(office.engine) == 1
    assert listed(office)[0] == (4, DEVIATES, [("rule-broken", "a")]) and check_conformance(office.engine) == 0


def test_a_few_at_a_time_until_all_are_done(office):
    seen = []
    while not (done := looked_at(office, most=1)).is_done:
        seen.append(done.cases)
    assert seen == [1, 1, 1]
    assert len(listed(office)) == 3


def test_of_two_at_once_one_keeps_what_it_found(office):
    """The other began where the first did, and finds that it has gone on."""
    with office.engine.read() as conn:
        was, place = store.reached(conn)
    looked_at(office)
    with pytest.raises(StaleState):
        office.ask(c.KeepVerdicts("elsewhere", store.written(place), (), ()))
    with pytest.raises(StaleState):
        office.ask(c.KeepVerdicts(was, store.written(place), (), ()))
    assert len(listed(office)) == 3


def test_who_may_have_them_looked_at(office):
    with pytest.raises(Forbidden):
        looked_at(office, by=clerk)


def test_filters_and_counts(office):
    looked_at(office)
    assert [case for case, *_ in listed(office, kind="rule-broken")] == [3]
    assert [case for case, *_ in listed(office, worst=INTERVENED)] == [2]
    assert [case for case, *_ in listed(office, procedure="p", version=1)] == [3, 2, 1]
    assert listed(office, procedure="p", version=2) == listed(office, procedure="q") == []
    assert listed(office, from_at=office.now + timedelta(seconds=1)) == listed(office, to_at=office.now) == []
    with office.engine.read() as conn:
        told = verdicts.counts(conn, Wanted(procedure="p"))
        assert told.by_worst == {CONFORMS: 1, INTERVENED: 1, DEVIATES: 1}
        assert told.by_kind == {"reassigned": 1, "rule-broken": 1}


def test_pages_follow_one_another(office):
    looked_at(office)
    with office.engine.read() as conn:
        first = verdicts.page(conn, Wanted(), limit=2)
        rest = verdicts.page(conn, Wanted(), limit=2, cursor=first.next)
        assert [one.case_id for one in (*first.items, *rest.items)] == [3, 2, 1] and rest.next is None
        newest = verdicts.newest(conn, with_remarks=True, limit=1)
        older = verdicts.newest(conn, with_remarks=True, cursor=newest.next)
        assert [one.kind for one in (*newest.items, *older.items)] == ["rule-broken", "reassigned"]
        assert [one.kind for one in verdicts.newest(conn).items] == ["rule-broken"]
        assert (newest.items[0].procedure, newest.items[0].version) == ("p", 1)
