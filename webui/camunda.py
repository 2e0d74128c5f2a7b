"""Camunda Modeler's own Deploy button: the four calls of Camunda 7's REST interface that it makes.

It asks whether the server is there (`GET /deployment`), which version it is (`GET /version`), sends the files
(`POST /deployment/create`) and asks where to look at the result (`/.well-known/…/webapps`). What it sends becomes a
draft: nobody gets it before it is released. See docs/camunda-modeler.md.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from engine.domain import commands as c
from engine.domain.actors import Actor
from engine.domain.errors import Forbidden, NotFound, Refusal
from engine.domain.text import Text
from engine.store import procedures
from webui import camunda_answers as answers
from webui.api.auth import check_scope, of_header
from webui.api.endpoint import DEPLOY, READ
from webui.camunda_files import Files, files_of
from webui.errors import status_of
from webui.request import engine, reading

PREFIX = "/engine-rest"
WELL_KNOWN = "/.well-known/camunda-automation-platform/webapps"
#: The Camunda version whose deployment calls are spoken here; the Modeler asks to know what may be in a diagram.
SPOKEN = "7.23.0"
MOST_LISTED = 100
NOT_THERE = Text(
    "Closeloop 在此只接受部署（{prefix}/deployment/create）。工单请在 Closeloop 中发起。",
    "Closeloop takes deployments here ({prefix}/deployment/create) and nothing else. Start cases in Closeloop itself.",
)
VERSION = Text("流程版本", "The version")

bp = Blueprint("camunda", __name__)
#: Where the link “Open in Camunda Cockpit” of the Modeler leads: a page of the desk.
pages = Blueprint("deployed", __name__)
log = structlog.get_logger("closeloop.camunda")


def install(app: Flask) -> None:
    """Carries a token in a header and no cookie, so that any origin may ask: the Modeler's is `file://`."""
    app.before_request(_refuse_unknown_address)
    app.register_blueprint(bp)
    app.register_blueprint(pages)


@bp.before_request
def refuse_forms_of_other_sites() -> None:
    """A browser adds a token once typed for this address to whatever asks for it, also to the form of another site."""
    is_elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if request.method == "POST" and is_elsewhere and request.headers.get("Sec-Fetch-Mode") in ("navigate", "no-cors"):
        raise Forbidden(why=Text("请求来自其他网站的表单", "the request comes from a form of another site"))


@bp.get(f"{PREFIX}/version")
def version() -> ResponseReturnValue:
    _caller(READ, DEPLOY)
    return jsonify({"version": SPOKEN})


@bp.get(f"{PREFIX}/deployment")
def deployments() -> ResponseReturnValue:
    """The versions there are, the newest first."""
    _caller(READ, DEPLOY)
    most = request.args.get("maxResults", str(MOST_LISTED))
    with engine().read() as conn:
        rows = [row for rows in procedures.versions_of_all(conn).values() for row in rows]
    rows.sort(key=lambda row: row.id, reverse=True)
    return jsonify([answers.deployment(row) for row in rows[: min(int(most), MOST_LISTED) if most.isdigit() else 0]])


@bp.post(f"{PREFIX}/deployment/create")
def create() -> ResponseReturnValue:
    """Every BPMN file of the request becomes a draft, all of them or none; the other files lie beside each."""
    actor = _caller(DEPLOY)
    g.actor = actor
    sent = files_of(request)
    commands = [c.DeployVersion(file.data, sent.note, draft=True, beside=sent.beside) for file in sent.diagrams]
    deployed = engine().execute_together(commands, actor)
    with engine().read() as conn:
        rows = [procedures.version_by_number(conn, one["key"], one["version"]) for one in deployed]
        names = [engine().versions.get(conn, row.id).procedure.name.in_(actor.locale) for row in rows]
    return jsonify(answers.created(sent, list(zip(rows, names, strict=True)), _address(rows[0].id)))


@bp.get(WELL_KNOWN)
def web_applications() -> ResponseReturnValue:
    """Where the Modeler's link after a deployment leads."""
    return jsonify({"cockpitUrl": f"{request.host_url}deployed/"})


@pages.get("/deployed/repository")
def look() -> ResponseReturnValue:
    """The page of the version that was deployed; the Modeler names it in a query of Camunda's Cockpit."""
    wanted = answers.asked_for(request.args.get("deploymentsQuery", ""))
    with reading() as r:
        row = procedures.version(r.conn, wanted) if wanted else None
    if row is None:
        raise NotFound(what=VERSION)
    return redirect(url_for("procedures.show", key=row.procedure, version=row.number), 303)


@bp.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    files = g.get("deployed_files") or Files()
    response = jsonify(answers.of_refusal(refusal, files))
    response.status_code = status_of(refusal) if status_of(refusal) != 422 else 400
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Closeloop", Bearer realm="Closeloop"'
    return response


@bp.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    response = jsonify(answers.error("RestException", error.description or error.name))
    response.status_code = error.code or 500
    return response


@bp.errorhandler(InternalServerError)
def failed(error: InternalServerError) -> Response:
    log.error("deployment failed", path=request.path, exc_info=error.original_exception)
    return http_error(error)


@bp.after_request
def open_to_every_origin(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    return response


def _caller(*scopes: str) -> Actor:
    actor = of_header(engine(), request.headers.get("Authorization", ""))
    check_scope(actor, scopes)
    return actor


def _address(version_id: int) -> str:
    return f"{request.host_url.rstrip('/')}{PREFIX}/deployment/{version_id}"


def _refuse_unknown_address() -> Response | None:
    """What else Camunda has is not here, and that is said as Camunda says it."""
    problem: Any = request.routing_exception
    if problem is None or isinstance(problem, RequestRedirect) or not f"{request.path}/".startswith(f"{PREFIX}/"):
        return None
    words = NOT_THERE.format(prefix=PREFIX).in_(answers.locale())
    response = jsonify(answers.error("NotFoundException", words))
    response.status_code = problem.code
    return open_to_every_origin(response)
