"""The REST interface: `install` puts it under /api/v1, its description at /api/openapi.json, its reader at /api/docs.

A call is declared once, in its module, and from that routed, checked and described; `calls.handler` says how it runs.
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version

import structlog
from flask import Blueprint, Flask, Response, render_template, request, url_for
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from engine.domain.errors import Refusal
from webui import locales
from webui.api import (
    attachments,
    audit,
    cases,
    comparison,
    conformance,
    customers,
    exceptions,
    exports,
    logs,
    me,
    messages,
    migrations,
    problems,
    procedures,
    proofs,
    releases,
    samples,
    searching,
    suggestions,
    tasks,
    training,
)
from webui.api.addresses import CONVERTERS, rule_of
from webui.api.calls import handler
from webui.api.endpoint import Endpoint
from webui.api.openapi import document

PREFIX, NAME = "/api/v1", "api"
ENDPOINTS: tuple[Endpoint, ...] = tuple(
    endpoint
    for module in (cases, attachments, tasks, messages, customers, procedures, releases, migrations, comparison, training, suggestions, audit, proofs, searching, exceptions, conformance, samples, logs, exports, me)
    for endpoint in module.api.endpoints
)
log = structlog.get_logger("closeloop.api")


def install(app: Flask) -> None:
    """Adds the calls and the pages about them. The engine stands in `app.extensions["closeloop"]`.

    Calls carry a token in a header and no cookie: protection against forged forms has to leave them out.
    """
    app.url_map.converters.update(CONVERTERS)
    app.before_request(_refuse_unknown_address)
    app.register_blueprint(calls())
    app.register_blueprint(docs())


def calls() -> Blueprint:
    blueprint = Blueprint(NAME, __name__, url_prefix=PREFIX)
    for endpoint in ENDPOINTS:
        options = {"methods": [endpoint.method], "strict_slashes": True}
        blueprint.add_url_rule(rule_of(endpoint.path), endpoint.name, handler(endpoint), **options)
    blueprint.register_error_handler(Refusal, problems.of_refusal)
    blueprint.register_error_handler(HTTPException, problems.of_http_error)
    blueprint.register_error_handler(DataError, lambda _error: problems.of_http_error(BadRequest()))
    blueprint.register_error_handler(InternalServerError, _failed)
    return blueprint


def docs() -> Blueprint:
    blueprint = Blueprint("api_docs", __name__, url_prefix="/api")

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        described = document(ENDPOINTS, locales.current(), _version())
        return Response(json.dumps(described, ensure_ascii=False, default=dict), content_type="application/json")

    @blueprint.get("/docs")
    def show() -> str:
        return render_template("api_docs.html", openapi_href=url_for("api_docs.openapi"))

    return blueprint


def _refuse_unknown_address() -> Response | None:
    """An address under /api/ that leads nowhere is answered as the API answers, not with a page."""
    problem = request.routing_exception
    is_ours = request.path == "/api" or request.path.startswith("/api/")
    if problem is None or isinstance(problem, RequestRedirect) or not is_ours:
        return None
    return problems.of_http_error(problem)


def _failed(error: InternalServerError) -> Response:
    log.error("call failed", path=request.path, exc_info=error.original_exception)
    return problems.of_failure()


def _version() -> str:
    try:
        return version("closeloop")
    except PackageNotFoundError:
        return "0"
