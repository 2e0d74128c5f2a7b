"""Gateways that wait for events and have none behind them, share them, start by them, or wait for all."""

from __future__ import annotations

import copy

from engine.bpmn.dialects.names import children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.gateways import waits
from engine.bpmn.repairs.model import Choice, Mend
from engine.bpmn.repairs.structure import become_message
from engine.domain.text import Text

EVENT, PERSON = "event", "person"


def not_an_event(draft: Draft, fault: Fault) -> Mend | None:
    """A message is awaited before a step that is no event; where nothing behind is an event, a person decides."""
    target = fault.element
    gateway = next(
        (
            s
            for f in draft.into(target)
            if (s := draft.end(f, "sourceRef")) is not None and kind(s) == "eventBasedGateway"
        ),
        None,
    )
    if gateway is None or (kind(target) == "intermediateCatchEvent" and not event_definitions(target)):
        return None
    others = [t for f in draft.out_of(gateway) if (t := draft.end(f)) is not None]
    default = EVENT if any(waits(t) for t in others) else PERSON

    def do(draft: Draft, choice: str | None) -> None:
        if choice == PERSON:
            if kind(gateway) == "eventBasedGateway":
                draft.retag(gateway, "exclusiveGateway", "eventGatewayType", "instantiate")
            return
        for flow in draft.into(target):
            if flow.get("sourceRef") != gateway.get("id"):
                continue
            name = flow.get("name") or name_of(target)
            event = draft.new_node(
                "intermediateCatchEvent", draft.fresh(f"Event_{target.get('id')}"), target, "before", name
            )
            become_message(draft, event, name)
            draft.lead(flow, target=event)
            draft.new_flow(event, target)

    choices = (
        Choice(EVENT, Text("在该步骤之前等待同名消息", "wait for a message of its name before the step")),
        Choice(PERSON, Text("改为排他网关，由人决定", "make it an exclusive gateway where a person decides")),
    )
    message = (
        Text(
            f"事件网关“{name_of(gateway)}”之后、“{name_of(target)}”之前等待同名消息。",
            f"Behind “{name_of(gateway)}” a message of its name is awaited before “{name_of(target)}”.",
        )
        if default == EVENT
        else Text(
            f"网关“{name_of(gateway)}”改为排他网关，由人决定。",
            f"The gateway “{name_of(gateway)}” becomes exclusive; a person decides.",
        )
    )
    ident = (target if default == EVENT else gateway).get("id") or ""
    return Mend(fault.rule.id, ident, message, fault.why, do, choices, default, phase=2)


def shared(draft: Draft, fault: Fault) -> Mend | None:
    """The gateway gets an event of its own, which leads on to the same step."""
    event = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        for flow in draft.into(event):
            gateway = draft.end(flow, "sourceRef")
            if gateway is None or kind(gateway) != "eventBasedGateway" or len(draft.into(event)) < 2:
                continue
            twin = draft.new_node(
                kind(event), draft.fresh(f"{event.get('id')}_2"), event, "before", event.get("name") or ""
            )
            for key, value in event.attrib.items():
                if key not in ("id", "name"):
                    twin.set(key, value)
            for _, definition in event_definitions(event):
                own = copy.deepcopy(definition)
                own.attrib.pop("id", None)
                own.tail = None
                twin.append(own)
            draft.lead(flow, target=twin)
            for following in draft.out_of(event):
                if (target := draft.end(following)) is not None:
                    draft.new_flow(twin, target)

    message = Text(
        f"事件网关得到自己的“{name_of(event)}”事件。", f"The gateway gets an event “{name_of(event)}” of its own."
    )
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, phase=4)


def empty(draft: Draft, fault: Fault) -> Mend | None:
    gateway = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        draft.retag(gateway, "exclusiveGateway", "eventGatewayType", "instantiate")

    message = Text(
        f"网关“{name_of(gateway)}”改为排他网关，不等待事件。",
        f"The gateway “{name_of(gateway)}” becomes exclusive; it waits for nothing.",
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, phase=2)


def waits_for_all(draft: Draft, fault: Fault) -> Mend | None:
    gateway = fault.element

    def do(draft: Draft, choice: str | None) -> None:
        draft.retag(gateway, "parallelGateway", "eventGatewayType", "instantiate")

    message = Text(
        f"网关“{name_of(gateway)}”改为并行网关，等待其后的所有事件。",
        f"The gateway “{name_of(gateway)}” becomes parallel: all events behind it are awaited.",
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, phase=1)


def instantiates(draft: Draft, fault: Fault) -> Mend | None:
    """Each message behind the gateway starts the process; anything else is awaited after a plain start."""
    gateway = fault.element
    targets = [t for f in draft.out_of(gateway) if (t := draft.end(f)) is not None]
    by_message = bool(targets) and not draft.into(gateway) and all(
        kind(t) == "intermediateCatchEvent" and [w for w, _ in event_definitions(t)] == ["message"] and len(draft.into(t)) == 1 for t in targets
    )  # fmt: skip

    def do(draft: Draft, choice: str | None) -> None:
        gateway.attrib.pop("instantiate", None)
        draft.change(gateway)
        if by_message and not children(gateway.getparent(), "startEvent"):
            for target in targets:
                draft.retag(target, "startEvent", "parallelMultiple")
            draft.remove(gateway)

    message = (
        Text(
            f"网关“{name_of(gateway)}”之后的消息各成为一个消息开始事件。",
            f"The messages behind “{name_of(gateway)}” become message starts.",
        )
        if by_message
        else Text(
            f"网关“{name_of(gateway)}”不再启动流程：开始之后等待。",
            f"The gateway “{name_of(gateway)}” no longer starts the process: it waits after a start.",
        )
    )
    return Mend(fault.rule.id, gateway.get("id") or "", message, fault.why, do, phase=1)
