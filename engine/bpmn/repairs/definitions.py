"""Events with several definitions, or with definitions kept elsewhere in the file: one event for each."""

from __future__ import annotations

import copy

from lxml import etree

from engine.bpmn.dialects.names import children, event_definitions, kind
from engine.bpmn.lint.sheet import name_of
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import Fault
from engine.bpmn.repairs.model import Mend
from engine.domain.text import Text


def several_definitions(draft: Draft, fault: Fault) -> Mend | None:
    """An event with several definitions becomes several events of one definition each."""
    event = fault.element
    name = name_of(event)

    def do(draft: Draft, choice: str | None) -> None:
        inline_definitions(draft, event)
        definitions = [d for _, d in event_definitions(event)]
        together = event.get("parallelMultiple") == "true"
        event.attrib.pop("parallelMultiple", None)
        if kind(event) in ("startEvent", "boundaryEvent"):
            for number, definition in enumerate(definitions[1:], 2):
                twin = _twin(draft, event, definition, number)
                for flow in draft.out_of(event):
                    draft.new_flow(twin, draft.end(flow)) if draft.end(flow) is not None else None
        elif kind(event) == "intermediateCatchEvent" and not together:
            _first_of(draft, event, definitions)
        else:
            for number, definition in enumerate(definitions[1:], 2):
                _before(draft, event, definition, number)

    message = Text(
        f"事件“{name}”拆成几个事件，各有一个定义。",
        f"The event “{name}” becomes several events with one definition each.",
    )
    return Mend(fault.rule.id, event.get("id") or "", message, fault.why, do, phase=1)


def inline_definitions(draft: Draft, event: etree._Element) -> None:
    """References to definitions kept at the root of the file become the definitions themselves."""
    for reference in children(event, "eventDefinitionRef"):
        found = draft.ids.get((reference.text or "").strip().split(":")[-1])
        if found is None or not kind(found).endswith("EventDefinition"):
            continue
        own = copy.deepcopy(found)
        own.attrib.pop("id", None)
        own.tail = reference.tail
        event.replace(reference, own)


def _twin(
    draft: Draft, event: etree._Element, definition: etree._Element, number: int, tag: str | None = None
) -> etree._Element:
    """A copy of an event with one of its definitions, which it gives away."""
    ident = draft.fresh(f"{event.get('id')}_{number}")
    twin = draft.new_node(tag or kind(event), ident, event, "before", event.get("name") or "")
    for name in ("attachedToRef", "cancelActivity", "isInterrupting"):
        if event.get(name) is not None:
            twin.set(name, event.get(name))
    definition.tail = None
    twin.append(definition)
    return twin


def _before(draft: Draft, event: etree._Element, definition: etree._Element, number: int) -> None:
    """A throw after a throw, or a wait after a wait: one more event before this one."""
    tag = "intermediateThrowEvent" if kind(event) == "endEvent" else kind(event)
    what = kind(definition)
    if tag == "intermediateThrowEvent" and what not in (
        "messageEventDefinition",
        "signalEventDefinition",
        "escalationEventDefinition",
    ):
        event.remove(definition)
        return
    twin = _twin(draft, event, definition, number, tag)
    for flow in draft.into(event):
        draft.lead(flow, target=twin)
    draft.new_flow(twin, event)


def _first_of(draft: Draft, event: etree._Element, definitions: list[etree._Element]) -> None:
    """Whichever happens first: an event gateway before them, each leading on to the same step."""
    gateway = draft.new_node("eventBasedGateway", draft.fresh(f"Gateway_{event.get('id')}"), event, "before")
    for flow in draft.into(event):
        draft.lead(flow, target=gateway)
    draft.new_flow(gateway, event)
    for number, definition in enumerate(definitions[1:], 2):
        twin = _twin(draft, event, definition, number)
        draft.new_flow(gateway, twin)
        for flow in draft.out_of(event):
            if (target := draft.end(flow)) is not None:
                draft.new_flow(twin, target)
