"""What those who do the work would do better: said at the step, answered by the owner, taken up by a version."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.handlers.suggestions import SuggestionTakenUp
from engine.store import suggestions
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, auditor, clerk, colleague, outsider, owner

DESK = bpmn(sequence("desk", task("take", "front-desk"), task("answer", "front-desk"), path="s > take > answer > e"))
WORDS = "先问订单号，少问一次姓名。"


@pytest.fixture
def desk(office: Office) -> Office:
    office.deploy(DESK)
    return office


def suggest(office: Office, by: str = clerk, text: str = WORDS) -> int:
    case = office.start("desk", by=by)
    return office.ask(c.MakeSuggestion(case.id, case.task("take").no, text), by)["id"]


def stored(office: Office, suggestion_id: int):
    with office.engine.read() as conn:
        return suggestions.find(conn, suggestion_id)


def test_a_suggestion_stands_at_its_step_and_in_the_trail_of_the_case(desk):
    made = suggest(desk, text=f"  {WORDS} ")
    row = stored(desk, made)
    assert (row.procedure, row.element_id, row.version, row.text, row.state) == ("desk", "take", 1, WORDS, "open")
    trail = desk.case(row.case_id).trail()
    trail.check()
    entry = trail.last("SuggestionMade")
    assert (entry.by, entry["suggestion"], entry["element"]) == (clerk, made, "take")
    assert desk.case(row.case_id).personal_values(entry.seq) == {"text": WORDS}


def test_also_at_a_step_that_is_done_and_a_case_that_is_closed(desk):
    case = desk.start("desk")
    no = case.task("take").no
    case.task("take").complete(by=clerk)
    case.task("answer").complete(by=clerk)
    assert case.state == "closed"
    desk.ask(c.MakeSuggestion(case.id, no, WORDS), clerk)


def test_who_does_not_see_the_task_and_who_only_reads_suggests_nothing(desk):
    case = desk.start("desk")
    for login, refusal in ((outsider, NotFound), (auditor, Forbidden)):
        with pytest.raises(refusal):
            desk.ask(c.MakeSuggestion(case.id, case.task("take").no, WORDS), login)


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
def test_it_has_words_and_not_too_many(desk, text):
    with pytest.raises(InvalidInput) as refused:
        suggest(desk, text=text)
    assert "text" in refused.value.fields


def test_the_owner_answers_and_may_think_again(desk):
    made = suggest(desk)
    desk.ask(c.AnswerSuggestion(made, "declined", "客户常常没有订单号。"), owner)
    desk.ask(c.AnswerSuggestion(made, "accepted", "有订单号时先问。"), owner)
    row = stored(desk, made)
    assert (row.state, row.answer) == ("accepted", "有订单号时先问。")
    assert [e["verdict"] for e in desk.system_trail().of("SuggestionAnswered")] == ["declined", "accepted"]
    desk.system_trail().check()


def test_nobody_else_answers_and_nothing_else_is_an_answer(desk):
    made = suggest(desk)
    with pytest.raises(Forbidden):
        desk.ask(c.AnswerSuggestion(made, "accepted", "好"), colleague)
    with pytest.raises(InvalidInput):
        desk.ask(c.AnswerSuggestion(made, "perhaps", "好"), owner)
    with pytest.raises(InvalidInput):
        desk.ask(c.AnswerSuggestion(made, "accepted", " "), owner)
    with pytest.raises(NotFound):
        desk.ask(c.AnswerSuggestion(made + 1, "accepted", "好"), owner)


def test_a_version_takes_suggestions_up_and_they_say_so(desk):
    first, second = suggest(desk), suggest(desk)
    answer = desk.ask(c.DeployVersion(DESK.replace(b'"take"', b'"take_it"'), suggestions=(first,)), owner)
    assert stored(desk, first).taken_up_in == answer["version"] == 2
    assert stored(desk, first).state == "accepted" and stored(desk, second).taken_up_in is None
    assert desk.system_trail().last("VersionDeployed")["suggestions"] == [first]
    with pytest.raises(SuggestionTakenUp):
        desk.ask(c.AnswerSuggestion(first, "declined", "不"), owner)


def test_a_version_cannot_take_up_what_nobody_suggested_for_it(desk):
    made = suggest(desk)
    with pytest.raises(InvalidInput) as refused:
        desk.ask(c.DeployVersion(DESK.replace(b'"take"', b'"take_it"'), suggestions=(made, made + 7)), owner)
    assert str(made + 7) in refused.value.fields["suggestions"].en
    assert stored(desk, made).taken_up_in is None


def test_open_ones_stand_first_and_are_counted(desk):
    first, second = suggest(desk), suggest(desk, by=colleague)
    third = suggest(desk)
    desk.ask(c.AnswerSuggestion(third, "accepted", "好"), owner)
    with desk.engine.read() as conn:
        assert [row.id for row in suggestions.of_procedure(conn, "desk")] == [second, first, third]
        assert suggestions.counts(conn) == {"desk": (2, 3)}
        assert [row.id for row in suggestions.of_author(conn, desk.actor(clerk).id, 9)] == [third, first]
