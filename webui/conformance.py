"""Were the procedures followed? The cases that deviate first, by procedure, version, kind and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine.domain.actors import OVERSEERS
from engine.domain.errors import Forbidden, StaleState
from engine.domain.text import Text
from engine.handlers.conformance import MAY_NOT
from engine.queries import verdicts
from engine.queries.paging import Page
from engine.queries.verdicts import Counts, Judged, Wanted
from engine.store import procedures
from engine.store.verdicts import CONFORMS, DEVIATES, INTERVENED
from engine.worker.conformance import check_changed
from webui import paging
from webui.presenters import deviations
from webui.request import Reading, engine, reading

bp = Blueprint("conformance", __name__)

SHOWN = {"deviating": DEVIATES, "stepped-into": INTERVENED, "conforming": CONFORMS}
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """As they were typed."""

    procedure: str
    version: str
    kind: str
    first: str
    last: str
    verdict: str


@bp.get("/audit/conformance")
def index() -> ResponseReturnValue:
    with reading() as r:
        if not r.actor.has(*OVERSEERS):
            raise Forbidden(why=MAY_NOT)
        filters = _filters()
        page, counts = _found(r, filters)
        known = {row.key: Text(row.name_zh, row.name_en) for row in procedures.all_(r.conn)}
        return render_template(
            "conformance.html",
            filters=filters,
            procedures=[{"key": key, "name": name} for key, name in known.items()],
            versions=_versions(r.conn, filters.procedure),
            kinds=_kinds(counts.by_kind, filters.kind),
            tabs=_tabs(counts.by_worst, filters.verdict),
            cases=deviations.of_cases(page.items, known),
            until=verdicts.checked_until(r.conn),
            page=paging.links(page),
        )


@bp.post("/audit/conformance")
def check() -> ResponseReturnValue:
    """The next cases that have changed are looked at now, without waiting for the worker."""
    if not g.viewer.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
    try:
        done = check_changed(engine(), g.viewer, engine().clock.now(), MOST_AT_ONCE)
    except StaleState:
        flash(_("The worker is checking just now. Look again in a moment."))
    else:
        flash(ngettext("%(num)s case was checked.", "%(num)s cases were checked.", done.cases))
    return redirect(url_for("conformance.index"), 303)


def _found(r: Reading, filters: Filters) -> tuple[Page[Judged], Counts]:
    """Each count is of what is left when its own filter is taken away: one sees what else there would be."""
    wanted = _wanted(filters, r)
    if wanted is None:
        return Page(()), Counts({}, {})
    page = verdicts.page(r.conn, replace(wanted, worst=SHOWN.get(filters.verdict)), cursor=request.args.get("cursor"))
    of_verdict = verdicts.counts(r.conn, wanted)
    of_kind = verdicts.counts(r.conn, replace(wanted, kind=None)) if wanted.kind else of_verdict
    return page, Counts(of_verdict.by_worst, of_kind.by_kind)


def _filters() -> Filters:
    given = {name: request.args.get(name, "").strip()[:200] for name in ("procedure", "version", "kind", "from", "to", "verdict")}
    verdict = given["verdict"] if given["verdict"] in SHOWN else ""
    return Filters(given["procedure"], given["version"], given["kind"], given["from"], given["to"], verdict)


def _wanted(filters: Filters, r: Reading) -> Wanted | None:
    """None for what cannot be meant: it finds nothing rather than everything."""
    first, last = _day(filters.first, r), _day(filters.last, r)
    version = int(filters.version) if filters.version.isdecimal() and len(filters.version) < 9 else None
    if (filters.first and not first) or (filters.last and not last) or (filters.version and version is None):
        return None
    until = last + timedelta(days=1) if last else None
    return Wanted(filters.procedure or None, version if filters.procedure else None, filters.kind or None, first, until)


def _day(text: str, r: Reading) -> datetime | None:
    """Midnight at which the day begins here; None for what is no day."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return datetime.combine(day, time(), r.zone) if day is not None and 1 < day.year < 9999 else None


def _versions(conn: Connection, key: str) -> Sequence[int]:
    return sorted((row.number for row in procedures.versions(conn, key)), reverse=True) if key else ()


def _kinds(by_kind: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    words = deviations.kinds()
    found = [{"key": kind, "label": words.get(kind, kind), "count": count} for kind, count in sorted(by_kind.items())]
    missing = [{"key": chosen, "label": words.get(chosen, chosen), "count": 0}] if chosen and chosen not in by_kind else []
    return found + missing


def _tabs(by_worst: Mapping[int, int], chosen: str) -> list[dict[str, object]]:
    labels = {"": _("All"), **{key: deviations.verdicts()[worst] for key, worst in SHOWN.items()}}
    counts = {"": sum(by_worst.values()), **{key: by_worst.get(worst, 0) for key, worst in SHOWN.items()}}
    return [
        {
            "label": label,
            "count": counts[key],
            "href": paging.address(verdict=key or None, cursor=None),
            "current": key == chosen,
        }
        for key, label in labels.items()
    ]
