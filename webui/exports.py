"""The trail to take away: in which forms, for whom, and that it was taken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, g, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.audit.exports import forms
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, OWNER, SYSTEM, Actor
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.handlers.checkpoints import NoSigningKey
from engine.queries import exports
from engine.queries.exports import Wanted
from engine.runtime import Engine
from webui import evidence
from webui.locales import current
from webui.request import engine

bp = Blueprint("exports", __name__)

EXPORTERS = (AUDITOR, ADMIN, OWNER)
UNKNOWN = Text("可选的格式：{known}。", "The formats are {known}.")
ONE_CASE = Text("证据包针对一个服务工单，请给出单号。", "An evidence pack is of one case; name it.")


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
        if self.form == forms.PACK:
            yield from _packed(self.engine, self.wanted)
        else:
            yield from forms.pieces(self.form, self.lines, self.made_at, self.wanted.told())


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
    if form == forms.PACK and wanted.case_id is None:
        raise InvalidInput(fields={"case": ONE_CASE})
    if form == forms.PACK and its.notary is None:
        raise NoSigningKey()
    with its.read() as conn:
        wanted = wanted if actor == SYSTEM else exports.allowed(conn, actor, wanted)
        cases, entries = exports.counted(conn, wanted)
    its.execute(c.RecordExport(form, wanted.told(), cases, entries), actor)
    suffix, media = forms.FORMS[form]
    name = f"{wanted.told().get('case', 'trail')}.{suffix}"
    lines = exports.chains(its.read, its.versions, wanted, locale)
    return Export(name, media, cases, entries, lines, form, its.clock.now(), wanted, its)


@bp.get("/trail/export.<form>")
def download(form: str) -> ResponseReturnValue:
    """All that the viewer may take away, or one case."""
    if form not in forms.FORMS:
        raise InvalidInput(fields={"format": UNKNOWN.format(known=", ".join(forms.FORMS))})
    case_id = request.args.get("case_id", type=int)
    return sent(begin(engine(), g.viewer, form, Wanted(case_id=case_id), current()))


def sent(export: Export) -> Response:
    response = Response(stream_with_context(export.pieces()), content_type=export.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _packed(its: Engine, wanted: Wanted) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        for _step in evidence.write(its, wanted, file):
            yield b""
        yield from forms.of_file(file)
