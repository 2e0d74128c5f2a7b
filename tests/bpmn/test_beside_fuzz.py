"""Damaged DMN and JSON files beside a BPMN file: always an answer in words, never an exception."""

import json
import random
from decimal import Decimal

import pytest

from engine.bpmn.decisions import decide, read_decisions
from engine.bpmn.errors import StepFault, Unrunnable
from engine.bpmn.expressions import EvaluationError
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows, process
from tests.bpmn.ruled import decision, dmn, literal, table
from tests.bpmn.test_dialects import extended

WHOLE = dmn(
    '<inputData id="i" name="Applicant Age"/>',
    decision("d", table("x, r -> y, z", '[1..5] | "a","b" -> "low" | 1', '> 5 | not("c") -> "high" | x * 2', hit="FIRST"), "r"),
    decision("r", literal('if x > 3 then "a" else "b"')),
)
CELLS = ("", "-", "< 5", "[1..", '"a', "not(", "? > 1", "x", "1/0", "x[1]", '@"2026-01-01"', "null", "{a: 1}", "[1,2]", "for", "𝔵", "\x0b")
TASK = "<bpmn:extensionElements><zeebe:formDefinition formId='f'/></bpmn:extensionElements>"
SPIFF = extended("formJsonSchemaFilename=s.json", "formUiSchemaFilename=u.json")
RULE = "<bpmn:extensionElements><zeebe:calledDecision decisionId='d' resultVariable='v'/></bpmn:extensionElements>"
FILE = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("userTask t name=A", TASK),
        element("businessRuleTask b name=B", RULE),
        element("endEvent e"),
        flows("s > t > b > e"),
    )
)
VALUES = (None, True, 0, -1, 1.5, "", "=x", "a", "a b", "^(a+)+$", [], {}, [1], {"a": 1}, "select", "group", "number", "$ref", "x" * 300)
KEYS = ("type", "key", "label", "values", "validate", "components", "conditional", "appearance", "properties", "required", "min",
    "pattern", "enum", "oneOf", "$ref", "default", "defaultValue", "format", "title", "minLength", "maximum", "text", "path", "id", "items",
    "exclusiveMinimum", "validationType", "enumNames", "readOnly", "decimalDigits", "subtype", "$defs", "ui:widget", "ui:order")  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    text = data.decode()
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.sample(range(len(text)), 2))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + text[min(to, at + 30) :]
        elif kind == 1:
            text = text.replace("<text>", f"<text>{chance.choice(CELLS).replace('<', '&lt;')}", 1)
        elif kind == 2:
            text = text[:at] + chance.choice("<>&\"'/ aé") + text[at:]
        else:
            word = chance.choice(["decision", "rule", "input", "output", "text", "outputEntry", "FIRST", "href", "id"])
            text = text.replace(word, chance.choice(["decision", "rule", "list", "context", "UNIQUE", "name", "output"]), 1)
    return text.encode()


@pytest.mark.parametrize("seed", range(200))
def test_damaged_decisions_are_answered(seed):
    chance = random.Random(seed)
    data = damaged(WHOLE, chance)
    file = read_decisions("x.dmn", data)
    for fault in file.faults:
        told = fault.rule.at(**fault.params)
        assert told.message.zh and told.message.en
    for ident in file.decisions:
        for x in (None, 3, Decimal("7.5"), "text", [1]):
            try:
                decide(file.decisions, ident, {"x": x, "r": "a"})
            except (StepFault, EvaluationError) as fault:
                assert fault.text.zh
    agrees(check(FILE, beside={"x.dmn": data}), {"x.dmn": data})


@pytest.mark.parametrize("seed", range(200))
def test_damaged_forms_are_answered(seed):
    chance = random.Random(seed)

    def grow(depth):
        if depth == 0 or chance.random() < 0.2:
            return chance.choice(VALUES)
        if chance.random() < 0.3:
            return [grow(depth - 1) for _ in range(chance.randint(0, 3))]
        return {chance.choice(KEYS): grow(depth - 1) for _ in range(chance.randint(0, 6))}

    parts = [grow(3) for _ in range(4)]
    shapes = ("textfield", "select", "number", "group", "datetime", "text", "string", "integer", "boolean")
    parts = [{**part, "type": chance.choice(shapes)} if isinstance(part, dict) and chance.random() < 0.7 else part for part in parts]
    for document in (
        {"id": "f", "components": parts},
        {"$id": "f", "properties": {"a": parts[0], "b": parts[1]}, "required": parts[2], "$defs": parts[3], "oneOf": parts[2]},
    ):
        beside = {"f.form": json.dumps(document).encode(), "x.dmn": WHOLE}
        agrees(check(FILE, beside=beside), beside)
    ui = {"ui:order": [*parts, "a", "*"], "a": {"ui:widget": parts[0], "ui:help": parts[1]}, "b": parts[2]}
    beside = {"s.json": json.dumps(document).encode(), "u.json": json.dumps(ui).encode(), "x.dmn": WHOLE}
    agrees(check(FILE.replace(TASK.encode(), SPIFF.encode()), beside=beside), beside)


def agrees(report, beside):
    """What is called deployable can be built."""
    for finding in report.findings:
        assert finding.message.zh and finding.message.en
        assert finding.level == "info" or (finding.advice.zh and finding.advice.en)
    if report.is_deployable:
        try:
            build(FILE, "p", beside=beside)
        except Unrunnable as refusal:
            raise AssertionError(refusal) from refusal
