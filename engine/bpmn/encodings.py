"""In which encoding a file is written, as far as its first bytes, its declaration and its letters tell."""

from __future__ import annotations

import re

DECLARED = re.compile(r"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
UTF8 = frozenset({"UTF-8", "UTF8", "ASCII", "US-ASCII"})
WESTERN = re.compile(r"ISO-8859-(?:[1-9]|1[03-6])|WINDOWS-125[0-8]")
EASTERN = frozenset({"GBK", "GB2312", "GB18030", "BIG5", "SHIFT_JIS", "EUC-KR", "EUC-JP"})


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
