"""What is written on an element besides its flows: a timer's duration, a message's name, a script, mappings."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.conformance.node import Node
from engine.bpmn.dialects.mapped import CAUGHT, OWN
from engine.bpmn.dialects.names import bpmn, event_definitions, kind

EXTENSIONS = bpmn("extensionElements")
RENAMES = OWN | CAUGHT | {"script", "resultVariable", "calledDecision", "in", "out"}


def add_details(node: Node, element: etree._Element, calendar: str) -> None:
    """`calendar`: the process's, where the element names none."""
    root = element.getroottree().getroot()
    for what, definition in event_definitions(element):
        if what == "timer":
            node.timer = _bare(definition.findtext(bpmn("timeDuration")))
            node.calendar = own_calendar(element) or calendar
        elif what == "message":
            node.message = _name_of(root, definition.get("messageRef"))
    if kind(element) == "sendTask":
        node.message = _name_of(root, element.get("messageRef"))
    node.script = element.findtext(bpmn("script"))
    attributes = {etree.QName(name).localname for name in element.attrib}
    node.maps = bool(RENAMES & (attributes | {name for name, _ in _extensions(element)}))


def own_calendar(element: etree._Element) -> str | None:
    """The property `calendar`, whichever vendor's modeller wrote it."""
    found = (one for name, one in _extensions(element) if name == "property" and one.get("name") == "calendar")
    return next((one.get("value") for one in found), None) or None


def _extensions(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """What any vendor wrote on it, by local name."""
    holder = element.find(EXTENSIONS)
    for one in holder.iter(etree.Element) if holder is not None else ():
        yield etree.QName(one).localname, one


def _bare(text: str | None) -> str | None:
    bare = (text or "").strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    return bare or None


def _name_of(root: etree._Element, reference: str | None) -> str | None:
    bare = (reference or "").rpartition(":")[2]
    messages = root.iterchildren(bpmn("message"))
    return next((one.get("name") or one.get("id") for one in messages if bare and one.get("id") == bare), None)
