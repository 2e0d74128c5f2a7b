"""A file in another encoding, offered to be saved as UTF-8."""

from __future__ import annotations

import re

from engine.bpmn import reader_rules as rules
from engine.bpmn.reader import DECLARED, MAX_BYTES, UTF8, Unreadable, read
from engine.bpmn.repairs.model import Mend
from engine.domain.text import Text

WESTERN = re.compile(r"ISO-8859-(?:[1-9]|1[03-6])|WINDOWS-125[0-8]")
EASTERN = frozenset({"GBK", "GB2312", "GB18030", "BIG5", "SHIFT_JIS", "EUC-KR", "EUC-JP"})
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


def told(data: bytes) -> str | None:
    """The encoding a file is in, by its first bytes or its declaration; None where it is UTF-8 or cannot be told."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.startswith((b"<\x00", b"\x00<")):
        return "utf-16-le" if data.startswith(b"<\x00") else "utf-16-be"
    declared = DECLARED.match(data[:300].decode("latin-1").removeprefix("ï»¿"))
    encoding = declared[1].upper() if declared else "UTF-8"
    try:
        data.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError:
        is_utf8 = False
    if encoding in UTF8:
        return None if is_utf8 else _chinese(data)
    if data.isascii() or not (WESTERN.fullmatch(encoding) or encoding in EASTERN):
        return None
    return "utf-8" if is_utf8 else encoding


def _chinese(data: bytes) -> str | None:
    """A file that says UTF-8 and is not: GB 18030, if it reads as Chinese."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [c for c in text if ord(c) > 127]
    chinese = sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" for c in foreign)
    return "gb18030" if foreign and chinese >= 0.9 * len(foreign) else None
