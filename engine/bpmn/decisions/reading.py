"""A DMN file → its decisions, ready to compute, and everything about it that has to be said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.decisions import rules
from engine.bpmn.decisions.model import Decision, DecisionFile, Fault
from engine.bpmn.decisions.tables import Notes, read_literal, read_table
from engine.bpmn.reader import Unreadable, tree
from engine.domain.text import Text

DMN = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
NOT_DMN = Text(
    "它的根元素是“{name}”，不是 DMN 的 definitions。", "it begins with “{name}”, not with definitions of DMN."
)
NO_DECISION = Text("其中没有决策（decision）。", "there is no decision in it.")
LOGICS = frozenset(
    {"context", "invocation", "list", "relation", "functionDefinition", "conditional", "filter", "for", "every", "some"}
)
WORDS = frozenset(
    {
        "description",
        "question",
        "allowedAnswers",
        "extensionElements",
        "supportedObjective",
        "impactedPerformanceIndicator",
    }
    | {"decisionMaker", "decisionOwner", "usingProcess", "usingTask", "variable", "authorityRequirement"}
    | {"informationRequirement", "knowledgeRequirement"}
)
"""Parts of a decision that compute nothing, or are read elsewhere."""
UNUSED = frozenset({"businessKnowledgeModel", "decisionService", "import"})
SILENT = frozenset(
    {"decision", "inputData", "knowledgeSource", "textAnnotation", "association", "elementCollection", "group"}
    | {"performanceIndicator", "organizationUnit", "DMNDI", "extensionElements", "description", "itemDefinition"}
)
LOOKS = ("/spec/DMN/", "/spec/DD/", "XMLSchema", "/schema/dmn/biodi", "/schema/modeler", "XML/1998", "/schema/zeebe/")
NEEDLESS = frozenset({"historyTimeToLive", "versionTag", "diagramRelationId"})


def is_decision_file(name: str, data: bytes) -> bool:
    return name.lower().endswith(".dmn") or b"/spec/DMN/" in data[:4_000]


def read_decisions(name: str, data: bytes) -> DecisionFile:
    """Never raises: what cannot be read or carried out is a fault."""
    try:
        root = tree(data)
    except Unreadable as refusal:
        return unreadable(name, refusal.findings[0].message)
    tag = etree.QName(root)
    if tag.namespace not in DMN or tag.localname != "definitions":
        return unreadable(name, NOT_DMN.format(name=tag.localname))
    notes = Notes(name, (root.get("expressionLanguage") or "").strip())
    find_spaced_names(notes, root)
    found: dict[str, Decision] = {}
    elements = [e for e in root if local(e) == "decision"]
    if not elements:
        notes.say(rules.UNREADABLE, None, why=NO_DECISION)
    for element in elements:
        ident = element.get("id") or ""
        if ident in found:
            notes.say(rules.TWICE, ident, decision=ident)
        if (decision := read_decision(notes, element)) is not None:
            found[ident] = decision
    report_parts(notes, root)
    report_attributes(notes, root)
    check_requirements(notes, found)
    broken = {fault.decision for fault in notes.faults if fault.rule.level == "error"}
    sound = {ident: decision for ident, decision in found.items() if ident not in broken}
    required = {e.get("id") or "": tuple(references(e, "requiredDecision")) for e in elements}
    return DecisionFile(name, sound, tuple(required), required, tuple(notes.faults))


def find_spaced_names(notes: Notes, root: etree._Element) -> None:
    """Names of more than one word: a case's variable of that name has `_` for each space."""
    names: dict[str, str] = {}
    for element in root.iter("{*}inputData", "{*}decision", "{*}variable"):
        name = " ".join((element.get("name") or "").split())
        plain = re.sub(r"\W+", "_", name).strip("_")
        if name != plain and plain and not plain[0].isdigit():
            names[name] = plain
            if local(element) == "inputData":
                notes.say(rules.SPACED, None, name=name, variable=plain)
    notes.spaced.update(sorted(names.items(), key=lambda pair: -len(pair[0])))


