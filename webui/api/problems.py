"""Every refusal and every HTTP error as problem details (RFC 9457), in the reader's language.

`code` is for programs, `detail` for people, `errors` names each field and what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

from engine.bpmn.model import Finding
from engine.domain.errors import NotDeployable, Refusal
from engine.domain.text import Text
from webui.api.refusals import ScopeMissing
from webui.api.words import reader_locale, said, words
from webui.errors import status_of, title_of

TYPE = "urn:closeloop:problem:"
FAILED = Text(
    "系统出现意外错误，操作未执行。请稍后重试；若再次出现，请联系管理员。",
    "Something unexpected went wrong and nothing was done. Try again; if it happens again, tell the administrator.",
)
DETAILS: Mapping[int, Text] = {
    404: Text("没有这个网址。全部接口见 /api/docs。", "There is nothing at this address. All calls are listed at /api/docs."),
    405: Text("该网址不支持 {method}，可用：{allowed}。", "{method} is not possible here; there are: {allowed}."),
}


def of_refusal(refusal: Refusal) -> Response:
    """The same sentence a person would see on the page."""
    status = status_of(refusal)
    params = {name: _spoken(value) for name, value in refusal.params.items()}
    text = refusal.sentence.format(**params) if params else refusal.text
    more: dict[str, Any] = {}
    if refusal.fields:
        more["errors"] = {place: said(wrong) for place, wrong in refusal.fields.items()}
    if isinstance(refusal, NotDeployable):
        more["findings"] = [_finding(finding) for finding in refusal.findings]
    response = _problem(status, refusal.code, text, more)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Closeloop"'
    if isinstance(refusal, ScopeMissing):
        scope = refusal.params["scope"]
        response.headers["WWW-Authenticate"] = f'Bearer realm="Closeloop", error="insufficient_scope", scope="{scope}"'
    if status == 503:
        response.headers["Retry-After"] = "1"
    return response


def of_http_error(error: HTTPException) -> Response:
    """An unknown address, a method that is not there, and what the web server's own layer refuses."""
    status = error.code or 500
    allowed = [name for name in (getattr(error, "valid_methods", None) or ()) if name not in ("HEAD", "OPTIONS")]
    detail = DETAILS.get(status, title_of(status))
    text = detail.format(method=request.method, allowed=", ".join(sorted(allowed)))
    response = _problem(status, f"http-{status}", text, {})
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.add(name, value)
    return response


def of_failure() -> Response:
    return _problem(500, "failed", FAILED, {})


def finding_in_words(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A stored finding with its texts in the reader's language."""
    texts = {name: Text(**finding[name]) if finding.get(name) else None for name in ("message", "advice")}
    return {
        "severity": finding["severity"],
        "rule": finding["rule"],
        "element_id": finding["element_id"],
        "message": said(texts["message"]),
        "advice": words(texts["advice"]),
        "line": finding.get("line"),
        "witness": finding.get("witness", []),
        "also": finding.get("also", []),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    texts = {"message": finding.message.to_dict(), "advice": finding.advice.to_dict() if finding.advice else None}
    named = {"severity": finding.level, "rule": finding.rule, "element_id": finding.element_id, "line": finding.line}
    return finding_in_words(named | texts | {"witness": list(finding.witness), "also": list(finding.also)})


def _problem(status: int, code: str, detail: Text, more: Mapping[str, Any]) -> Response:
    body = {
        "type": TYPE + code,
        "title": said(title_of(status)),
        "status": status,
        "detail": said(detail),
        "instance": request.path,
        "code": code,
        **more,
    }
    data = json.dumps(body, ensure_ascii=False, default=str)
    headers = {"Content-Language": reader_locale(), "Vary": "Accept-Language, Authorization"}
    return Response(data.encode("utf-8", "replace"), status, headers, content_type="application/problem+json")


def _spoken(value: object) -> object:
    """Instants in a sentence are shown without fractions of a second."""
    return value.strftime("%Y-%m-%d %H:%M UTC") if isinstance(value, datetime) else value
