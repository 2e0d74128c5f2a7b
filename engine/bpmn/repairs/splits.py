"""Ways that part, join or end without being drawn so."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import ACTIVITIES, kind
from engine.bpmn.lint.sheet import condition_of, name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text


def missing_end(draft: Draft, fault: Fault) -> Mend | None:
    node = fault.element
    if not node.get("id") or kind(node) == "subProcess" and node.get("triggeredByEvent") == "true":
        return None

    def do(draft: Draft, choice: str | None) -> None:
        end = draft.new_node("endEvent", draft.fresh(f"End_{node.get('id')}"), node, "after")
        draft.new_flow(node, end)

    message = Text(f"在“{name_of(node)}”之后画一个结束事件。", f"An end event is drawn after “{name_of(node)}”.")
    return Mend(fault.rule.id, node.get("id"), message, fault.why, do, level=fault.rule.level, phase=7)


def implicit_split(draft: Draft, fault: Fault) -> Mend | None:
    """Several flows leave a step: the gateway that is meant is drawn."""
    node = fault.element
    flows = draft.out_of(node)
    conditional = any(condition_of(f) for f in flows)
    if not node.get("id") or (len(flows) < 2 and not conditional):
        return None

    def do(draft: Draft, choice: str | None) -> None:
        flows, default = draft.out_of(node), node.attrib.pop("default", None)
        gateway = draft.new_node(
            choice or "parallelGateway", draft.fresh(f"Gateway_split_{node.get('id')}"), node, "after"
        )
        for flow in flows:
            draft.lead(flow, source=gateway)
        if default:
            gateway.set("default", default)
        draft.new_flow(node, gateway)

    if conditional:
        tag = "inclusiveGateway"
        message = Text(
            f"“{name_of(node)}”之后画一个包容网关，由条件选择路径。",
            f"An inclusive gateway after “{name_of(node)}” asks the conditions.",
        )
    else:
        tag = "parallelGateway"
        message = Text(
            f"“{name_of(node)}”之后画一个并行网关：{len(flows)} 条路径同时进行。",
            f"A parallel gateway after “{name_of(node)}” makes its {len(flows)} ways go on together.",
        )
    choices = tuple(
        Choice(name, label)
        for name, label in (
            ("parallelGateway", Text("并行：所有路径同时进行", "parallel: all ways together")),
            ("inclusiveGateway", Text("包容：条件成立的路径", "inclusive: the ways whose condition holds")),
            ("exclusiveGateway", Text("排他：只走一条路径", "exclusive: one of the ways")),
        )
        if not (conditional and name == "parallelGateway")
    )
    return Mend(fault.rule.id, node.get("id"), message, fault.why, do, choices, tag, fault.rule.level, phase=3)


def implicit_merges(draft: Draft, scopes: list[etree._Element]) -> list[Mend]:
    """Several flows lead into one step: the gateway that joins them is drawn. It means the same."""
    found = []
    for scope in scopes:
        if kind(scope) == "adHocSubProcess":
            continue
        counts: dict[str, int] = {}
        for flow in draft.flows(scope):
            counts[flow.get("targetRef") or ""] = counts.get(flow.get("targetRef") or "", 0) + 1
        for node in draft.nodes(scope):
            mergeable = kind(node) in ACTIVITIES or kind(node) in (
                "endEvent",
                "intermediateThrowEvent",
                "intermediateCatchEvent",
            )
            if mergeable and node.get("id") and counts.get(node.get("id"), 0) > 1:
                found.append(_merge(node, counts[node.get("id")]))
    return found


def _merge(node: etree._Element, count: int) -> Mend:
    def do(draft: Draft, choice: str | None) -> None:
        flows = draft.into(node)
        if any(kind(s) == "eventBasedGateway" for f in flows if (s := draft.end(f, "sourceRef")) is not None):
            return
        gateway = draft.new_node(
            choice or "exclusiveGateway", draft.fresh(f"Gateway_join_{node.get('id')}"), node, "before"
        )
        for flow in flows:
            draft.lead(flow, target=gateway)
        draft.new_flow(gateway, node)

    choices = (
        Choice("exclusiveGateway", Text("每条路径到达都继续（含义不变）", "each arrival goes on (means the same)")),
        Choice("parallelGateway", Text("等待所有路径", "waits for all of them")),
        Choice("inclusiveGateway", Text("等待所有还会到达的路径", "waits for those that can still arrive")),
    )
    why = Text(
        f"{count} 条连线汇入“{name_of(node)}”，没有网关说明是否互相等待。",
        f"{count} flows lead into “{name_of(node)}” without a gateway that says whether they wait for each other.",
    )
    message = Text(
        f"“{name_of(node)}”之前画一个汇合网关。", f"A gateway that joins them is drawn before “{name_of(node)}”."
    )
    return Mend("implicit-merge", node.get("id") or "", message, why, do, choices, "exclusiveGateway", "info", phase=8)
