"""For those who run Closeloop: is it alive, is it ready, how is it doing, and one line of log a request."""

from __future__ import annotations

import os
import time
import uuid

import structlog
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from engine.domain.errors import Refusal
from engine.runtime import Engine
from engine.store import migrate
from webui.figures import Figures

blueprint = Blueprint("operations", __name__)
log = structlog.get_logger("closeloop.web")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
UNTOLD = ("static", "operations.health", "operations.live", "operations.ready", "operations.metrics")


def install(app: Flask) -> None:
    """Every answer is counted, timed and logged; the counts belong to this app alone."""
    registry = CollectorRegistry()
    requests = Counter("closeloop_http_requests", "Answers", ("method", "endpoint", "status"), registry=registry)
    seconds = Histogram(
        "closeloop_http_request_seconds", "Time to answer", ("endpoint",), buckets=SECONDS, registry=registry
    )
    app.extensions["closeloop-metrics"] = registry

    @app.before_request
    def begin() -> None:
        g.began, g.request_id = time.perf_counter(), uuid.uuid4().hex[:12]

    @app.after_request
    def end(response: Response) -> Response:
        lasted = time.perf_counter() - g.get("began", time.perf_counter())
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        requests.labels(method, endpoint, response.status_code).inc()
        if not response.is_streamed:
            seconds.labels(endpoint).observe(lasted)
        if endpoint not in UNTOLD:
            _tell(response, lasted)
        response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
        return response


@blueprint.get("/health")
@blueprint.get("/health/ready", endpoint="ready")
def health() -> tuple[Response, int]:
    """Live: the process answers. Ready: its database answers too and has the schema of this program."""
    why = _why_not_ready(_engine())
    answer = {"status": "ok" if why is None else "unavailable", "live": True, "ready": why is None}
    if why is not None:
        answer["reason"] = why
    return jsonify(answer), 200 if why is None else 503


@blueprint.get("/health/live")
def live() -> Response:
    return jsonify({"status": "ok", "live": True})


@blueprint.get("/metrics")
def metrics() -> Response:
    """What Prometheus reads; the figures of the desk come from the database, the same from every process."""
    counted = current_app.extensions["closeloop-metrics"]
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    figures = CollectorRegistry()
    figures.register(Figures(_engine()))
    return Response(generate_latest(counted) + generate_latest(figures), content_type=CONTENT_TYPE_LATEST)


def _engine() -> Engine:
    return current_app.extensions["closeloop"]


def _why_not_ready(engine: Engine) -> str | None:
    try:
        migrate.check(engine.database)
    except Refusal as refusal:
        return refusal.text.en
    except SQLAlchemyError:
        log.exception("database does not answer")
        return "The database does not answer."
    return None


def _tell(response: Response, lasted: float) -> None:
    actor = g.get("actor")
    log.info(
        "request",
        id=g.get("request_id"),
        method=request.method,
        path=request.path[:300],
        status=response.status_code,
        ms=round(lasted * 1000, 1),
        address=request.remote_addr,
        login=actor.login if actor else None,
    )
