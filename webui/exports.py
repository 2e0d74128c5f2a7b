"""The trail to take away: in which forms, for whom, and that it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, g, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.audit.exports import forms
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain import commands as c
from engine.domain.actors import OVERSEERS, SYSTEM, Actor
from engine.domain.errors import Forbidden, InvalidInput
from engine.domain.text import Text
from engine.handlers.checkpoints import NoSigningKey
from engine.queries import exports
from engine.queries.exports import Wanted
from engine.runtime import Engine
from webui import evidence
from webui.locales import current
from webui.request import engine

bp = Blueprint("exports", __name__)

UNKNOWN = Text("可选的格式：{known}。", "The formats are {known}.")
ONE_CASE = Text("证据包针对一个服务工单或一个抽样，请给出。", "An evidence pack is of one case or one sample; name it.")
NO_CASE = Text("单号应类似 CL-000017。", "A case has a number such as CL-000017.")
NO_DAY = Text("请填写日期，如 2026-03-02。", "Give a date such as 2026-03-02.")
#: Entries, and cases of an evidence pack, that somebody waits for; more than that is made by the worker.
MOST_AT_ONCE, MOST_PACKED_AT_ONCE = 20_000, 10


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
            yield from evidence.pieces(self.engine, self.wanted, lambda cases: None)
        else:
            yield from forms.pieces(self.form, self.lines, self.made_at, self.wanted.told())


def check_may_take(actor: Actor) -> None:
    """Refused to who never takes anything away."""
    if not actor.has(*OVERSEERS):
        raise Forbidden(why=exports.NOT_YOURS)


def offered(actor: Actor, procedure: str | None = None, conn: Connection | None = None) -> list[tuple[str, str]]:
    """The formats this person may download, in words; none where they may not."""
    if not actor.has(*OVERSEERS) or (conn is not None and not exports.may_take(conn, actor, procedure)):
        return []
    words = {
        "jsonl": _("JSONL, verifiable without Closeloop"),
        "csv": _("CSV, a row an event"),
        "xlsx": _("XLSX, a row an event"),
        "xes": _("XES, for process mining"),
        "ocel": _("OCEL 2.0, for process mining by object"),
    }
    if conn is not None:
        words[forms.PACK] = packed()
    return list(words.items())


def packed() -> str:
    return _("Evidence pack, a zip that verifies itself")


def begin(its: Engine, actor: Actor, form: str, wanted: Wanted, locale: str) -> Export:
    """Who may not is refused; then it is recorded; then the caller reads at their own pace."""
    asked = prepare(its, actor, form, wanted)
    its.execute(c.RecordExport(form, asked.wanted.told(), asked.cases, asked.entries), actor)
    lines = exports.chains(its.read, its.versions, asked.wanted, locale)
    media = forms.FORMS[form][1]
    return Export(asked.name, media, asked.cases, asked.entries, lines, form, its.clock.now(), asked.wanted, its)


def order(its: Engine, actor: Actor, form: str, wanted: Wanted, locale: str) -> int:
    """The worker makes it; the number under which it can be asked for."""
    asked = prepare(its, actor, form, wanted)
    kept = {**asked.wanted.to_dict(), "locale": locale}
    total = asked.cases if form == forms.PACK else asked.entries
    told = (asked.wanted.told(), kept, asked.cases, asked.entries, total)
    return its.execute(c.OrderExport(form, asked.name, *told), actor)["id"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants and may have: `is_large` where they should not wait for it."""

    name: str
    wanted: Wanted
    cases: int
    entries: int
    is_large: bool


def prepare(its: Engine, actor: Actor, form: str, wanted: Wanted) -> Asked:
    if form == forms.PACK and wanted.case_id is None and wanted.sample is None:
        raise InvalidInput(fields={"case": ONE_CASE})
    if form == forms.PACK and its.notary is None:
        raise NoSigningKey()
    with its.read() as conn:
        wanted = wanted if actor == SYSTEM else exports.allowed(conn, actor, wanted)
        cases, entries = exports.counted(conn, wanted)
    base = wanted.told().get("case") or (f"sample-{wanted.sample}" if wanted.sample else "trail")
    is_large = entries > MOST_AT_ONCE or (form == forms.PACK and cases > MOST_PACKED_AT_ONCE)
    return Asked(f"{base}.{forms.FORMS[form][0]}", wanted, cases, entries, is_large)


@bp.get("/trail/export.<form>")
def download(form: str) -> ResponseReturnValue:
    """All that the viewer may take away, or one case; what is large is made by the worker, once they say so."""
    if form not in forms.FORMS:
        raise InvalidInput(fields={"format": UNKNOWN.format(known=", ".join(forms.FORMS))})
    wanted = Wanted(case_id=request.args.get("case_id", type=int), sample=request.args.get("sample", type=int))
    asked = prepare(engine(), g.viewer, form, wanted)
    if asked.is_large:
        chosen = {"case": asked.wanted.told().get("case"), "sample": wanted.sample, "entries": asked.entries}
        return redirect(url_for("exported.index", format=form, **chosen), 303)
    return sent(begin(engine(), g.viewer, form, wanted, current()))


def sent(export: Export) -> Response:
    response = Response(stream_with_context(export.pieces()), content_type=export.media)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response

