"""The OpenAPI 3.1 document, from the same declarations that route and check the calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from engine.domain.text import Text
from webui.api import answers
from webui.api.addresses import PLACES, places_in
from webui.api.checking import Schema
from webui.api.endpoint import Endpoint
from webui.api.schemas import named

TITLE = Text("Closeloop 接口", "Closeloop API")
ABOUT = Text(
    "所有请求都需要令牌：`Authorization: Bearer clp_…`。列表以 `items` 与 `next` 分页。"
    "POST 可带 `Idempotency-Key`：同一键重复发送只执行一次，第二次得到同样的回答和 `Idempotent-Replay: true`。"
    "拒绝以 RFC 9457 问题详情说明，语言由 `Accept-Language` 决定，否则为令牌所有者的语言。"
    "小数以文字回答（如 `\"12.50\"`），不丢失任何一位；时间为 UTC 的 ISO 8601。",
    "Every call needs a token: `Authorization: Bearer clp_…`. Lists come in pages of `items` and `next`. "
    "A POST may carry an `Idempotency-Key`: sent again with the same key it happens once and is answered alike, with "
    "`Idempotent-Replay: true`. Refusals are problem details (RFC 9457) in the language of `Accept-Language`, else in "
    "that of the token's owner. Decimals are answered as texts such as `\"12.50\"`, so that no digit is lost; instants "
    "are ISO 8601 in UTC.",
)
TAGS: Mapping[str, Text] = {
    "cases": Text("服务工单", "Cases"),
    "attachments": Text("文件", "Files of a case"),
    "tasks": Text("任务", "Tasks"),
    "messages": Text("消息", "Messages"),
    "customers": Text("客户", "Customers"),
    "procedures": Text("流程", "Procedures"),
    "migrations": Text("迁移", "Migrations"),
    "training": Text("阅读确认", "Training"),
    "suggestions": Text("改进建议", "Suggestions"),
    "audit": Text("审计", "Audit"),
    "samples": Text("抽样质检", "Samples"),
    "me": Text("本人", "Me"),
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
}
REPLAY = {"Idempotent-Replay": {"schema": {"type": "string", "enum": ["true"]}}}
NAMED: Mapping[str, Schema] = {
    "Problem": answers.PROBLEM,
    "Finding": answers.FINDING,
    "Field": answers.FIELD,
    "Form": answers.FORM,
    "TaskLine": answers.TASK_LINE,
    "Task": answers.TASK,
    "TaskChanged": answers.TASK_CHANGED,
    "TaskCount": answers.TASK_COUNT,
    "CaseLine": answers.CASE_LINE,
    "Case": answers.CASE,
    "CaseStarted": answers.CASE_STARTED,
    "CaseChanged": answers.CASE_CHANGED,
    "CaseRedacted": answers.CASE_REDACTED,
    "Attachment": answers.ATTACHMENT,
    "Instance": answers.INSTANCE,
    "InstanceVariables": answers.INSTANCE_VARIABLES,
    "Segment": answers.SEGMENT,
    "Clock": answers.CLOCK,
    "Incident": answers.INCIDENT,
    "Entry": answers.ENTRY,
    "Verification": answers.VERIFICATION,
    "Conformance": answers.CONFORMANCE,
    "ConformanceRun": answers.CONFORMANCE_RUN,
    "Deviation": answers.DEVIATION,
    "Checkpoint": answers.CHECKPOINT,
    "Deployed": answers.DEPLOYED,
    "Released": answers.RELEASED,
    "ProcedureLine": answers.PROCEDURE_LINE,
    "Procedure": answers.PROCEDURE,
    "Version": answers.VERSION,
    "Change": answers.CHANGE,
    "Diff": answers.DIFF,
    "Effect": answers.EFFECT,
    "Replay": answers.REPLAY,
    "Customer": answers.CUSTOMER,
    "CustomerChanged": answers.CUSTOMER_CHANGED,
    "CustomerRedacted": answers.CUSTOMER_REDACTED,
    "Me": answers.ME,
}
ALWAYS = (400, 401, 403, 422, 500, 503)


def document(endpoints: Sequence[Endpoint], locale: str, version: str) -> dict[str, Any]:
    """The whole document with summaries in one language."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, locale)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE.in_(locale), "version": version, "description": ABOUT.in_(locale)},
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": name, "description": words.in_(locale)} for name, words in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(NAMED),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "clp_…"}},
        },
    }


def _operation(endpoint: Endpoint, locale: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary.in_(locale),
        "security": [{"token": list(endpoint.scopes[:1])}],
        "parameters": _parameters(endpoint),
        "responses": _good(endpoint) | {str(status): _problem(status) for status in _refusals(endpoint)},
    }
    if endpoint.body is not None:
        kind = "multipart/form-data" if endpoint.is_upload else "application/json"
        required = bool(endpoint.body.get("required"))
        found["requestBody"] = {"required": required, "content": {kind: {"schema": endpoint.body}}}
    return found


def _parameters(endpoint: Endpoint) -> list[Mapping[str, Any]]:
    path = [{"name": name, "in": "path", "required": True, "schema": PLACES[name][2]} for name in places_in(endpoint.path)]
    query = [{"name": n, "in": "query", "required": False, "schema": one} for n, one in (endpoint.query or {}).items()]
    return [*path, *query, *([KEY] if endpoint.method == "POST" else [])]


def _good(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, schema in endpoint.answers.items():
        content = {"application/json": {"schema": schema}} if schema is not None else {endpoint.media: {}}
        found[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
        if endpoint.method == "POST":
            found[str(status)]["headers"] = REPLAY
    return found


def _refusals(endpoint: Endpoint) -> list[int]:
    more = {404} if places_in(endpoint.path) or endpoint.writes or endpoint.query else set()
    if endpoint.writes:
        more |= {404, 409}
    if endpoint.body is not None:
        more |= {413, 415}
    return sorted({*ALWAYS, *more})


@lru_cache(maxsize=32)
def _problem(status: int) -> Mapping[str, Any]:
    schema = {"schema": named("Problem")}
    return {"description": HTTPStatus(status).phrase, "content": {"application/problem+json": schema}}
