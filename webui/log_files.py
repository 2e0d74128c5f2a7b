"""A log as a form brings it: the file, the version it is held against, and which column tells what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from werkzeug.datastructures import FileStorage

from engine.bpmn.logs.event import Columns
from engine.domain import commands as c
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.handlers.imported_logs import LARGEST

USES = tuple(field.name for field in fields(Columns))
#: A file somewhat too large is still read, so that the answer can say what to do.
LARGEST_UPLOAD = LARGEST + 2_000_000
LONGEST_COLUMN = 200
NO_FILE = Text("请选择一个日志文件（XES 或 CSV）。", "Choose a log (XES or CSV).")


def command_of(file: FileStorage | None, procedure: str, version: int, told: Mapping[str, str]) -> c.ImportLog:
    """Raises `InvalidInput` where there is no file."""
    if file is None or not file.filename:
        raise InvalidInput(fields={"file": NO_FILE})
    data = file.stream.read(LARGEST + 1)
    return c.ImportLog(data, file.filename, procedure, version, columns_of(told), told.get("time_format", "").strip())


def columns_of(told: Mapping[str, str]) -> dict[str, str]:
    """Those that are said; the others are found out."""
    return {use: name for use in USES if (name := told.get(use, "").strip()[:LONGEST_COLUMN])}
