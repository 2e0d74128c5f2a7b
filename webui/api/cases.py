"""Cases: open one, list them, look at one from every side, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.domain import commands as c
from engine.domain.text import Text
from engine.queries import cases as queries
from engine.queries import trail, worklist
from engine.store.organisation import Organisation
from webui.api import schemas as s
from webui.api import shapes
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import ADMIN, Resource
from webui.api.words import iso, json_value

api = Resource("cases")
CHANGED = s.named("CaseChanged")
WANTED = {
    "state": s.CASE_STATE,
    "procedure": s.WORDS,
    "customer": s.ID,
    "q": s.WORDS,
    "mine": s.YES_NO | {"description": "Only those you are the owner of."},
    **s.PAGING,
}
TRAIL_WANTED = {"newest_first": s.YES_NO, **s.PAGING}
REASSIGNED = s.record({"to": s.LOGIN}, {"reason": s.NOTE})
NOTE_SENT = s.record({"text": {"type": "string", "minLength": 1, "maxLength": 10_000}})
EDITS = s.VARIABLES | {"minProperties": 1}
EDITED = s.record({"instance": s.NO, "variables": EDITS, "reason": s.REASON})
RETRIED = s.record({}, {"variables": s.VARIABLES})


@api.post("/cases", Text("建立服务工单", "Open a case"), s.named("CaseStarted"), status=201, body=s.CASE_SENT)
def create(body: Mapping[str, Any]) -> dict[str, Any]:
    customer = body.get("customer")
    is_new = isinstance(customer, dict)
    command = c.StartCase(
        body["procedure"],
        body.get("variables", {}),
        customer_id=None if is_new or customer is None else int(customer),
        business_key=body.get("business_key"),
        title=body.get("title"),
        channel=body.get("channel"),
        new_customer=customer if is_new else None,
    )
    return dict(run(command))


@api.get("/cases", Text("服务工单列表，最新的在前", "Cases, the newest first"), s.listing(s.named("CaseLine")), query=WANTED)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    with reading() as (conn, organisation):
        found = queries.page(
            conn,
            actor(),
            organisation,
            state=query.get("state"),
            key=query.get("procedure"),
            customer_id=query.get("customer"),
            words=query.get("q"),
            mine=query.get("mine", False),
            limit=query.get("limit", s.LIMIT["default"]),
            cursor=query.get("cursor"),
        )
        return shapes.page(found, lambda row: shapes.case_line(row, organisation))


@api.get("/cases/{case}", Text("一个服务工单", "One case with its instances and tasks"), s.named("Case"))
def show(case_id: int) -> dict[str, Any]:
    with reading() as (conn, organisation):
        row = queries.find(conn, actor(), organisation, case_id)
        steps = worklist.of_case(conn, organisation, engine().versions, case_id)
        return shapes.case_line(row, organisation) | {
            "instances": [shapes.instance(one) for one in queries.instances(conn, engine().versions, case_id)],
            "tasks": [shapes.task_line(one, organisation) for one in steps],
        }


@api.get("/cases/{case}/trail", Text("服务工单的轨迹", "The trail of a case"), s.listing(s.named("Entry")), query=TRAIL_WANTED)
def show_trail(case_id: int, query: Mapping[str, Any]) -> dict[str, Any]:
    paging = {"limit": query.get("limit", s.LIMIT["default"]), "cursor": query.get("cursor")}
    with reading() as (conn, organisation):
        queries.find(conn, actor(), organisation, case_id)
        found = trail.of_case(conn, case_id, newest_first=query.get("newest_first", False), **paging)
    return shapes.page(found, shapes.entry)


@api.get("/cases/{case}/clocks", Text("时限及其逐段说明", "The clocks, explained segment by segment"), s.listing(s.named("Clock")))
def show_clocks(case_id: int) -> dict[str, Any]:
    with reading() as (conn, organisation):
        queries.find(conn, actor(), organisation, case_id)
        now = engine().clock.now()
        views = queries.explained_clocks(conn, organisation, engine().versions, case_id, now)
    return {"items": [shapes.clock(view, case_id) for view in views], "next": None}


@api.get(
    "/cases/{case}/incidents",
    Text("异常", "What failed; settled incidents too where asked for"),
    s.listing(s.named("Incident")),
    query={"settled": s.YES_NO},
)
def show_incidents(case_id: int, query: Mapping[str, Any]) -> dict[str, Any]:
    with reading() as (conn, organisation):
        queries.find(conn, actor(), organisation, case_id)
        rows = queries.incidents(conn, engine().versions, case_id, settled=query.get("settled", False))
    return {"items": [shapes.incident(row) for row in rows], "next": None}


@api.post("/cases/{case}/incidents/{no}/retry", Text("重试", "Try what failed again"), CHANGED, body=RETRIED)
def retry(case_id: int, no: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.RetryIncident(case_id, no, body.get("variables", {}))))


@api.get("/cases/{case}/variables", Text("流程变量", "The variables"), s.listing(s.named("InstanceVariables")))
def show_variables(case_id: int) -> dict[str, Any]:
    with reading() as (conn, organisation):
        queries.find(conn, actor(), organisation, case_id)
        return {"items": _variables(conn, organisation, case_id), "next": None}


@api.post("/cases/{case}/variables", Text("更正流程变量", "Correct variables by hand, with the reason"), CHANGED, body=EDITED)
def edit_variables(case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.EditVariables(case_id, int(body["instance"]), body["variables"], body["reason"])))


@api.post("/cases/{case}/notes", Text("添加备注", "Add a note to the trail"), CHANGED, status=201, body=NOTE_SENT)
def add_note(case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.AddNote(case_id, body["text"])))


@api.post("/cases/{case}/reassignment", Text("更换负责人", "Give the case another owner"), CHANGED, body=REASSIGNED)
def reassign(case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.ReassignCase(case_id, body["to"], body.get("reason", ""))))


@api.post("/cases/{case}/cancellation", Text("取消服务工单", "Cancel a case"), CHANGED, body=s.REASON_SENT)
def cancel(case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.CancelCase(case_id, body["reason"])))


@api.post(
    "/cases/{case}/redaction",
    Text("删除个人信息", "Delete the personal values of a case; its chain stays valid"),
    s.named("CaseRedacted"),
    scope=ADMIN,
    body=s.REASON_SENT,
)
def redact(case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.RedactPersonalValues(case_id, body["reason"])))


def _variables(conn: Connection, organisation: Organisation, case_id: int) -> list[dict[str, Any]]:
    versions = engine().versions
    return [
        {
            "no": row.no,
            "procedure": row.procedure,
            "version": row.version,
            "ended_at": iso(row.ended_at),
            "variables": json_value(queries.variables(conn, versions, case_id, row.no)),
        }
        for row in queries.instances(conn, versions, case_id)
    ]
