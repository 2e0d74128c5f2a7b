"""Auditors read everything, and that they looked at personal data is written down before they get to see it.

Pages and calls about one case, task or customer are known by their addresses, lists by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request

from engine.domain.actors import AUDITOR, Actor
from engine.domain.commands import RecordReading
from engine.domain.errors import Refusal
from engine.store import notices
from webui.request import engine

#: Lists in which people can be recognised: what they are of.
LISTS: Mapping[str, str] = {
    "worklist.show": "tasks",
    "api.tasks_index": "tasks",
    "cases.index": "cases",
    "api.cases_index": "cases",
    "customers.index": "customers",
    "api.customers_index": "customers",
    "desk.find": "search",
    "trail.index": "trail",
    "api.audit_search": "trail",
    "audit.index": "trail",
    "api.exceptions_index": "trail",
}
#: About one case, yet without anything personal.
IMPERSONAL = frozenset("api.cases_show_clocks api.cases_show_incidents api.conformance_show".split())


def install(app: Flask) -> None:
    @app.after_request
    def write_down(response: Response) -> Response:
        looked = looked_at(request.endpoint or "", request.view_args or {})
        actor = g.get("actor")
        if looked is None or response.status_code != 200 or request.method not in ("GET", "HEAD"):
            return response
        if actor is None or not actor.has(AUDITOR) or _is_written(actor, looked):
            return response
        try:
            engine().execute(looked, actor)
        except Refusal as refusal:
            return app.make_response(app.handle_user_exception(refusal))
        return response


def looked_at(endpoint: str, places: Mapping[str, Any]) -> RecordReading | None:
    """What is seen at this address of somebody, None where it is nothing personal."""
    if endpoint in IMPERSONAL:
        return None
    if "case_id" in places:
        return RecordReading("case", case_id=places["case_id"])
    if "task_id" in places:
        return RecordReading("case", case_id=places["task_id"].case_id)
    if "task_" in places:
        return RecordReading("case", case_id=places["task_"][0])
    if "customer_id" in places:
        return RecordReading("customer", customer=places["customer_id"])
    return RecordReading(LISTS[endpoint]) if endpoint in LISTS else None


def _is_written(actor: Actor, looked: RecordReading) -> bool:
    """Within the last hour; the handler looks again, with the chain locked."""
    its = engine()
    with its.read() as conn:
        of = {"case_id": looked.case_id, "what": looked.what, "customer": looked.customer}
        return notices.has_read(conn, actor.id, its.clock.now(), **of)
