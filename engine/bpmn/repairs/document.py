"""A file opened to be changed: what is not touched is written again as it was, as far as XML allows.

Comments, namespaces, vendors' extensions, the prolog, the byte order mark and the line ends stay. What cannot stay is
how a tag itself was spaced and quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.encodings import DECLARED, UTF8
from engine.bpmn.reader import PARSER, read

PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
KEEPING = {**PARSER, "remove_comments": False, "remove_pis": False}


@dataclass(frozen=True, slots=True)
class Document:
    """`root` may be changed; `write` gives the bytes. `clean` reads them back as everybody else would."""

    root: etree._Element
    head: str
    tail: str
    newline: str
    in_ascii: bool

    @classmethod
    def open(cls, data: bytes) -> Document:
        """Raises `engine.bpmn.reader.Unreadable` for what is no BPMN file."""
        read(data)
        text = data.decode("utf-8")
        start = len("\ufeff") if text.startswith("\ufeff") else 0
        head = text[: PROLOG.match(text, start).end()]
        root = etree.fromstring(text[start:].encode(), etree.XMLParser(**KEEPING))
        after = "".join(
            f"\n{etree.tostring(part, encoding='unicode', with_tail=False)}" for part in root.itersiblings()
        )
        declared = DECLARED.match(text[start:])
        return cls(
            root,
            head.replace("\r\n", "\n"),
            after + ("\n" if text.endswith(("\n", "\r")) else ""),
            "\r\n" if "\r\n" in text else "\n",
            declared is not None and declared[1].upper() not in UTF8 - {"ASCII", "US-ASCII"},
        )

    def write(self) -> bytes:
        """The file. Letters its declared encoding has no room for are written as numbers."""
        if self.in_ascii:
            body = etree.tostring(self.root, encoding="us-ascii", xml_declaration=False, with_tail=False).decode(
                "ascii"
            )
        else:
            body = etree.tostring(self.root, encoding="unicode", with_tail=False)
        return (self.head + body + self.tail).replace("\n", self.newline).encode("utf-8")

    def clean(self) -> etree._Element:
        """The tree as it would be read; its elements stand in the same order as those of `root`."""
        return read(self.write())
