"""Event subprocesses that do not begin by one event, and ad-hoc subprocesses, whose steps people choose."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects.names import children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.asking import add_field, options_for, set_condition, variable_for
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import ALL, become_message, first_steps
from engine.domain.text import Text

CHOOSE = "choose"
WHAT_NEXT = Text("{name}：下一步？", "{name}: what next?")
DONE = Text("完成", "Done")


def event_subprocess(draft: Draft, fault: Fault) -> Mend | None:
    """One start that waits: a plain one waits for a message, of several the first stays; with flows it is an ordinary one."""
    node = fault.element
    name = name_of(node)
    starts = children(node, "startEvent")
    if draft.into(node) or draft.out_of(node):
        message = Text(
            f"“{name}”改为普通子流程，由连线开始。", f"“{name}” becomes an ordinary subprocess, begun by its flow."
        )
        return Mend(fault.rule.id, node.get("id") or "", message, fault.why, partial(_ordinary, node), phase=1)
    if len(starts) > 1:
        named = [s for s in starts if s.get("id")]
        waiting = [s for s in named if event_definitions(s)] or named
        choices = tuple(
            Choice(s.get("id"), Text(f"由“{name_of(s)}”开始", f"“{name_of(s)}” begins it")) for s in named[:20]
        )
        message = Text(
            f"“{name}”只由“{name_of(waiting[0])}”开始；其余开始事件被删除。",
            f"“{name}” begins by “{name_of(waiting[0])}” alone; its other starts are removed.",
        )
        return Mend(
            fault.rule.id,
            node.get("id") or "",
            message,
            fault.why,
            partial(_one, node),
            choices,
            waiting[0].get("id"),
            phase=1,
        )
    message = Text(f"“{name}”由同名消息开始。", f"“{name}” begins by a message of its name.")
    return Mend(fault.rule.id, node.get("id") or "", message, fault.why, partial(_by_message, node), phase=1)


def _ordinary(node: etree._Element, draft: Draft, choice: str | None) -> None:
    node.attrib.pop("triggeredByEvent", None)
    draft.change(node)


def _one(node: etree._Element, draft: Draft, choice: str | None) -> None:
    starts = children(node, "startEvent")
    kept = next((s for s in starts if s.get("id") == choice), starts[0])
    for start in starts:
        if start is not kept:
            for flow in draft.out_of(start):
                if not draft.out_of(kept):
                    draft.lead(flow, source=kept)
            draft.remove(start)
    if not event_definitions(kept):
        become_message(draft, kept, name_of(node))


def _by_message(node: etree._Element, draft: Draft, choice: str | None) -> None:
    starts = children(node, "startEvent")
    if starts:
        start = starts[0]
        draft.name(start, f"Start_{node.get('id')}")
    else:
        first = first_steps(draft, node)[:1] or draft.nodes(node)[:1]
        if first:
            draft.name(first[0], f"Task_{node.get('id')}")
            start = draft.new_node("startEvent", draft.fresh(f"Start_{node.get('id')}"), first[0], "before")
        else:
            start = draft.new(node, "startEvent", draft.fresh(f"Start_{node.get('id')}"))
            first = [draft.new(node, "userTask", draft.fresh(f"Task_{node.get('id')}"), name_of(node))]
        draft.new_flow(start, first[0])
    become_message(draft, start, name_of(node))


def ad_hoc(draft: Draft, fault: Fault) -> Mend | None:
    """Whoever works on it says each time what is done next, until all is done; or everything is done once."""
    node = fault.element
    name = name_of(node)
    message = Text(
        f"即席子流程“{name}”改为普通子流程：由人每次选择下一步，直到选择完成。",
        f"The ad-hoc subprocess “{name}” becomes an ordinary one: a person chooses each time what is done next, until done.",
    )
    choices = (
        Choice(
            CHOOSE,
            Text(
                "由人逐一选择下一步（可跳过、可重复，不能同时）",
                "a person chooses one step after the other (may skip or repeat, not at once)",
            ),
        ),
        Choice(ALL, Text("每一步都做一次，同时开始", "each step once, all begun together")),
    )
    return Mend(
        fault.rule.id, node.get("id") or "", message, fault.why, partial(_ad_hoc, node), choices, CHOOSE, phase=1
    )


def _ad_hoc(node: etree._Element, draft: Draft, choice: str | None) -> None:
    draft.retag(node, "subProcess", "ordering", "cancelRemainingInstances", "completionCondition")
    for start in children(node, "startEvent"):
        draft.remove(start)
    first = first_steps(draft, node)
    if choice == ALL or not first:
        return
    ident = node.get("id") or "adhoc"
    for number, step in enumerate(first, 1):
        draft.name(step, f"{ident}_step_{number}")
    ways = [n for n in draft.nodes(node) if n.get("id") and kind(n) != "boundaryEvent"]
    ask = draft.new_node(
        "userTask",
        draft.fresh(f"Task_next_{ident}"),
        first[0],
        "before",
        draft.words(WHAT_NEXT.format(name=name_of(node))),
    )
    start = draft.new_node("startEvent", draft.fresh(f"Start_{ident}"), ask, "before")
    gateway = draft.new_node("exclusiveGateway", draft.fresh(f"Gateway_next_{ident}"), ask, "after")
    end = draft.new_node("endEvent", draft.fresh(f"End_{ident}"), gateway, "after")
    join = draft.new_node("exclusiveGateway", draft.fresh(f"Gateway_again_{ident}"), ask, "before")
    draft.new_flow(start, join)
    draft.new_flow(join, ask)
    draft.new_flow(ask, gateway)
    flows = [draft.new_flow(gateway, step) for step in first]
    options = options_for(flows, draft)
    done = draft.new_flow(gateway, end, name=draft.words(DONE))
    key = add_field(
        draft,
        ask,
        variable_for(node, "next"),
        draft.words(WHAT_NEXT.format(name=name_of(node))),
        "enum",
        [*options, ("done", draft.words(DONE))],
    )
    for flow, (value, _) in zip(flows, options, strict=True):
        set_condition(draft, flow, f'{key} == "{value}"')
    gateway.set("default", done.get("id"))
    for step in ways:
        if not draft.out_of(step) and kind(step) not in ("endEvent",):
            draft.new_flow(step, join)
        elif kind(step) == "endEvent" and not event_definitions(step):
            for flow in draft.into(step):
                draft.lead(flow, target=join)
            draft.remove(step)
