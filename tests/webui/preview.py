"""The pages with sample values and no engine behind them, for looking at and for tests of the templates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, g, make_response, redirect, render_template, request

from tests.webui import samples
from webui import locales, security, templating

NOW = datetime(2025, 11, 5, 6, 20, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
DIAGRAM = Path(__file__).parent / "sample.bpmn"

ROUTES = """
desk.first / | desk.find /find | worklist.show /worklist | worklist.claim /worklist/claims | tasks.show /tasks/<task_id>
tasks.claim /tasks/<task_id>/claim | tasks.release /tasks/<task_id>/release | tasks.complete /tasks/<task_id>/completion
tasks.draft /tasks/<task_id>/draft | tasks.delegate /tasks/<task_id>/delegation | tasks.assign /tasks/<task_id>/assignment
tasks.next /tasks/next | cases.index /cases | cases.new /cases/new | cases.create /cases/made | cases.show /cases/<case_id>
cases.note /cases/<case_id>/notes | cases.reassign /cases/<case_id>/owner | cases.cancel /cases/<case_id>/cancellation
cases.retry /cases/<case_id>/incidents/<no>/retry | customers.index /customers | customers.create /customers/made
customers.update /customers/<customer_id>/record | procedures.index /procedures | trail.index /trail
exports.download /trail/export.<form> | trail.verify /trail/verification | about.show /about | account.show /account | about.keys /about/keys | api_docs.show /api/docs
sessions.new /login | sessions.create /sessions | sessions.destroy /logout | sessions.demo /demo/session
demo.move_clock /demo/clock | absence.show /absence | absence.create /absence/made | absence.end /absence/end | organisation.show /organisation | preferences.update /preferences
uploads.index /uploads | blueprint.show /procedures/<key>/<number>/blueprint | uploads.begin /procedures/<key>/<number>/edit | procedures.bpmn /procedures/<key>/<number>/bpmn | procedures.source /procedures/<key>/<number>/source
releases.new /procedures/<key>/<number>/release | releases.create /procedures/<key>/<number>/releases | releases.withdraw /procedures/<key>/<number>/withdrawal
releases.comparison /procedures/<key>/pilot | procedures.compare /procedures/<key>/compare
migrations.new /procedures/<key>/migrations/new | training.index /training | suggestions.index /suggestions | suggestions.create /tasks/<task_id>/suggestions
"""


def create() -> Flask:
    app = Flask("webui")
    app.config["SECRET_KEY"] = "preview"
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    locales.install(app)
    templating.install(app)
    security.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "sample-token"

    @app.before_request
    def surroundings() -> None:
        g.now, g.zone = NOW, ZONE
        g.viewer, g.viewer_title = samples.viewer(), samples.VIEWER_TITLE
        g.open_tasks, g.late_tasks = 37, 3
        g.demo = {"now_at": NOW}
        if request.path in ("/", "/login"):
            g.viewer = None

    for route in ROUTES.replace("\n", "|").split("|"):
        if route.strip():
            endpoint, path = route.split()
            app.add_url_rule(path, endpoint, _show(endpoint), methods=["GET", "POST"])
    app.add_url_rule("/procedures/<key>", "procedures.show", _show("procedures.show"))
    app.add_url_rule("/errors/<int:status>", "errors.show", lambda status: _page("error", samples.error(status)))
    app.add_url_rule("/customers/<customer_id>", "customers.show", _show("customers.show"))
    app.add_url_rule("/sample.bpmn", "bpmn", lambda: (DIAGRAM.read_bytes(), 200, {"Content-Type": "application/xml"}))
    app.add_url_rule("/api/openapi.json", "openapi", lambda: samples.OPENAPI)
    return app


def _show(endpoint: str):
    def page(**_arguments):
        if endpoint == "preferences.update":
            answer = make_response(redirect(request.form.get("next") or "/"))
            if "lang" in request.form:
                answer.set_cookie("lang", request.form["lang"])
            return answer
        if endpoint not in samples.PAGES:
            return "", 204
        name, context = samples.PAGES[endpoint]
        return _page(name, context(NOW, ZONE))

    return page


def _page(name: str, context: dict):
    return render_template(f"{name}.html", **context)

