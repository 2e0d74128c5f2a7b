"""The web application: an engine and settings in, a Flask app out. One list says which pages it has."""

from __future__ import annotations

import threading

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.runtime import Engine
from webui import (
    about,
    absence,
    account,
    api,
    attachments,
    audit,
    auth,
    blueprint,
    camunda,
    case_changes,
    case_opening,
    cases,
    checkpoints,
    comparison,
    conformance,
    customers,
    demo_clock,
    desk,
    downloads,
    edge,
    error_pages,
    exported,
    exports,
    find,
    imported_logs,
    live,
    locales,
    looks,
    migrations,
    modeler,
    operations,
    organisation,
    preferences,
    procedures,
    provider_logins,
    redactions,
    releases,
    routing,
    samples,
    second_factor,
    security,
    session_code,
    sessions,
    start,
    suggestions,
    tasks,
    templating,
    trail,
    training,
    upload_changes,
    uploads,
    worklist,
)
from webui.config import Settings
from webui.oidc import application

#: Whoever adds a page adds its module here; several modules may share one blueprint.
PAGES = (
    sessions,
    session_code,
    provider_logins,
    preferences,
    desk,
    find,
    demo_clock,
    worklist,
    tasks,
    live,
    cases,
    case_opening,
    case_changes,
    attachments,
    customers,
    redactions,
    procedures,
    releases,
    comparison,
    migrations,
    uploads,
    upload_changes,
    modeler,
    blueprint,
    training,
    suggestions,
    downloads,
    audit,
    conformance,
    checkpoints,
    trail,
    samples,
    imported_logs,
    exports,
    exported,
    absence,
    account,
    second_factor,
    organisation,
    about,
)
BLUEPRINTS: tuple[Blueprint, ...] = (operations.blueprint, *dict.fromkeys(page.bp for page in PAGES))

LARGEST_REQUEST = 6_000_000
LARGEST_FIELD = 1_000_000


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The engine stands in `app.extensions["closeloop"]`, the settings in `app.extensions["closeloop-settings"]`.

    `app.extensions["closeloop-stopping"]` is set when the process is to end: what streams should then finish.
    """
    app = Flask("webui")
    app.extensions["closeloop"] = engine
    app.extensions["closeloop-settings"] = settings
    app.extensions["closeloop-stopping"] = threading.Event()
    app.config.update(
        SECRET_KEY=start.secret_key(settings, engine.database),
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELD,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for part in (operations, security, locales, templating, api, camunda, edge, auth, looks, routing, live, error_pages):
        part.install(app)
    application.install(app, settings)
    for one in BLUEPRINTS:
        app.register_blueprint(one)
    return app
