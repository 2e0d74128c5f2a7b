"""Expressions: each of them can be read, and the variables they read are set by something in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.dialects.names import ZEEBE, bpmn, children, event_definitions, kind, text_of
from engine.bpmn.expressions import (
    Expression,
    ExpressionError,
    Script,
    compile_expression,
    compile_script,
    compile_value,
)
from engine.bpmn.lint import formula_rules as rules
from engine.bpmn.lint.decisions import assigned_by_decisions
from engine.bpmn.lint.mappings import assigned_by_scripts
from engine.bpmn.lint.sheet import Sheet, name_of
from engine.bpmn.vendor import in_zeebe

LANGUAGES = ("feel", "juel", "python", "xpath", "")
GIVEN = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"}
    | {"numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances"}
)


def check_formulas(sheet: Sheet) -> None:
    read: list[tuple[etree._Element, Expression]] = []
    for element, source in sources(sheet):
        if expression := readable(sheet, element, source):
            read.append((element, expression))
            check_truth(sheet, element, expression)
    assigned = check_scripts(sheet) | assigned_by_decisions(sheet) | assigned_by_scripts(sheet)
    sheet.written |= assigned
    check_values(sheet)
    check_languages(sheet)
    check_names(sheet, read, assigned)


def check_truth(sheet: Sheet, element: etree._Element, expression: Expression) -> None:
    """A condition that always gives a number or a word is none: the probability of a simulation, or a mere label."""
    if kind(element) == "sequenceFlow" and expression.constant and not isinstance(expression.evaluate({}), bool):
        sheet.say(rules.NOT_A_TRUTH, element, name=name_of(element), source=expression.source)


def sources(sheet: Sheet) -> Iterator[tuple[etree._Element, str]]:
    """Every condition, count, collection and mapping that will be computed, with the element it stands at."""
    yield from correlations(sheet)
    for _, flow in sheet.flows():
        if condition := (flow.findtext(bpmn("conditionExpression")) or "").strip():
            yield flow, condition
    for _, node in sheet.nodes():
        for what, definition in event_definitions(node):
            if what == "conditional" and (condition := text_of(definition.find(bpmn("condition")))):
                yield node, condition
        for loop in children(node, "multiInstanceLoopCharacteristics"):
            yield from ((node, source) for source in repetition(loop))
        for loop in children(node, "standardLoopCharacteristics"):
            if condition := text_of(loop.find(bpmn("loopCondition"))):
                yield node, condition
        for extension in node.iterfind(f"{bpmn('extensionElements')}//*"):
            if source := mapped(node, extension):
                yield node, source


def correlations(sheet: Sheet) -> Iterator[tuple[etree._Element, str]]:
    """What messages are told apart by: the standard's correlation properties, and the subscriptions of Camunda 8."""
    for prop in children(sheet.root, "correlationProperty"):
        for retrieval in children(prop, "correlationPropertyRetrievalExpression"):
            if source := text_of(retrieval):
                yield prop, source
    for message in children(sheet.root, "message"):
        for subscription in message.iterfind(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}subscription"):
            if source := (subscription.get("correlationKey") or "").strip():
                yield message, source


def repetition(loop: etree._Element) -> Iterator[str]:
    for name in ("loopCardinality", "loopDataInputRef", "completionCondition"):
        if source := text_of(loop.find(bpmn(name))):
            yield source
    for key, value in loop.attrib.items():
        if etree.QName(key).localname == "collection" and value.strip():
            yield value
    for extension in loop.iterfind(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}loopCharacteristics"):
        yield from (v for name in ("inputCollection", "outputElement") if (v := extension.get(name)))


def mapped(node: etree._Element, extension: etree._Element) -> str | None:
    """The source of a mapping, or of a correlation value, that is computed at this node."""
    name = etree.QName(extension).localname
    if name == "property" and (extension.get("name") or "").startswith("correlation."):
        return extension.get("value")
    if kind(node) == "callActivity" and name in ("in", "out", "input", "output"):
        source = extension.get("source") or extension.get("sourceExpression")
        return source if source and (source.startswith("=") or not in_zeebe(extension)) else None
    return None


