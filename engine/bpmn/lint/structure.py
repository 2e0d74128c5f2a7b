"""Processes, ids, flows, starts and ends: whether the drawing holds together."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, TASKS, children, event_definitions, kind
from engine.bpmn.lint import structure_rules as rules
from engine.bpmn.lint.sheet import Scope, Sheet, condition_of, name_of

COORDINATE = re.compile(r"\s*[+-]?[0-9]{1,12}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?\s*")


def check_ids(sheet: Sheet) -> None:
    """Every element has an id of its own."""
    ids = Counter(e.get("id") for e in sheet.root.iter(etree.Element) if kind(e) and e.get("id"))
    processes = {p.get("id") for p in children(sheet.root, "process")}
    for element in sheet.root.iter(etree.Element):
        ident = element.get("id")
        if kind(element) and ids[ident] > 1:
            ids[ident] = 1
            if ident not in processes:
                sheet.say(rules.ID_TWICE, element, id=ident)
    for _, node in sheet.nodes():
        if not node.get("id"):
            sheet.say(rules.NODE_WITHOUT_ID, node, kind=kind(node), name=name_of(node))


def check_diagram(sheet: Sheet) -> None:
    """Every shape has a place and stands for something, and every step has a shape: else the diagram is not whole."""
    drawn = {(s.get("bpmnElement") or "").rpartition(":")[2]: s for s in sheet.root.iter("{*}BPMNShape")}
    known = {e.get("id") for e in sheet.root.iter(etree.Element) if e.get("id")}
    alone = [shape for element_id, shape in drawn.items() if element_id not in known]
    if alone:
        sheet.say(rules.SHAPES_ALONE, alone[0], count=len(alone))
    steps = [node for scope in sheet.scopes if scope.is_process for node in scope.nodes.values()]
    bare = [node for node in steps if node.get("id") not in drawn]
    if steps and len(bare) == len(steps):
        sheet.say(rules.NO_SHAPES, sheet.scopes[0].element)
    elif bare:
        sheet.say(rules.SHAPES_MISSING, bare[0], count=len(bare), name=name_of(bare[0]))
    for part in sheet.root.iter("{*}Bounds", "{*}waypoint"):
        for name in ("x", "y", "width", "height"):
            if not COORDINATE.fullmatch(part.get(name, "0")):
                sheet.say(rules.DIAGRAM_FAULTY, part, name=name, value=part.get(name))


def check_starts(sheet: Sheet) -> None:
    """Each process begins somewhere, each subprocess at exactly one plain start."""
    for scope in sheet.scopes:
        starts = [n for n in scope.nodes.values() if kind(n) == "startEvent"]
        if scope.element.get("triggeredByEvent") == "true" or kind(scope.element) == "adHocSubProcess":
            continue
        plain = [s for s in starts if not any(name == "message" for name, _ in event_definitions(s))]
        if not starts:
            sheet.say(rules.NO_START, scope.element, name=name_of(scope.element))
        elif len(plain) > 1 or (not scope.is_process and len(starts) > 1):
            sheet.say(rules.SEVERAL_STARTS, (plain + starts)[1], name=name_of(scope.element))
        elif not scope.is_process and event_definitions(starts[0]):
            sheet.say(rules.START_INSIDE, starts[0])


def check_flows(sheet: Sheet) -> None:
    """Every flow joins two nodes of the same scope, and none enters a start or leaves an end."""
    for scope, flow in sheet.flows():
        source, target = (scope.nodes.get(flow.get(end) or "") for end in ("sourceRef", "targetRef"))
        if source is None or target is None:
            missing = flow.get("sourceRef") if source is None else flow.get("targetRef")
            sheet.say(rules.FLOW_LOOSE, flow, missing=missing or "—")
            continue
        if kind(target) in ("startEvent", "boundaryEvent"):
            sheet.say(rules.FLOW_INTO_START, flow, name=name_of(target))
        if kind(source) == "endEvent":
            sheet.say(rules.FLOW_OUT_OF_END, flow, name=name_of(source))


def check_reach(sheet: Sheet) -> None:
    """Every node can be reached, and no way ends but at an end."""
    for scope in sheet.scopes:
        if kind(scope.element) == "adHocSubProcess":
            continue
        reached = reachable(scope)
        for ident, node in scope.nodes.items():
            name = kind(node)
            if ident not in reached and not stands_alone(node):
                sheet.say(rules.UNREACHABLE, node, name=name_of(node))
            elif name != "endEvent" and not (scope.out_of(node) or throws_link(node) or stands_alone(node)):
                sheet.say(rules.NO_WAY_OUT, node, name=name_of(node))


def stands_alone(node: etree._Element) -> bool:
    """Whether a node needs no flows: an event subprocess, or an activity that only compensates."""
    return node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true"


def reachable(scope: Scope) -> set[str]:
    """Ids of the nodes a token can come to, by flows, boundary events and links."""
    links = {link_name(n): i for i, n in scope.nodes.items() if kind(n) == "intermediateCatchEvent" and link_name(n)}
    waiting = [i for i, n in scope.nodes.items() if kind(n) == "startEvent" or n.get("triggeredByEvent") == "true"]
    reached: set[str] = set()
    while waiting:
        ident = waiting.pop()
        if ident in reached or ident not in scope.nodes:
            continue
        reached.add(ident)
        node = scope.nodes[ident]
        waiting += [flow.get("targetRef") or "" for flow in scope.out_of(node)]
        waiting += [event.get("id") or "" for event in scope.boundary_of(node)] if kind(node) in ACTIVITIES else []
        if throws_link(node) and link_name(node) in links:
            waiting.append(links[link_name(node)])
    return reached


def check_splits(sheet: Sheet) -> None:
    """Several flows out of a task go on together; conditions on them count. Both surprise, so both are said."""
    for scope, node in sheet.nodes(*ACTIVITIES, "startEvent", "intermediateCatchEvent", "boundaryEvent"):
        flows = scope.out_of(node)
        conditional = [flow for flow in flows if condition_of(flow)]
        if conditional and not node.get("default"):
            sheet.say(rules.CONDITION_AFTER_TASK, node, name=name_of(node))
        elif len(flows) > 1 and not conditional:
            sheet.say(rules.IMPLICIT_SPLIT, node, name=name_of(node), count=len(flows))
        elif len(flows) == 1 and conditional:
            sheet.say(rules.CONDITION_AFTER_TASK, node, name=name_of(node))


def check_endless(sheet: Sheet) -> None:
    """No round in which nothing ever waits: gateways, scripts and sending alone would go round for ever."""
    for scope in sheet.scopes:
        quick = {i for i, n in scope.nodes.items() if not waits(n)}
        edges = {
            i: [f.get("targetRef") for f in scope.outgoing.get(i, []) if f.get("targetRef") in quick] for i in quick
        }
        if ident := round_in(edges):
            sheet.say(rules.ENDLESS, scope.nodes[ident], name=name_of(scope.nodes[ident]))


def waits(node: etree._Element) -> bool:
    name = kind(node)
    if name in TASKS:
        return name not in ("scriptTask", "sendTask")
    return name in (
        "intermediateCatchEvent",
        "eventBasedGateway",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    )


def round_in(edges: dict[str, list[str]]) -> str | None:
    """A node of some cycle; None when there is none."""
    done: set[str] = set()
    for start in edges:
        path: list[tuple[str, int]] = [(start, 0)]
        on_path = {start}
        while path:
            node, position = path.pop()
            targets = edges[node]
            if node in done or position >= len(targets):
                done.add(node)
                on_path.discard(node)
                continue
            path.append((node, position + 1))
            if targets[position] in on_path:
                return targets[position]
            if targets[position] not in done:
                on_path.add(targets[position])
                path.append((targets[position], 0))
    return None


def link_name(node: etree._Element) -> str:
    return next((d.get("name") or "" for name, d in event_definitions(node) if name == "link"), "")


def throws_link(node: etree._Element) -> bool:
    return kind(node) == "intermediateThrowEvent" and any(name == "link" for name, _ in event_definitions(node))
