"""Decision tables and literal expressions of a DMN file, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn.decisions import rules
from engine.bpmn.decisions.model import Fault, Input, Output, Row, Table
from engine.bpmn.expressions import EvaluationError, Expression, ExpressionError, compile_expression
from engine.bpmn.expressions.cells import compile_feel, compile_test
from engine.bpmn.findings import ERROR, Rule
from engine.domain.text import Text

HITS = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS = frozenset({"", "SUM", "MIN", "MAX", "COUNT"})
MOST_FAULTS = 30

INPUT = Text("输入“{label}”", "input “{label}”")
OUTPUT = Text("输出“{label}”", "output “{label}”")
CELL = Text("规则 {row} 的“{label}”", "rule {row}, “{label}”")
RESULT = Text("表达式", "its expression")


@dataclass(slots=True)
class Notes:
    """What is to be said about one file; `language` is the one it declares for everything."""

    file: str
    language: str
    faults: list[Fault] = field(default_factory=list)
    spaced: dict[str, str] = field(default_factory=dict)
    """Names with spaces, the longest first, and what stands for each: FEEL allows them, variables of a case do not."""

    def plain(self, written: str) -> str:
        """The text of a cell with such names replaced, but not within quotes."""
        if not self.spaced:
            return written
        names = "|".join(re.escape(name) for name in self.spaced)
        pattern = rf'("(?:[^"\\]|\\.)*")|(?<!\w)({names})(?!\w)'
        return re.sub(pattern, lambda m: m[1] or self.spaced[m[2]], written)

    def say(self, rule: Rule, ident: str | None, **params: object) -> None:
        self.faults.append(Fault(rule, ident, {"file": self.file, **params}))

    def about(self, decision: str, name: str) -> About:
        return About(self, decision, name)


@dataclass(slots=True)
class About:
    """The same about one decision; `said` counts the errors."""

    notes: Notes
    decision: str
    name: str
    said: int = 0

    def say(self, rule: Rule, **params: object) -> None:
        self.said += rule.level == ERROR
        if self.said <= MOST_FAULTS:
            self.notes.say(rule, self.decision, decision=self.name or self.decision, **params)


def read_literal(at: About, element: etree._Element) -> Expression | None:
    return read_value(at, element, RESULT)


def read_table(at: About, table: etree._Element, own_name: str) -> Table | None:
    """The table; faults are said, and a table with any is not to be run."""
    hit = " ".join((table.get("hitPolicy") or "UNIQUE").split()).upper()
    aggregation = (table.get("aggregation") or "").strip().upper()
    if hit not in HITS or aggregation not in AGGREGATIONS:
        at.say(rules.HIT, hit=f"{hit} {aggregation}".strip())
        return None
    inputs = [read_input(at, e) for e in parts(table, "input")]
    columns = parts(table, "output")
    outputs = [read_output(at, e, own_name if len(columns) == 1 else "") for e in columns]
    names = [output.name for output in outputs]
    if not outputs:
        at.say(rules.EMPTY)
    if len(set(names)) < len(names) or "" in names:
        at.say(rules.OUTPUTS)
    if hit == "COLLECT" and aggregation and len(outputs) > 1:
        at.say(rules.AGGREGATION)
    if hit in ("PRIORITY", "OUTPUT ORDER") and outputs and not any(output.ranks for output in outputs):
        at.say(rules.RANKS)
    labels = [i.label if i else "?" for i in inputs], [o.name for o in outputs]
    rows = [read_row(at, n, e, *labels) for n, e in enumerate(parts(table, "rule"), 1)]
    if at.said and (None in inputs or None in rows):
        return None
    return Table(hit, aggregation if hit == "COLLECT" else "", tuple(inputs), tuple(outputs), tuple(rows))


def read_input(at: About, element: etree._Element) -> Input | None:
    expression = next(iter(parts(element, "inputExpression")), None)
    label = element.get("label") or (text_in(expression) if expression is not None else "") or element.get("id") or "?"
    place = INPUT.format(label=label)
    if parts(element, "inputValues"):
        at.say(rules.NOT_CHECKED, place=place)
    if expression is None:
        at.say(rules.EXPRESSION, place=place, source="", why=Text.same(""))
        return None
    found = read_value(at, expression, place)
    return Input(label, found, type_of(expression)) if found is not None else None


def read_output(at: About, element: etree._Element, otherwise: str) -> Output:
    name = (element.get("name") or otherwise or "").strip()
    place = OUTPUT.format(label=element.get("label") or name or "?")
    ranks: tuple[Any, ...] = ()
    for values in parts(element, "outputValues"):
        written = text_in(values)
        found = written and compiled(at, lambda w=written: compile_feel(f"[{w}]"), place, written)
        if found:
            try:
                ranks = tuple(found.evaluate({}))
            except EvaluationError as error:
                at.say(rules.EXPRESSION, place=place, source=written, why=error.text)
    default = next(iter(parts(element, "defaultOutputEntry")), None)
    otherwise_value = read_value(at, default, place) if default is not None and text_in(default) else None
    return Output(name, ranks, otherwise_value, type_of(element))


def read_row(at: About, number: int, rule: etree._Element, inputs: list[str], outputs: list[str]) -> Row | None:
    tests, values = parts(rule, "inputEntry"), parts(rule, "outputEntry")
    if len(tests) != len(inputs) or len(values) != len(outputs):
        at.say(rules.CELLS, row=number)
        return None
    before = at.said
    asked = [read_test(at, e, CELL.format(row=number, label=label)) for e, label in zip(tests, inputs, strict=True)]
    given = [
        read_value(at, e, CELL.format(row=number, label=label)) if text_in(e) else None
        for e, label in zip(values, outputs, strict=True)
    ]
    return Row(number, tuple(asked), tuple(given)) if at.said == before else None


def read_test(at: About, element: etree._Element, place: Text) -> Expression | None:
    language = language_of(at, element)
    if language != "feel" and text_in(element) not in ("", "-"):
        at.say(rules.LANGUAGE, place=place, language=language)
        return None
    written = text_in(element)
    return compiled(at, lambda: compile_test(at.notes.plain(written)), place, written)


def read_value(at: About, element: etree._Element, place: Text) -> Expression | None:
    language, written = language_of(at, element), text_in(element)
    if language == "juel":
        marked = written if written.startswith(("${", "#{")) else f"${{{written}}}"
        return compiled(at, lambda: compile_expression(marked), place, written)
    if language != "feel":
        at.say(rules.LANGUAGE, place=place, language=language)
        return None
    return compiled(at, lambda: compile_feel(at.notes.plain(written)), place, written)


def compiled(at: About, read: Callable[[], Expression], place: Text, written: str) -> Expression | None:
    try:
        return read()
    except ExpressionError as error:
        at.say(rules.EXPRESSION, place=place, source=written, why=error.text)
        return None


def language_of(at: About, element: etree._Element) -> str:
    """`feel`, `juel` or whatever else is written."""
    written = (element.get("expressionLanguage") or at.notes.language or "").strip()
    if not written or "FEEL" in written.upper():
        return "feel"
    return "juel" if written.lower() == "juel" else written


def type_of(element: etree._Element) -> str:
    """`number` for `feel:number`, and so on."""
    return (element.get("typeRef") or "").rpartition(":")[2].strip().lower()


def parts(element: etree._Element, name: str) -> list[etree._Element]:
    return [e for e in element if isinstance(e.tag, str) and etree.QName(e).localname == name]


def text_in(element: etree._Element) -> str:
    """The words of its `text` element."""
    return "".join("".join(e.itertext()) for e in parts(element, "text")).strip()
