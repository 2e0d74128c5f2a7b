"""What of the vendors' words the executable part of the house carries out (`engine.bpmn.parsing`), and where."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import event_definitions, kind

MAPPINGS = frozenset({"ioMapping", "input", "output", "inputOutput", "inputParameter", "outputParameter"})
OWN = MAPPINGS | {"preScript", "postScript"}
RUNS = {
    "message": frozenset({"subscription"}),
    "callActivity": frozenset({"calledElement", "in", "out", "ioMapping", "input", "output", "calledElementBinding"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics", "collection", "elementVariable"}),
    "scriptTask": frozenset({"script", "resultVariable"}) | OWN,
    "businessRuleTask": OWN
    | frozenset(
        {"decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"}
        | {"resultVariable", "calledDecision", "calledDecisionId"}
    ),
    "userTask": OWN | {"userTask"},
    "manualTask": OWN,
    "task": OWN,
    "sendTask": MAPPINGS,
    "receiveTask": MAPPINGS,
    "message event": MAPPINGS,
}
"""By the BPMN element a word stands on."""

CAUGHT = frozenset({"errorCodeVariable", "errorMessageVariable", "escalationCodeVariable"})
"""Set where an error or escalation is caught."""
CALL_VERSIONS = frozenset({"calledElementVersion", "calledElementVersionTag"})
KNOWN = {
    "subscription": {"correlationKey"},
    "calledElement": {
        "processId",
        "propagateAllChildVariables",
        "propagateAllParentVariables",
        "bindingType",
        "versionTag",
    },
    "in": {"variables", "source", "sourceExpression", "target"},
    "out": {"variables", "source", "sourceExpression", "target"},
    "input": {"source", "target"},
    "output": {"source", "target"},
    "inputParameter": {"name"},
    "outputParameter": {"name"},
    "loopCharacteristics": {"inputCollection", "inputElement", "outputCollection", "outputElement"},
    "script": {"expression", "resultVariable"},
    "calledDecision": {"decisionId", "resultVariable", "bindingType", "versionTag"},
    "formField": {"id", "label", "type", "defaultValue"},
    "formProperty": {"id", "name", "type", "required", "writable", "default"},
    "userTaskForm": {"id"},
    "value": {"id", "name"},
    "constraint": {"name", "config"},
    "property": {"id", "name", "value"},
    "assignmentDefinition": {"assignee", "candidateUsers", "candidateGroups"},
    "taskSchedule": {"dueDate", "followUpDate"},
    "priorityDefinition": {"priority"},
    "versionTag": {"value"},
    "formDefinition": {"formKey", "formId", "externalReference", "bindingType", "versionTag"},
}
"""Attributes of understood extensions that are understood too."""


def runs(element: etree._Element, name: str) -> bool:
    """Whether this extension or attribute is carried out where it stands."""
    owner = element
    while owner is not None and (not kind(owner) or kind(owner) == "extensionElements"):
        owner = owner.getparent()
    if owner is None:
        return False
    if name in CAUGHT:
        kinds = {"errorEventDefinition": "error", "escalationEventDefinition": "escalation"}
        return name.startswith(kinds.get(kind(owner), "-")) and kind(owner.getparent()) in (
            "boundaryEvent",
            "startEvent",
        )
    if name in CALL_VERSIONS:
        return kind(owner) == "callActivity"
    if name in RUNS.get(kind(owner), ()):
        return True
    return name in MAPPINGS and any(what == "message" for what, _ in event_definitions(owner))
