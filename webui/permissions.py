"""Who may do what: one table, role × object × action. A test makes every request as everybody and holds it against this.

`python -m webui.permissions` prints it as docs/permissions.md. The rules themselves stand where they are applied: what
may be seen in the queries, what may be done in the handlers.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.actors import ROLES

#: What a cell says: always; what one may see; what belongs to one's department; what is one's own; what is offered to
#: one; never.
YES, SEEN, DEPARTMENT, OWN, OFFERED, NO = "yes", "visible", "department", "own", "offered", ""
WORDS = {
    YES: "always",
    SEEN: "cases of their departments, their own, and those with a task that is or was theirs or is offered to them",
    DEPARTMENT: "what belongs to their department or one below it",
    OWN: "what they hold or made themselves",
    OFFERED: "tasks offered to one of their groups",
    NO: "never",
}


@dataclass(frozen=True, slots=True)
class Row:
    """`requests`: the endpoints this is done with. `public`: strangers may, too."""

    object: str
    action: str
    employee: str
    lead: str
    owner: str
    auditor: str
    admin: str
    requests: str
    public: bool = False


def _everybody(object_: str, action: str, requests: str, *, public: bool = False) -> Row:
    return Row(object_, action, YES, YES, YES, YES, YES, requests, public)


def _owners(object_: str, action: str, requests: str, owner: str = DEPARTMENT, auditor: str = NO) -> Row:
    return Row(object_, action, NO, NO, owner, auditor, YES, requests)


def _seen(object_: str, action: str, requests: str) -> Row:
    return Row(object_, action, SEEN, SEEN, YES, YES, YES, requests)


TABLE: tuple[Row, ...] = (
    _everybody("desk", "read about it", "about.show about.keys static sessions.new", public=True),
    _everybody("desk", "choose language and theme", "preferences.update", public=True),
    _everybody("desk", "log in with a password", "sessions.create", public=True),
    Row(
        "provider",
        "log in at an OpenID provider (where one is set up: strangers)",
        NO,
        NO,
        NO,
        NO,
        NO,
        "provider_logins.begin provider_logins.finish",
    ),
    _everybody("desk", "ask whether it is well", "operations.health operations.live operations.ready", public=True),
    _everybody("desk", "read its measures, where the server lets one", "operations.metrics", public=True),
    _everybody("API", "read its description", "api_docs.show api_docs.openapi camunda.web_applications", public=True),
    _everybody("desk", "give the code of one’s device after the password", "sessions.code sessions.check_code"),
    _everybody("desk", "enter, search", "desk.first desk.find live.stream"),
    _everybody("desk", "log out", "sessions.destroy"),
    Row("demo", "log in by a click, move the clock (demo mode only)", NO, NO, NO, NO, NO, "sessions.demo demo.move_clock"),
    _everybody("person", "see oneself", "api.me_show absence.show account.show account.password"),
    _everybody("person", "end one’s sessions, make tokens", "account.end_sessions account.create_token"),
    Row("person", "revoke a token", OWN, OWN, OWN, OWN, YES, "account.revoke_token"),
    Row("person", "change the password", OWN, OWN, OWN, OWN, OWN, "account.change_password"),
    _everybody("person", "see and begin one’s second factor", "second_factor.show second_factor.begin"),
    Row("person", "confirm one’s second factor, renew its codes", OWN, OWN, OWN, OWN, OWN, "second_factor.confirm second_factor.renew"),
    Row("person", "take a second factor away", OWN, OWN, OWN, OWN, YES, "second_factor.remove"),
    Row("person", "see the account of another", NO, NO, NO, NO, YES, "account.show_other"),
    Row("person", "set and end an absence", OWN, DEPARTMENT, OWN, OWN, YES, "absence.create absence.end"),
    Row("organisation", "read", NO, YES, YES, YES, YES, "organisation.show"),
    _everybody("task", "list what one may see", "worklist.show api.tasks_index api.tasks_count"),
    _seen("task", "read", "tasks.show api.tasks_show"),
    Row("task", "claim", OFFERED, OFFERED, NO, NO, NO, "tasks.claim tasks.next worklist.claim api.tasks_claim api.tasks_take_next"),
    Row(
        "task",
        "complete, draft, delegate",
        OWN,
        OWN,
        NO,
        NO,
        NO,
        "tasks.complete tasks.draft tasks.delegate api.tasks_complete api.tasks_save_draft api.tasks_replace_draft"
        " api.tasks_delegate",
    ),
    Row("task", "release", OWN, DEPARTMENT, NO, NO, YES, "tasks.release api.tasks_release"),
    Row("task", "assign", NO, DEPARTMENT, NO, NO, YES, "tasks.assign api.tasks_assign"),
    _everybody("case", "list what one may see", "cases.index api.cases_index"),
    _seen(
        "case",
        "read",
        "cases.show api.cases_show api.cases_show_trail api.cases_show_clocks api.cases_show_incidents"
        " api.cases_show_variables",
    ),
    Row("case", "open", YES, YES, NO, NO, YES, "cases.new cases.create api.cases_create"),
    Row("case", "add a note", SEEN, SEEN, YES, NO, YES, "cases.note api.cases_add_note"),
    _seen("attachment", "list, read", "attachments.download api.attachments_index api.attachments_show"),
    Row("attachment", "add", SEEN, SEEN, YES, NO, YES, "attachments.create api.attachments_create"),
    Row("attachment", "remove", OWN, DEPARTMENT, NO, NO, YES, "attachments.remove api.attachments_remove"),
    Row("case", "reassign, cancel", OWN, DEPARTMENT, NO, NO, YES, "cases.reassign cases.cancel api.cases_reassign api.cases_cancel"),
    Row("case", "correct values, also where a step failed", NO, DEPARTMENT, NO, NO, YES, "cases.retry api.cases_retry api.cases_edit_variables"),
    Row("case", "redact personal values", NO, NO, NO, NO, YES, "redactions.of_case api.cases_redact"),
    Row("case", "bring a message to one that waits", SEEN, SEEN, NO, NO, YES, "api.messages_send"),
    _everybody("customer", "read", "customers.index customers.show api.customers_index api.customers_show"),
    Row("customer", "redact with all their cases", NO, NO, NO, NO, YES, "redactions.of_customer api.customers_redact"),
    Row("customer", "make, change", YES, YES, NO, NO, YES, "customers.create customers.update api.customers_create api.customers_update"),
    _everybody("trail", "read what one may see", "trail.index api.audit_search api.audit_count"),
    Row("trail", "verify as a whole", NO, NO, YES, YES, YES, "trail.verify checkpoints.verify api.audit_verify api.audit_verify_against"),
    Row("trail", "take away", NO, NO, DEPARTMENT, YES, YES, "exports.download api.audit_export"),
    _owners("export", "list one’s own", "exported.index api.exports_index", YES, YES),
    Row("export", "have one made", NO, NO, DEPARTMENT, YES, YES, "exported.create api.exports_create"),
    Row("export", "follow, fetch, remove", NO, NO, OWN, OWN, OWN, "exported.download exported.remove api.exports_show api.exports_fetch api.exports_remove"),
    Row(
        "trail",
        "make and list checkpoints",
        NO,
        NO,
        YES,
        YES,
        YES,
        "checkpoints.index checkpoints.create checkpoints.file checkpoints.prove api.audit_make_checkpoint"
        " api.audit_list_checkpoints api.audit_prove",
    ),
    _owners("sample", "read, draw again to compare", "samples.index samples.show samples.worksheet samples.redraw samples.case api.samples_index api.samples_show", YES, YES),
    Row("sample", "draw, review, close", NO, NO, NO, YES, NO, "samples.create samples.review samples.close api.samples_draw api.samples_review api.samples_close"),
    _owners("imported log", "import, list one's own", "logs.index logs.create api.logs_index api.logs_create", YES, YES),
    Row(
        "imported log",
        "read, match, check, discard",
        NO,
        NO,
        OWN,
        OWN,
        OWN,
        "logs.show logs.reread logs.check logs.discard api.logs_show api.logs_reread api.logs_check api.logs_discard",
    ),
    _seen("conformance", "read of one case", "api.conformance_show"),
    _owners("audit", "read the exceptions", "audit.index api.exceptions_index api.exceptions_counts", YES, YES),
    _owners(
        "conformance",
        "read of all cases, have changed cases checked",
        "conformance.index conformance.check api.conformance_index api.conformance_deviations api.conformance_check",
        YES,
        YES,
    ),
    _everybody(
        "procedure",
        "read",
        "procedures.index procedures.show procedures.bpmn procedures.source procedures.diagram procedures.compare"
        " blueprint.show releases.comparison api.procedures_index api.procedures_show api.procedures_versions"
        " api.procedures_show_version api.procedures_bpmn api.procedures_diff api.procedures_releases_of"
        " api.procedures_compare downloads.templates camunda.version camunda.deployments deployed.look",
    ),
    _owners("procedure", "look ahead over all cases", "api.procedures_show_effect api.procedures_show_replay", YES, YES),
    _owners("procedure", "deploy a new one", "camunda.create api.procedures_deploy", YES),
    _owners(
        "procedure",
        "release, withdraw, give to a department",
        "releases.new releases.create releases.withdraw api.procedures_release api.procedures_withdraw"
        " api.procedures_set_department",
    ),
    _owners(
        "migration",
        "read, predict",
        "migrations.new migrations.show api.migrations_preview api.migrations_index api.migrations_show",
        YES,
        YES,
    ),
    _owners(
        "migration",
        "begin, stop, undo",
        "migrations.create migrations.stop migrations.undo api.migrations_begin api.migrations_stop api.migrations_undo",
    ),
    _owners("upload", "make, list one's own", "uploads.index uploads.create", YES),
    _owners("upload", "make from a version of a procedure", "uploads.begin"),
    Row(
        "upload",
        "read, repair, deploy, discard",
        NO,
        NO,
        OWN,
        NO,
        OWN,
        "uploads.show uploads.as_json uploads.compare uploads.diagram uploads.edit uploads.edited uploads.file uploads.repair"
        " uploads.choose uploads.replace uploads.deploy uploads.destroy",
    ),
    _everybody("training", "read", "training.index training.show api.training_index api.training_show"),
    Row("training", "acknowledge", YES, YES, YES, NO, YES, "training.acknowledge api.training_acknowledge"),
    _everybody("suggestion", "read one's own", "suggestions.index api.suggestions_mine"),
    Row("suggestion", "make at a task one sees", SEEN, SEEN, YES, NO, YES, "suggestions.create api.suggestions_create"),
    _owners("suggestion", "read those of a procedure, answer", "suggestions.answer api.suggestions_index api.suggestions_answer"),
)


def rows() -> dict[str, Row]:
    """The row of each request. An endpoint named twice is a mistake."""
    found: dict[str, Row] = {}
    for row in TABLE:
        for request in row.requests.split():
            if request in found:
                raise ValueError(f"{request} stands in two rows")
            found[request] = row
    return found


def as_markdown() -> str:
    lines = [
        "# Who may do what",
        "",
        "Printed from `webui/permissions.py` (`python -m webui.permissions > docs/permissions.md`). A test asks for every page",
        "and every call as every role, of the department and of another, and as a stranger: exactly what stands here succeeds,",
        "whatever is refused writes nothing, and what somebody may not see is answered like what does not exist.",
        "",
        *(f"- **{cell or '–'}**: {words}" for cell, words in WORDS.items()),
        "",
        "Strangers may do what is marked ○. The roles of a person add up.",
        "",
        "| Object | Action | " + " | ".join(ROLES) + " | Requests |",
        "| --- | --- |" + " --- |" * (len(ROLES) + 1),
    ]
    for row in TABLE:
        cells = [getattr(row, role) or "–" for role in ROLES]
        asked = " ".join(f"`{one}`" for one in row.requests.split())
        lines.append(f"| {row.object} | {row.action}{' ○' if row.public else ''} | " + " | ".join(cells) + f" | {asked} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")
