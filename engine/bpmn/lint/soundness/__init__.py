"""Soundness: whether a case can stand still, do a step twice, or never come to an end, and the way that leads there.

Each process and subprocess is played through by itself, inner ones first: to the scope around, a subprocess is an
activity that ends or throws. What is found holds for every file; that nothing is found means that nothing was there
only if the search was complete, else a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from engine.bpmn.dialects.names import SUBPROCESSES, kind
from engine.bpmn.findings import Rule
from engine.bpmn.lint import event_rules, gateway_rules
from engine.bpmn.lint import soundness_rules as rules
from engine.bpmn.lint.sheet import Scope, Sheet, name_of
from engine.bpmn.lint.soundness.drawing import Drawing
from engine.bpmn.lint.soundness.exploration import Exploration, Explored, Fault
from engine.bpmn.lint.soundness.net import Inside
from engine.bpmn.lint.soundness.reduction import reduce
from engine.bpmn.lint.soundness.witness import excludes_itself, in_words
from engine.bpmn.lint.structure import reachable, stands_alone

SENTENCES = {"stuck": rules.STUCK, "twice": rules.TWICE, "endless": rules.ENDLESS}


def check_soundness(sheet: Sheet) -> None:
    """Explores every scope that begins somewhere."""
    inside: dict[str, Inside] = {}
    for scope in reversed(sheet.scopes):
        if kind(scope.element) == "adHocSubProcess" or not scope.nodes or is_broken(scope):
            continue
        drawing = Drawing(sheet, scope, inside)
        if not drawing.net.starts:
            continue
        reduce(drawing.net)
        found = Exploration(drawing.net).run()
        if any(fault.kind == "twice" for fault in found.faults):
            found = Exploration(drawing.net, one_by_one=False).run()
        if kind(scope.element) in SUBPROCESSES:
            watches = [n for n in scope.nodes.values() if n.get("triggeredByEvent") == "true"]
            ends = found.ends or not found.complete or bool(found.faults) or bool(watches)
            throws = {thrown for thrown in drawing.throws if not drawing.is_caught_by(thrown, watches)}
            inside[scope.element.get("id") or ""] = Inside(ends, frozenset(throws))
        report(sheet, scope, found)


def is_broken(scope: Scope) -> bool:
    """Whether ids are missing or double, so that nobody could say which element is meant."""
    return any(ident.startswith("?") for ident in scope.nodes)


def report(sheet: Sheet, scope: Scope, found: Explored) -> None:
    for fault in found.faults:
        node = scope.nodes[fault.at]
        if fault.kind == "stuck" and known_already(sheet, fault):
            continue
        sheet.say_with(
            sentence(scope, fault),
            node,
            fault.path,
            name=name_of(node),
            path=in_words(scope, fault.path),
            step=named(scope, fault.step),
            missing=", ".join(dict.fromkeys(named(scope, ident) for ident in fault.missing)) or "…",
        )
    if not found.complete:
        sheet.say(rules.UNDECIDED, scope.element, name=name_of(scope.element), states=found.states)
    elif not found.faults:
        said = {finding.element_id for finding in sheet.findings if finding.rule == event_rules.NOTHING_THROWN.id}
        for node in never_reached(scope, found):
            if node.get("id") not in said:
                sheet.say(rules.NEVER, node, name=name_of(node))


def sentence(scope: Scope, fault: Fault) -> Rule:
    if fault.kind == "stuck" and excludes_itself(scope, fault.path):
        return rules.MAY_STICK
    return SENTENCES[fault.kind]


def known_already(sheet: Sheet, fault: Fault) -> bool:
    """A join after a choice is said in plainer words by another rule; it only lacks the way there."""
    for at, finding in enumerate(sheet.findings):
        if finding.rule == gateway_rules.JOIN_AFTER_CHOICE.id and finding.element_id == fault.at:
            sheet.findings[at] = replace(finding, witness=fault.path)
            return True
    return False


def never_reached(scope: Scope, found: Explored) -> Iterable[etree._Element]:
    """The first elements no token came to although lines lead there; what follows them goes without saying."""
    joined = reachable(scope)
    missed = [i for i in scope.nodes if i in joined and i not in found.seen and not stands_alone(scope.nodes[i])]
    for ident in missed:
        node = scope.nodes[ident]
        before = [flow.get("sourceRef") for flow in scope.into(node)] or [node.get("attachedToRef")]
        if not all(source in missed for source in before):
            yield node


def named(scope: Scope, ident: str | None) -> str:
    """A node by its name; a flow by the element it comes from."""
    if ident in scope.nodes:
        return name_of(scope.nodes[ident])
    flow = next((f for f in scope.flows if f.get("id") == ident), None)
    source = scope.nodes.get((flow.get("sourceRef") or "") if flow is not None else "")
    return name_of(source) if source is not None else ident or "—"
