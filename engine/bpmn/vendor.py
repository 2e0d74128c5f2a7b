"""What an element carries besides the standard: attributes and extension elements of Camunda 7, 8, SpiffWorkflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from engine.bpmn.expressions import Expression, ExpressionError, compile_expression, compile_script, compile_value
from engine.bpmn.own import Own
from engine.bpmn.process import BPMN, refused


def named(node: etree._Element, *names: str) -> list[etree._Element]:
    """The vendor elements of these local names directly under the element's extensions."""
    found = []
    for extensions in node.iterchildren(f"{BPMN}extensionElements"):
        for child in extensions.iter():
            if isinstance(child.tag, str) and etree.QName(child).localname in names:
                found.append(child)
    return found


def attribute(node: etree._Element, *names: str) -> str | None:
    """An attribute by its local name, whatever vendor's prefix it carries."""
    for key, value in node.attrib.items():
        if etree.QName(key).localname in names:
            return value
    return None


def properties(node: etree._Element) -> dict[str, str]:
    return {p.get("name"): p.get("value") or "" for p in named(node, "property") if p.get("name")}


def mapping(node: etree._Element, *names: str) -> dict[str, Expression] | None:
    """Input or output mappings of the element, target → expression; None if it has none."""
    found: dict[str, Expression] = {}
    for child in named(node, *names):
        target = child.get("target") or child.get("name")
        source = child.get("source") or child.get("sourceExpression") or child.text or ""
        if target and source.strip():
            named_variable = child.get("source") or child.get("sourceExpression")
            read = compile_expression if named_variable and not in_zeebe(child) else compile_value
            found[target] = readable(node, read, source)
    return found or None


def in_zeebe(element: etree._Element) -> bool:
    """There a source that does not begin with `=` is the text itself."""
    return etree.QName(element).namespace == "http://camunda.org/schema/zeebe/1.0"


def own_of(node: etree._Element) -> Own | None:
    """The mappings and scripts a task has of its own; None where it has none."""
    before, after = (
        next((readable(node, compile_script, e.text) for e in named(node, name) if (e.text or "").strip()), None)
        for name in ("preScript", "postScript")
    )
    inputs, outputs = mapping(node, "input", "inputParameter") or {}, mapping(node, "output", "outputParameter") or {}
    if not (inputs or outputs or before or after):
        return None
    return Own(inputs, outputs, not named(node, "ioMapping"), before, after)


def readable(node: etree._Element, read: Callable[[str], Any], source: str) -> Any:
    try:
        return read(source)
    except ExpressionError as error:
        raise refused(node.get("id"), error.text.zh, error.text.en) from error


def text(node: etree._Element, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return (found.text or "").strip() or None if found is not None else None


def item(node: etree._Element, tag: str) -> str | None:
    found = node.find(f"{BPMN}{tag}")
    return found.get("name") or found.get("id") if found is not None else None


def called_decision(node: etree._Element) -> str:
    """The decision a business rule task names in any of the dialects; empty where it names none."""
    zeebe = next((e.get("decisionId") for e in named(node, "calledDecision")), None)
    spiff = next((e.text for e in named(node, "calledDecisionId")), None)
    return (attribute(node, "decisionRef") or zeebe or spiff or "").strip()


def decision_result(node: etree._Element) -> tuple[str, str]:
    """The variable the outcome goes to, and how Camunda 7 maps it (empty in other dialects)."""
    if attribute(node, "decisionRef"):
        return (attribute(node, "resultVariable") or "").strip(), attribute(node, "mapDecisionResult") or "resultList"
    zeebe = next((e.get("resultVariable") for e in named(node, "calledDecision")), None)
    return (zeebe or "").strip(), ""
