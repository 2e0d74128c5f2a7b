"""The trail to take away: in which forms, for whom, and that it was taken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.audit.exports import jsonl, ocel, tables, xes
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, OWNER, SYSTEM, Actor
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import exports
from engine.queries.exports import Wanted
from engine.runtime import Engine
from webui import evidence
from webui.locales import current
from webui.request import engine

bp = Blueprint("exports", __name__)

#: format: how its files end, and what they are to a browser
FORMATS: Mapping[str, tuple[str, str]] = {
    "jsonl": ("jsonl", "application/x-ndjson"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xes": ("xes", "application/xml"),
    "ocel": ("ocel.json", "application/json"),
    "evidence": ("zip", "application/zip"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
EXPORTERS = (AUDITOR, ADMIN, OWNER)
UNKNOWN = Text("可选的格式：{known}。", "The formats are {known}.")
ONE_CASE = Text("证据包针对一个服务工单，请给出单号。", "An evidence pack is of one case; name it.")
PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Export:
    """What is about to leave, already recorded; nothing of it has been read yet."""

    name: str
    media: str
    cases: int
    entries: int
    lines: Iterator[Line | ChainEnd]
    form: str
    made_at: datetime
    wanted: Wanted
    engine: Engine

    def pieces(self) -> Iterator[bytes]:
        if self.form == "jsonl":
            yield from _together(jsonl.write(self.lines, self.made_at, self.wanted.told()))
        elif self.form == "csv":
            yield from _together(tables.csv_rows(self.lines))
        elif self.form == "xes":
            yield from _together(xes.write(self.lines))
        elif self.form == "ocel":
            yield from _together(ocel.write(self.lines))
        elif self.form == "evidence":
            with tempfile.TemporaryFile() as file:
                with self.engine.read() as conn:
                    number = self.wanted.told()["case"]
                    evidence.write(file, conn, self.engine.versions, self.wanted.case_id, number, self._as)
                file.seek(0)
                while piece := file.read(PIECE):
                    yield piece
        else:
            with tempfile.TemporaryFile() as file:
                tables.xlsx(self.lines, file)
                file.seek(0)
                while piece := file.read(PIECE):
                    yield piece

    def _as(self, form: str) -> Iterator[bytes]:
        lines = exports.chains(self.engine.read, self.engine.versions, self.wanted)
        return replace(self, form=form, lines=lines).pieces()


def offered(actor: Actor, procedure: str | None = None, conn: Connection | None = None) -> list[tuple[str, str]]:
    """The formats this person may download, in words; none where they may not."""
    if not actor.has(*EXPORTERS) or (conn is not None and not exports.may_take(conn, actor, procedure)):
        return []
    words = {
        "jsonl": _("JSONL, verifiable without Closeloop"),
        "csv": _("CSV, a row an event"),
        "xlsx": _("XLSX, a row an event"),
        "xes": _("XES, for process mining"),
        "ocel": _("OCEL 2.0, for process mining by object"),
    }
    if conn is not None:
        words["evidence"] = _("Evidence pack, a zip that verifies itself")
    return list(words.items())


def begin(its: Engine, actor: Actor, form: str, wanted: Wanted, locale: str) -> Export:
    """Who may not is refused; then it is recorded; then the caller reads at their own pace."""
    if form == "evidence" and wanted.case_id is None:
        raise InvalidInput(fields={"case": ONE_CASE})
    with its.read() as conn:
        wanted = wanted if actor == SYSTEM else exports.allowed(conn, actor, wanted)
        cases, entries = exports.counted(conn, wanted)
    its.execute(c.RecordExport(form, wanted.told(), cases, entries), actor)
    suffix, media = FORMATS[form]
    name = f"{wanted.told().get('case', 'trail')}.{suffix}"
    lines = exports.chains(its.read, its.versions, wanted, locale)
    return Export(name, media, cases, entries, lines, form, its.clock.now(), wanted, its)


@bp.get("/trail/export.<form>")
def download(form: str) -> ResponseReturnValue:
    """All that the viewer may take away, or one case."""
    if form not in FORMATS:
        raise InvalidInput(fields={"format": UNKNOWN.format(known=", ".join(FORMATS))})
    case_id = request.args.get("case_id", type=int)
    return sent(begin(engine(), g.viewer, form, Wanted(case_id=case_id), current()))


def sent(export: Export) -> Response:
    response = Response(stream_with_context(export.pieces()), content_type=export.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _together(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Many small pieces as fewer greater ones."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
