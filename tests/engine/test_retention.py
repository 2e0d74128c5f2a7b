"""Personal values go when the time the procedure keeps them is over; what happened stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.errors import NotDeployable
from engine.handlers.retention import ValuesForgotten
from engine.queries import attachments
from engine.store.schema import personal_value
from engine.worker import forget_in_time
from tests.engine.drawn import bpmn, messages, sequence, task
from tests.engine.migrating import migrate
from tests.office import Office, admin, clerk, lead

PDF = b"%PDF-1.7\n"
FIRST_PART = bpmn(
    messages("on"),
    sequence("first", task("ask", "front-desk", fields="name:string*"), path="s > ask > e", ends="m-on", words={"retention": "P90D"}),
)
SECOND_PART = bpmn(
    messages("on"),
    sequence("second", task("check", "front-desk"), path="s > check > e", starts="m-on", words={"retention": "P30D"}),
)


def desk(retention: str | None, key: str = "desk", name: str = "ask") -> bytes:
    words = {"retention": retention} if retention else None
    return bpmn(sequence(key, task(name, "front-desk", fields="name:string*"), path=f"s > {name} > e", words=words))


def closed(office: Office, file: bytes | str, element: str = "ask"):
    case = office.start(file)
    case.task(element).complete(by=clerk, name="王丽娟")
    assert case.state == "closed"
    return case


def kept(case) -> int:
    with case.office.engine.read() as conn:
        return len(conn.execute(select(personal_value).where(personal_value.c.case_id == case.id)).all())


def later(office: Office, days: int) -> int:
    """How many cases lose values when so many more days have gone by."""
    office.clock.move_to(office.now + timedelta(days=days))
    return forget_in_time(office.engine)


def test_values_go_on_time_and_the_trail_stays(office):
    case = closed(office, desk("P3Y"))
    case.ask(c.AddAttachment, PDF, "receipt.pdf", by=clerk)
    before = case.trail().types
    assert kept(case) and later(office, 3 * 365) == 0
    assert later(office, 1) == 1
    assert kept(case) == 0
    trail = case.trail()
    trail.check()
    assert trail.types == [*before, "PersonalValuesRedacted"]
    last = trail.last("PersonalValuesRedacted")
    assert (last.by, last["rule"], last["procedure"], last["version"]) == ("system", "P3Y", "desk", 1)
    assert last["count"] >= 3
    with office.engine.read() as conn:
        assert [file.name for file in attachments.of_case(conn, case.id)] == [""]
    assert later(office, 3650) == 0


def test_without_a_rule_nothing_goes(office):
    case = closed(office, desk(None))
    assert later(office, 36_500) == 0
    assert kept(case) and case.row.forget_at is None


def test_open_cases_keep_their_values_however_long_they_take(office):
    case = office.start(desk("P1D"))
    assert later(office, 400) == 0 and kept(case)
    case.task("ask").complete(by=clerk, name="王丽娟")
    assert later(office, 2) == 1


def test_cancelled_cases_too(office):
    case = office.start(desk("P30D"))
    case.ask(c.CancelCase, "twice", by=lead)
    assert later(office, 29) == 0 and later(office, 2) == 1


def test_each_case_by_the_version_it_ran_on(office):
    short = closed(office, desk("P30D"))
    office.deploy(desk("P90D"))
    long = closed(office, "desk")
    office.deploy(desk(None))
    never = closed(office, "desk")
    assert later(office, 31) == 1 and (kept(short), bool(kept(long))) == (0, True)
    assert later(office, 60) == 1 and kept(long) == 0
    assert later(office, 36_500) == 0 and kept(never)


def test_a_case_that_moved_keeps_them_as_its_new_version_says(office):
    case = office.start(desk("P30D"))
    office.deploy(desk("P90D"))
    migrate(office, "desk")
    case.task("ask").complete(by=clerk, name="王丽娟")
    assert later(office, 31) == 0 and later(office, 60) == 1


def test_of_several_procedures_of_a_case_the_longest_counts(office):
    """The first part of the case is over when the last one ends."""
    office.deploy(SECOND_PART)
    case = office.start(FIRST_PART)
    case.task("ask").complete(by=clerk, name="王丽娟")
    assert case.open_tasks == ["check"]
    case.task("check").complete(by=clerk)
    assert case.state == "closed"
    assert later(office, 31) == 0 and later(office, 60) == 1
    assert case.trail().last("PersonalValuesRedacted")["procedure"] == "first"


def test_notes_before_the_time_go_with_the_rest_and_none_come_after_it(office):
    case = closed(office, desk("P30D"))
    office.clock.move_to(office.now + timedelta(days=20))
    case.ask(c.AddNote, "王丽娟又来电", by=clerk)
    assert later(office, 11) == 1 and kept(case) == 0
    done = case.trail().last("TaskCreated")["task"]
    for command in (c.AddNote(case.id, "王丽娟"), c.AddAttachment(case.id, PDF, "a.pdf"), c.MakeSuggestion(case.id, done, "x")):
        with pytest.raises(ValuesForgotten):
            office.ask(command, admin)


def test_what_was_redacted_before_is_not_said_to_be_deleted_again(office):
    case = closed(office, desk("P30D"))
    case.ask(c.RedactPersonalValues, "asked for", by=admin)
    assert later(office, 31) == 0
    assert case.trail().types.count("PersonalValuesRedacted") == 1


@pytest.mark.parametrize("written", ["3 years", "PT5H", "P0D", "P200Y"])
def test_a_file_with_a_time_that_cannot_be_read_is_not_taken(office, written):
    with pytest.raises(NotDeployable) as refused:
        office.deploy(desk(written))
    assert [finding.rule for finding in refused.value.findings if finding.level == "error"] == ["retention-bad"]
