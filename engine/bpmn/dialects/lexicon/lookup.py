"""A vendor's attribute or element → its entry."""

from __future__ import annotations

from engine.bpmn.dialects.lexicon import camunda, flowable, spiff, zeebe
from engine.bpmn.dialects.lexicon.entry import Entry, entry
from engine.bpmn.dialects.names import CAMUNDA, SPIFF, ZEEBE
from engine.domain.text import Text

UNKNOWN = entry(
    "此工具的词汇中没有它",
    "not a word of this tool we know",
    Text(
        "请检查拼写；若流程依赖它，请换一种写法。",
        "Check its spelling; if the process depends on it, say it another way.",
    ),
)
OLDER_ATTRIBUTES = {**flowable.ATTRIBUTES, **camunda.ATTRIBUTES}
OLDER_ELEMENTS = {**flowable.ELEMENTS, **camunda.ELEMENTS}


def by_namespace(
    older: dict[str, Entry], newer: dict[str, Entry], other: dict[str, Entry]
) -> dict[str, dict[str, Entry]]:
    return {name: words for names, words in ((CAMUNDA, older), (ZEEBE, newer), (SPIFF, other)) for name in names}


ATTRIBUTES = by_namespace(OLDER_ATTRIBUTES, zeebe.ATTRIBUTES, spiff.ATTRIBUTES)
ELEMENTS = by_namespace(OLDER_ELEMENTS, zeebe.ELEMENTS, spiff.ELEMENTS)
INNER = {**camunda.INNER, **zeebe.INNER}
"""Attributes of extension elements: `element attribute`."""


def entry_of(namespace: str | None, name: str, *, is_attribute: bool) -> Entry:
    return (ATTRIBUTES if is_attribute else ELEMENTS).get(namespace or "", {}).get(name, UNKNOWN)


def inner_entry(element: str, attribute: str) -> Entry:
    return INNER.get(f"{element} {attribute}", UNKNOWN)
