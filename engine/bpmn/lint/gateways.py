"""Gateways: whether every choice can be made, and every join be passed."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import GATEWAYS, event_definitions, kind
from engine.bpmn.lint import gateway_rules as rules
from engine.bpmn.lint.sheet import Scope, Sheet, condition_of, name_of


def check_gateways(sheet: Sheet) -> None:
    for scope, node in sheet.nodes(*GATEWAYS):
        checks = {
            "exclusiveGateway": check_choice,
            "inclusiveGateway": check_choice,
            "parallelGateway": check_parallel,
            "eventBasedGateway": check_events_behind,
        }
        if kind(node) == "complexGateway":
            sheet.say(rules.COMPLEX, node, name=name_of(node))
        else:
            checks[kind(node)](sheet, scope, node)
        if len(scope.out_of(node)) > 1 and len(scope.into(node)) > 1:
            sheet.say(rules.MIXED, node, name=name_of(node))


def check_defaults(sheet: Sheet) -> None:
    """A default flow exists and leaves the very element; a condition on it would never be asked."""
    for scope, node in sheet.nodes():
        default = node.get("default")
        if not default:
            continue
        flow = next((f for f in scope.out_of(node) if f.get("id") == default), None)
        if flow is None:
            sheet.say(rules.DEFAULT_UNKNOWN, node, name=name_of(node), flow=default)
        elif condition_of(flow):
            sheet.say(rules.DEFAULT_CONDITION, flow, name=name_of(node))


def check_choice(sheet: Sheet, scope: Scope, node: etree._Element) -> None:
    flows, default = scope.out_of(node), node.get("default")
    if len(flows) < 2:
        if flows and condition_of(flows[0]) and not default:
            sheet.say(rules.ONLY_CONDITION, node, name=name_of(node))
        return
    bare = [f for f in flows if not condition_of(f) and not (default and f.get("id") == default)]
    if kind(node) == "exclusiveGateway":
        for flow in bare:
            sheet.say(rules.NO_CONDITION, flow, name=name_of(flow), gateway=name_of(node))
    written = [condition_of(f) for f in flows if condition_of(f)]
    if kind(node) == "exclusiveGateway" and len(set(written)) < len(written):
        sheet.say(rules.SAME_CONDITION, node, name=name_of(node))


def check_parallel(sheet: Sheet, scope: Scope, node: etree._Element) -> None:
    for flow in scope.out_of(node):
        if condition_of(flow):
            sheet.say(rules.PARALLEL_CONDITION, flow, name=name_of(node))
    incoming = scope.into(node)
    origins = [origin(scope, flow) for flow in incoming]
    for split in origins:
        if split is not None and kind(split) in ("exclusiveGateway", "eventBasedGateway") and origins.count(split) > 1:
            sheet.say(rules.JOIN_AFTER_CHOICE, node, name=name_of(node), choice=name_of(split))
            return


def origin(scope: Scope, flow: etree._Element) -> etree._Element | None:
    """The nearest branching node a flow comes from along a way without other branches or joins."""
    seen: set[str] = set()
    while (ident := flow.get("sourceRef") or "") not in seen:
        seen.add(ident)
        node = scope.nodes.get(ident)
        if node is None or len(scope.out_of(node)) > 1:
            return node
        incoming = scope.into(node)
        if len(incoming) != 1 or scope.boundary_of(node):
            return None
        flow = incoming[0]
    return None


def check_events_behind(sheet: Sheet, scope: Scope, node: etree._Element) -> None:
    if node.get("instantiate") == "true":
        sheet.say(rules.INSTANTIATES, node, name=name_of(node))
    if node.get("eventGatewayType") == "Parallel":
        sheet.say(rules.PARALLEL_EVENTS, node, name=name_of(node))
    if not scope.out_of(node):
        sheet.say(rules.NO_EVENTS, node, name=name_of(node))
    for target in scope.after(node):
        waits = kind(target) == "receiveTask" or (
            kind(target) == "intermediateCatchEvent" and event_definitions(target)
        )
        if not waits or any(name == "link" for name, _ in event_definitions(target)):
            sheet.say(rules.NOT_AN_EVENT, target, name=name_of(target), gateway=name_of(node))
        elif len(scope.into(target)) > 1:
            sheet.say(rules.EVENT_SHARED, target, name=name_of(target), gateway=name_of(node))
