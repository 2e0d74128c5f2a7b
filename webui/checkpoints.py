"""Checkpoints: what was signed and when, gaps between them, files to keep, and the trail held against one that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.audit.checkpoint import LONGEST_FILE, Kept, digest, file_name, read_file
from engine.domain import commands as c
from engine.domain.actors import OVERSEERS
from engine.domain.errors import Forbidden, NotFound
from engine.domain.text import Text
from engine.queries import checkpoints, consistency, verification
from engine.queries.gaps import Gap, gaps
from engine.store import roles
from webui import paging
from webui.paging import Links
from webui.presenters import time, verdicts
from webui.presenters.verdicts import VerdictShown
from webui.request import Reading, engine, execute, reading

bp = Blueprint("checkpoints", __name__)

ON_A_PAGE = 50
MAY_NOT = Text("检查点仅供审计、流程负责人和管理员", "checkpoints are for auditors, process owners and administrators")


@dataclass(frozen=True, slots=True)
class Shown:
    """`previous`: the number of the one before, None of the first; `is_new_key`: the one before had another."""

    number: int
    at: datetime
    chains: int
    entries: int
    root: str
    key: str
    is_new_key: bool
    previous: int | None
    gap: str


@bp.get("/audit/checkpoints")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/audit/checkpoints")
def create() -> ResponseReturnValue:
    number = execute(c.MakeCheckpoint())["id"]
    flash(_("Checkpoint %(number)s was made. Keep its file where nobody who runs Closeloop can reach it.", number=number))
    return redirect(url_for("checkpoints.index"), 303)


@bp.post("/audit/checkpoints/verification")
def verify() -> ResponseReturnValue:
    """Everything, or what was added since the newest checkpoint; and against the file that was kept, if one is given."""
    _may_read()
    file = request.files.get("file")
    data = file.read(LONGEST_FILE + 1) if file is not None and file.filename else b""
    kept, fault = _kept(data) if data or (file is not None and file.filename) else (None, "")
    if fault:
        return _page(fault=fault), 422
    with engine().read(is_snapshot=True) as conn:
        found = verification.verify(conn, kept=kept, since_checkpoint=request.form.get("scope") == "new")
    against = digest(kept.text).hex() if kept is not None else None
    execute(c.RecordVerification("all", found.entries, "holds" if found.holds else "broken", found.since, against))
    return _page(verdicts.of_all(found, time.absolute(kept.note.at, g.zone) if kept is not None else ""))


@bp.get("/audit/checkpoints/<int:number>/file")
def file(number: int) -> ResponseReturnValue:
    _may_read()
    with reading() as r:
        found = checkpoints.find(r.conn, number)
    if found is None:
        raise NotFound(what=Text(f"检查点 {number}", f"Checkpoint {number}"))
    return _sent(file_name(number), found.file)


@bp.get("/audit/checkpoints/<int:number>/consistency")
def prove(number: int) -> ResponseReturnValue:
    """The proof that this one continues the one given by `from`, by default the very first."""
    _may_read()
    first = request.args.get("from", 1, type=int)
    with reading() as r:
        data = consistency.as_file(consistency.proof(r.conn, first, number))
    return _sent(consistency.file_name(first, number), data)


def _may_read() -> None:
    if not g.viewer.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)


def _kept(data: bytes) -> tuple[Kept | None, str]:
    try:
        return read_file(data), ""
    except ValueError:
        return None, _("This is not the file of a checkpoint, such as checkpoint-000012.json. Choose the one you kept.")


def _page(verdict: VerdictShown | None = None, fault: str = "") -> str:
    _may_read()
    before = request.args.get("cursor", type=int)
    with reading() as r:
        its = engine()
        every = its.notary.every if its.notary is not None else None
        missing = {gap.after: gap for gap in gaps(r.conn, every, r.now)} if every is not None else {}
        found = list(checkpoints.newest(r.conn, ON_A_PAGE + 1, before))
        return render_template(
            "checkpoints.html",
            rows=_rows(r, found, missing),
            page=Links(
                paging.address(cursor=found[ON_A_PAGE - 1].id) if len(found) > ON_A_PAGE else None,
                paging.address(cursor=None) if before else None,
            ),
            gaps=len(missing),
            hours=every // timedelta(hours=1) if every is not None else 0,
            verdict=verdict if verdict is not None else verdicts.latest(verification.latest(r.conn), r),
            guard="role" if not roles.may_change_trail(r.conn) else "file" if its.database.is_sqlite else "owner",
            fault=fault,
        )


def _rows(r: Reading, found: list[checkpoints.Checkpoint], missing: dict[int, Gap]) -> list[Shown]:
    """Each with the one before it, of which there is one more than is shown."""
    rows = []
    for one, previous in zip_longest(found, found[1:]):
        note = one.said
        is_new_key = previous is not None and previous.said.key != note.key
        gap = _gap(r, missing[one.id]) if one.id in missing else ""
        rows.append(
            Shown(one.id, note.at, note.chains, note.entries, note.root.hex(), note.key, is_new_key, previous and previous.id, gap)
        )
    return rows[:ON_A_PAGE]


def _gap(r: Reading, gap: Gap) -> str:
    if gap.until is None:
        return _("No checkpoint since then")
    return _("No checkpoint until %(at)s", at=time.moment(gap.until, r.now, r.zone))


def _sent(name: str, data: bytes) -> Response:
    response = Response(data, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
