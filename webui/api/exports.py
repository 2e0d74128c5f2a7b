"""Great exports: ordered, made by the worker, fetched when they are ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.audit.exports import forms
from engine.domain import commands as c
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries.exports import Wanted
from engine.store import exports as store
from webui import exported, exports
from webui.api import checking
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import Answer, Resource
from webui.api.words import iso, reader_locale

api = Resource("exports")
PROCEDURE = {"type": "string", "minLength": 1, "maxLength": 200}
ORDER = s.record(
    {"format": s.choice(*forms.FORMS)},
    {"case": s.CASE_REFERENCE, "procedure": PROCEDURE, "from": s.INSTANT, "to": s.INSTANT, "sample": s.ID},
)
EXPORT = s.record(
    {
        "id": s.ID,
        "name": s.TEXT,
        "format": s.TEXT,
        "state": s.choice(store.WAITING, store.RUNNING, store.READY, store.FAILED),
        "done": s.WHOLE,
        "total": s.maybe(s.WHOLE),
        "size": s.maybe(s.WHOLE),
        "sha256": s.maybe(s.TEXT),
        "problem": s.maybe(s.TEXT),
        "created_at": s.INSTANT,
        "finished_at": s.maybe(s.INSTANT),
        "expires_at": s.maybe(s.INSTANT),
    }
)


@api.post("/audit/exports", Text("请求制作导出文件，由后台生成", "Have an export made in the background"), EXPORT, body=ORDER, status=201)
def create(body: Mapping[str, Any]) -> dict[str, Any]:
    """That the trail leaves is recorded now. An evidence pack is of one case or one sample."""
    case_id = case_id_of(body["case"]) if "case" in body else None
    first, last = (checking.instant(body[name]) if name in body else None for name in ("from", "to"))
    wanted = Wanted(case_id, body.get("procedure"), first, last, sample=body.get("sample"))
    return _shown(_find(exports.order(engine(), actor(), body["format"], wanted, reader_locale())))


@api.get("/audit/exports", Text("自己的导出，最新的在前", "One’s own exports, the newest first"), s.record({"items": s.items(EXPORT)}))
def index() -> dict[str, Any]:
    exports.check_may_take(actor())
    with reading() as (conn, _organisation):
        return {"items": [_shown(row) for row in store.of_user(conn, actor().id)]}


@api.get("/audit/exports/{export}", Text("一个导出及其进度", "One export and how far it is"), EXPORT)
def show(export_id: int) -> dict[str, Any]:
    return _shown(_find(export_id))


@api.get(
    "/audit/exports/{export}/file",
    Text("下载已就绪的导出", "Fetch an export that is ready"),
    None,
    media="application/octet-stream",
)
def fetch(export_id: int) -> Answer:
    """404 until it is ready."""
    response = exported.file_of(engine(), actor(), export_id)
    headers = {key: response.headers[key] for key in ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")}
    return Answer(response.response, headers=headers | {"Content-Type": "application/octet-stream"})


@api.delete("/audit/exports/{export}", Text("移除导出文件", "Remove an export"), s.record({"id": s.ID}))
def remove(export_id: int) -> dict[str, Any]:
    run(c.RemoveExport(export_id))
    return {"id": export_id}


def _find(export_id: int) -> Row:
    with reading() as (conn, _organisation):
        row = store.find(conn, export_id, actor().id)
    if row is None:
        raise NotFound(what=store.EXPORT)
    return row


def _shown(row: Row) -> dict[str, Any]:
    same = ("id", "name", "format", "state", "done", "total", "size", "sha256", "problem")
    instants = ("created_at", "finished_at", "expires_at")
    shown = {name: getattr(row, name) for name in same}
    return shown | {name: iso(at) if (at := getattr(row, name)) is not None else None for name in instants}