def readable(sheet: Sheet, element: etree._Element, source: str) -> Expression | None:
    try:
        return compile_expression(source)
    except ExpressionError as error:
        sheet.say(rules.UNREADABLE, element, name=name_of(element), source=source.strip(), why=error.text)
        return None


def check_scripts(sheet: Sheet) -> set[str]:
    """Every script is a list of assignments; the names they assign."""
    assigned: set[str] = set()
    for _, node in sheet.nodes("scriptTask"):
        if script := script_of(sheet, node):
            assigned |= script.assigns
    return assigned


def script_of(sheet: Sheet, node: etree._Element) -> Script | None:
    source = text_of(node.find(bpmn("script")))
    result = next((v for k, v in node.attrib.items() if etree.QName(k).localname == "resultVariable"), None)
    zeebe = node.find(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}script")
    if zeebe is not None:
        source, result = zeebe.get("expression") or "", zeebe.get("resultVariable")
    if not source:
        return None
    try:
        return compile_script(f"{result} = {source}" if result else source)
    except ExpressionError as error:
        sheet.say(rules.SCRIPT_UNREADABLE, node, name=name_of(node), why=error.text)
        return None


def check_values(sheet: Sheet) -> None:
    """Assignment, dates and defaults may be expressions; then they can be read too."""
    by_id = {node.get("id"): node for _, node in sheet.nodes()}
    for procedure in sheet.definition.procedures.values():
        for step in procedure.steps.values():
            wanted = step.assignment
            values = [wanted.assignee, *wanted.candidate_users, *wanted.candidate_groups]
            values += [wanted.due_date, wanted.follow_up_date, wanted.priority]
            for source in filter(None, (*values, *(field.default for field in step.form.fields))):
                try:
                    compile_value(source)
                except ExpressionError as error:
                    node = by_id.get(step.element_id)
                    sheet.say(rules.UNREADABLE, node, name=name_of(node), source=source, why=error.text)


def check_languages(sheet: Sheet) -> None:
    """Other languages are not understood by name, even where the text happens to be readable."""
    for element in sheet.root.iter(bpmn("conditionExpression"), bpmn("scriptTask"), bpmn("condition")):
        language = element.get("language") or element.get("scriptFormat") or ""
        if language and not any(known and known in language.lower() for known in LANGUAGES):
            sheet.say(rules.LANGUAGE, element, language=language)


def check_names(sheet: Sheet, read: list[tuple[etree._Element, Expression]], assigned: set[str]) -> None:
    """A variable nothing in the file sets is worth a second look: it may be a slip of the pen."""
    known = GIVEN | assigned
    for procedure in sheet.definition.procedures.values():
        forms = [procedure.start_form, *(step.form for step in procedure.steps.values())]
        known |= {field.key for form in forms for field in form.fields}
    if not known - GIVEN:
        return
    for element in sheet.root.iter(etree.Element):
        names = ("elementVariable", "inputElement", "outputCollection", "target", "resultVariable", "name")
        if kind(element) != "extensionElements" and (not kind(element) or "InstanceLoop" in kind(element)):
            known |= {value for key, value in element.attrib.items() if etree.QName(key).localname in names}
        if kind(element) in ("inputDataItem", "outputDataItem", "dataObject", "dataObjectReference"):
            known |= {element.get("name") or "", element.get("id") or ""}
    said: set[str] = set()
    for element, expression in read:
        for name in sorted(expression.names - known - said):
            said.add(name)
            sheet.guesses -= 1
            likely = difflib.get_close_matches(name[:80], [k for k in list(known - GIVEN)[:300] if k], 1, 0.8) if sheet.guesses > 0 else []
            if likely:
                sheet.say(rules.NAME_MISSPELT, element, name=name_of(element), variable=name, likely=likely[0])
            else:
                sheet.say(rules.NAME_UNKNOWN, element, name=name_of(element), variable=name)
