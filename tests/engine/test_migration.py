"""Running cases moved to another version: tasks, drafts, holders, timers, and everything in the trail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound, SeparationOfDuties
from engine.handlers.migrations import MigrationOver
from engine.handlers.moving_back import CaseTouched, NotMoved
from engine.queries import names, path
from engine.store.schema import timer
from tests.engine.drawn import boundary, bpmn, catch, element, messages, receive, script, sequence, task
from tests.engine.migrating import counts, migrate, outcome, plan, reasons, rows_of, undo, version_of
from tests.office import admin, approver, clerk, colleague, expert, lead, owner

OLD = bpmn(sequence("p", task("a", "front-desk", fields="n:long"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(
    sequence(
        "p", task("a", "front-desk", fields="n:long m:string"), task("c", "second-line"), task("b", "front-desk"),
        path="s > a > c > b > e",
    )
)  # fmt: skip
RENAMED = bpmn(sequence("p", task("a2", "front-desk"), task("b", "front-desk"), path="s > a2 > b > e"))


def two(office, old: bytes = OLD, new: bytes = NEW, **variables):
    """A case on the first version; the second is released."""
    case = office.start(old, **variables)
    office.deploy(new)
    return case


def test_a_case_goes_on_in_the_new_version(office):
    case = two(office)
    migration = migrate(office, "p")
    assert outcome(office, migration) == {case.id: "moved"}
    assert version_of(office, case) == 2
    case.task("a").complete(by=clerk, n=1, m="x")
    assert case.open_tasks == ["c"]
    case.trail().check()
    office.system_trail().check()


def test_the_trail_tells_who_moved_it_and_what_was_moved(office):
    case = two(office)
    migration = migrate(office, "p", reason="the expert is asked now")
    moved = case.trail().last("CaseMigrated")
    assert moved.data == {
        "migration": migration, "instance": 1, "procedure": "p", "from": 1, "to": 2, "reason": "the expert is asked now",
    }  # fmt: skip
    told = office.system_trail()
    assert told.last("MigrationPlanned").by == owner
    assert told.last("MigrationFinished").data == {"migration": migration, "procedure": "p", "moved": 1, "stayed": 0}


def test_the_draft_and_the_holder_are_kept(office):
    case = two(office)
    case.task("a").claim(by=clerk)
    office.ask(c.SaveDraft(case.id, case.task("a").no, {"n": "41"}), clerk)
    before = case.task("a").row
    migrate(office, "p")
    row = case.task("a").row
    assert (row.draft, row.assignee_id, row.no, row.created_at) == ({"n": "41"}, before.assignee_id, before.no, before.created_at)
    assert row.version_id != before.version_id
    case.task("a").complete(by=clerk, n=41)
    assert case.open_tasks == ["c"]


def test_a_task_is_offered_to_the_groups_of_the_new_version(office):
    case = two(office, new=bpmn(sequence("p", task("a", "second-line"), task("b"), path="s > a > b > e")))
    migrate(office, "p")
    case.task("a").claim(by=expert)
    assert case.trail().last("CaseMigrated")["tasks"] == [{"task": 2, "element": "a", "groups": ["second-line"]}]


def test_whoever_holds_a_task_keeps_it_and_gives_it_back_to_the_new_groups(office):
    case = two(office, new=bpmn(sequence("p", task("a", "second-line"), task("b"), path="s > a > b > e")))
    case.task("a").claim(by=clerk)
    migrate(office, "p")
    assert case.task("a").row.assignee_id is not None
    office.ask(c.ReleaseTask(case.id, case.task("a").no), clerk)
    case.task("a").claim(by=expert)


def test_the_comparison_proposes_which_step_is_which(office):
    """The two have the same name."""
    case = two(office, new=RENAMED.replace(b'name="a2"', b'name="a"'))
    case.task("a").claim(by=clerk)
    migrate(office, "p")
    assert case.open_tasks == ["a2"]
    assert case.trail().last("CaseMigrated")["mapping"] == {"a": "a2"}
    case.task("a2").complete(by=clerk)
    assert case.open_tasks == ["b"]


def test_a_step_nothing_takes_the_place_of(office):
    case = two(office, new=bpmn(sequence("p", task("b", "front-desk"), path="s > b > e")))
    migration = migrate(office, "p", mapping={})
    assert counts(office, migration) == {"stayed": 1}
    assert reasons(office, migration, case) == [("a", "“a” is not in the new version; say which element takes its place.")]
    assert version_of(office, case) == 1
    assert "CaseMigrated" not in case.trail().types
    case.task("a").complete(by=clerk)
    assert case.open_tasks == ["b"]


def test_some_move_and_some_stay(office):
    ahead, behind = office.start(OLD), office.start("p")
    ahead.task("a").complete(by=clerk)
    office.deploy(bpmn(sequence("p", task("b", "front-desk"), path="s > b > e")))
    migration = migrate(office, "p", mapping={})
    assert outcome(office, migration) == {ahead.id: "moved", behind.id: "stayed"}


def test_only_the_cases_asked_for(office):
    one, other = office.start(OLD), office.start("p")
    office.deploy(NEW)
    migration = migrate(office, "p", cases=(other.id,))
    assert outcome(office, migration) == {other.id: "moved"}
    assert version_of(office, one) == 1
    with pytest.raises(InvalidInput) as refused:
        plan(office, "p", cases=(other.id, 99))
    assert "CL-000099" in refused.value.fields["cases"].en


def test_a_case_that_ended_before_its_turn(office):
    case = two(office)
    migration = plan(office, "p")
    case.task("a").complete(by=clerk)
    case.task("b").complete(by=clerk)
    office.work()
    assert reasons(office, migration, case) == [(None, "It had ended before.")]


def test_a_case_that_another_migration_moved_before(office):
    case = two(office)
    first, second = plan(office, "p"), plan(office, "p")
    office.work()
    assert outcome(office, first) == {case.id: "moved"}
    assert reasons(office, second, case) == [(None, "It was no longer on the version to be moved from.")]


def test_a_migration_without_cases_is_over_at_once(office):
    office.deploy(OLD)
    office.deploy(NEW)
    plan(office, "p")
    assert office.system_trail().types[-2:] == ["MigrationPlanned", "MigrationFinished"]


# Timers and messages


def waiting(duration: str, message_: str = "reply", watch: str = "") -> bytes:
    """A timer, a message and a task beside each other."""
    parts = (
        task("a", "front-desk"), catch("t", duration), receive("w", f"m-{message_}"), task("b"),
        element("parallelGateway g"), element("parallelGateway h"),
    )  # fmt: skip
    more = f"; {watch.split('id=')[1].split(chr(34))[1]} > e" if watch else ""
    return bpmn(messages("reply", "answer"), sequence("p", *parts, *([watch] if watch else []),
                path="s > g > t > h > b > e; g > w > h; g > a > h" + more))  # fmt: skip


def test_timers_and_messages_are_those_of_the_new_version(office):
    case = two(office, waiting("PT4H"), waiting("PT6H", "answer"))
    office.wait("PT1H")
    migrate(office, "p")
    assert [(t.element_id, t.due_at) for t in timers(office, case)] == [("t", since_start(case, hours=6))]
    office.ask(c.DeliverMessage(case.id, "answer"))
    office.wait("PT5H")
    case.task("a").complete(by=clerk)
    assert case.open_tasks == ["b"]
    case.trail().check()


def test_what_is_the_same_keeps_its_rows(office):
    case = two(office, waiting("PT4H"), waiting("PT4H", watch=boundary("late", "a", "PT2H", interrupting=False)))
    before = rows_of(office, case)
    migrate(office, "p")
    after = rows_of(office, case)
    assert after["message_wait"] == before["message_wait"]
    assert [row for row in after["timer"] if row in before["timer"]] == before["timer"]
    office.wait("PT2H")
    assert case.trail().last("TimerFired")["element"] == "late"


def test_an_incident_is_settled_in_the_version_that_mends_it(office):
    def deciding(condition: str) -> bytes:
        gateway = element("exclusiveGateway x default=x-e")
        return bpmn(sequence("p", task("a", fields="n:long"), task("b"), gateway, path=f"s > a > x; x > b [{condition}]; x > e; b > e"))

    case = two(office, deciding("n > limit"), deciding("n > 3"))
    case.task("a").complete(by=clerk, n=5)
    (incident,) = case.incidents
    migrate(office, "p")
    office.ask(c.RetryIncident(case.id, incident.no), admin)
    assert case.open_tasks == ["b"]


# Four eyes


def test_four_eyes_hold_across_a_renamed_step(office):
    def file(first: str) -> bytes:
        return bpmn(sequence("p", task(first, "approvers"), task("b", "approvers", separate_from=first), path=f"s > {first} > b > e"))

    case = two(office, file("a"), file("a2").replace(b'name="a2"', b'name="a"'))
    case.task("a").complete(by=approver)
    migrate(office, "p")
    with pytest.raises(SeparationOfDuties):
        case.task("b").claim(by=approver)


# Undoing


def test_a_move_is_undone_exactly(office):
    old = waiting("PT4H", watch=boundary("late", "a", "PT3H", interrupting=False))
    case = two(office, old, waiting("PT6H", "answer", watch=boundary("later", "a", "PT2H", interrupting=False)))
    before = rows_of(office, case)
    migration = migrate(office, "p", mapping={})
    assert rows_of(office, case) != before
    undo(office, migration, case)
    assert rows_of(office, case) == before
    assert outcome(office, migration) == {case.id: "undone"}
    assert case.trail().last("MigrationUndone").data == {
        "migration": migration, "instance": 1, "procedure": "p", "from": 2, "to": 1,
    }  # fmt: skip
    case.trail().check()
    case.task("a").complete(by=clerk)


def test_whom_the_new_version_names_gets_the_task_and_gives_it_back(office):
    case = two(office, new=bpmn(sequence("p", task("a", assignee=expert), task("b"), path="s > a > b > e")))
    before = rows_of(office, case)
    migration = migrate(office, "p")
    assert case.task("a").holder == expert
    undo(office, migration, case)
    assert case.task("a").holder is None
    assert rows_of(office, case) == before


def test_what_was_typed_and_claimed_meanwhile_stays(office):
    case = two(office)
    migration = migrate(office, "p")
    case.task("a").claim(by=colleague)
    office.ask(c.SaveDraft(case.id, case.task("a").no, {"n": "7"}), colleague)
    undo(office, migration, case)
    row = case.task("a").row
    assert (row.draft, row.assignee_id) == ({"n": "7"}, office.actor(colleague).id)


def test_a_case_that_has_gone_on_cannot_be_put_back(office):
    case = two(office)
    migration = migrate(office, "p")
    case.task("a").complete(by=clerk)
    with pytest.raises(CaseTouched):
        undo(office, migration, case)
    assert version_of(office, case) == 2


def test_a_case_is_put_back_once(office):
    case = two(office)
    migration = migrate(office, "p")
    undo(office, migration, case)
    with pytest.raises(NotMoved):
        undo(office, migration, case)
    again = migrate(office, "p")
    assert outcome(office, again) == {case.id: "moved"}


# Stopping, and who may


def test_a_migration_is_stopped(office):
    case = two(office)
    migration = plan(office, "p")
    office.ask(c.StopMigration(migration), owner)
    office.work()
    assert outcome(office, migration) == {case.id: "stopped"}
    assert version_of(office, case) == 1
    with pytest.raises(MigrationOver):
        office.ask(c.StopMigration(migration), owner)


@pytest.mark.parametrize("by", [clerk, lead])
def test_only_owners_move_cases(office, by):
    case = two(office)
    with pytest.raises(Forbidden):
        plan(office, "p", by=by)
    migration = migrate(office, "p")
    with pytest.raises(Forbidden):
        undo(office, migration, case, by=by)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (c.MigrateCases("p", 1, 1), "to"),
        (c.MigrateCases("p", 1, 3), "to"),
        (c.MigrateCases("p", 1, 2, {"a": "nowhere"}), "a"),
        (c.MigrateCases("p", 1, 2, {"x": "a"}), "x"),
        (c.MigrateCases("p", 1, 2, {"a": "s"}), "a"),
    ],
)
def test_what_was_asked_for_wrongly_is_answered_by_name(office, command, field):
    two(office)
    office.deploy(RENAMED, draft=True)
    with pytest.raises(InvalidInput) as refused:
        office.ask(command, owner)
    assert refused.value.fields.keys() == {field}


@pytest.mark.parametrize("command", [c.MigrateCases("q", 1, 2), c.MigrateCases("p", 1, 9), c.StopMigration(9), c.UndoMigration(1, 9)])
def test_what_does_not_exist(office, command):
    two(office)
    with pytest.raises(NotFound):
        office.ask(command, admin)


def timers(office, case) -> list:
    with office.engine.read() as conn:
        return list(conn.execute(select(timer).where(timer.c.case_id == case.id).order_by(timer.c.no)))


def since_start(case, **amount) -> datetime:
    return case.row.opened_at + timedelta(**amount)


# What is shown of a case that was moved


def test_what_was_done_keeps_its_name_and_today_s_diagram_shows_it_where_it_is(office):
    def file(first: str, name: str) -> bytes:
        step = task(first, "front-desk").replace(f'name="{first}"', f'name="{name}"')
        return bpmn(sequence("p", step, script("x", "n = 1"), task("b", "front-desk"), path=f"s > {first} > x > b > e"))

    case = two(office, file("a", "Look at it"), file("a2", "Examine"))
    case.task("a").complete(by=clerk)
    migration = migrate(office, "p", mapping={"a": "a2"})
    with office.engine.read() as conn:
        organisation = office.engine.organisations.current(conn)
        (run,) = case.instances
        shown = path.of_instance(conn, organisation, office.engine.versions, case.id, run.no, run.version_id)
    assert shown.passed == ("s", "a2", "x")
    assert [(step.element_id, step.state) for step in shown.steps] == [("a2", "done"), ("b", "open")]
    undo(office, migration, case)
    with office.engine.read() as conn:
        (run,) = case.instances
        shown = path.of_instance(conn, organisation, office.engine.versions, case.id, run.no, run.version_id)
    assert shown.passed == ("s", "a", "x")
    assert [step.name.en for step in shown.steps] == ["Look at it", "b"]


def test_the_trail_calls_steps_by_their_names_whatever_version_they_are_of(office):
    case = two(office, OLD.replace(b'name="a"', b'name="Look at it"'), bpmn(sequence("p", task("b"), path="s > b > e")))
    case.task("a").complete(by=clerk)
    migrate(office, "p")
    with office.engine.read() as conn:
        known = names.of_case(conn, office.engine.versions, case.id)
    assert known.steps["a"].en == "Look at it"
