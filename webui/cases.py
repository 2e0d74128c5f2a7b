"""Cases: the list, and one case with its diagram, steps, clocks, incidents, customer and trail."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from engine.domain.actors import AUDITOR, OVERSEERS
from engine.domain.case import may_change, may_correct, may_note
from engine.domain.events import EventType as E
from engine.domain.text import Text
from engine.queries import cases, conformance, customers, names, path, trail
from engine.queries.cases import CaseRow, InstanceRow
from engine.queries.conformance import Verdict
from engine.store import procedures
from engine.store import trail as store
from webui import corrections, exports, paging
from webui.presenters import attachments, clocks, deviations, diagrams, history, redactions, values, verdicts
from webui.presenters import cases as presenter
from webui.request import Reading, reading

bp = Blueprint("cases", __name__)

STATES = ("open", "closed", "cancelled", "all")
ENTRIES = 30
MOST_RELATED = 8
#: What the machinery does of itself; left out of a case's trail until it is asked for.
MACHINERY = (E.PathTaken, E.TaskCreated, E.ClockStarted, E.ClockStopped, E.MessageSent, E.MessageReceived)


@bp.get("/cases")
def index() -> ResponseReturnValue:
    state, words = request.args.get("state", "open"), request.args.get("q", "")[:200]
    key = request.args.get("procedure", "")[:200]
    state, mine = (state if state in STATES else "open"), state == "mine"
    with reading() as r:
        page = cases.page(
            r.conn,
            r.actor,
            r.organisation,
            state=None if state == "all" else state,
            key=key or None,
            mine=mine,
            words=words,
            cursor=request.args.get("cursor"),
        )
        steps = path.current_steps(r.conn, r.versions, [row.id for row in page.items])
        shown = presenter.lines(page.items, steps)
        known = [{"key": row.key, "name": Text(row.name_zh, row.name_en)} for row in procedures.all_(r.conn)]
    view = "mine" if mine else state
    return render_template(
        "cases.html",
        cases=shown,
        filters={"q": words, "state": view, "procedure": key, "procedures": known},
        states=_states(view),
        page=paging.links(page),
    )


@bp.get("/cases/<case_id:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    with reading() as r:
        return render_template("case.html", **page_of(r, case_id))


def page_of(r: Reading, case_id: int) -> dict[str, object]:
    """All that the page of a case shows."""
    row = cases.find(r.conn, r.actor, r.organisation, case_id)
    instances = cases.instances(r.conn, r.versions, case_id)
    shown = _wanted(instances)
    known = names.of_versions([r.versions.get(r.conn, shown.version_id)])
    variables = cases.variables(r.conn, r.versions, case_id, shown.no)
    way = path.of_instance(r.conn, r.organisation, r.versions, case_id, shown.no, shown.version_id)
    all_told = _tells_everything(r)
    entries = trail.of_case(
        r.conn,
        case_id,
        limit=ENTRIES,
        cursor=request.args.get("cursor"),
        newest_first=True,
        leaving_out=() if all_told else MACHINERY,
    )
    explained = cases.explained_clocks(r.conn, r.organisation, r.versions, case_id, r.now)
    may = _may(r, row)
    verdict = _verdict(r, case_id)
    return {
        "case": presenter.head(row, r.organisation),
        "instances": [_tab(one, case_id) for one in instances],
        "shown": shown,
        "diagram": diagrams.Diagram(
            diagrams.bpmn_href(shown.procedure, shown.version),
            diagrams.marks_of_path(way, r.now) | ({"counts": deviations.marks(verdict, shown.no)} if verdict else {}),
        ),
        "steps": diagrams.steps(way, case_id, r),
        "earlier_steps": way.earlier,
        "clocks": clocks.shown([clock for clock in explained if clock.stopped_at is None], r),
        "clocks_ended": clocks.shown([clock for clock in explained if clock.stopped_at is not None], r),
        "customer": _customer(r, row),
        "related": _related(r, row),
        "incidents": corrections.shown(r, case_id, instances, may_correct=may["correct"]),
        "values": values.shown(variables, known, r.now, r.zone),
        "entries": history.entries(r, entries.items),
        "page": paging.links(entries, "trail"),
        "all_told": all_told,
        "told_href": paging.address(trail="main" if all_told else "all", cursor=None) + "#trail",
        "verdict": verdicts.of_case(r.conn, case_id),
        "conformance": {"said": deviations.of_verdict(verdict), "conforms": verdict.conforms} if verdict else None,
        "may": may,
        "export_formats": exports.offered(r.actor, row.procedure, r.conn),
        "export_case": case_id,
        "people": _people(r, row) if may["reassign"] else [],
        **attachments.of_case(r, row),
        **redactions.of_case(r, row.id),
    }


def _verdict(r: Reading, case_id: int) -> Verdict | None:
    """Whether the procedures were followed, for those who look after that; not of a case too long to do so in passing."""
    if not r.actor.has(*OVERSEERS) or store.length(r.conn, case_id) > verdicts.MOST_AT_ONCE:
        return None
    return conformance.check(r.conn, r.versions, case_id, r.now)


def _tells_everything(r: Reading) -> bool:
    """The whole trail, or what people did and what went wrong; auditors start with the whole."""
    return request.args.get("trail", "all" if r.actor.has(AUDITOR) else "main") == "all"


def _states(view: str) -> list[dict[str, object]]:
    labels = {
        "open": pgettext("state of a case", "Open"),
        "mine": _("Mine"),
        "closed": pgettext("state of a case", "Closed"),
        "cancelled": _("Cancelled"),
        "all": _("All"),
    }
    return [
        {"key": key, "label": label, "href": paging.address(state=key, cursor=None), "current": key == view}
        for key, label in labels.items()
    ]


def _wanted(instances: tuple[InstanceRow, ...]) -> InstanceRow:
    """The instance asked for, else the latest that runs, else the last."""
    asked = request.args.get("instance", "")
    for one in instances:
        if str(one.no) == asked:
            return one
    return next((one for one in reversed(instances) if one.ended_at is None), instances[-1])


def _tab(instance: InstanceRow, case_id: int) -> dict[str, object]:
    return {
        "no": instance.no,
        "procedure": instance.procedure_name,
        "version": instance.version,
        "ended_at": instance.ended_at,
        "href": url_for("cases.show", case_id=case_id, instance=instance.no),
    }


def _may(r: Reading, row: CaseRow) -> dict[str, bool]:
    is_open = row.state == "open"
    change = is_open and may_change(r.actor, row.owner_id, row.department)
    return {
        "note": may_note(r.actor),
        "cancel": change,
        "reassign": change,
        "retry": change,
        "correct": is_open and may_correct(r.actor, row.department),
    }


def _customer(r: Reading, row: CaseRow) -> presenter.CustomerShown | None:
    return presenter.customer(customers.find(r.conn, row.customer_id)) if row.customer_id else None


def _related(r: Reading, row: CaseRow) -> list[presenter.CaseLine]:
    """Other matters of the same customer, the newest first."""
    if row.customer_id is None:
        return []
    page = cases.page(r.conn, r.actor, r.organisation, customer_id=row.customer_id, limit=MOST_RELATED + 1)
    return presenter.lines([one for one in page.items if one.id != row.id][:MOST_RELATED])


def _people(r: Reading, row: CaseRow) -> list[dict[str, object]]:
    """Who could answer for the case instead."""
    able = (u for u in r.organisation.users.values() if u.active and not u.roles.isdisjoint(("employee", "lead")))
    others = sorted((u for u in able if u.id != row.owner_id), key=lambda u: (u.department != row.department, u.name))
    return [{"login": user.login, "name": user.name} for user in others]
