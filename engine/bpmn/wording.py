"""A diagram in the reader's language: a copy of the file to be shown, never to be run or stored.

Wherever an element has a name in that language (`name.zh`, `name.en`), the copy is called by it.
"""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.reading import Reading
from engine.bpmn.reader import read


def worded(data: bytes, locale: str) -> bytes:
    """The same diagram with the names of a locale such as `zh-CN` or `en`."""
    root = read(data)
    reading = Reading(root)
    for words in reading.all_words():
        text = words.take_text("name", words.element.get("name"))
        if text is not None and words.element.get("name") is not None:
            words.element.set("name", text.in_(locale))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
