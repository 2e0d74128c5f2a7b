"""The rules for auditors (`rule.NAME`) speak of elements that are there and of values that will be on record."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.expressions import compile_expression
from engine.bpmn.lint import declared_rules as rules
from engine.bpmn.lint.sheet import Sheet, running
from engine.bpmn.model import DeclaredRule, Form, Mention


def check_declared(sheet: Sheet) -> None:
    known = [node.get("id") or "" for _, node in sheet.nodes()]
    fields = {field.key: field for form in _forms(sheet) for field in form.fields}
    for process in running(sheet.root, sheet.main):
        procedure = sheet.definition.procedures.get(process.get("id") or "")
        for rule in procedure.rules if procedure else ():
            check_elements(sheet, process, rule, known)
            for name in dict.fromkeys(_looked_at(rule, set(known))):
                if name not in fields:
                    sheet.say(rules.NOT_RECORDED, process, name=rule.name, field=name)
                elif fields[name].personal:
                    sheet.say(rules.PERSONAL, process, name=rule.name, field=name)


def check_elements(sheet: Sheet, process: etree._Element, rule: DeclaredRule, known: list[str]) -> None:
    """What is nearly an element of this file is a slip; what is nothing like one belongs to another procedure."""
    for mention in (*rule.first, *rule.then, *rule.since):
        if mention.element in known:
            continue
        sheet.guesses -= 1
        near = difflib.get_close_matches(mention.element[:80], known[:300], 1, 0.8) if sheet.guesses >= 0 else []
        told = {"name": rule.name, "id": mention.element}
        if near:
            sheet.say(rules.ELEMENT_UNKNOWN, process, likely=near[0], **told)
        else:
            sheet.say(rules.ELEMENT_ELSEWHERE, process, **told)


def _forms(sheet: Sheet) -> Iterator[Form]:
    for procedure in sheet.definition.procedures.values():
        yield procedure.start_form
        yield from (step.form for step in procedure.steps.values())


def _looked_at(rule: DeclaredRule, known: set[str]) -> Iterator[str]:
    """The values it asks for, but for those of other procedures, whose forms nobody knows here."""
    for mention in (*rule.first, *rule.then, *rule.since):
        if mention.condition is not None and mention.element in known:
            yield from sorted(compile_expression(mention.condition).names)
    if rule.field is not None and rule.first[0].element in known:
        yield rule.field
    if rule.when is not None and any(mention.element in known for mention in _spoken_of(rule)):
        yield from sorted(compile_expression(rule.when).names)


def _spoken_of(rule: DeclaredRule) -> tuple[Mention, ...]:
    """The elements at whose time `when` is asked."""
    return rule.then if rule.kind == "precedence" else rule.first
