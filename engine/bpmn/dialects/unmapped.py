"""The honest rest: every vendor attribute and extension nobody understood is named, so that nothing vanishes in silence."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.names import LOOKS, VENDORS, event_definitions, kind
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.reader import BPMN

MAPPINGS = frozenset({"ioMapping", "input", "output", "inputOutput", "inputParameter", "outputParameter"})
RUNS = {
    "message": frozenset({"subscription"}),
    "callActivity": frozenset({"calledElement", "in", "out", "ioMapping", "input", "output"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics", "collection", "elementVariable"}),
    "scriptTask": frozenset({"script", "resultVariable"}),
    "businessRuleTask": frozenset(
        {"decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"}
        | {"resultVariable", "calledDecision", "calledDecisionId"}
    ),
    "sendTask": MAPPINGS,
    "receiveTask": MAPPINGS,
    "message event": MAPPINGS,
}
"""What `engine.bpmn.parsing` carries out, by the BPMN element it stands on."""

KNOWN = {
    "subscription": {"correlationKey"},
    "calledElement": {"processId", "propagateAllChildVariables", "propagateAllParentVariables"},
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

NEEDLESS = frozenset(
    {
        "async",
        "asyncBefore",
        "asyncAfter",
        "exclusive",
        "historyTimeToLive",
        "jobPriority",
        "taskPriority",
        "diagramRelationId",
    }
    | {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "isStartableInTasklist", "userTask"}
)
"""They tune the machine they were written for; ours commits after every step anyway."""


def report_unmapped(reading: Reading) -> None:
    """One finding for each attribute or extension of a vendor we know, one for each kind of any other tool's."""
    foreign: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], etree._Element] = {}
    skipped: set[etree._Element] = set()
    for element in reading.everything:
        name = etree.QName(element)
        if element.getparent() in skipped or name.namespace in LOOKS:
            skipped.add(element)
            continue
        understood = name.namespace == BPMN or (element, "") in reading.taken or runs(element, name.localname)
        if understood or name.namespace not in VENDORS:
            _attributes(reading, element, foreign, first)
        if understood:
            continue
        skipped.add(element)
        if name.namespace in VENDORS:
            rule = rules.ATTRIBUTE_NEEDLESS if name.localname in NEEDLESS else rules.EXTENSION_UNMAPPED
            reading.say(rule, element, name=_shown(element, element.tag))
        else:
            _count((name.namespace or "", name.localname), element, foreign, first)
    for (namespace, name), count in foreign.items():
        reading.say(rules.FOREIGN_UNMAPPED, first[namespace, name], name=name, namespace=namespace, count=count)


def runs(element: etree._Element, name: str) -> bool:
    """Whether the executable part of the house carries this extension or attribute out."""
    owner = element
    while owner is not None and (not kind(owner) or kind(owner) == "extensionElements"):
        owner = owner.getparent()
    if owner is None:
        return False
    if name in RUNS.get(kind(owner), ()):
        return True
    return name in MAPPINGS and any(what == "message" for what, _ in event_definitions(owner))


def _attributes(reading: Reading, element: etree._Element, foreign: Counter, first: dict) -> None:
    vendor = etree.QName(element).namespace in VENDORS
    known = KNOWN.get(etree.QName(element).localname) if vendor else None
    for full, value in element.attrib.items():
        name = etree.QName(full)
        if name.namespace is None:
            if known is not None and name.localname not in known:
                shown = f"{_shown(element, element.tag)} {name.localname}"
                reading.say(rules.ATTRIBUTE_UNMAPPED, element, name=shown, value=value)
        elif name.namespace in LOOKS or (element, full) in reading.taken or runs(element, name.localname):
            continue
        elif name.namespace in VENDORS:
            rule = rules.ATTRIBUTE_NEEDLESS if name.localname in NEEDLESS else rules.ATTRIBUTE_UNMAPPED
            reading.say(rule, element, name=_shown(element, full), value=value)
        else:
            _count((name.namespace, name.localname), element, foreign, first)


def _count(key: tuple[str, str], element: etree._Element, foreign: Counter, first: dict) -> None:
    foreign[key] += 1
    first.setdefault(key, element)


def _shown(element: etree._Element, full: str) -> str:
    """`camunda:asyncAfter`, with the prefix the file uses."""
    name = etree.QName(full)
    prefix = next((p for p, namespace in element.nsmap.items() if namespace == name.namespace and p), "")
    return f"{prefix}:{name.localname}" if prefix else name.localname
