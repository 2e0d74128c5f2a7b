"""The worklist: whose open tasks, the most urgent first; claim in place, many at once, or simply the next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain import commands as c
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, OVERSEERS, Actor
from engine.domain.case import case_number
from engine.domain.errors import InvalidInput, NoNextTask, Refusal
from engine.domain.text import Text
from engine.queries import training, worklist
from engine.queries.paging import USUAL
from engine.queries.worklist import SORTS, Filter
from engine.store import procedures
from webui import training as notices
from webui.presenters import tasks as presenter
from webui.presenters.refusals import refusal_words
from webui.request import Reading, execute, reading, safe_next
from webui.routing import CASE, NUMBER, TaskId, task_id

bp = Blueprint("worklist", __name__)

MOST_AT_ONCE = 100
MOST_REASONS = 5
TASK_ID = re.compile(f"{CASE}-{NUMBER}")
#: Which way a click on a heading sorts first.
FALLING = ("priority",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the worklist is shown, as its address says it."""

    view: str = ""
    q: str = ""
    procedure: str = ""
    sort: str = ""
    cursor: str = ""

    @classmethod
    def of_address(cls, address: str) -> Wanted:
        asked = parse_qs(urlsplit(address).query)
        return cls(**{name: asked[name][-1] for name in cls.__slots__ if name in asked})

    @classmethod
    def of_request(cls) -> Wanted:
        return cls(**{name: request.args.get(name, "") for name in cls.__slots__})

    def href(self, **other: str) -> str:
        asked = {name: getattr(self, name) for name in self.__slots__} | other
        query = urlencode({name: value for name, value in asked.items() if value})
        return url_for("worklist.show") + (f"?{query}" if query else "")

    @property
    def sorted_by(self) -> str:
        return self.sort if self.sort.removeprefix("-") in SORTS else "due"

    @property
    def filter(self) -> Filter:
        return Filter(procedure=self.procedure or None, words=self.q or None, sort=self.sorted_by)


@dataclass(frozen=True, slots=True)
class View:
    key: str
    label: str
    href: str
    count: str
    late: int
    current: bool


@bp.get("/worklist")
def show() -> ResponseReturnValue:
    with reading() as r:
        wanted = _with_view(Wanted.of_request(), r)
        if request.args.get("part") == "rows":
            return _part(wanted, r)
        return render_template("worklist.html", **_rows(wanted, r), **_around(wanted, r))


@bp.post("/worklist/claims")
def claim() -> ResponseReturnValue:
    """Claim what is ticked; what could not be claimed is said with the reason, the rest is claimed all the same."""
    ids = list(dict.fromkeys(one for one in request.form.getlist("task") if TASK_ID.fullmatch(one)))
    if not ids:
        flash(_("Nothing was ticked."), "warning")
    if len(ids) > MOST_AT_ONCE:
        flash(_("At most %(n)s tasks at once; the first were taken.", n=MOST_AT_ONCE), "warning")
    claimed, refused = _claim_all([task_id(one) for one in ids[:MOST_AT_ONCE]])
    if claimed:
        flash(ngettext("%(num)s task is now yours.", "%(num)s tasks are now yours.", claimed), "success")
    for words in refused[:MOST_REASONS]:
        flash(words, "error")
    if len(refused) > MOST_REASONS:
        flash(_("%(n)s more could not be claimed.", n=len(refused) - MOST_REASONS), "error")
    return redirect(safe_next(request.form.get("next"), url_for("worklist.show")), 303)


def take_next() -> ResponseReturnValue:
    """The most urgent task the viewer may take is theirs and opened."""
    try:
        taken = execute(c.TakeNextTask())
    except NoNextTask as refusal:
        flash(refusal_words(refusal), "warning")
        return redirect(url_for("worklist.show"), 303)
    return redirect(url_for("tasks.show", task_id=taken["task"]), 303)


