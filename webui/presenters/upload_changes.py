"""What a file under review changes against the version in use."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.diff import Source, diff, source_of
from engine.domain.text import Text
from engine.queries.uploads import UploadRow
from engine.store import procedures
from webui.presenters.repairs import mended
from webui.request import Reading


@dataclass(frozen=True, slots=True)
class ChangeLine:
    kind: str
    sentence: Text
    element_id: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """`number` is the version it is compared with, the one in use or else the newest."""

    number: int
    lines: tuple[ChangeLine, ...]


def changes(r: Reading, upload: UploadRow) -> Changes | None:
    """None where the file is not readable as a procedure, or is the first version of its own."""
    key = upload.report["key"]
    rows = procedures.versions(r.conn, key) if key else []
    if not rows:
        return None
    released = procedures.find(r.conn, key).released_id
    number = next((row.number for row in rows if row.id == released), rows[0].number)
    old = r.versions.get(r.conn, next(row.id for row in rows if row.number == number))
    new = source_of(mended(r, upload), upload.main, upload.beside)
    found = diff(Source(old.bpmn, old.definition, old.beside), new)
    return Changes(number, tuple(ChangeLine(one.kind, one.sentence, one.element_id) for one in found.changes))
