"""Input and output mappings of tasks and messages, and scripts before and after them: each can be read, and goes to a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.dialects.mapped import CAUGHT, runs
from engine.bpmn.dialects.names import bpmn, kind
from engine.bpmn.expressions import Expression, ExpressionError, compile_expression, compile_script, compile_value
from engine.bpmn.lint import formula_rules
from engine.bpmn.lint import mapping_rules as rules
from engine.bpmn.lint.sheet import Sheet, name_of
from engine.bpmn.vendor import attribute, in_zeebe, named

TARGET = re.compile(r"[^\W\d_]\w*")
TASKS = ("userTask", "manualTask", "task", "scriptTask", "businessRuleTask")


def check_mappings(sheet: Sheet) -> None:
    for node, entry in mappings(sheet):
        target = entry.get("target") or entry.get("name") or ""
        if source_of(entry) and not TARGET.fullmatch(target):
            sheet.say(rules.TARGET, node, name=name_of(node), target=target)
        try:
            read(entry)
        except ExpressionError as error:
            sheet.say(formula_rules.UNREADABLE, node, name=name_of(node), source=source_of(entry), why=error.text)
    for _, node in sheet.nodes(*TASKS):
        for script in named(node, "preScript", "postScript"):
            try:
                compile_script(script.text or "") if (script.text or "").strip() else None
            except ExpressionError as error:
                sheet.say(formula_rules.SCRIPT_UNREADABLE, node, name=name_of(node), why=error.text)


def mappings(sheet: Sheet) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each mapping that is carried out, with its element; those of call activities are read with the other formulas."""
    for _, node in sheet.nodes():
        for entry in named(node, "input", "output", "inputParameter", "outputParameter"):
            if kind(node) != "callActivity" and runs(entry, etree.QName(entry).localname):
                yield node, entry


def source_of(entry: etree._Element) -> str:
    return (entry.get("source") or entry.get("sourceExpression") or entry.text or "").strip()


def read(entry: etree._Element) -> Expression | None:
    """The expression of a mapping; None where it has none. Raises `ExpressionError`."""
    source = source_of(entry)
    if not source:
        return None
    by_name = (entry.get("source") or entry.get("sourceExpression")) and not in_zeebe(entry)
    return compile_expression(source) if by_name else compile_value(source)


def assigned_by_scripts(sheet: Sheet) -> set[str]:
    """The variables scripts before and after tasks set, and those told what was caught."""
    found: set[str] = set()
    for definition in sheet.root.iter(bpmn("errorEventDefinition"), bpmn("escalationEventDefinition")):
        found |= {value for name in CAUGHT if (value := attribute(definition, name))}
    for _, node in sheet.nodes(*TASKS):
        for script in named(node, "preScript", "postScript"):
            try:
                found |= compile_script(script.text or "").assigns if (script.text or "").strip() else set()
            except ExpressionError:
                continue
    return found