def rows_after(address: str, refusal: Refusal | None) -> ResponseReturnValue:
    """The rows of the list a claim was made in, and beside them why it was refused, if it was."""
    with reading() as r:
        return _part(_with_view(Wanted.of_address(address), r), r, refusal_words(refusal) if refusal else "")


def _part(wanted: Wanted, r: Reading, problem: str | None = None) -> str:
    """What scripts swap in; `problem` is what they say beside the list from now on."""
    context = _rows(wanted, r) | {"views": _view_tabs(wanted, r), "problem": problem}
    return render_template("partials/worklist_part.html", **context)


def _claim_all(ids: list[TaskId]) -> tuple[int, list[str]]:
    claimed, refused = 0, []
    for one in ids:
        try:
            execute(c.ClaimTask(one.case_id, one.no))
            claimed += 1
        except Refusal as refusal:
            refused.append((case_number(one.case_id), refusal_words(refusal)))
    return claimed, presenter.reasons(refused)


def _rows(wanted: Wanted, r: Reading) -> dict:
    """What the list itself shows."""
    try:
        page = worklist.page(
            r.conn, r.actor, r.organisation, r.versions, wanted.view, wanted.filter, USUAL, wanted.cursor or None
        )
    except InvalidInput:
        # The cursor was altered or is of another order: begin at the first page.
        page = worklist.page(r.conn, r.actor, r.organisation, r.versions, wanted.view, wanted.filter, USUAL)
    first = training.to_read_first(r.conn, r.actor, r.organisation)
    return {
        "bands": presenter.bands(page.items, r, by_urgency=wanted.sorted_by == "due", read_first=first),
        "filters": {"view": wanted.view, "q": wanted.q, "procedure": wanted.procedure, "sort": wanted.sort},
        "sorts": {key: wanted.href(sort=_sort_after(key, wanted.sorted_by), cursor="") for key in SORTS},
        "page": {
            "next": wanted.href(cursor=page.next) if page.next else None,
            "first": wanted.href(cursor="") if wanted.cursor else None,
        },
        "here": wanted.href(),
        "cursor": wanted.cursor,
    }


def _around(wanted: Wanted, r: Reading) -> dict:
    """What stands around the list."""
    known = procedures.all_(r.conn)
    return {
        "views": _view_tabs(wanted, r),
        "procedures": [{"key": row.key, "name": Text(row.name_zh, row.name_en)} for row in known],
        "to_read": notices.lines(r),
        "stream_href": url_for("live.stream"),
    }


def _view_tabs(wanted: Wanted, r: Reading) -> list[View]:
    return [_view(key, wanted, r) for key in _views(r.actor)]


def _view(key: str, wanted: Wanted, r: Reading) -> View:
    labels = {"mine": _("Mine"), "available": _("Available"), "team": _("My team"), "all": _("All")}
    held, late = worklist.tally(r.conn, r.actor, r.organisation, key, r.now)
    return View(
        key=key,
        label=labels[key],
        href=wanted.href(view=key, cursor=""),
        count=f"{held - 1}+" if held >= worklist.MOST_COUNTED else str(held),
        late=late,
        current=key == wanted.view,
    )


def _with_view(wanted: Wanted, r: Reading) -> Wanted:
    """Where none is asked for: one's own tasks if there are any, else what there is to take; who takes none sees all."""
    views = _views(r.actor)
    if wanted.view in views:
        return wanted
    view = views[0]
    if view == "mine" and not wanted.view and not g.get("open_tasks"):
        view = "available"
    return Wanted(view, wanted.q, wanted.procedure, wanted.sort, wanted.cursor)


def _views(actor: Actor) -> list[str]:
    views = ["mine", "available"] if actor.has(EMPLOYEE, LEAD) else []
    views += ["team"] if actor.has(LEAD, ADMIN) else []
    return views + (["all"] if actor.has(LEAD, *OVERSEERS) else [])


def _sort_after(key: str, current: str) -> str:
    """What a click on a heading sorts by: the other way round where it is sorted by that already."""
    first, second = (f"-{key}", key) if key in FALLING else (key, f"-{key}")
    return second if current == first else first

