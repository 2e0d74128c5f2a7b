"""A diagram in the reader's language: a copy of the file to be shown, never to be run or stored.

Wherever an element has a name in that language (`name.zh`, `name.en`), the copy is called by it. A label beside its
shape was given the room its own words need; longer words of another language get more, about the same middle.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.reading import Reading
from engine.bpmn.reader import read

DI, DC = "{http://www.omg.org/spec/BPMN/20100524/DI}", "{http://www.omg.org/spec/DD/20100524/DC}"
WIDEST, LETTER = 90.0, 8.0


def worded(data: bytes, locale: str) -> bytes:
    """The same diagram with the names of a locale such as `zh-CN` or `en`."""
    root = read(data)
    reading = Reading(root)
    renamed: dict[str, str] = {}
    for words in reading.all_words():
        text, drawn = words.take_text("name", words.element.get("name")), words.element.get("name")
        if text is not None and drawn is not None and text.in_(locale) != drawn:
            words.element.set("name", text.in_(locale))
            renamed[words.element.get("id", "")] = text.in_(locale)
    for label in root.iter(f"{DI}BPMNLabel"):
        if (name := renamed.get(label.getparent().get("bpmnElement", ""))) is not None:
            _make_room(label.find(f"{DC}Bounds"), name)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _make_room(bounds: etree._Element | None, name: str) -> None:
    wanted = min(WIDEST, len(name) * LETTER)
    if bounds is None or (width := float(bounds.get("width", "0"))) >= wanted:
        return
    bounds.set("x", f"{float(bounds.get('x', '0')) - (wanted - width) / 2:g}")
    bounds.set("width", f"{wanted:g}")
