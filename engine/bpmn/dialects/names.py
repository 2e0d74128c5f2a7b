"""Namespaces and element names of BPMN 2.0 and of the vendors whose attributes we understand."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reader import BPMN

CAMUNDA = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
)
ZEEBE = ("http://camunda.org/schema/zeebe/1.0",)
SPIFF = ("http://spiffworkflow.org/bpmn/schema/1.0/core",)
VENDORS = frozenset((*CAMUNDA, *ZEEBE, *SPIFF))
LOOKS = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://bpmn.io/schema/bpmn",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
    }
)
"""Namespaces that only say how a file looks or which tool wrote it."""

TASKS = frozenset(
    {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask"}
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
HUMAN = frozenset({"userTask", "manualTask", "task"})
"""What waits for a person; a task of no kind does too."""
EVENT_DEFINITIONS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
}


def bpmn(name: str) -> str:
    """The full name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def kind(element: etree._Element) -> str:
    """The name of a BPMN element without its namespace; empty for anything else."""
    tag = element.tag
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(bpmn(name))


def text_of(element: etree._Element | None) -> str:
    """The words inside an element, without the space around them."""
    return "".join(element.itertext()).strip() if element is not None else ""


def event_definitions(event: etree._Element) -> list[tuple[str, etree._Element]]:
    """What an event reacts to or throws: (`message`, its definition) …; none at all for a plain event.

    A definition may be kept at the root of the file and only be referred to.
    """
    found = [(EVENT_DEFINITIONS[kind(c)], c) for c in event if kind(c) in EVENT_DEFINITIONS]
    return found + [(EVENT_DEFINITIONS[kind(d)], d) for d in referred_definitions(event)]


def referred_definitions(event: etree._Element) -> list[etree._Element]:
    """The definitions at the root of the file that an event refers to."""
    wanted = [text_of(reference).rpartition(":")[2] for reference in children(event, "eventDefinitionRef")]
    if not wanted:
        return []
    shared = {d.get("id"): d for d in event.getroottree().getroot() if kind(d) in EVENT_DEFINITIONS}
    return [shared[ident] for ident in wanted if ident in shared]
