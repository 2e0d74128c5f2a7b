"""The honest rest: every vendor attribute and extension nobody understood is named, so that nothing vanishes in silence."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.names import LOOKS, bpmn
from engine.bpmn.dialects.reading import Reading, is_vendor
from engine.bpmn.reader import BPMN

RUNS = frozenset()


def report_unmapped(reading: Reading) -> None:
    """One finding for each attribute or extension of a vendor we know, one for each kind of any other tool's."""
    foreign: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], etree._Element] = {}
    skipped: set[etree._Element] = set()
    for element in reading.everything:
        if element.getparent() in skipped:
            skipped.add(element)
            continue
        name = etree.QName(element)
        if name.namespace in LOOKS:
            skipped.add(element)
            continue
        _attributes(reading, element, foreign, first)
        if name.namespace == BPMN or (element, "") in reading.taken:
            continue
        skipped.add(element)
        if is_vendor(name.namespace):
            reading.say(rules.EXTENSION_UNMAPPED, element, name=_shown(element, element.tag))
        else:
            _count((name.namespace or "", name.localname), element, foreign, first)
    for (namespace, name), count in foreign.items():
        reading.say(rules.FOREIGN_UNMAPPED, first[namespace, name], name=name, namespace=namespace, count=count)


def _attributes(reading: Reading, element: etree._Element, foreign: Counter, first: dict) -> None:
    for full, value in element.attrib.items():
        name = etree.QName(full)
        if name.namespace is None or name.namespace in LOOKS or (element, full) in reading.taken:
            continue
        if is_vendor(name.namespace):
            reading.say(rules.ATTRIBUTE_UNMAPPED, element, name=_shown(element, full), value=value)
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


__all__ = ["bpmn", "report_unmapped"]
