"""Read and acknowledge: asked for at release, required before work, said once, in the trail."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, NoNextTask, NotFound
from engine.domain.training import NothingToRead, TrainingRequired
from engine.facts import people_of
from engine.queries import training
from engine.store import procedures, trainings
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, clerk, colleague, expert, lead, outsider, owner

DESK = bpmn(sequence("desk", task("take", "front-desk"), task("answer", "second-line"), path="s > take > answer > e"))
OTHER = bpmn(sequence("other", task("look", "front-desk"), path="s > look > e"))


def ask(office: Office, how: str, key: str = "desk", number: int = 1) -> int:
    """The version's people are asked to read it; its id."""
    with office.engine.read() as conn:
        row = procedures.version_by_number(conn, key, number)
    with office.database.write() as conn:
        trainings.set_training(conn, row.id, how)
    return row.id


def test_it_is_asked_for_with_the_release_and_also_afterwards(desk):
    for how in ("asked", "required", "required", "none"):
        desk.ask(c.ReleaseVersion("desk", 1, training=how), owner)
    told = [entry["training"] for entry in desk.system_trail().of("VersionReleased") if "training" in entry.data]
    assert told == ["asked", "required", "none"]
    assert unread(desk, clerk) == []
    with pytest.raises(InvalidInput):
        desk.ask(c.ReleaseVersion("desk", 1, training="perhaps"), owner)


def read(office: Office, by: str, key: str = "desk") -> None:
    office.ask(c.AcknowledgeVersion(key, 1), by)


@pytest.fixture
def desk(office: Office) -> Office:
    office.deploy(DESK)
    return office


def unread(office: Office, login: str) -> list[tuple[str, int]]:
    with office.engine.read() as conn:
        organisation = office.engine.organisations.current(conn)
        found = training.to_read(conn, office.actor(login), organisation, office.engine.versions)
        return [(row.procedure, row.version) for row in found]


def test_whoever_works_on_the_version_is_asked_until_they_have_read(desk):
    assert unread(desk, clerk) == []
    ask(desk, "asked")
    assert unread(desk, clerk) == unread(desk, expert) == [("desk", 1)]
    assert unread(desk, outsider) == unread(desk, owner) == []
    read(desk, clerk)
    assert unread(desk, clerk) == [] and unread(desk, expert) == [("desk", 1)]


def test_to_have_read_is_said_once_and_stays_in_the_trail(desk):
    ask(desk, "asked")
    for _ in range(2):
        read(desk, clerk)
    (entry,) = desk.system_trail().of("VersionAcknowledged")
    assert (entry.by, entry["procedure"], entry["version"]) == (clerk, "desk", 1)
    desk.system_trail().check()


def test_nobody_reads_what_is_not_asked_for_or_not_there(desk):
    with pytest.raises(NothingToRead):
        read(desk, clerk)
    with pytest.raises(NotFound):
        desk.ask(c.AcknowledgeVersion("desk", 7), clerk)
    with pytest.raises(NotFound):
        desk.ask(c.AcknowledgeVersion("nothing", 1), clerk)


def test_a_version_that_was_only_asked_for_can_be_worked_on(desk):
    ask(desk, "asked")
    desk.start("desk").task("take").complete(by=clerk)


def test_where_it_is_required_nobody_takes_a_task_before_reading(desk):
    ask(desk, "required")
    case = desk.start("desk")
    for way in ("claim", "complete"):
        with pytest.raises(TrainingRequired) as refused:
            getattr(case.task("take"), way)(by=clerk)
    assert "张敏" in refused.value.text.zh and "v1" in refused.value.text.en
    assert (refused.value.params["key"], refused.value.params["version"]) == ("desk", 1)
    read(desk, clerk)
    case.task("take").claim(by=clerk).complete(by=clerk)


def test_a_task_is_handed_to_nobody_who_has_not_read(desk):
    ask(desk, "required")
    read(desk, clerk)
    first = desk.start("desk").task("take").claim(by=clerk)
    with pytest.raises(TrainingRequired, match="王芳"):
        first.delegate(by=clerk, to=colleague)
    with pytest.raises(TrainingRequired, match="王芳"):
        first.assign(by=lead, to=colleague)
    read(desk, colleague)
    assert first.delegate(by=clerk, to=colleague).holder == colleague


def test_who_holds_a_task_already_may_finish_it(desk):
    first = desk.start("desk").task("take").claim(by=clerk)
    ask(desk, "required")
    first.draft(by=clerk, note="x")
    first.complete(by=clerk)


def test_the_next_task_is_one_that_may_be_taken(desk):
    ask(desk, "required")
    desk.deploy(OTHER)
    blocked, free = desk.start("desk"), desk.start("other")
    assert desk.ask(c.TakeNextTask(), clerk)["case"] == free.id
    with pytest.raises(TrainingRequired):
        desk.ask(c.TakeNextTask(), clerk)
    read(desk, clerk)
    assert desk.ask(c.TakeNextTask(), clerk)["case"] == blocked.id
    with pytest.raises(NoNextTask):
        desk.ask(c.TakeNextTask(), clerk)


def test_more_tasks_than_the_pull_looks_at_do_not_hide_the_one_that_may_be_taken(desk):
    ask(desk, "required")
    desk.deploy(OTHER)
    for _ in range(21):
        desk.start("desk")
    free = desk.start("other")
    assert desk.ask(c.TakeNextTask(), clerk)["case"] == free.id


def test_a_replaced_version_is_no_longer_to_be_read(desk):
    ask(desk, "asked")
    desk.deploy(DESK.replace(b'name="take"', b'name="take it"'))
    assert unread(desk, clerk) == []


def test_the_owner_sees_who_has_read_and_who_has_not(desk):
    ask(desk, "required")
    read(desk, expert)
    with desk.engine.read() as conn:
        roster = training.roster(conn, desk.engine.organisations.current(conn), desk.engine.versions, "desk", 1)
    assert roster.training == "required"
    assert {row.login: row.read_at is not None for row in roster.people} == {clerk: False, colleague: False, expert: True}


def test_people_are_those_of_the_groups_those_named_and_any_employee_where_nobody_is(office):
    steps = task("a", "${team}"), task("b", "一线坐席, nobody"), task("c", users=outsider)
    office.deploy(bpmn(sequence("who", *steps, path="s > a > b > c > e")))
    office.deploy(bpmn(sequence("all", task("a"), path="s > a > e")))
    with office.engine.read() as conn:
        organisation = office.engine.organisations.current(conn)
        of = {key: office.engine.versions.get(conn, procedures.find(conn, key).released_id) for key in ("who", "all")}
    logins = {key: {organisation.users[id_].login for id_ in people_of(organisation, one)} for key, one in of.items()}
    assert logins["who"] == {clerk, colleague, outsider}
    assert {clerk, lead, outsider} <= logins["all"] and owner not in logins["all"]
