"""Files in two languages: names and standards that are there in one of them only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.dialects.names import FLOW_NODES, bpmn, kind
from engine.bpmn.lint import language_rules as rules
from engine.bpmn.lint.sheet import Sheet
from engine.domain.text import Text

SHOWN = FLOW_NODES | {"process", "participant", "lane", "sequenceFlow"}
HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2}")
LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


def check_languages(sheet: Sheet) -> None:
    """Only where the file shows that it is meant to be read in both."""
    shown = [(element, words_of(element)) for element in sheet.root.iter(etree.Element) if kind(element) in SHOWN]
    if any(f"name.{language}" in words for _, words in shown for language in LANGUAGES):
        for language, called in LANGUAGES.items():
            if lacking := [e for e, words in shown if lacks_name(e, words, language)]:
                names = Text.same(", ".join(f"“{' '.join((e.get('name') or '').split())[:30]}”" for e in lacking[:3]))
                sheet.say_of_all(rules.NAME, lacking, language=called, names=names, count=len(lacking))
    for word in ("guidance", "script"):
        for language, other in (("zh", "en"), ("en", "zh")):
            if lacking := [e for e, words in shown if f"{word}.{other}" in words and not {word, f"{word}.{language}"} & words.keys()]:
                sheet.say_of_all(rules.STANDARD, lacking, language=LANGUAGES[language], word=word, count=len(lacking))


def lacks_name(element: etree._Element, words: Mapping[str, str], language: str) -> bool:
    """Whether a name is there, but neither by its property nor by itself in this language."""
    name = element.get("name") or ""
    if words.get(f"name.{language}") or not name.strip():
        return False
    if language == "zh":
        return not HAN.search(name) and bool(LATIN.search(name))
    return bool(HAN.search(name))


def words_of(element: etree._Element) -> dict[str, str]:
    """The properties of an element, whichever vendor's."""
    return dict(properties(element))


def properties(element: etree._Element) -> Iterator[tuple[str, str]]:
    for entry in element.iterfind(f"{bpmn('extensionElements')}/*/*"):
        value = (entry.get("value") or "".join(entry.itertext())).strip()
        if value:
            yield entry.get("name") or entry.get("id") or "", value