def unreadable(name: str, why: Text) -> DecisionFile:
    return DecisionFile(name, faults=(Fault(rules.UNREADABLE, None, {"file": name, "why": why}),))


def read_decision(notes: Notes, element: etree._Element) -> Decision | None:
    """None where it decides nothing we could carry out."""
    ident, name = element.get("id") or "", " ".join((element.get("name") or element.get("id") or "").split())
    at = notes.about(ident, name)
    variable = next((e.get("name") for e in element if local(e) == "variable"), None)
    names = tuple(dict.fromkeys(notes.spaced.get(n, n) for n in (variable, ident, name) if n))
    logic = None
    for child in element:
        what = local(child)
        if what == "decisionTable":
            logic = read_table(at, child, names[0] if names else "result")
        elif what == "literalExpression":
            logic = read_literal(at, child)
        elif what in LOGICS:
            at.say(rules.LOGIC, logic=what)
            return None
        elif what not in WORDS:
            notes.say(rules.UNUSED_PART, ident, part=what, name=name)
    if logic is None:
        if not any(fault.decision == ident for fault in notes.faults):
            at.say(rules.EMPTY)
        return None
    for required in references(element, "requiredKnowledge"):
        at.say(rules.KNOWLEDGE, required=required)
    return Decision(ident, name, names or (ident,), logic, tuple(references(element, "requiredDecision")))


def references(element: etree._Element, tag: str) -> Iterator[str]:
    for reference in element.iter(f"{{*}}{tag}"):
        yield (reference.get("href") or "").rpartition("#")[2]


def check_requirements(notes: Notes, found: dict[str, Decision]) -> None:
    """Every required decision is there, and none comes to require itself."""
    broken = {fault.decision for fault in notes.faults if fault.rule.level == "error"}
    moved = True
    while moved:
        moved = False
        for ident, decision in found.items():
            missing = next((r for r in decision.requires if r not in found or r in broken), None)
            if ident not in broken and missing is not None:
                notes.about(ident, decision.name).say(rules.REQUIRES, required=missing)
                broken.add(ident)
                moved = True
    for ident, decision in found.items():
        if ident not in broken and ident in everything_required(found, decision):
            notes.about(ident, decision.name).say(rules.ROUND)


def everything_required(found: dict[str, Decision], decision: Decision) -> set[str]:
    seen: set[str] = set()
    waiting = list(decision.requires)
    while waiting:
        ident = waiting.pop()
        if ident not in seen and ident in found:
            seen.add(ident)
            waiting += found[ident].requires
    return seen


def report_parts(notes: Notes, root: etree._Element) -> None:
    """The parts of the file that are neither decisions nor mere documentation."""
    types = sum(local(child) == "itemDefinition" for child in root)
    if types:
        notes.say(rules.FOREIGN, None, name="itemDefinition", count=types)
    for child in root:
        what = local(child)
        if what in UNUSED or (what and what not in SILENT and etree.QName(child).namespace in DMN):
            notes.say(rules.UNUSED_PART, None, part=what, name=child.get("name") or child.get("id") or "")


def report_attributes(notes: Notes, root: etree._Element) -> None:
    """What vendors added, one line each kind; what other tools did, one line each namespace."""
    counted: Counter[str] = Counter()
    for element in root.iter(etree.Element):
        own = etree.QName(element).namespace or ""
        if own not in DMN:
            counted[own] += not is_looks(own)
            continue
        for full in element.attrib:
            name = etree.QName(full)
            if not name.namespace or is_looks(name.namespace):
                continue
            if "camunda.org" not in name.namespace:
                counted[name.namespace] += 1
            elif name.localname not in NEEDLESS:
                counted[f"{etree.QName(element).localname} camunda:{name.localname}"] += 1
    for name, count in counted.items():
        if count:
            notes.say(rules.FOREIGN, None, name=name, count=count)


def is_looks(namespace: str) -> bool:
    """Whether a namespace only says how a diagram looks, or which tool wrote it."""
    return any(part in namespace for part in LOOKS)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
