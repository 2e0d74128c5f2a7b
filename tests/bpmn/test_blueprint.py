"""The service blueprint: who stands in which row, what follows what, and what the customer says and gets."""

from __future__ import annotations

import pytest

from engine.bpmn.blueprint import ROWS, Blueprint, blueprint
from engine.bpmn.diff import source_of
from tests.bpmn.drawn import bpmn, element, flows, process, timer
from tests.engine.drawn import boundary, properties, task
from tests.office import PROCESSES

KEYS = ("inquiry", "handling", "complaint-closure", "callback")


def drawn(body: str, outside: str = "") -> Blueprint:
    return blueprint(source_of(bpmn(outside, process("p", body))))


def shown(found: Blueprint) -> list[dict[str, str]]:
    """Each column as row → names of its cards."""
    return [{row: " ".join(card.name.en for card in column.of(row)) for row in ROWS if column.of(row)} for column in found.columns]


def collaboration(*messages: str, pools: str = "", ours: str = "p") -> str:
    """`ask: customer > first` draws a message flow called `ask`."""
    drawn_flows = ""
    for n, message in enumerate(messages):
        name, way = message.split(":")
        source, target = (end.strip() for end in way.split(">"))
        drawn_flows += f'<bpmn:messageFlow id="m{n}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'
    pools = pools or '<bpmn:participant id="customer" name="Customer"/>'
    return f'<bpmn:collaboration id="c">{pools}<bpmn:participant id="us" processRef="{ours}"/>{drawn_flows}</bpmn:collaboration>'


def step(ident: str, stage: str, **words: str) -> str:
    return task(ident, stage=stage, **words)


def test_a_column_goes_down_and_a_new_one_begins_where_the_flow_comes_up():
    body = (
        element("startEvent s")
        + step("greet", "frontstage") + step("look", "backstage") + step("bill", "support") + step("reply", "frontstage")
        + element("endEvent e") + flows("s > greet > look > bill > reply > e")
    )  # fmt: skip
    assert shown(drawn(body)) == [
        {"frontstage": "greet", "backstage": "look", "support": "bill"},
        {"frontstage": "reply"},
    ]


def test_ways_that_exclude_one_another_stand_side_by_side_and_the_question_at_the_step_before():
    body = (
        element("startEvent s") + step("ask", "frontstage")
        + '<bpmn:exclusiveGateway id="g" name="Known?" default="g-quick"/>'
        + step("quick", "frontstage") + step("slow", "backstage") + element("endEvent e")
        + flows("s > ask > g; g > quick; g > slow [x]; quick > e; slow > ask")
    )  # fmt: skip
    found = drawn(body)
    assert shown(found) == [{"frontstage": "ask"}, {"frontstage": "quick", "backstage": "slow"}]
    (asked,), (slow,) = found.columns[0].of("frontstage"), found.columns[1].of("backstage")
    assert [words.en for words in asked.decides] == ["Known?"]
    assert [words.en for words in slow.returns_to] == ["ask"]


def test_what_may_break_a_step_off_is_told_at_it():
    late = boundary("late", "work", "PT1H", interrupting=False).replace('id="late"', 'id="late" name="One hour"')
    body = element("startEvent s") + step("work", "backstage") + late + element("endEvent e") + flows("s > work > e; late > e")
    (card,) = drawn(body).columns[0].of("backstage")
    assert [words.en for words in card.breaks] == ["One hour"]


def test_the_customer_says_and_gets_what_the_message_flows_carry():
    body = (
        element("startEvent s") + step("first", "frontstage") + step("work", "backstage") + step("tell", "frontstage")
        + element("endEvent e") + flows("s > first > work > tell > e")
    )  # fmt: skip
    found = drawn(body, collaboration("Question: customer > first", "Answer: tell > customer", "Bill: us > customer"))
    said, got = (column.of("customer") for column in found.columns)
    assert [(card.kind, card.name.en) for card in said] == [("says", "Question")]
    assert [(card.kind, card.name.en) for card in got] == [("gets", "Answer"), ("gets", "Bill")]


def test_an_event_the_customer_brings_about_is_theirs_and_not_told_twice():
    body = '<bpmn:startEvent id="s" name="Calls"/>' + step("a", "frontstage") + element("endEvent e") + flows("s > a > e")
    found = drawn(body, collaboration("Call: customer > s"))
    assert shown(found) == [{"customer": "Calls", "frontstage": "a"}]


