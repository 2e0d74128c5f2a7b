"""One request for every page and call, which succeeds for somebody who may make it in the office of `tests.webui.asking`."""

from __future__ import annotations

from typing import Any

import pyotp

from engine.domain.scorecard import USUAL
from tests.bpmn.logged import xes
from tests.engine.drawn import bpmn, sequence, task
from tests.office import MONDAY, clerk, colleague
from tests.webui.web import PASSWORD

FRESH = bpmn(sequence("fresh", task("a", "front-desk"), path="s > a > e"))
V2 = "/procedures/refund/versions/2"
PDF = b"%PDF-1.7\n"
PAST = xes("1: a b")
OPEN, HELD, BROKEN, FREE, WAITING = 1, 2, 3, 4, 5
FIRST, ATTACHED, FAILED = 3, 5, 6
NO_CASES = 2
#: A case that was cancelled the week before.
OVER = 10
RATINGS = {question.key: "met" for question in USUAL.questions}
DRAW = {"name": "week 8", "size": 1, "method": "random", "from": "2026-02-20T00:00:00Z", "to": "2026-02-27T00:00:00Z"}
TASK, HELD_TASK = f"/tasks/{OPEN}-{FIRST}", f"/tasks/{HELD}-{FIRST}"
#: What the clerk's device shows on the Monday on which everybody asks.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE = pyotp.TOTP(SECRET).at(MONDAY)
NEW_PASSWORD = "another horse altogether"
CAMUNDA_QUERY = '[{"type":"id","operator":"eq","value":"1"}]'


def _form(path: str, **data: Any) -> tuple[str, str, dict[str, Any]]:
    return "POST", path, {"data": data}


def _files(path: str, **data: Any) -> tuple[str, str, dict[str, Any]]:
    return "POST", path, {"data": data, "content_type": "multipart/form-data"}


def _json(method: str, path: str, body: Any = None) -> tuple[str, str, dict[str, Any]]:
    return method, "/api/v1" + path, {"json": body or {}}


def _get(path: str) -> tuple[str, str, dict[str, Any]]:
    return "GET", path, {}


def _read(path: str) -> tuple[str, str, dict[str, Any]]:
    return "GET", "/api/v1" + path, {}


