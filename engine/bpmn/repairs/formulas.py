"""Expressions that cannot be read, and variables nothing sets: a person says what the machine cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import HUMAN, bpmn, children, event_definitions, kind, text_of
from engine.bpmn.expressions import ExpressionError, compile_expression, compile_value
from engine.bpmn.lint.sheet import condition_of, name_of
from engine.bpmn.repairs.activities import how_often, loop_end
from engine.bpmn.repairs.asking import add_field, can_ask, person_before
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.gateways import ask_way
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import become_message
from engine.domain.text import Text


def unreadable(draft: Draft, fault: Fault) -> Mend | None:
    """Where the expression stands decides what is asked instead."""
    element = fault.element
    if element is None:
        return None
    if kind(element) == "sequenceFlow":
        return _on_flow(draft, fault)
    for loop in children(element, "multiInstanceLoopCharacteristics"):
        if not all(map(reads, _texts(loop))):
            return how_often(draft, fault)
    for loop in children(element, "standardLoopCharacteristics"):
        if not reads(text_of(loop.find(bpmn("loopCondition")))):
            return loop_end(draft, fault)
    for what, definition in event_definitions(element):
        if what == "conditional" and not reads(text_of(definition.find(bpmn("condition")))):
            return _on_event(draft, fault)
    return _elsewhere(draft, fault)


def reads(source: str, read=compile_expression) -> bool:
    if not source:
        return True
    try:
        read(source)
    except ExpressionError:
        return False
    return True


def _texts(loop: etree._Element) -> Iterator[str]:
    yield from (
        text_of(loop.find(bpmn(name))) for name in ("loopCardinality", "loopDataInputRef", "completionCondition")
    )
    yield from (v for k, v in loop.attrib.items() if etree.QName(k).localname == "collection")
    for extension in loop.iter("{*}loopCharacteristics"):
        yield from (extension.get(name) or "" for name in ("inputCollection", "outputElement"))


def _on_flow(draft: Draft, fault: Fault) -> Mend | None:
    gateway = draft.end(fault.element, "sourceRef")
    if gateway is None:
        return None
    name = name_of(gateway)
    if len(draft.out_of(gateway)) < 2 or kind(gateway) not in ("exclusiveGateway",):
        message = Text(
            f"连线“{name_of(fault.element)}”的条件被删除。",
            f"The condition of the flow “{name_of(fault.element)}” is removed.",
        )
        ident = fault.element.get("id") or gateway.get("id") or ""
        return Mend(fault.rule.id, ident, message, fault.why, partial(_bare, fault.element), phase=3)

    def do(draft: Draft, choice: str | None) -> None:
        flows = [
            f for f in draft.out_of(gateway) if not (gateway.get("default") and f.get("id") == gateway.get("default"))
        ]
        keeps = [f for f in draft.out_of(gateway) if f not in flows]
        gateway.attrib.pop("default", None)
        ask_way(draft, gateway, [*flows, *keeps], default=True)

    message = Text(
        f"网关“{name}”的条件无法计算：改由人在表单中选择走哪条路径。",
        f"The conditions of “{name}” cannot be computed: a person chooses the way instead, in a form.",
    )
    choices = (Choice("ask", Text("由人在表单中选择走哪条路径", "a person chooses the way, in a form")),)
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, choices, "ask", phase=4)


def _bare(flow: etree._Element, draft: Draft, choice: str | None) -> None:
    for old in children(flow, "conditionExpression"):
        flow.remove(old)
    draft.change(flow)


def _on_event(draft: Draft, fault: Fault) -> Mend:
    event = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        become_message(draft, event)

    message = Text(
        f"事件“{name_of(event)}”等待同名消息。",
        f"The event “{name_of(event)}” waits for a message of its name instead.",
    )
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, phase=3)


def _elsewhere(draft: Draft, fault: Fault) -> Mend | None:
    """An assignment, date, default or mapping that cannot be read is left out."""
    node = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        for element in (node, *node.iterfind(f"{bpmn('extensionElements')}//*")):
            for key, value in list(element.attrib.items()):
                named = etree.QName(key)
                ours = named.namespace or not kind(element)
                if (
                    ours
                    and named.localname not in ("id", "name", "target", "label", "type")
                    and not reads(value, compile_value)
                ):
                    del element.attrib[key]
            if (
                not kind(element)
                and len(element) == 0
                and (element.text or "").strip()
                and not reads(element.text.strip(), compile_value)
            ):
                element.text = None
        holder = node.find(bpmn("extensionElements"))
        if holder is not None:
            for mapped in list(
                holder.iter("{*}input", "{*}output", "{*}inputParameter", "{*}outputParameter", "{*}in", "{*}out")
            ):
                source = mapped.get("source") or mapped.get("sourceExpression") or (mapped.text or "").strip()
                if source and not reads(source):
                    mapped.getparent().remove(mapped)
        draft.change(node)

    message = Text(
        f"“{name_of(node)}”中无法使用的表达式被删除。",
        f"The expression of “{name_of(node)}” that cannot be used is left out.",
    )
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, do, phase=3)


def unset(draft: Draft, fault: Fault) -> Mend | None:
    """A condition reads what nothing in the file sets: the form of the step before asks for it."""
    flow, variable = fault.element, str(fault.params.get("variable") or "")
    if flow is None or kind(flow) != "sequenceFlow":
        return None
    gateway = draft.end(flow, "sourceRef")
    step = _asks(draft, gateway) if gateway is not None else None
    if gateway is None or step is None:
        return None
    flows = [f for f in draft.out_of(gateway) if variable in _names(condition_of(f))]
    type_, options = guess(variable, [condition_of(f) for f in flows])

    def do(draft: Draft, choice: str | None) -> None:
        if draft.extension(step, "formData").find(f"*[@id='{variable}']") is None:
            add_field(draft, step, variable, variable.replace("_", " "), type_, options)

    message = Text(
        f"“{name_of(step)}”的表单询问“{variable}”。", f"The form of “{name_of(step)}” asks for “{variable}”."
    )
    why = Text(
        f"网关“{name_of(gateway)}”的条件需要“{variable}”，而文件中没有任何步骤给出它。",
        f"The conditions of “{name_of(gateway)}” need “{variable}”, which no step of the file gives.",
    )
    return Mend("variable-unset", variable, message, why, do, level="warning", phase=6)


def _names(source: str) -> frozenset[str]:
    try:
        return compile_expression(source).names if source else frozenset()
    except ExpressionError:
        return frozenset()


def _asks(draft: Draft, gateway: etree._Element) -> etree._Element | None:
    """The nearest step of a person on the way to a gateway, else the plain start of the process."""
    found = person_before(draft, gateway)
    node, seen = gateway, set()
    while found is None and node is not None and node not in seen:
        seen.add(node)
        flows = draft.into(node)
        node = draft.end(flows[0], "sourceRef") if flows else None
        if node is not None and kind(node) in HUMAN and can_ask(node):
            found = node
    if found is not None:
        return found
    process = next((a for a in gateway.iterancestors() if kind(a) == "process"), None)
    starts = [s for s in children(process, "startEvent") if not event_definitions(s)] if process is not None else []
    return starts[0] if starts else None


def guess(variable: str, conditions: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The type of the field, by what the conditions compare the variable with."""
    name = re.escape(variable)
    texts: list[str] = []
    for condition in conditions:
        for found in re.finditer(
            rf"(?<![\w.]){name}\s*[!=]=?\s*(['\"])(.*?)\1|(['\"])(.*?)\3\s*[!=]=?\s*{name}(?![\w.])", condition
        ):
            texts.append(found[2] if found[2] is not None else found[4])
        if re.search(rf"(?<![\w.]){name}\s*(?:[<>]=?|[!=]=?\s*-?\d)|\d\s*(?:[<>]=?)\s*{name}(?![\w.])", condition):
            return "double", []
    values = list(dict.fromkeys(t.strip() for t in texts if t.strip()))
    if values:
        shown = [*values, *([] if len(values) > 1 else ["other"])]
        return "enum", [(v, v) for v in shown]
    return "boolean", []
