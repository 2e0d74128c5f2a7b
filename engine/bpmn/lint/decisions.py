"""Business rule tasks and the decision files beside the BPMN: each task finds its decision, and it can be carried out."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.decisions import Decision, DecisionFile
from engine.bpmn.lint import decision_rules as rules
from engine.bpmn.lint.sheet import Sheet, name_of
from engine.bpmn.rule_tasks import MAPPINGS, decisions_beside
from engine.bpmn.vendor import attribute, called_decision, decision_result, named
from engine.domain.text import Text

SEVERAL = Text("，因为决策有多个输出", ", since the decision has several outputs")
NOTHING = Text("", "")


def check_decisions(sheet: Sheet) -> None:
    files = decisions_beside(sheet.beside)
    users: dict[str, etree._Element] = {}
    for _, node in sheet.nodes("businessRuleTask"):
        wanted = called_decision(node)
        if not wanted:
            sheet.say(rules.NO_DECISION, node, name=name_of(node))
        elif wanted.startswith(("=", "${", "#{")):
            sheet.say(rules.OPEN, node, name=name_of(node), decision=wanted)
        elif (file := next((f for f in files if wanted in f.ids), None)) is None:
            known = ", ".join(i for f in files for i in f.ids) or "—"
            sheet.say(rules.MISSING, node, name=name_of(node), decision=wanted, known=known)
        else:
            for ident in closure(file, wanted):
                users.setdefault(ident, node)
            check_use(sheet, node, wanted, file.decisions.get(wanted))
    for file in files:
        report(sheet, file, users)


def check_use(sheet: Sheet, node: etree._Element, wanted: str, decision: Decision | None) -> None:
    """What becomes of the outcome, and which version of the decision is meant."""
    result, mapping = decision_result(node)
    outputs = decision.outputs if decision is not None else ()
    if mapping and result and mapping not in MAPPINGS:
        sheet.say(rules.MAPPING, node, name=name_of(node), mapping=mapping, why=NOTHING)
    elif result and mapping in ("singleEntry", "collectEntries") and len(outputs) > 1:
        sheet.say(rules.MAPPING, node, name=name_of(node), mapping=mapping, why=SEVERAL)
    if not result and outputs:
        sheet.say(rules.RESULT, node, name=name_of(node), outputs=", ".join(outputs))
    for binding in bindings(node):
        sheet.say(rules.BINDING, node, name=name_of(node), decision=wanted, binding=binding)


def bindings(node: etree._Element) -> list[str]:
    """Ways of asking for a certain version: `version 3`, `versionTag 1.2`."""
    written = {
        name: attribute(node, name) for name in ("decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag")
    }
    kind = written["decisionRefBinding"]
    found = []
    if kind in ("version", "versionTag"):
        found.append(f"{kind} {written['decisionRefVersion'] or written['decisionRefVersionTag'] or ''}".strip())
    for called in named(node, "calledDecision"):
        if called.get("bindingType") == "versionTag":
            found.append(f"versionTag {called.get('versionTag') or ''}".strip())
    return found


def closure(file: DecisionFile, ident: str) -> list[str]:
    """The decision and all it requires, also those that cannot be carried out."""
    found, waiting = [], [ident]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += file.requirements.get(name, ())
    return found


def report(sheet: Sheet, file: DecisionFile, users: dict[str, etree._Element]) -> None:
    """What is wrong with a file, at the task that needs the decision; of a decision nobody uses, as a mere warning."""
    for fault in file.faults:
        user = users.get(fault.decision or "")
        rule = fault.rule if user is not None or fault.decision is None else fault.rule.softened()
        sheet.say(rule, user, **fault.params)
    for ident in file.ids:
        if ident not in users:
            sheet.say(rules.UNUSED_DECISION, file=file.name, decision=ident)


def assigned_by_decisions(sheet: Sheet) -> set[str]:
    """The variables business rule tasks set."""
    files = decisions_beside(sheet.beside)
    found: set[str] = set()
    for _, node in sheet.nodes("businessRuleTask"):
        result, _ = decision_result(node)
        decision = next((d for f in files if (d := f.decisions.get(called_decision(node))) is not None), None)
        found |= {result} if result else set(decision.outputs if decision is not None else ())
    return found
