"""What the lint finds, at the very elements of the file under repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialects import read_definition
from engine.bpmn.findings import ERROR, Rule
from engine.bpmn.lint import CHECKS
from engine.bpmn.lint.sheet import Sheet
from engine.bpmn.model import NOTHING, Definition
from engine.bpmn.repairs.draft import Draft
from engine.domain.text import Text

LATER = frozenset({"check_people", "check_endless", "check_soundness"})
"""What has no repair, or is worth asking only of a file whose parts are all whole."""


@dataclass(frozen=True, eq=False, slots=True)
class Fault:
    """One finding. `element` is that of the draft; None where the whole file is meant. `why` is the lint's sentence."""

    rule: Rule
    element: etree._Element | None
    params: Mapping[str, object]
    why: Text


@dataclass(eq=False, slots=True)
class Sight:
    """The file as the lint sees it: what it finds, what is understood of it, and which of its scopes run."""

    faults: list[Fault]
    definition: Definition
    scopes: list[etree._Element]
    written: frozenset[str]
    """Variables that scripts, decisions and mappings set."""


class NotingSheet(Sheet):
    """A sheet that also keeps the elements its findings are about."""

    __slots__ = ("noted",)

    def say(self, rule: Rule, element: etree._Element | None = None, **params: object) -> None:
        self.noted.append((rule, element, params))

    def say_with(self, rule: Rule, element: etree._Element, witness: object, /, **params: object) -> None:
        self.noted.append((rule, element, params))


def look(draft: Draft, called: Mapping[str, bytes] = NOTHING, *, closely: bool = False) -> Sight:
    """`closely`: also whether the whole can stand still, which takes long and means little before all else is mended."""
    clean = draft.document.clean()
    ours = dict(zip(clean.iter(etree.Element), draft.root.iter(etree.Element), strict=True))
    definition = read_definition(clean, draft.main, draft.beside)
    sheet = NotingSheet(clean, definition, called, main=draft.main, beside=draft.beside)
    sheet.noted = []
    for check in CHECKS:
        if check.__name__ not in LATER or (closely and check.__name__ == "check_soundness"):
            check(sheet)
    faults = [*_faults(sheet, ours), *_misread(draft, definition)]
    return Sight(faults, definition, [ours[scope.element] for scope in sheet.scopes], frozenset(sheet.written))


def _faults(sheet: NotingSheet, ours: Mapping[etree._Element, etree._Element]) -> Iterator[Fault]:
    for rule, element, params in sheet.noted:
        why = rule.at(element, **params).message
        yield Fault(rule, ours.get(element) if element is not None else None, params, why)


def _misread(draft: Draft, definition: Definition) -> Iterator[Fault]:
    """What could not be understood while the file was read: forms, limits and other settings."""
    for finding in definition.findings:
        if finding.level == ERROR:
            rule = Rule(finding.rule, finding.level, finding.message)
            yield Fault(rule, draft.ids.get(finding.element_id or ""), {}, finding.message)
