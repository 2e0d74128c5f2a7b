"""Putting elements into a tree and taking them out, without spoiling how its lines stand."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import CAMUNDA, EVENTS, GATEWAYS

CAMUNDA_NS = CAMUNDA[0]


def vendor(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    """A new Camunda element inside an extension."""
    element = etree.Element(f"{{{CAMUNDA_NS}}}{tag}", nsmap={"camunda": CAMUNDA_NS})
    for key, value in attributes.items():
        element.set(key, value)
    place(parent, element, parent[-1] if len(parent) else None)
    return element


def place(parent: etree._Element, element: etree._Element, after: etree._Element | None) -> None:
    """Puts an element after a brother, else at the end, on a line of its own where the file has lines."""
    if after is None and len(parent):
        after = parent[-1]
    if after is None:
        place_first(parent, element)
        return
    previous = after.getprevious()
    indent = (previous.tail if previous is not None else parent.text) or ""
    tail = after.tail
    after.addnext(element)
    after.tail = indent if not indent.strip() else tail
    element.tail = tail


def place_first(parent: etree._Element, element: etree._Element) -> None:
    if len(parent):
        element.tail = parent.text if not (parent.text or "").strip() else None
    parent.insert(0, element)


def drop(element: etree._Element) -> None:
    """Takes an element out, and the empty line it would leave."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail if (element.tail or "").strip() or element.getnext() is None else None
    if element.getnext() is None and previous is not None:
        previous.tail = tail
    elif element.getnext() is None and previous is None:
        parent.text = None if not (parent.text or "").strip() else parent.text
    parent.remove(element)


def size_of(tag: str) -> tuple[float, float]:
    if tag in GATEWAYS:
        return 50.0, 50.0
    return (36.0, 36.0) if tag in EVENTS else (100.0, 80.0)


def nsmap_of(parent: etree._Element) -> dict[str | None, str]:
    """The prefixes the file uses itself."""
    return dict(parent.nsmap)
