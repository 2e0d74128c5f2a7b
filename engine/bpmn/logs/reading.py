"""A log, whichever of the forms it has."""

from __future__ import annotations

from dataclasses import fields, replace

from engine.bpmn.logs import table, xes
from engine.bpmn.logs.event import Columns, Log, LogNotReadable
from engine.domain.text import Text

MOST_ACTIVITIES = 1_000
TOO_MANY = Text(
    "“{column}”有超过 {most} 种不同的活动；请检查活动一列是否选对。",
    "“{column}” tells of more than {most} different activities; see whether it is the right column.",
)


def read(data: bytes, columns: Columns | None = None, time_format: str = "") -> Log:
    """XES, plain or packed, or a table. `columns` where they are called otherwise. Raises `LogNotReadable`."""
    if _is_xml(data):
        said = {f.name: name for f in fields(Columns) if columns is not None and (name := getattr(columns, f.name))}
        log = xes.read(data, replace(xes.USUAL, **said))
    else:
        log = table.read(data, columns, time_format)
    if len(log.activities()) > MOST_ACTIVITIES:
        raise LogNotReadable(why=TOO_MANY.format(column=log.columns.activity, most=MOST_ACTIVITIES))
    return log


def _is_xml(data: bytes) -> bool:
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return data.startswith(xes.GZIP) or start.startswith(b"<")
