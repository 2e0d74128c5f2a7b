"""Was the procedure followed: one case, or all of them page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.actors import OVERSEERS
from engine.domain.case import case_number
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import cases, conformance, verdicts
from engine.queries.conformance import Verdict
from engine.queries.verdicts import Found
from engine.worker.conformance import check_changed
from webui.api import schemas as s
from webui.api import shapes
from webui.api.calls import actor, engine, reading
from webui.api.endpoint import Resource
from webui.api.words import iso, said

api = Resource("conformance")
MOST_AT_ONCE = 100
WANTED = {"procedure": s.WORDS, "from": s.INSTANT, "to": s.INSTANT, **s.PAGING}
FOUND = {"kind": s.WORDS, "interventions": s.YES_NO, "from": s.INSTANT, "to": s.INSTANT, **s.PAGING}
MAY_NOT = Text("合规检查仅供审计、流程负责人和管理员", "all cases are checked by auditors, owners and administrators")


@api.get(
    "/cases/{case}/conformance",
    Text("服务工单是否按流程办理", "Whether the case followed its procedure"),
    s.named("Conformance"),
)
def show(case_id: int) -> dict[str, Any]:
    with reading() as (conn, organisation):
        cases.find(conn, actor(), organisation, case_id)
        return shape(conformance.check(conn, engine().versions, case_id, engine().clock.now()), said)


@api.get(
    "/audit/conformance",
    Text("哪些服务工单没有按流程办理，按工单分页", "Which cases did not follow their procedure, page by page of cases"),
    s.listing(s.named("Conformance")),
    query=WANTED,
)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    """For auditors, owners and administrators; each page checks as many cases as it lists."""
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
    with reading() as (conn, _):
        found = conformance.search(
            conn,
            engine().versions,
            procedure=query.get("procedure"),
            from_at=query.get("from"),
            to_at=query.get("to"),
            limit=query.get("limit", s.LIMIT["default"]),
            cursor=query.get("cursor"),
            now=engine().clock.now(),
        )
    return shapes.page(found, lambda verdict: shape(verdict, said))


@api.post(
    "/audit/conformance",
    Text("检查有变动的服务工单并保存结果", "Hold cases that have changed against their procedures, and keep what is found"),
    s.named("ConformanceRun"),
)
def check() -> dict[str, Any]:
    """The next of them; call it until it is done. The worker does the same when a case has been quiet for a while."""
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
    done = check_changed(engine(), actor(), engine().clock.now(), MOST_AT_ONCE)
    return {"cases": done.cases, "done": done.is_done}


@api.get(
    "/audit/deviations",
    Text("已查出的偏差，最新的在前", "Deviations that were found, the newest first"),
    s.listing(s.named("Deviation")),
    query=FOUND,
)
def deviations(query: Mapping[str, Any]) -> dict[str, Any]:
    """As of the last check of each case; with `interventions`, also what somebody did from outside."""
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
    with reading() as (conn, _):
        found = verdicts.newest(
            conn,
            kinds=(query["kind"],) if "kind" in query else (),
            with_remarks=query.get("interventions", False),
            from_at=query.get("from"),
            to_at=query.get("to"),
            limit=query.get("limit", s.LIMIT["default"]),
            cursor=query.get("cursor"),
        )
    return shapes.page(found, _found)


def _found(one: Found) -> dict[str, Any]:
    return {
        "case_id": one.case_id,
        "case_number": case_number(one.case_id),
        "is_intervention": one.is_remark,
        "kind": one.kind,
        "procedure": one.procedure,
        "version": one.version,
        "element": one.element,
        "seq": one.seq,
        "at": iso(one.at),
        "text": said(one.sentence),
    }


def shape(verdict: Verdict, words: Any) -> dict[str, Any]:
    """A verdict as JSON; `words` gives a text in the reader's language."""

    def told(one: Any, **more: Any) -> dict[str, Any]:
        at = {"kind": one.kind, "element": one.element, "seq": one.seq, "at": iso(one.at)}
        return {**at, "text": words(one.sentence), **more}

    return {
        "case_id": verdict.case_id,
        "case_number": case_number(verdict.case_id),
        "conforms": verdict.conforms,
        "entries": verdict.entries,
        "deviations": [told(one, instance=one.instance) for one in verdict.deviations],
        "interventions": [told(one, by=one.by) for one in verdict.interventions],
        "breaches": [told(one, by=one.by) for one in verdict.breaches],
    }
