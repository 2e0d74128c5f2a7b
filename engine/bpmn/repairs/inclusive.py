"""Inclusive gateways whose default is never taken, since ways without a condition always are."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import kind
from engine.bpmn.lint.sheet import condition_of, name_of
from engine.bpmn.repairs.asking import add_field, asker, options_for, set_condition, variable_for
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.model import Choice, Mend
from engine.domain.text import Text

WHETHER = Text("{name}：{way}？", "{name}: {way}?")


def idle_defaults(draft: Draft, scopes: list[etree._Element]) -> list[Mend]:
    found = []
    for scope in scopes:
        for node in draft.nodes(scope):
            if kind(node) == "inclusiveGateway" and node.get("id") and node.get("default"):
                flows = draft.out_of(node)
                bare = [f for f in flows if not condition_of(f) and f.get("id") != node.get("default")]
                if bare and any(f.get("id") == node.get("default") for f in flows):
                    found.append(_mend(node))
    return found


def _mend(gateway: etree._Element) -> Mend:
    name = name_of(gateway)

    def do(draft: Draft, choice: str | None) -> None:
        if choice == "all":
            gateway.attrib.pop("default", None)
            draft.change(gateway)
            return
        flows = [f for f in draft.out_of(gateway) if not condition_of(f) and f.get("id") != gateway.get("default")]
        task = asker(draft, gateway)
        for flow, (value, label) in zip(flows, options_for(flows, draft), strict=True):
            asked = draft.words(WHETHER.format(name=name_of(gateway), way=label))
            key = add_field(draft, task, f"{variable_for(gateway, 'take')}_{value}"[:80], asked, "boolean")
            set_condition(draft, flow, f"{key} == true")
        draft.change(gateway)

    why = Text(
        f"包容网关“{name}”有没有条件的路径，它们总会被走，因此默认路径永远不会被走。",
        f"Ways out of the inclusive gateway “{name}” have no condition and are always taken; so its default never is.",
    )
    message = Text(
        f"网关“{name}”：由人在表单中勾选走哪些路径，一个都不选时走默认路径。",
        f"Gateway “{name}”: a person ticks which ways are taken, in a form; where none is, the default.",
    )
    choices = (
        Choice("ask", Text("由人勾选", "a person ticks them")),
        Choice("all", Text("总走所有路径", "all ways are always taken")),
    )
    return Mend("default-never-taken", gateway.get("id") or "", message, why, do, choices, "ask", "warning", phase=4)
