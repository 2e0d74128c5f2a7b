"""One row an event: CSV and XLSX. No cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import IO

from engine.audit.entry import iso
from engine.audit.exports.lines import ChainEnd, Line

COLUMNS = (
    "case", "procedure", "entry", "time", "event", "activity", "lifecycle", "element", "instance", "task", "person",
    "customer", "data", "hash",
)  # fmt: skip
BOM = "\ufeff".encode()
#: A spreadsheet that opens CSV takes a cell that begins so for a formula; the apostrophe says that it is text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_ROWS, LONGEST_CELL, STEP = 1_048_576, 32_767, 1_000


def csv_rows(lines: Iterable[Line | ChainEnd], *, bom: bool = True) -> Iterator[bytes]:
    """UTF-8, RFC 4180; the mark at the beginning tells spreadsheets that it is."""
    if bom:
        yield BOM
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for line in lines:
        if isinstance(line, Line):
            writer.writerow([safe(cell) for cell in cells(line)])
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx(lines: Iterable[Line | ChainEnd], file: IO[bytes]) -> Iterator[None]:
    """A workbook, row by row; where a sheet is full another one goes on. A step is so many rows."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet, row = None, MOST_ROWS
    for line in lines:
        if not isinstance(line, Line):
            continue
        if row == MOST_ROWS:
            sheet, row = _sheet(book), 1
        for column, cell in enumerate(cells(line)):
            sheet.write_string(row, column, cell[:LONGEST_CELL])
        row += 1
        if row % STEP == 0:
            yield
    if sheet is None:
        _sheet(book)
    book.close()


def cells(line: Line) -> tuple[str, ...]:
    data = line.data
    return (
        line.case.number, line.case.procedure, str(line.seq), iso(line.at), line.type, line.activity, line.lifecycle,
        line.element, str(data.get("instance") or ""), str(data.get("task") or ""), line.login,
        str(line.case.customer or ""), json.dumps(data, ensure_ascii=False, sort_keys=True), line.hash.hex(),
    )  # fmt: skip


def _sheet(book: object) -> object:
    sheet = book.add_worksheet()
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name)
    return sheet


def safe(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell
