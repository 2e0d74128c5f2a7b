"""A file in another encoding, offered to be saved as UTF-8."""

from __future__ import annotations

import re

from engine.bpmn import reader_rules as rules
from engine.bpmn.encodings import told
from engine.bpmn.reader import MAX_BYTES, Unreadable, read
from engine.bpmn.repairs.model import Mend
from engine.domain.text import Text

DECLARATION = re.compile(r"(<\?xml[^>]*?\bencoding\s*=\s*)([\"'])[^\"']*\2")


def mend_encoding(data: bytes) -> tuple[Mend, bytes] | None:
    """The repair and the file as it would be, where it is in another encoding that can be told; else None."""
    if not data.strip() or len(data) > MAX_BYTES:
        return None
    encoding = told(data)
    if encoding is None:
        return None
    try:
        text = data.decode(encoding)
        again = DECLARATION.sub(r"\g<1>\g<2>UTF-8\g<2>", text.lstrip("\ufeff"), count=1).encode("utf-8")
        read(again)
    except (UnicodeError, LookupError, Unreadable):
        return None
    message = Text(f"文件由 {encoding} 转存为 UTF-8。", f"The file is saved again as UTF-8 (it is in {encoding}).")
    return Mend(rules.NOT_UTF8.id, "file", message, rules.NOT_UTF8.message, lambda *_: None, phase=0), again
