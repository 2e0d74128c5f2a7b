"""What came with a form as files: one BPMN file, and beside it decision tables and forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from werkzeug.datastructures import FileStorage

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

LARGEST_UPLOAD = 12_000_000
MOST_BYTES = 6_000_001
BESIDE = (".dmn", ".form", ".json")
DMN = re.compile(rb"<(?:\w+:)?definitions[^>]*omg\.org/spec/DMN/")
NO_FILE = Text("请选择一个 BPMN 文件。", "Choose a BPMN file.")
NO_BPMN = Text(
    "{names} 是决策表或表单；请与引用它们的 BPMN 文件一起上传。",
    "{names}: decision tables and forms. Upload them together with the BPMN file that uses them.",
)
SEVERAL = Text(
    "这里有 {count} 个流程文件（{names}）；请一次上传一个，可附上它的 .dmn、.form、.json 文件。",
    "There are {count} files that are not decision tables or forms ({names}). Upload one BPMN file at a time, with its "
    ".dmn, .form and .json files beside it.",
)
TWICE = Text("“{name}”出现了两次。", "“{name}” is there twice.")


class Uploaded(Protocol):
    name: str
    data: bytes
    beside: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Given:
    name: str
    data: bytes
    beside: Mapping[str, bytes]


def received(files: Iterable[FileStorage], instead_of: Uploaded | None = None) -> Given:
    """The one BPMN file and those beside it. `instead_of`: what is under review keeps what no new file replaces.

    Raises `InvalidInput` naming the files.
    """
    mains: list[tuple[str, bytes]] = []
    beside: dict[str, bytes] = dict(instead_of.beside) if instead_of is not None else {}
    new: set[str] = set()
    for file in files:
        name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
        if not name:
            continue
        data = file.stream.read(MOST_BYTES)
        if not is_beside(name, data):
            mains.append((name, data))
        elif name in new:
            raise _refusal(TWICE.format(name=name))
        else:
            beside[name] = data
            new.add(name)
    if len(mains) > 1:
        raise _refusal(SEVERAL.format(count=len(mains), names=", ".join(name for name, _ in mains)[:300]))
    if mains:
        return Given(*mains[0], beside)
    if instead_of is not None and new:
        return Given(instead_of.name, instead_of.data, beside)
    raise _refusal(NO_BPMN.format(names=", ".join(sorted(new))[:300]) if new else NO_FILE)


def is_beside(name: str, data: bytes) -> bool:
    """A decision table or a form, by its ending; a decision table also where it is called .xml."""
    return name.lower().endswith(BESIDE) or DMN.search(data[:5_000]) is not None


def plain_name(name: str) -> str:
    """A name for a download that every system takes, with an ending that says what it is."""
    kept = re.sub(r"[^\w.\- ()]", "_", name)
    return kept if kept.lower().endswith((".bpmn", ".xml")) else f"{kept}.bpmn"


def _refusal(words: Text) -> InvalidInput:
    return InvalidInput(fields={"files": words})
