"""The honest rest: whatever of a file nobody understood is named, so that nothing vanishes in silence.

Words of vendors we know are named one by one, at their element, with what to write instead; so is what BPMN itself has
and we do not do. What other tools add is one line for each of their namespaces, what is merely drawn one line in all.
Processes that do not run are the other side's business: nothing is said about the insides of those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.lexicon import Entry, entry_of
from engine.bpmn.dialects.lexicon.lookup import inner_entry
from engine.bpmn.dialects.lexicon.makers import maker_of
from engine.bpmn.dialects.lexicon.standard import (
    DRAWN,
    DRAWN_ATTRIBUTES,
    NORMAL,
    READ_ATTRIBUTES,
    RUN,
    UNDONE,
    UNDONE_ATTRIBUTES,
)
from engine.bpmn.dialects.mapped import KNOWN, runs
from engine.bpmn.dialects.names import LOOKS, VENDORS
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.findings import Rule
from engine.bpmn.reader import BPMN
from engine.domain.text import Text

MOST_NAMED = 20
SOMEBODY = Text("其他工具", "another tool")


class Rest:
    """What is left over of one file."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.drawn: Counter[str] = Counter()
        self.foreign: dict[str, Counter[str]] = {}

    def element(self, element: etree._Element, name: etree.QName) -> bool:
        """Takes note of an element; False where nothing is to be said of its insides."""
        if name.namespace == BPMN:
            self.standard(element, name.localname)
            return name.localname not in UNDONE
        if (element, "") in self.reading.taken or runs(element, name.localname):
            return True
        if name.namespace in VENDORS:
            found = entry_of(name.namespace, name.localname, is_attribute=False)
            self.say(rules.EXTENSION_UNMAPPED, element, found, prefixed(element, element.tag))
        else:
            self.foreign.setdefault(name.namespace or "", Counter())[name.localname] += 1
        return False

    def standard(self, element: etree._Element, name: str) -> None:
        if name in UNDONE:
            self.say(rules.STANDARD_UNDONE, element, UNDONE[name], name)
        elif name in DRAWN:
            self.drawn[name] += 1
        elif name not in RUN:
            self.reading.say(rules.STANDARD_UNKNOWN, element, name=f"<{name}>")

    def attributes(self, element: etree._Element, owner: etree.QName) -> None:
        for full, value in element.attrib.items():
            name = etree.QName(full)
            if name.namespace is None:
                self.bare_attribute(element, owner, name.localname, value)
            elif name.namespace in LOOKS or (element, full) in self.reading.taken or runs(element, name.localname):
                continue
            elif name.namespace in VENDORS:
                found = entry_of(name.namespace, name.localname, is_attribute=True)
                self.say(rules.ATTRIBUTE_UNMAPPED, element, found, prefixed(element, full), value)
            elif name.namespace == BPMN:
                self.reading.say(rules.STANDARD_UNKNOWN, element, name=f"{prefixed(element, full)}=“{value}”")
            else:
                self.foreign.setdefault(name.namespace, Counter())[name.localname] += 1

    def bare_attribute(self, element: etree._Element, owner: etree.QName, name: str, value: str) -> None:
        """An attribute without a prefix belongs to its element."""
        if owner.namespace == BPMN:
            if name in UNDONE_ATTRIBUTES:
                if value.strip() not in NORMAL.get(name, ()):
                    shown = f"{name}=“{value}”"
                    self.say(rules.STANDARD_UNDONE, element, UNDONE_ATTRIBUTES[name], shown)
                else:
                    self.drawn[name] += 1
            elif name in DRAWN_ATTRIBUTES:
                self.drawn[name] += 1
            elif name not in READ_ATTRIBUTES:
                self.reading.say(rules.STANDARD_UNKNOWN, element, name=f"{owner.localname} {name}=“{value}”")
        elif owner.namespace in VENDORS and name != "id" and name not in KNOWN.get(owner.localname, ()):
            shown = f"{prefixed(element, element.tag)} {name}"
            self.say(rules.ATTRIBUTE_UNMAPPED, element, inner_entry(owner.localname, name), shown, value)

    def say(self, rule: Rule, element: etree._Element, found: Entry, name: str, value: str = "") -> None:
        if found.advice is None:
            self.reading.say(rules.ATTRIBUTE_NEEDLESS, element, name=name, what=found.what)
        else:
            self.reading.say(rule, element, name=name, value=value, what=found.what, advice=found.advice)

    def sum_up(self) -> None:
        if self.drawn:
            self.reading.say(rules.DRAWN_ONLY, None, names=listed(self.drawn))
        for namespace, names in self.foreign.items():
            maker = maker_of(namespace)
            self.reading.say(
                rules.FOREIGN_UNMAPPED,
                None,
                maker=Text.same(maker) if maker else SOMEBODY,
                namespace=namespace or "—",
                count=names.total(),
                names=listed(names),
            )


def report_unmapped(reading: Reading, idle: Iterable[etree._Element] = ()) -> None:
    """One finding for each thing not understood; `idle` are the processes that do not run."""
    rest, skipped = Rest(reading), set(idle)
    for element in reading.everything:
        name = etree.QName(element)
        if element.getparent() in skipped or name.namespace in LOOKS:
            skipped.add(element)
        elif element not in skipped:
            if not rest.element(element, name):
                skipped.add(element)
            if name.namespace == BPMN or (name.namespace in VENDORS and element not in skipped):
                rest.attributes(element, name)
    rest.sum_up()


def listed(names: Counter[str]) -> Text:
    """`group ×2, text ×5` …, the most frequent first."""
    shown = [f"{name} ×{count}" for name, count in names.most_common(MOST_NAMED)]
    return Text.same(", ".join(shown) + (" …" if len(names) > MOST_NAMED else ""))


def prefixed(element: etree._Element, full: str) -> str:
    """`camunda:asyncAfter`, with the prefix the file uses."""
    name = etree.QName(full)
    prefix = next((p for p, namespace in element.nsmap.items() if namespace == name.namespace and p), "")
    return f"{prefix}:{name.localname}" if prefix else name.localname
