"""Expressions that cannot be read or are no conditions: a person says what the machine cannot know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import bpmn, children, event_definitions, kind, text_of
from engine.bpmn.expressions import ExpressionError, compile_expression, compile_value
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.activities import how_often, loop_end
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.gateways import ask_way
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import become_message
from engine.domain.text import Text

KEY = re.compile(r"[^\W\d_]\w*")


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


def bad_target(draft: Draft, fault: Fault) -> Mend | None:
    """Mappings to what cannot be a variable are left out."""
    node = fault.element
    if node is None or not node.get("id"):
        return None

    def do(draft: Draft, choice: str | None) -> None:
        names = ("input", "output", "inputParameter", "outputParameter", "in", "out")
        for entry in list(node.iterfind(f"{bpmn('extensionElements')}//*")):
            target = entry.get("target") or entry.get("name") or ""
            if etree.QName(entry).localname in names and not KEY.fullmatch(target):
                entry.getparent().remove(entry)
        draft.change(node)

    target = str(fault.params.get("target") or "—")
    message = Text(
        f"“{name_of(node)}”到“{target}”等的映射被删除。",
        f"The mappings of “{name_of(node)}” to what cannot be a variable, such as “{target}”, are left out.",
    )
    return Mend(fault.rule.id, node.get("id"), message, fault.why, do, phase=5)
