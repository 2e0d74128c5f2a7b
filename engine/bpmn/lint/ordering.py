"""The order of setting and asking: what a choice asks for is set by something that may come before it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, SUBPROCESSES, bpmn, event_definitions, kind, text_of
from engine.bpmn.expressions import ExpressionError, compile_expression, compile_script
from engine.bpmn.lint import formula_rules as rules
from engine.bpmn.lint.sheet import Sheet, condition_of, name_of
from engine.bpmn.lint.structure import link_name, throws_link

Before = dict[str, set[str]]


def check_order(sheet: Sheet) -> None:
    """Nothing is said where something before the choice may bring variables of its own: a message, a call, a decision."""
    setters = setters_of(sheet)
    if not setters:
        return
    before = before_of(sheet)
    bringing = {node.get("id") or "" for _, node in sheet.nodes() if brings(node)}
    said: set[tuple[str, str]] = set()
    for scope, flow in sheet.flows():
        source = scope.nodes.get(flow.get("sourceRef") or "")
        if source is None or not condition_of(flow) or flow.get("id") == source.get("default"):
            continue
        names = {name for name in names_in(condition_of(flow)) if name in setters}
        if not names:
            continue
        earlier = all_before(before, source.get("id") or "")
        if bringing & earlier:
            continue
        for name in sorted(names):
            at = source.get("id") or ""
            if not setters[name].keys() & earlier and (at, name) not in said:
                said.add((at, name))
                setter = next(iter(setters[name].values()))
                sheet.say(rules.TOO_LATE, source, name=name_of(source), variable=name, setter=name_of(setter))


def setters_of(sheet: Sheet) -> dict[str, dict[str, etree._Element]]:
    """For each variable the elements that set it: steps with a field of that key, scripts, the start form."""
    found: dict[str, dict[str, etree._Element]] = {}
    for _, node in sheet.nodes():
        for name in sets(sheet, node):
            found.setdefault(name, {})[node.get("id") or ""] = node
    return found


def sets(sheet: Sheet, node: etree._Element) -> Iterator[str]:
    ident = node.get("id") or ""
    for procedure in sheet.definition.procedures.values():
        step = procedure.step(ident)
        if step is not None:
            yield from (entry.key for entry in step.form.fields)
            if kind(node) == "startEvent" and any(start.element_id == ident for start in procedure.starts):
                yield from (entry.key for entry in procedure.start_form.fields)
    if kind(node) == "scriptTask" and (source := text_of(node.find(bpmn("script")))):
        try:
            yield from compile_script(source).assigns
        except ExpressionError:
            return


def before_of(sheet: Sheet) -> Before:
    """The elements right before each, across the borders of subprocesses."""
    found: Before = {}

    def add(source: str | None, target: str | None) -> None:
        found.setdefault(target or "", set()).add(source or "")

    for scope in sheet.scopes:
        links = {link_name(n): i for i, n in scope.nodes.items() if kind(n) == "intermediateCatchEvent" and link_name(n)}
        for flow in scope.flows:
            add(flow.get("sourceRef"), flow.get("targetRef"))
        for ident, node in scope.nodes.items():
            if kind(node) == "boundaryEvent":
                add(node.get("attachedToRef"), ident)
            if throws_link(node) and link_name(node) in links:
                add(ident, links[link_name(node)])
            for inner in node if kind(node) in SUBPROCESSES else ():
                if kind(inner) == "startEvent":
                    add(ident, inner.get("id"))
                elif kind(inner) in ACTIVITIES or kind(inner) == "endEvent":
                    add(inner.get("id"), ident)
    return found


def all_before(before: Before, ident: str) -> set[str]:
    found: set[str] = set()
    todo = [ident]
    while todo:
        for earlier in before.get(todo.pop(), ()):
            if earlier not in found:
                found.add(earlier)
                todo.append(earlier)
    return found


def brings(node: etree._Element) -> bool:
    """Whether variables nobody can foresee may come in at an element."""
    if kind(node) in ("callActivity", "receiveTask", "businessRuleTask", "serviceTask"):
        return True
    return kind(node) != "endEvent" and any(what in ("message", "signal") for what, _ in event_definitions(node))


def names_in(condition: str) -> frozenset[str]:
    try:
        return compile_expression(condition).names
    except ExpressionError:
        return frozenset()