def test_the_steps_of_the_customers_own_process_stand_where_they_talk_to_us():
    theirs = process("theirs", '<bpmn:task id="wish" name="Wishes"/><bpmn:task id="read" name="Reads"/>')
    pools = '<bpmn:participant id="customer" name="客户" processRef="theirs"/>'
    body = element("startEvent s") + step("a", "frontstage") + step("b", "frontstage") + element("endEvent e") + flows("s > a > b > e")
    outside = collaboration("Wish: wish > a", "Letter: b > read", pools=pools)
    found = blueprint(source_of(bpmn(outside, process("p", body), theirs), "p"))
    assert shown(found) == [
        {"customer": "Wishes Wish", "frontstage": "a"},
        {"customer": "Reads Letter", "frontstage": "b"},
    ]


def test_a_partner_who_is_no_customer_supports():
    pools = '<bpmn:participant id="customer" name="Customer"/><bpmn:participant id="bank" name="Bank"/>'
    body = element("startEvent s") + step("a", "backstage") + element("endEvent e") + flows("s > a > e")
    found = drawn(body, collaboration("Order: a > bank", pools=pools))
    assert shown(found) == [{"backstage": "a", "support": "Order"}]


def test_what_machines_do_supports_unless_the_customer_meets_it():
    def automatic(ident: str, **words: str) -> str:
        inner = f"<bpmn:extensionElements>{properties(words)}</bpmn:extensionElements>" if words else ""
        return f'<bpmn:serviceTask id="{ident}" name="{ident}">{inner}</bpmn:serviceTask>'

    body = (
        element("startEvent s") + automatic("log") + automatic("mail", stage="frontstage", touchpoint="true")
        + element("endEvent e") + flows("s > log > mail > e")
    )  # fmt: skip
    assert shown(drawn(body)) == [{"support": "log"}, {"customer": "In touch with us", "frontstage": "mail"}]


def test_documents_and_the_form_filled_in_with_the_customer_are_evidence():
    inner = '<bpmn:dataOutputAssociation id="d1"><bpmn:targetRef>offer</bpmn:targetRef></bpmn:dataOutputAssociation>'
    body = (
        '<bpmn:dataObjectReference id="offer" name="Offer"/>' + element("startEvent s")
        + step("a", "frontstage", touchpoint="true", fields="x:string y:string", inner=inner)
        + step("b", "backstage", fields="z:string") + element("endEvent e") + flows("s > a > b > e")
    )  # fmt: skip
    found = drawn(body)
    assert shown(found)[0]["evidence"] == "Offer Form, 2 fields"
    assert "evidence" not in {row for column in shown(found)[1:] for row in column}


def test_a_step_without_a_stage_is_named_as_guessed():
    body = element("startEvent s") + task("a") + task("b", touchpoint="true") + element("endEvent e") + flows("s > a > b > e")
    found = drawn(body)
    assert found.guessed == ("a", "b")
    assert shown(found) == [{"backstage": "a"}, {"customer": "In touch with us", "frontstage": "b"}]


def test_what_is_in_a_subprocess_comes_before_what_follows_it():
    inner = element("startEvent s2") + step("inside", "backstage") + element("endEvent e2") + flows("s2 > inside > e2")
    body = (
        element("startEvent s") + step("before", "frontstage") + element("subProcess sub", inner) + step("after", "frontstage")
        + element("endEvent e") + flows("s > before > sub > after > e")
    )  # fmt: skip
    assert shown(drawn(body)) == [{"frontstage": "before", "backstage": "inside"}, {"frontstage": "after"}]


def test_nothing_to_draw_gives_an_empty_sheet():
    assert shown(drawn(element("startEvent s") + element("endEvent e") + flows("s > e"))) == [{}]


def test_waits_stand_in_their_lane_and_loops_end():
    body = (
        element("startEvent s") + step("a", "frontstage")
        + f'<bpmn:intermediateCatchEvent id="w" name="A day">{timer("P1D")}</bpmn:intermediateCatchEvent>'
        + '<bpmn:exclusiveGateway id="g" default="g-e"/>' + element("endEvent e") + flows("s > a > w > g; g > a [x]; g > e")
    )  # fmt: skip
    (wait,) = [card for column in drawn(body).columns for card in column.of("backstage")]
    assert wait.kind == "wait" and [words.en for words in wait.returns_to] == ["a"]


@pytest.mark.parametrize("key", KEYS)
def test_every_step_of_a_shipped_procedure_is_drawn_once(key):
    source = source_of((PROCESSES / key / "procedure.bpmn").read_bytes())
    found = blueprint(source)
    cards = [c for column in found.columns for row in ("customer", "frontstage", "backstage", "support") for c in column.of(row)]
    steps = [card.element_id for card in cards if card.kind == "step"]
    people = {s.element_id for s in source.definition.procedure.steps.values() if s.is_human}
    assert sorted(steps) == sorted(people) and found.guessed == ()
    rows = {card.element_id: row for column in found.columns for row in ROWS for card in column.of(row) if card.kind == "step"}
    assert all(rows[id_] == source.definition.procedure.steps[id_].stage for id_ in people)
