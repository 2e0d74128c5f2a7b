"""Which version a call activity asks for, in Camunda 7's way or Camunda 8's, and which it gets."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import children
from engine.bpmn.dialects.pools import called_by
from engine.bpmn.lint import call_rules as rules
from engine.bpmn.lint.sheet import Sheet, name_of
from engine.bpmn.vendor import attribute, named


def check_call_versions(sheet: Sheet) -> None:
    inside = {process.get("id") for process in children(sheet.root, "process")}
    for _, node in sheet.nodes("callActivity"):
        called = called_by(node)
        if not called or called.startswith(("=", "${", "#{")) or called in inside:
            continue
        kind, which = binding_of(node)
        if kind in ("version", "versionTag"):
            sheet.say(rules.VERSION, node, name=name_of(node), called=called, binding=f"{kind} {which}".strip())
        elif kind != "deployment":
            sheet.say(rules.LATEST, node, name=name_of(node), called=called)


def binding_of(node: etree._Element) -> tuple[str, str]:
    """`latest`, `deployment`, `version` or `versionTag`, and which."""
    for called in named(node, "calledElement"):
        return called.get("bindingType") or "latest", called.get("versionTag") or ""
    kind = attribute(node, "calledElementBinding") or "latest"
    return kind, attribute(node, "calledElementVersion", "calledElementVersionTag") or ""
