"""Great exports: ordered here, made by the worker, taken home when they are ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta

from flask import Blueprint, Response, flash, g, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from engine.audit.exports import forms
from engine.domain import commands as c
from engine.domain.actors import Actor
from engine.domain.errors import InvalidInput, NotFound, Refusal
from engine.domain.text import Text
from engine.queries.exports import Wanted
from engine.runtime import Engine
from engine.store import exports as store
from engine.store import procedures
from webui import exports
from webui.errors import status_of
from webui.locales import current
from webui.presenters.refusals import faults, refusal_words
from webui.request import engine, execute, reading
from webui.routing import as_id

bp = Blueprint("exported", __name__)

DAY = timedelta(days=1)
FIELDS = ("format", "case", "procedure", "from", "to", "sample")


@dataclass(frozen=True, slots=True)
class ExportShown:
    """`share` of what there is to write that is written, None where nobody has counted it."""

    id: int
    name: str
    what: str
    state: str
    share: float | None
    done: int
    total: int | None
    size: int | None
    sha256: str
    problem: str
    created_at: datetime
    expires_at: datetime | None


@bp.get("/audit/exports")
def index() -> ResponseReturnValue:
    return _page({name: request.args.get(name, "")[:200] for name in FIELDS}, request.args.get("entries", type=int))


@bp.post("/audit/exports")
def create() -> ResponseReturnValue:
    given = {name: request.form.get(name, "").strip()[:200] for name in FIELDS}
    try:
        exports.order(engine(), g.viewer, _form(given["format"]), _wanted(given), current())
    except (InvalidInput, NotFound) as refusal:
        return _page(given, None, refusal), status_of(refusal)
    flash(_("The export is being made. It will be ready here."), "success")
    return redirect(url_for("exported.index"), 303)


@bp.get("/audit/exports/<case_id:export_id>/file")
def download(export_id: int) -> ResponseReturnValue:
    return file_of(engine(), g.viewer, export_id)


@bp.post("/audit/exports/<case_id:export_id>/removal")
def remove(export_id: int) -> ResponseReturnValue:
    execute(c.RemoveExport(export_id))
    flash(_("The export was removed."), "success")
    return redirect(url_for("exported.index"), 303)


def file_of(its: Engine, viewer: Actor, export_id: int) -> Response:
    """The bytes of an export that is ready, for whoever ordered it."""
    with its.read() as conn:
        row = store.find(conn, export_id, viewer.id)
        count = store.pieces(conn, export_id)
    if row is None or row.state != store.READY:
        raise NotFound(what=store.EXPORT)
    response = Response(stream_with_context(_pieces(its, export_id, count)), content_type=forms.FORMS[row.format][1])
    response.headers["Content-Disposition"] = f'attachment; filename="{row.name}"'
    response.headers["Content-Length"] = str(row.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _pieces(its: Engine, export_id: int, count: int) -> Iterator[bytes]:
    """One after another, each read by itself; one that was removed meanwhile breaks the download off."""
    for no in range(1, count + 1):
        with its.read() as conn:
            piece = store.piece(conn, export_id, no)
        if piece is None:
            raise NotFound(what=store.EXPORT)
        yield piece


def _form(name: str) -> str:
    if name not in forms.FORMS:
        raise InvalidInput(fields={"format": exports.UNKNOWN.format(known=", ".join(forms.FORMS))})
    return name


def _wanted(given: dict[str, str]) -> Wanted:
    """What was typed; a case or a day that cannot be is said."""
    wrong = {}
    case_id = as_id(given["case"].upper().removeprefix("CL-").lstrip("0"))
    if given["case"] and case_id is None:
        wrong["case"] = exports.NO_CASE
    first, last = (_midnight(given[name]) for name in ("from", "to"))
    wrong |= {name: exports.NO_DAY for name, day in (("from", first), ("to", last)) if given[name] and day is None}
    if wrong:
        raise InvalidInput(fields=wrong)
    return Wanted(case_id, given["procedure"] or None, first, last and last + DAY, sample=as_id(given["sample"]))


def _midnight(day: str) -> datetime | None:
    """At which the day begins here; None for what is no date, or none with a day after it."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return datetime.combine(found, time(), g.zone) if found.year < MAXYEAR else None


def _page(given: dict[str, str], entries: int | None, refusal: Refusal | None = None) -> str:
    exports.check_may_take(g.viewer)
    with reading() as r:
        rows = store.of_user(r.conn, g.viewer.id)
        keys = [(row.key, Text(row.name_zh, row.name_en)) for row in procedures.all_(r.conn)]
    offered = [*exports.offered(g.viewer), (forms.PACK, exports.packed())]
    shown = [_shown(row) for row in rows]
    return render_template(
        "exported.html",
        exports=shown,
        offered=offered,
        procedures=keys,
        given=given,
        entries=entries,
        faults=faults(refusal) if refusal is not None else {},
        refusal=refusal_words(refusal) if refusal is not None else "",
        under_way=any(one.state in (store.WAITING, store.RUNNING) for one in shown),
    )


def _shown(row: Row) -> ExportShown:
    wanted = Wanted.of_dict(row.wanted).told()
    parts = [str(wanted[key]) for key in ("case", "procedure") if key in wanted]
    parts += [_("sample %(no)s", no=wanted["sample"])] if "sample" in wanted else []
    parts += [f"{wanted.get('from', '')[:10]} – {wanted.get('to', '')[:10]}"] if {"from", "to"} & wanted.keys() else []
    share = row.done / row.total if row.total else None
    return ExportShown(
        row.id, row.name, ", ".join(parts), row.state, share, row.done, row.total, row.size, row.sha256 or "",
        row.problem or "", row.created_at, row.expires_at,
    )  # fmt: skip
