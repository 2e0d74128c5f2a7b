"""The trail: who did what and when, over all cases; and whether it still is as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain import commands as c
from engine.domain.actors import ADMIN, AUDITOR, OWNER
from engine.domain.errors import Forbidden
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import trail, verification
from engine.queries.paging import Page
from webui import exports, paging
from webui.presenters import history, verdicts
from webui.presenters.trail import title
from webui.presenters.verdicts import VerdictShown
from webui.request import Reading, engine, execute, reading

bp = Blueprint("trail", __name__)

VERIFIERS = (AUDITOR, ADMIN, OWNER)
NUMBER = re.compile(r"(?:cl-?)?0*([1-9]\d{0,14})", re.IGNORECASE | re.ASCII)
NO_CASE = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter as it was typed."""

    case: str
    person: str
    type: str
    first: str
    last: str


@bp.get("/trail")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/trail/verification")
def verify() -> ResponseReturnValue:
    """Every chain is recomputed, and that it was is itself recorded."""
    if not g.viewer.has(*VERIFIERS):
        why = Text("只有审计、流程负责人和管理员可以核验", "auditors, process owners and administrators verify")
        raise Forbidden(why=why)
    with engine().read(is_snapshot=True) as conn:
        verdict = verification.verify(conn)
    execute(c.RecordVerification("all", verdict.entries, "holds" if verdict.holds else "broken"))
    return _page(verdicts.of_all(verdict))


def _page(verdict: VerdictShown | None = None) -> str:
    wanted = _wanted()
    with reading() as r:
        page = _entries(r, wanted)
        people = sorted(r.organisation.users.values(), key=lambda user: user.name)
        may_verify = r.actor.has(*VERIFIERS)
        if verdict is None and may_verify:
            verdict = verdicts.latest(verification.latest(r.conn), r)
        return render_template(
            "trail.html",
            filters=asdict(wanted),
            people=[{"login": user.login, "name": user.name} for user in people],
            types=sorted(_types(), key=lambda one: one["label"]),
            entries=history.entries(r, page.items, with_case=True),
            page=paging.links(page),
            verdict=verdict,
            may_verify=may_verify,
            export_formats=exports.offered(r.actor),
            export_case=None,
        )


def _wanted() -> Wanted:
    given = {name: request.args.get(name, "").strip()[:100] for name in ("case", "person", "type", "from", "to")}
    known = given["type"] if given["type"] in EventType.__members__ else ""
    return Wanted(given["case"], given["person"], known, given["from"], given["to"])


def _entries(r: Reading, wanted: Wanted) -> Page:
    """What cannot be meant (a case that cannot be, a date that is none) finds nothing rather than everything."""
    number = NUMBER.fullmatch(wanted.case)
    person = r.organisation.by_login.get(wanted.person)
    first, last = _day(wanted.first, r), _day(wanted.last, r)
    unknown = (wanted.case and not number, wanted.person and not person, wanted.first and not first, wanted.last and not last)
    if any(unknown):
        return Page(())
    return trail.search(
        r.conn,
        r.actor,
        r.organisation,
        case_id=int(number[1]) if number else None,
        actor_id=person.id if person else None,
        types=(wanted.type,) if wanted.type else (),
        from_at=first,
        to_at=last and _next(last),
        cursor=request.args.get("cursor"),
    )


def _day(text: str, r: Reading) -> datetime | None:
    """Midnight at which the day begins here; None for what is no date."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), r.zone) if text else None
    except ValueError:
        return None


def _next(day: datetime) -> datetime | None:
    """The day after; after the last day there is, none."""
    try:
        return day + timedelta(days=1)
    except OverflowError:
        return None


def _types() -> list[Mapping[str, str]]:
    return [{"value": one.value, "label": title(one)} for one in EventType]
