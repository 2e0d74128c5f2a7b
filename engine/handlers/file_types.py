"""What may be attached to a case: told by the contents, which have to agree with the ending of the name.

What a browser or an office program would run (pages, scripts, macros, archives that hide things) is not among it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import puremagic

from engine.domain.errors import Refusal
from engine.domain.text import Text

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
#: ending → media type
TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".amr": "audio/amr",
    ".mp4": "video/mp4",
    ".docx": _OFFICE + "wordprocessingml.document",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".odt": _OPEN + "text",
    ".ods": _OPEN + "spreadsheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
}
#: How the contents of an ending may also be called.
_ALSO = {".jpeg": ".jpg", ".heic": ".heif", ".mp3": ".mpga"}
#: Which folder of an Office file makes it what.
_FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
_ENCODINGS = ("utf-8", "gb18030", "utf-16")
_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileNotAllowed(Refusal):
    code, kind = "file-not-allowed", "unsupported"
    sentence = Text(
        "不能添加“{name}”：{why}。可用的文件类型：{known}。", "“{name}” cannot be attached: {why}. Files may be {known}."
    )


UNKNOWN = Text("不接受这种文件", "files of this kind are not taken")
OTHER = Text("其内容与扩展名 {ending} 不符", "its contents are not what its ending {ending} says")
MACROS = Text("其中含有宏", "it contains macros")


def media_type(name: str, data: bytes) -> str:
    """What the file is. Raises `FileNotAllowed`."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending not in TYPES:
        raise _refusal(name, UNKNOWN)
    if _has_macros(data):
        raise _refusal(name, MACROS)
    if not _is(ending, data):
        raise _refusal(name, OTHER.format(ending=ending))
    return TYPES[ending]


def _is(ending: str, data: bytes) -> bool:
    if ending in (".txt", ".csv"):
        return _is_text(data)
    if ending in _FOLDERS:
        parts = _parts(data)
        return "[Content_Types].xml" in parts and any(part.startswith(_FOLDERS[ending]) for part in parts)
    if ending in (".odt", ".ods"):
        return TYPES[ending].encode() in data[:200] and "mimetype" in _parts(data)
    return not _said_by_contents(data).isdisjoint({ending, _ALSO.get(ending, ending)})


def _said_by_contents(data: bytes) -> set[str]:
    """The endings that what stands at the beginning fits; what stands at the end can be hung onto anything."""
    try:
        found = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError):
        return set()
    return {one.extension for one in found if one.offset >= 0}


def _is_text(data: bytes) -> bool:
    if b"\0" in data and not data.startswith(_MARKS):
        return False
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(one >= " " or one in "\t\r\n\f" for one in text)
    return False


def _parts(data: bytes) -> list[str]:
    """The names of what a zip file holds; nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            return zipped.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def _has_macros(data: bytes) -> bool:
    return data.startswith(b"PK") and any(part.lower().endswith("vbaproject.bin") for part in _parts(data))


def _refusal(name: str, why: Text) -> FileNotAllowed:
    return FileNotAllowed(name=name, why=why, known=", ".join(ending.lstrip(".") for ending in TYPES))