PROBES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "desk.first": _get("/"),
    "desk.find": _get("/find?q=1"),
    "about.show": _get("/about"),
    "about.keys": _get("/about/keys"),
    "api_docs.show": _get("/api/docs"),
    "api_docs.openapi": _get("/api/openapi.json"),
    "static": _get("/static/closeloop.css"),
    "operations.health": _get("/health"),
    "operations.live": _get("/health/live"),
    "operations.ready": _get("/health/ready"),
    "operations.metrics": _get("/metrics"),
    "camunda.web_applications": _get("/.well-known/camunda-automation-platform/webapps"),
    "camunda.version": _get("/engine-rest/version"),
    "camunda.deployments": _get("/engine-rest/deployment"),
    "camunda.create": _files("/engine-rest/deployment/create", **{"deployment-name": "fresh", "fresh.bpmn": (FRESH, "fresh.bpmn")}),
    "deployed.look": ("GET", "/deployed/repository", {"query_string": {"deploymentsQuery": CAMUNDA_QUERY}}),
    "downloads.templates": _get("/downloads/element-templates/closeloop-camunda-7.json"),
    "sessions.new": _get("/login"),
    "provider_logins.begin": _get("/login/provider"),
    "provider_logins.finish": _get("/login/provider/callback"),
    "sessions.create": _form("/session", login=clerk, password=PASSWORD),
    "sessions.demo": _form("/session/demo", login=clerk),
    "sessions.destroy": _form("/session/end"),
    "preferences.update": _form("/preferences", lang="en"),
    "demo.move_clock": _form("/demo/clock", by="PT1H"),
    "sessions.code": _get("/session/code"),
    "sessions.check_code": _form("/session/code", code=CODE),
    "second_factor.show": _get("/account/second-factor"),
    "second_factor.begin": _form("/account/second-factor", password=PASSWORD),
    "second_factor.confirm": _form("/account/second-factor/confirmation", code=CODE),
    "second_factor.renew": _form("/account/second-factor/codes", code=CODE),
    "second_factor.remove": _form("/account/second-factor/removal", login=clerk, code=CODE),
    "account.show": _get("/account"),
    "account.show_other": _get(f"/accounts/{clerk}"),
    "account.password": _get("/account/password"),
    "account.change_password": _form("/account/password", old=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD),
    "account.end_sessions": _form("/account/sessions/end"),
    "account.create_token": _form("/account/tokens", name="nightly", scope="read", days="30", once="k3"),
    "account.revoke_token": _form("/account/tokens/1/revocation"),
    "absence.show": _get("/absence"),
    "absence.create": _form("/absence", login=clerk, substitute=colleague, from_at="2026-03-02T09:00"),
    "absence.end": _form("/absence/end", login=clerk),
    "organisation.show": _get("/organisation"),
    "worklist.show": _get("/worklist"),
    "worklist.claim": _form("/worklist/claims", task=f"{OPEN}-{FIRST}"),
    "live.stream": _get("/live"),
    "tasks.show": _get(TASK),
    "tasks.claim": _form(f"{TASK}/claim"),
    "tasks.next": _form("/tasks/next"),
    "tasks.complete": _form(f"{HELD_TASK}/completion", amount="10"),
    "tasks.release": _form(f"{HELD_TASK}/release"),
    "tasks.draft": _form(f"{HELD_TASK}/draft", amount="10"),
    "tasks.delegate": _form(f"{HELD_TASK}/delegation", to=colleague),
    "tasks.assign": _form(f"{TASK}/assignment", to=colleague),
    "suggestions.create": _form(f"{TASK}/suggestions", text="Shorter."),
    "suggestions.index": _get("/suggestions"),
    "suggestions.answer": _form("/suggestions/1/answer", verdict="accepted", answer="Yes.", procedure="refund"),
    "cases.index": _get("/cases"),
    "cases.new": _get("/cases/new?procedure=refund"),
    "cases.create": _form("/cases", procedure="refund", customer="1", once="k1"),
    "cases.show": _get(f"/cases/{OPEN}"),
    "cases.note": _form(f"/cases/{OPEN}/notes", text="Called."),
    "cases.reassign": _form(f"/cases/{OPEN}/owner", to=colleague, reason="holiday"),
    "cases.cancel": _form(f"/cases/{FREE}/cancellation", reason="twice"),
    "cases.retry": _form(f"/cases/{BROKEN}/incidents/{FAILED}/retry", people="2"),
    "attachments.create": _files(f"/cases/{OPEN}/attachments", file=(PDF, "receipt.pdf")),
    "attachments.download": _get(f"/cases/{HELD}/attachments/{ATTACHED}"),
    "attachments.remove": _form(f"/cases/{HELD}/attachments/{ATTACHED}/removal", reason="twice"),
    "redactions.of_case": _form(f"/cases/{OPEN}/redaction", reason="asked for"),
    "redactions.of_customer": _form(f"/customers/{NO_CASES}/redaction", reason="asked for"),
    "customers.index": _get("/customers"),
    "customers.show": _get("/customers/1"),
    "customers.create": _form("/customers", name="李先生", once="k2"),
    "customers.update": _form("/customers/1/record", name="王女士"),
    "audit.index": _get("/audit"),
    "conformance.index": _get("/audit/conformance"),
    "conformance.check": _form("/audit/conformance"),
    "trail.index": _get("/trail"),
    "trail.verify": _form("/trail/verification"),
    "training.index": _get("/training"),
    "training.show": _get("/procedures/p/versions/2/training"),
    "training.acknowledge": _form("/procedures/p/versions/2/acknowledgement"),
    "procedures.index": _get("/procedures"),
    "procedures.show": _get("/procedures/refund"),
    "procedures.bpmn": _get(f"{V2}/bpmn"),
    "procedures.source": _get(f"{V2}/source"),
    "procedures.diagram": _get(f"{V2}/diagram/en"),
    "procedures.compare": _get("/procedures/p/compare?from=1&to=2"),
    "blueprint.show": _get(f"{V2}/blueprint"),
    "releases.new": _get(f"{V2}/release"),
    "releases.create": _form(f"{V2}/release", scope="everyone"),
    "releases.comparison": _get("/procedures/p/pilot"),
    "releases.withdraw": _form("/procedures/p/versions/2/withdrawal", reason="wrong"),
    "migrations.new": _get("/procedures/p/migrations/new"),
    "migrations.create": _form("/procedures/p/migrations", **{"from": "1", "to": "2", "map-a": "b", "reason": "all"}),
    "migrations.show": _get("/procedures/p/migrations/1"),
    "migrations.stop": _form("/procedures/q/migrations/2/stop"),
    "migrations.undo": _form("/procedures/p/migrations/1/cases/7/undo", reason="wrong"),
    "uploads.index": _get("/uploads"),
    "uploads.create": _files("/uploads", files=(FRESH, "fresh.bpmn")),
    "uploads.begin": _form(f"{V2}/edit"),
    "uploads.show": _get("/uploads/1"),
    "uploads.as_json": _get("/uploads/1.json"),
    "uploads.compare": _get("/uploads/1/comparison"),
    "uploads.diagram": _get("/uploads/1/diagram/before/en"),
    "uploads.edit": _get("/uploads/1/edit"),
    "uploads.edited": _get("/uploads/1/edit/source"),
    "uploads.file": _get("/uploads/1/file"),
    "uploads.repair": _form("/uploads/2/repairs", all="1"),
    "uploads.choose": _form("/uploads/1/process", main="refund"),
    "uploads.replace": _files("/uploads/1/contents", files=(FRESH, "fresh.bpmn")),
    "uploads.deploy": _form("/uploads/1/version", note="First."),
    "uploads.destroy": _form("/uploads/1/discarding"),
    "api.me_show": _read("/me"),
    "api.audit_search": _read("/audit/trail"),
    "api.audit_count": _read("/audit/trail/count"),
    "api.audit_verify": _read("/audit/verification"),
    "exports.download": _get(f"/trail/export.jsonl?case_id={OPEN}"),
    "api.audit_export": _read(f"/audit/export?case={OPEN}"),
    "api.audit_make_checkpoint": _json("POST", "/audit/checkpoints"),
    "api.audit_list_checkpoints": _read("/audit/checkpoints"),
    "samples.index": _get("/audit/samples"),
    "samples.create": _form("/audit/samples", name="week 8", size="1", **{"from": "2026-02-20", "to": "2026-02-26"}, method="random", reviews="1"),
    "samples.show": _get("/audit/samples/1"),
    "samples.worksheet": _get("/audit/samples/1/worksheet.csv"),
    "samples.redraw": _form("/audit/samples/1/redraw"),
    "samples.close": _form("/audit/samples/1/end", reason="enough"),
    "samples.case": _get(f"/audit/samples/1/cases/{OVER}"),
    "samples.review": _form(f"/audit/samples/1/cases/{OVER}", **{f"rating.{key}": "met" for key in RATINGS}),
    "exported.index": _get("/audit/exports"),
    "exported.create": _form("/audit/exports", format="csv", case=str(OPEN)),
    "exported.download": _get("/audit/exports/1/file"),
    "exported.remove": _form("/audit/exports/1/removal"),
    "api.exports_index": _read("/audit/exports"),
    "api.exports_create": _json("POST", "/audit/exports", {"format": "csv", "case": f"CL-{OPEN:06d}"}),
    "api.exports_show": _read("/audit/exports/1"),
    "api.exports_fetch": _read("/audit/exports/1/file"),
    "api.exports_remove": _json("DELETE", "/audit/exports/1"),
    "api.logs_index": _read("/audit/logs"),
    "api.logs_create": ("POST", "/api/v1/audit/logs", {"data": {"file": (PAST, "past.xes"), "procedure": "refund"}, "content_type": "multipart/form-data"}),
    "api.logs_show": _read("/audit/logs/1"),
    "api.logs_reread": _json("POST", "/audit/logs/1/columns", {"columns": {}}),
    "api.logs_check": _json("POST", "/audit/logs/1/check", {"activities": {"a": "check"}}),
    "api.logs_discard": _json("DELETE", "/audit/logs/1"),
    "api.samples_index": _read("/audit/samples"),
    "api.samples_draw": _json("POST", "/audit/samples", DRAW),
    "api.samples_show": _read("/audit/samples/1"),
    "api.samples_review": _json("POST", "/audit/samples/1/reviews", {"case": str(OVER), "ratings": RATINGS}),
    "api.samples_close": _json("POST", "/audit/samples/1/closure", {"reason": "enough"}),
    "api.conformance_show": _read(f"/cases/{OPEN}/conformance"),
    "api.conformance_index": _read("/audit/conformance"),
    "api.conformance_check": _json("POST", "/audit/conformance"),
    "api.conformance_deviations": _read("/audit/deviations"),
    "api.cases_index": _read("/cases"),
    "api.cases_create": _json("POST", "/cases", {"procedure": "refund"}),
    "api.cases_show": _read(f"/cases/{OPEN}"),
    "api.cases_show_trail": _read(f"/cases/{OPEN}/trail"),
    "api.cases_show_clocks": _read(f"/cases/{OPEN}/clocks"),
    "api.cases_show_incidents": _read(f"/cases/{OPEN}/incidents"),
    "api.cases_show_variables": _read(f"/cases/{OPEN}/variables"),
    "api.cases_retry": _json("POST", f"/cases/{BROKEN}/incidents/{FAILED}/retry", {"variables": {"people": 2}}),
    "api.cases_edit_variables": _json("POST", f"/cases/{OPEN}/variables", {"instance": 1, "variables": {"reason": "x"}, "reason": "typo"}),
    "api.cases_add_note": _json("POST", f"/cases/{OPEN}/notes", {"text": "Called."}),
    "api.cases_reassign": _json("POST", f"/cases/{OPEN}/reassignment", {"to": colleague}),
    "api.cases_cancel": _json("POST", f"/cases/{FREE}/cancellation", {"reason": "twice"}),
    "api.cases_redact": _json("POST", f"/cases/{OPEN}/redaction", {"reason": "asked for"}),
    "api.attachments_index": _read(f"/cases/{HELD}/attachments"),
    "api.attachments_create": ("POST", f"/api/v1/cases/{OPEN}/attachments", {"data": {"file": (PDF, "receipt.pdf")}, "content_type": "multipart/form-data"}),
    "api.attachments_show": _read(f"/cases/{HELD}/attachments/{ATTACHED}"),
    "api.attachments_remove": _json("POST", f"/cases/{HELD}/attachments/{ATTACHED}/removal", {"reason": "twice"}),
    "api.customers_redact": _json("POST", f"/customers/{NO_CASES}/redaction", {"reason": "asked for"}),
    "api.customers_index": _read("/customers"),
    "api.customers_show": _read("/customers/1"),
    "api.customers_create": _json("POST", "/customers", {"name": "李先生"}),
    "api.customers_update": _json("PUT", "/customers/1", {"name": "王女士"}),
    "api.messages_send": _json("POST", "/messages", {"name": "customer-answered", "correlation": {"case": f"CL-{WAITING:06d}"}}),
    "api.tasks_index": _read("/tasks"),
    "api.tasks_count": _read("/tasks/count"),
    "api.tasks_show": _read(TASK),
    "api.tasks_claim": _json("POST", f"{TASK}/claim"),
    "api.tasks_take_next": _json("POST", "/tasks/next"),
    "api.tasks_release": ("DELETE", f"/api/v1{HELD_TASK}/claim", {}),
    "api.tasks_complete": _json("POST", f"{HELD_TASK}/completion", {"variables": {"amount": "10"}}),
    "api.tasks_delegate": _json("POST", f"{HELD_TASK}/delegation", {"to": colleague}),
    "api.tasks_assign": _json("POST", f"{TASK}/assignment", {"to": colleague}),
    "api.tasks_save_draft": _json("POST", f"{HELD_TASK}/draft", {"variables": {"amount": "1"}}),
    "api.tasks_replace_draft": _json("PUT", f"{HELD_TASK}/draft", {"variables": {"amount": "1"}}),
    "api.suggestions_create": _json("POST", f"{TASK}/suggestions", {"text": "Shorter."}),
    "api.suggestions_mine": _read("/suggestions"),
    "api.suggestions_index": _read("/procedures/refund/suggestions"),
    "api.suggestions_answer": _json("POST", "/suggestions/1/answer", {"verdict": "accepted", "answer": "Yes."}),
    "api.training_index": _read("/training"),
    "api.training_show": _read("/procedures/p/versions/2/training"),
    "api.training_acknowledge": _json("POST", "/procedures/p/versions/2/acknowledgement"),
    "api.procedures_index": _read("/procedures"),
    "api.procedures_show": _read("/procedures/refund"),
    "api.procedures_versions": _read("/procedures/refund/versions"),
    "api.procedures_show_version": _read(V2),
    "api.procedures_bpmn": _read(f"{V2}/bpmn"),
    "api.procedures_diff": _read("/procedures/p/diff?from=1&to=2"),
    "api.procedures_releases_of": _read("/procedures/p/releases"),
    "api.procedures_compare": _read("/procedures/p/comparison?a=1&b=2"),
    "api.procedures_show_effect": _read("/procedures/p/effect"),
    "api.procedures_show_replay": _read("/procedures/p/replay"),
    "api.procedures_deploy": ("POST", "/api/v1/procedures", {"data": {"file": (FRESH, "fresh.bpmn")}, "content_type": "multipart/form-data"}),
    "api.procedures_release": _json("POST", f"{V2}/release", {"scope": {"all": True}}),
    "api.procedures_withdraw": _json("POST", "/procedures/p/versions/2/withdrawal", {"reason": "wrong"}),
    "api.procedures_set_department": _json("PUT", "/procedures/refund/department", {"department": "service"}),
    "api.migrations_begin": _json("POST", "/procedures/p/migrations", {"from": 1, "to": 2, "mapping": {"a": "b"}, "reason": "all"}),
    "api.migrations_preview": _read("/procedures/p/migrations/preview?from=1&to=2"),
    "api.migrations_index": _read("/procedures/p/migrations"),
    "api.migrations_show": _read("/procedures/p/migrations/1"),
    "api.migrations_stop": _json("POST", "/procedures/q/migrations/2/stop"),
    "api.migrations_undo": _json("POST", "/procedures/p/migrations/1/cases/7/undo"),
}
