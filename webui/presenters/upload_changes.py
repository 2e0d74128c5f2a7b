"""What a file under review changes against the version in use."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.diff import diff
from engine.domain.text import Text
from engine.queries import comparison
from engine.queries.uploads import UploadRow
from engine.store import procedures
from engine.versions import Version
from webui.presenters.repairs import mended
from webui.request import Reading


@dataclass(frozen=True, slots=True)
class ChangeLine:
    kind: str
    sentence: Text
    element_id: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """`number` is the version it is compared with."""

    number: int
    lines: tuple[ChangeLine, ...]


def changes(r: Reading, upload: UploadRow) -> Changes | None:
    """None where the file is not readable as a procedure, or is the first version of its own."""
    old = in_use(r, upload)
    if old is None:
        return None
    found = diff(comparison.source_of(old), comparison.source_of(candidate(r, upload)))
    return Changes(old.number, tuple(ChangeLine(one.kind, one.sentence, one.element_id) for one in found.changes))


def in_use(r: Reading, upload: UploadRow) -> Version | None:
    """The version everyone gets, else the newest; None where the procedure has none yet."""
    key = upload.report["key"]
    rows = procedures.versions(r.conn, key) if key else []
    if not rows:
        return None
    released = procedures.find(r.conn, key).released_id
    return r.versions.get(r.conn, next((row.id for row in rows if row.id == released), rows[0].id))


def candidate(r: Reading, upload: UploadRow) -> Version:
    """The file with its accepted repairs as the version it would be."""
    return comparison.not_deployed(r.conn, r.versions, mended(r, upload), upload.main, upload.beside)
