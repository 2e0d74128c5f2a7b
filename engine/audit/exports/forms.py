"""The forms a trail is taken away in, and how each is written: pieces of bytes, an empty one where a step was made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from engine.audit.exports import jsonl, ocel, tables, xes
from engine.audit.exports.lines import ChainEnd, Line

#: form: how its files end, and what they are to a browser
FORMS: Mapping[str, tuple[str, str]] = {
    "jsonl": ("jsonl", "application/x-ndjson"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xes": ("xes", "application/xml"),
    "ocel": ("ocel.json", "application/json"),
    "evidence": ("zip", "application/zip"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
PACK = "evidence"
PIECE = 65_536


def pieces(form: str, lines: Iterable[Line | ChainEnd], made_at: datetime, wanted: Mapping[str, Any]) -> Iterator[bytes]:
    """Any form but the evidence pack, which is more than a trail."""
    if form == "jsonl":
        yield from together(jsonl.write(lines, made_at, wanted))
    elif form == "csv":
        yield from together(tables.csv_rows(lines))
    elif form == "xes":
        yield from together(xes.write(lines))
    elif form == "ocel":
        yield from together(ocel.write(lines))
    elif form == "xlsx":
        with tempfile.TemporaryFile() as file:
            for _ in tables.xlsx(lines, file):
                yield b""
            yield from of_file(file)
    else:
        raise ValueError(f"no form {form}")


def of_file(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def together(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Many small pieces as fewer greater ones."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
