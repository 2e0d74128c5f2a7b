"""A log, whichever of the forms it has."""

from __future__ import annotations

from dataclasses import fields, replace

from engine.bpmn.logs import table, xes
from engine.bpmn.logs.event import Columns, Log


def read(data: bytes, columns: Columns | None = None, time_format: str = "") -> Log:
    """XES, plain or packed, or a table. `columns` where they are called otherwise. Raises `LogNotReadable`."""
    if not _is_xml(data):
        return table.read(data, columns, time_format)
    said = {f.name: name for f in fields(Columns) if columns is not None and (name := getattr(columns, f.name))}
    return xes.read(data, replace(xes.USUAL, **said))


def _is_xml(data: bytes) -> bool:
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return data.startswith(xes.GZIP) or start.startswith(b"<")
