"""Bytes of an uploaded file → an XML tree that is safe to walk, or findings that say in plain words why not.

Nothing outside the file is ever opened: no DOCTYPE, no entities, no network; size, depth and counts are bounded.
"""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn import reader_rules as rules
from engine.bpmn.encodings import DECLARED, UTF8, told
from engine.bpmn.foreign import document_type, what_bytes, what_document
from engine.bpmn.model import Finding

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 100
MAX_VALUE = 100_000
PARSER = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_pis": True,
    "remove_comments": True,
    "recover": False,
}
PROLOG = re.compile(r"\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
ASCII_BASED = re.compile(r"ISO-8859-\d{1,2}|WINDOWS-125\d|GB2312|GBK|GB18030|BIG5")


class Unreadable(Exception):
    """The file is not a BPMN file we can read; `findings` say why, all errors."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(f.message.en for f in findings))


def read(data: bytes) -> etree._Element:
    """The `definitions` element of a BPMN 2.0 file with at least one process. Raises `Unreadable`."""
    root = tree(data)
    refuse_other_documents(root)
    return root


def tree(data: bytes) -> etree._Element:
    """The root of any XML file, as safe to walk. Raises `Unreadable`."""
    refuse_foreign_bytes(data)
    text = decode(data)
    if PROLOG.match(text):
        if (what := document_type(text)) is not None:
            raise Unreadable(rules.FOREIGN.at(what=what))
        raise Unreadable(rules.DOCTYPE.at(line=text.count("\n", 0, text.lower().index("<!doctype")) + 1))
    return parse(text.lstrip("\ufeff").encode())


def refuse_foreign_bytes(data: bytes) -> None:
    """Names what was uploaded instead of a BPMN file."""
    if len(data) > MAX_BYTES:
        raise Unreadable(rules.TOO_LARGE.at(size=f"{len(data) / 1_000_000:.1f}", limit=MAX_BYTES // 1_000_000))
    if not data.strip():
        raise Unreadable(rules.EMPTY.at())
    if (what := what_bytes(data)) is not None:
        raise Unreadable(rules.FOREIGN.at(what=what))
    if (encoding := told(data)) not in (None, "utf-8"):
        raise Unreadable(rules.TOLD_ENCODING.at(encoding=encoding.upper()))


def decode(data: bytes) -> str:
    """The text of strict UTF-8 bytes; one encoding only, so that no check can be fooled by another.

    A file that declares another one is taken if its bytes are plain ASCII, which mean the same in both.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(rules.NOT_UTF8.at(line=data.count(b"\n", 0, error.start) + 1)) from None
    declared = DECLARED.match(text.lstrip("\ufeff"))
    encoding = declared[1].upper() if declared else "UTF-8"
    if encoding not in UTF8 and not (data.isascii() and ASCII_BASED.fullmatch(encoding)):
        raise Unreadable(rules.OTHER_ENCODING.at(line=1, encoding=encoding))
    if "\x00" in text:
        raise Unreadable(rules.FOREIGN.at(what=rules.BINARY))
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        raise Unreadable(rules.NOT_XML.at(start=text.strip()[:40]))
    return text


def parse(data: bytes) -> etree._Element:
    """The tree, refused as soon as a limit is passed, before the rest is even looked at."""
    parser = etree.XMLPullParser(events=("start", "end"), **PARSER)
    counted = depth = 0
    try:
        for start in range(0, len(data), 65536):
            parser.feed(data[start : start + 65536])
            for event, element in parser.read_events():
                if event == "end":
                    depth -= 1
                    continue
                counted, depth = counted + 1, depth + 1
                refuse_excess(element, counted, depth)
        return parser.close()
    except etree.XMLSyntaxError as error:
        raise Unreadable(rules.xml_error(error.msg or "", error.lineno, cut_off(data))) from None


def cut_off(data: bytes) -> bool:
    """Whether the end of a BPMN file is missing."""
    return b"definitions" in data[:4000] and b"definitions" not in data[-2000:].rpartition(b"</")[2]


def refuse_excess(element: etree._Element, counted: int, depth: int) -> None:
    if counted == 1 and element.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(rules.DOCTYPE.at())
    if counted > MAX_ELEMENTS:
        raise Unreadable(rules.TOO_MANY_ELEMENTS.at(line=element.sourceline, limit=MAX_ELEMENTS))
    if depth > MAX_DEPTH:
        raise Unreadable(rules.TOO_DEEP.at(line=element.sourceline, limit=MAX_DEPTH))
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise Unreadable(rules.TOO_MANY_ATTRIBUTES.at(line=element.sourceline, limit=MAX_ATTRIBUTES))
    if any(len(value) > MAX_VALUE for value in element.attrib.values()):
        raise Unreadable(rules.VALUE_TOO_LONG.at(line=element.sourceline, limit=MAX_VALUE))


def refuse_other_documents(root: etree._Element) -> None:
    """Well-formed XML that is something else, or BPMN with nothing to run in it."""
    name = etree.QName(root)
    if root.tag != f"{{{BPMN}}}definitions":
        what = what_document(root)
        if what is not None:
            raise Unreadable(rules.FOREIGN.at(what=what, line=root.sourceline))
        if name.localname == "definitions":
            raise Unreadable(rules.OTHER_NAMESPACE.at(namespace=name.namespace or "—", line=root.sourceline))
        raise Unreadable(rules.NOT_BPMN.at(name=name.localname, line=root.sourceline))
    if root.find(f"{{{BPMN}}}process") is None:
        raise Unreadable(no_process(root))


def no_process(root: etree._Element) -> Finding:
    """What a file without any process has instead."""
    if any(root.find(f"{{{BPMN}}}{name}") is not None for name in ("choreography", "globalChoreographyTask")):
        return rules.CHOREOGRAPHY.at()
    if root.find(f"{{{BPMN}}}collaboration") is not None:
        return rules.BLACK_BOXES.at()
    if root.find(".//{*}BPMNShape") is not None:
        return rules.SHAPES_ALONE.at()
    return rules.NO_PROCESS.at()
