"""Running cases moved from one version to another: predicted, begun, followed, stopped, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain import commands as c
from engine.domain.text import Text
from engine.queries import migrations as queries
from engine.store.migrations import STATES
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import DEPLOY, READ, Answer, Resource
from webui.api.words import iso, said

api = Resource("migrations")
READERS = {"scopes": (READ, DEPLOY)}
MOST_LISTED, MOST_CASES, MOST_PAIRS = 1_000, 10_000, 1_000
ELEMENT: s.Schema = {"type": "string", "minLength": 1, "maxLength": 200}
MAPPING: s.Schema = {
    "type": "object",
    "maxProperties": MOST_PAIRS,
    "propertyNames": {"maxLength": 200},
    "additionalProperties": s.maybe(ELEMENT),
    "description": "The new element of an old one where they differ; null: nothing takes its place. Without it, what "
    "the comparison of the two versions proposes.",
}
SENT = s.record(
    {"from": s.NO, "to": s.NO},
    {
        "cases": {"type": "array", "items": s.CASE_REFERENCE, "maxItems": MOST_CASES, "description": "Only these."},
        "mapping": MAPPING,
        "reason": s.NOTE,
        "dry_run": {"type": "boolean", "default": False, "description": "Only say what would happen."},
    },
)
WHY = s.items(s.record({"element_id": s.maybe(s.TEXT), "message": s.TEXT}))
PREDICTED = s.record(
    {
        "dry_run": {"const": True},
        "procedure": s.TEXT,
        "from": s.WHOLE,
        "to": s.WHOLE,
        "mapping": MAPPING,
        "counts": s.record({"moves": s.WHOLE, "stays": s.WHOLE}),
        "cases": s.items(
            s.record(
                {"case_id": s.ID, "number": s.NUMBER_TEXT, "instance": s.WHOLE, "answer": s.choice("moves", "stays"), "why": WHY}
            )
        ),
        "not_listed": {"type": "integer", "description": "So many more cases than are listed here."},
    }
)
BEGUN = s.record({"id": s.ID, "procedure": s.TEXT, "from": s.WHOLE, "to": s.WHOLE, "cases": s.WHOLE})
MIGRATION_FIELDS: Mapping[str, s.Schema] = {
    "id": s.ID,
    "procedure": s.TEXT,
    "from": s.WHOLE,
    "to": s.WHOLE,
    "state": s.choice("running", "finished", "stopped"),
    "mapping": MAPPING,
    "reason": s.TEXT,
    "created_at": s.INSTANT,
    "created_by": s.TEXT,
    "stopped_at": s.maybe(s.INSTANT),
    "finished_at": s.maybe(s.INSTANT),
    "counts": s.record(dict.fromkeys(STATES, s.WHOLE)),
}
CASE = s.record(
    {
        "case_id": s.ID,
        "number": s.NUMBER_TEXT,
        "instance": s.WHOLE,
        "state": s.choice(*STATES),
        "why": WHY,
        "at": s.maybe(s.INSTANT),
        "can_undo": s.YES_NO,
    }
)
MIGRATION = s.record(MIGRATION_FIELDS)
MIGRATION_WITH_CASES = s.record({**MIGRATION_FIELDS, "cases": s.listing(CASE)})


@api.post(
    "/procedures/{key}/migrations",
    Text("把运行中的工单移到另一版本；dry_run 只作预测", "Move running cases to another version; dry_run only predicts"),
    BEGUN,
    status=201,
    scope=DEPLOY,
    body=SENT,
    also={200: PREDICTED},
)
def begin(key: str, body: Mapping[str, Any]) -> Answer:
    cases = tuple(case_id_of(one) for one in body["cases"]) if "cases" in body else None
    if body.get("dry_run"):
        return Answer(_predicted(key, body["from"], body["to"], body.get("mapping"), cases), 200)
    command = c.MigrateCases(key, body["from"], body["to"], body.get("mapping"), cases, body.get("reason", ""))
    return Answer(dict(run(command)), 201)


@api.get(
    "/procedures/{key}/migrations/preview",
    Text("预测迁移的结果，不改变任何内容", "What a migration would do; nothing changes"),
    PREDICTED,
    query={"from": s.NO, "to": s.NO},
    **READERS,
)
def preview(key: str, query: Mapping[str, Any]) -> dict[str, Any]:
    return _predicted(key, query.get("from", 0), query.get("to", 0), None, None)


@api.get("/procedures/{key}/migrations", Text("流程的各次迁移", "The migrations of a procedure, newest first"), s.listing(MIGRATION), **READERS)
def index(key: str) -> dict[str, Any]:
    with reading() as (conn, _):
        rows = queries.of_procedure(conn, actor(), key)
    return {"items": [_shape(row) for row in rows], "next": None}


@api.get(
    "/procedures/{key}/migrations/{migration}",
    Text("一次迁移的进度，工单分页列出", "How a migration stands, its cases page by page"),
    MIGRATION_WITH_CASES,
    query={**s.PAGING, "state": s.choice(*STATES)},
    **READERS,
)
def show(key: str, migration_id: int, query: Mapping[str, Any]) -> dict[str, Any]:
    with reading() as (conn, _):
        row = queries.find(conn, actor(), key, migration_id)
        page = queries.cases(conn, migration_id, **query)
    return _shape(row) | {"cases": {"items": [_case(one) for one in page.items], "next": page.next}}


@api.post(
    "/procedures/{key}/migrations/{migration}/stop",
    Text("停止迁移；未移动的工单留在原版本", "Stop a migration; what has not moved stays"),
    MIGRATION,
    scope=DEPLOY,
    body=s.record({}),
)
def stop(key: str, migration_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    _check_of(key, migration_id)
    run(c.StopMigration(migration_id))
    with reading() as (conn, _):
        return _shape(queries.find(conn, actor(), key, migration_id))


@api.post(
    "/procedures/{key}/migrations/{migration}/cases/{case}/undo",
    Text("把一个尚无变化的工单移回", "Put a case back that nothing has happened to since"),
    s.record({"case": s.ID, "number": s.NUMBER_TEXT, "undone": s.WHOLE}),
    scope=DEPLOY,
    body=s.record({}),
)
def undo(key: str, migration_id: int, case_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    _check_of(key, migration_id)
    return dict(run(c.UndoMigration(case_id, migration_id)))


def _check_of(key: str, migration_id: int) -> None:
    with reading() as (conn, _):
        queries.find(conn, actor(), key, migration_id)


def _predicted(
    key: str, from_number: int, to_number: int, mapping: Mapping[str, Any] | None, cases: Sequence[int] | None
) -> dict[str, Any]:
    with reading() as (conn, organisation):
        now = engine().clock.now()
        numbers = (from_number, to_number)
        found = queries.preview(conn, actor(), organisation, engine().versions, now, key, numbers, mapping, cases)
    return {
        "dry_run": True,
        "procedure": key,
        "from": found.old.number,
        "to": found.new.number,
        "mapping": dict(found.pairs),
        "counts": {"moves": found.moving, "stays": found.staying},
        "cases": [_prediction(one) for one in found.predictions[:MOST_LISTED]],
        "not_listed": max(0, len(found.predictions) - MOST_LISTED),
    }


def _prediction(one: queries.Prediction) -> dict[str, Any]:
    why = [{"element_id": o.element_id, "message": said(o.text)} for o in one.obstacles]
    answer = "moves" if one.moves else "stays"
    return {"case_id": one.case_id, "number": one.number, "instance": one.instance_no, "answer": answer, "why": why}


def _shape(row: queries.MigrationRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "procedure": row.procedure,
        "from": row.from_number,
        "to": row.to_number,
        "state": row.state,
        "mapping": dict(row.mapping),
        "reason": row.reason,
        "created_at": iso(row.created_at),
        "created_by": row.created_by,
        "stopped_at": iso(row.stopped_at),
        "finished_at": iso(row.finished_at),
        "counts": {state: row.counts[state] for state in STATES},
    }


def _case(one: queries.CaseMove) -> dict[str, Any]:
    return {
        "case_id": one.case_id,
        "number": one.number,
        "instance": one.instance_no,
        "state": one.state,
        "why": [{"element_id": element_id, "message": said(text)} for element_id, text in one.why],
        "at": iso(one.at),
        "can_undo": one.can_undo,
    }
