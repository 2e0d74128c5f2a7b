"""Rules declared with the procedure: what breaks one is named, what keeps it raises nothing."""

from __future__ import annotations

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.dialects.declared import read_rule
from engine.queries import conformance
from tests.bpmn.drawn import bpmn, element, flows, process
from tests.office import Office, clerk


def with_rule(text):
    words = f'<camunda:properties><camunda:property name="rule.r" value="{text}"/></camunda:properties>'
    inner = f"<bpmn:extensionElements>{words}</bpmn:extensionElements>"
    parts = [element("startEvent s"), element("userTask a"), element("userTask b"), element("endEvent e")]
    return bpmn(process("p", inner, *parts, flows("s > a > b > e")))


def broken(database, text, wait="PT1H"):
    office = Office(database)
    case = office.start(with_rule(text.replace(">", "&gt;")), by=clerk)
    case.task("a").complete(by=clerk)
    case.wait(wait)
    case.task("b").complete(by=clerk)
    with office.engine.read() as conn:
        verdict = conformance.check(conn, office.engine.versions, case.id)
    return [(one.kind, one.element) for one in verdict.deviations]


@pytest.mark.parametrize(
    ("text", "wait", "expected"),
    [
        ("response: a -> b within PT48H", "PT47H", []),
        ("response: a -> b within PT48H", "PT49H", [("rule-broken", "a")]),
        ("response: b -> a", "PT1H", [("rule-broken", "b")]),
        ("precedence: a | x -> b", "PT1H", []),
        ("precedence: x -> b", "PT1H", [("rule-broken", "b")]),
        ("absence: b", "PT1H", [("rule-broken", "b")]),
        ("absence: x", "PT1H", []),
        ("required: a/proof", "PT1H", [("rule-broken", "a")]),
    ],
)
def test_a_declared_rule(database, text, wait, expected):
    assert broken(database, text, wait) == expected


@pytest.mark.parametrize("text", ["", "response: a", "absence: a within PT1H", "response: a -> b within soon", "precedence: a -> b within PT1H"])
def test_what_is_no_rule_is_said(text):
    assert read_rule("r", text) is None
    findings = read_definition(with_rule(text.replace(">", "&gt;"))).findings
    assert "rule-bad" in {finding.rule for finding in findings}
