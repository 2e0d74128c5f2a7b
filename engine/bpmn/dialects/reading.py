"""One reading of a file: which vendor attributes and extensions were understood, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.beside import Beside
from engine.bpmn.dialects.names import CAMUNDA, SPIFF, ZEEBE, bpmn
from engine.bpmn.findings import Rule
from engine.bpmn.model import NOTHING, Finding
from engine.domain.text import Text

EXTENSIONS = bpmn("extensionElements")


class Reading:
    """`taken` holds every vendor attribute and extension element that means something to us.

    Elements are held in `everything` so that their identity lasts as long as the reading.
    """

    def __init__(self, root: etree._Element, beside: Mapping[str, bytes] = NOTHING) -> None:
        self.root, self.beside = root, Beside(beside)
        self.everything: list[etree._Element] = list(root.iter(etree.Element))
        self.taken: set[tuple[etree._Element, str]] = set()
        self.findings: list[Finding] = []
        self._words: dict[etree._Element, Words] = {}

    def say(self, rule: Rule, element: etree._Element | None = None, **params: object) -> None:
        self.findings.append(rule.at(element, **params))

    def attribute(self, element: etree._Element, namespaces: Iterable[str], name: str) -> str | None:
        """The value of a vendor's attribute, now understood; None when absent or blank."""
        for namespace in namespaces:
            full = f"{{{namespace}}}{name}"
            value = element.get(full)
            if value is not None:
                self.taken.add((element, full))
                return value.strip() or None
        return None

    def extensions(self, element: etree._Element, namespaces: Iterable[str], name: str) -> list[etree._Element]:
        """A vendor's extension elements of that name, now understood; their own content is still to be taken."""
        holder = element.find(EXTENSIONS)
        return [] if holder is None else self.inner(holder, namespaces, name)

    def inner(self, element: etree._Element, namespaces: Iterable[str], name: str) -> list[etree._Element]:
        names = {f"{{{namespace}}}{name}" for namespace in namespaces}
        found = [child for child in element if child.tag in names]
        self.taken.update((child, "") for child in found)
        return found

    def words(self, element: etree._Element) -> Words:
        """The properties of an element, whichever vendor's modeller wrote them."""
        if element not in self._words:
            self._words[element] = Words(self, element)
        return self._words[element]

    def all_words(self) -> Iterable[Words]:
        """Those of every element that has any."""
        return [words for element in self.everything if (words := self.words(element)).values]


class Words(Mapping[str, str]):
    """Properties by name. Reading one by `take` marks it as understood."""

    def __init__(self, reading: Reading, element: etree._Element) -> None:
        self.element, self.values, self.left, self._reading = element, {}, set(), reading
        if element.find(EXTENSIONS) is None:
            return
        for vendor in (CAMUNDA, ZEEBE, SPIFF):
            for holder in reading.extensions(element, vendor, "properties"):
                self._read(reading.inner(holder, vendor, "property"))

    def _read(self, properties: Iterable[etree._Element]) -> None:
        for entry in properties:
            name = (entry.get("name") or entry.get("id") or "").strip()
            if name in self.values:
                self._reading.say(rules.PROPERTY_TWICE, self.element, name=name)
            self.values[name] = (entry.get("value") or "".join(entry.itertext())).strip()
            self.left.add(name)

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def __iter__(self):
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def take(self, name: str) -> str | None:
        """The value of a property, now understood; None when absent or blank."""
        self.left.discard(name)
        return self.values.get(name) or None

    def take_text(self, name: str, otherwise: str | None = None) -> Text | None:
        """`NAME.zh` and `NAME.en`, or `NAME` for both, or the other words given; None when there are none."""
        both = self.take(name)
        zh, en = self.take(f"{name}.zh"), self.take(f"{name}.en")
        both = both or (otherwise if not (zh and en) else None) or ""
        return Text(zh or both, en or both) if zh or en or both else None

    def starting(self, prefix: str) -> list[str]:
        return sorted(name for name in self.values if name.startswith(prefix))
