"""Rules declared with the procedure: what breaks one is named, what keeps it raises nothing."""

from __future__ import annotations

from datetime import timedelta
from xml.sax.saxutils import quoteattr

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.dialects.declared import read_rule
from engine.domain import commands as c
from engine.queries import conformance
from tests.bpmn.drawn import bpmn, element, flows, message, process
from tests.office import Office, admin, clerk

AMOUNT = '<camunda:formField id="amount" type="decimal" /><camunda:formField id="day" type="date" />'
FORM = f"<bpmn:extensionElements><camunda:formData>{AMOUNT}</camunda:formData></bpmn:extensionElements>"


def ruled(text, **labels):
    words = {"rule.r": text} | {f"rule.r.{language}": label for language, label in labels.items()}
    listed = "".join(f'<camunda:property name="{name}" value={quoteattr(value)} />' for name, value in words.items())
    return f"<bpmn:extensionElements><camunda:properties>{listed}</camunda:properties></bpmn:extensionElements>"


def with_rule(text, **labels):
    parts = [element("startEvent s"), element("userTask a", FORM), element("userTask b"), element("endEvent e")]
    again = element("exclusiveGateway g default=g-e"), flows("s > a > b > g > e; g > a [again]")
    return bpmn(process("p", ruled(text, **labels), *parts, *again))


def checked(case, now=None):
    with case.office.engine.read() as conn:
        return conformance.check(conn, case.office.engine.versions, case.id, now)


def found(case):
    return [(one.kind, one.element) for one in checked(case).deviations]


def play(database, text, wait="PT1H", amount="10", **labels):
    """a at nine on Monday, b so much later."""
    case = Office(database).start(with_rule(text, **labels), by=clerk)
    case.task("a").complete(by=clerk, amount=amount, day="2026-03-02")
    case.wait(wait)
    return case.task("b").complete(by=clerk, again=False)


@pytest.mark.parametrize(
    ("text", "wait", "expected"),
    [
        ("response: a -> b within PT48H", "PT47H", []),
        ("response: a -> b within PT48H", "PT49H", [("rule-broken", "a")]),
        ("response: a -> b within P1D business", "PT9H", []),
        ("response: a -> b within P1D business", "PT10H", [("rule-broken", "a")]),
        ("response: a -> b within PT10H business", "PT25H", []),
        ("response: a -> b after PT2H", "PT3H", []),
        ("response: a -> b after PT2H", "PT1H", [("rule-broken", "b")]),
        ("response: a -> b after P1D business within P2D business", "P1D", []),
        ("response: a -> b after P2D business", "P1D", [("rule-broken", "b")]),
        ("response: b -> a", "PT1H", [("rule-broken", "b")]),
        ("precedence: a | x -> b", "PT1H", []),
        ("precedence: a -> b after P1D", "PT23H", [("rule-broken", "b")]),
        ("precedence: a -> b after P1D", "PT24H", []),
        ("precedence: x -> b", "PT1H", [("rule-broken", "b")]),
        ("absence: b", "PT1H", [("rule-broken", "b")]),
        ("absence: x", "PT1H", []),
        ("required: a/proof", "PT1H", [("rule-broken", "a")]),
        ("required: a/amount", "PT1H", []),
    ],
)
def test_a_declared_rule(database, text, wait, expected):
    assert found(play(database, text, wait)) == expected


@pytest.mark.parametrize(
    ("text", "amount", "expected"),
    [
        ("precedence: x -> b when amount > 500", "500", []),
        ("precedence: x -> b when amount > 500", "500.01", [("rule-broken", "b")]),
        ("precedence: a[amount > 9] -> b", "10", []),
        ("precedence: a[amount > 10] -> b", "10", [("rule-broken", "b")]),
        ("precedence: a[${day < date('2026-03-03')}] -> b", "10", []),
        ("precedence: a[nobody_wrote_this] -> b", "10", [("rule-broken", "b")]),
        ("absence: b when nobody_wrote_this", "10", []),
        ("absence: b[amount == 10]", "10", [("rule-broken", "b")]),
        ("required: a/proof when amount > 10", "10", []),
    ],
)
def test_conditions_look_at_what_was_recorded(database, text, amount, expected):
    assert found(play(database, text, amount=amount)) == expected


def test_what_lies_before_does_not_count_since(database):
    case = Office(database).start(with_rule("precedence: a[amount == 1] -> b since a"), by=clerk)
    for amount in ("1", "2"):
        case.task("a").complete(by=clerk, amount=amount)
        case.task("b").complete(by=clerk, again=amount == "1")
    assert found(case) == [("rule-broken", "b")]


def test_the_sentence_says_which_rule(database):
    (one,) = checked(play(database, "absence: b", zh="不得如此", en="Not so")).deviations
    assert (one.sentence.zh, one.sentence.en) == ("不得如此：不应出现“b”。", "Not so: “b” should not have been passed.")


def test_what_a_cancelled_case_still_owed_it_owes_no_more(database):
    case = Office(database).start(with_rule("response: a -> b within PT48H"), by=clerk)
    case.task("a").complete(by=clerk, amount="1")
    assert found(case) == []
    case.ask(c.CancelCase, "the customer went away", by=admin)
    assert found(case) == []


def test_what_is_overdue_now_is_told_though_nothing_happens(database):
    office = Office(database)
    case = office.start(with_rule("response: a -> b within PT48H"), by=clerk)
    assert checked(case, office.now).again_at is None
    case.task("a").complete(by=clerk, amount="1")
    due_at = office.now + timedelta(hours=48)
    waiting, late = checked(case, due_at), checked(case, due_at + timedelta(microseconds=1))
    assert (waiting.conforms, waiting.again_at) == (True, due_at)
    assert ([(one.kind, one.element) for one in late.deviations], late.again_at) == ([("rule-broken", "a")], None)


def test_each_instance_keeps_the_rule_for_itself(database):
    """p begins p again by a message; what was done in the first round is no excuse in the second."""
    starts = element("startEvent s"), element("startEvent m", message("again"))
    ends = element("exclusiveGateway g default=g-e"), element("endEvent e"), element("endEvent t", message("again"))
    tasks = element("userTask a"), element("userTask b"), flows("s > a > b > g > e; m > b; g > t [more]")
    declared = ruled("precedence: a | elsewhere -> b")
    case = Office(database).start(
        bpmn('<bpmn:message id="again" name="again"/>', process("p", declared, *starts, *ends, *tasks)), by=clerk
    )
    case.task("a").complete(by=clerk)
    case.task("b").complete(by=clerk, more=True)
    assert found(case) == []
    case.task("b").complete(by=clerk, more=False)
    (one,) = checked(case).deviations
    assert (one.kind, one.element, one.instance) == ("rule-broken", "b", case.instances[-1].no)


@pytest.mark.parametrize(
    "text",
    ["", "response: a", "absence: a within PT1H", "response: a -> b within soon", "precedence: a -> b within PT1H",
     "response: a -> b within P1M business", "absence: a[(]", "absence: a when (", "response: a -> b within PT1H sometimes"],
)  # fmt: skip
def test_what_is_no_rule_is_said(text):
    assert read_rule("r", text) is None
    assert "rule-bad" in {finding.rule for finding in read_definition(with_rule(text)).findings}
