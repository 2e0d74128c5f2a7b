"""The forms of what is sent and answered: JSON Schema, used to check what comes in and to describe both.

`NAMED` holds those that have a name in the OpenAPI document; everything else stands where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.actors import ROLES
from engine.domain.events import EventType
from engine.queries.paging import MOST, USUAL
from engine.queries.worklist import SORTS
from engine.store.offers import VIEWS
from webui.api.endpoint import SCOPES

Schema = Mapping[str, Any]
BIG = 10**15


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, **more: Any) -> Schema:
    """An object with exactly these fields."""
    properties = {**required, **(optional or {})}
    found = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {key: value for key, value in (found | more).items() if value or key != "required"}


def listing(of: Schema) -> Schema:
    """One page: `next` is the cursor of the following page, null on the last."""
    return record({"items": items(of), "next": maybe(TEXT)})


def items(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def choice(*options: str, **more: Any) -> Schema:
    return {"type": "string", "enum": list(options), **more}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time", "examples": ["2026-03-02T01:00:00Z"]}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": BIG}
NUMBER_TEXT: Schema = {"type": "string", "pattern": "^CL-[0-9]{6,}$", "examples": ["CL-000017"]}
TASK_ID: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,14}-[1-9][0-9]{0,8}$", "examples": ["17-4"]}
LINE: Schema = {"type": "string", "maxLength": 200}
LOGIN: Schema = {"type": "string", "minLength": 1, "maxLength": 100, "examples": ["li.wei"]}
NOTE: Schema = {"type": "string", "maxLength": 2000}
REASON: Schema = {"type": "string", "minLength": 1, "maxLength": 2000}
VARIABLES: Schema = {
    "type": "object",
    "maxProperties": 500,
    "additionalProperties": True,
    "description": "Values by name. Decimals keep every digit: sent as numbers or texts, answered as texts such as "
    '"12.50". Dates are `2026-03-31`, instants ISO 8601 with their zone.',
}
NO: Schema = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
SCOPE: Schema = choice(*SCOPES)

# What is sent

CASE_REFERENCE: Schema = {
    "type": "string",
    "pattern": "^([1-9][0-9]{0,14}|CL-0*[1-9][0-9]{0,14})$",
    "maxLength": 40,
    "examples": ["17", "CL-000017"],
    "description": "The id of a case or its number.",
}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
CURSOR: Schema = {"type": "string", "maxLength": 200, "description": "`next` of the page before."}
WORDS: Schema = {"type": "string", "maxLength": 200}
PAGING: Mapping[str, Schema] = {"limit": LIMIT, "cursor": CURSOR}
CUSTOMER_FIELDS: Mapping[str, Schema] = {
    "phone": {"type": "string", "maxLength": 64},
    "email": {"type": "string", "maxLength": 254},
    "segment": {"type": "string", "maxLength": 64},
    "note": {"type": "string", "maxLength": 2000},
}
CUSTOMER_SENT = record({"name": {"type": "string", "minLength": 1, "maxLength": 200}}, CUSTOMER_FIELDS)
CASE_SENT = record(
    {"procedure": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["inquiry"]}},
    {
        "variables": VARIABLES,
        "customer": {
            "anyOf": [ID, CUSTOMER_SENT],
            "description": "The id of a customer's record, or a new record to be made with the case.",
        },
        "business_key": LINE,
        "title": {"type": "string", "maxLength": 400},
        "channel": {"type": "string", "maxLength": 64, "examples": ["phone"]},
    },
)
REASON_SENT = record({"reason": REASON})
HANDED_ON = record({"to": LOGIN}, {"note": NOTE})
DRAFT_VALUES: Schema = {
    "type": "object",
    "maxProperties": 200,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"], "maxLength": 20_000},
}
MESSAGE_SENT = record(
    {"name": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["customer-replied"]}},
    {"correlation": VARIABLES, "variables": VARIABLES},
)
EVERYONE = record({"scope": record({"all": {"const": True}})})
VIEW: Schema = choice(*VIEWS, default="mine", description="`team` is for leads, `all` for leads, owners, auditors, admins.")
SORT: Schema = choice(*SORTS, *(f"-{name}" for name in SORTS), default="due", description="`-` turns the order round.")

# What is answered

OPTION = record({"value": TEXT, "label": TEXT})
FIELD = record(
    {
        "key": TEXT,
        "label": TEXT,
        "type": choice(
            "text", "long_text", "integer", "decimal", "boolean", "date", "datetime", "choice", "phone", "email"
        ),
        "required": YES_NO,
        "options": items(OPTION),
        "default": maybe(TEXT),
        "readonly": YES_NO,
        "hint": maybe(TEXT),
        "minimum": maybe(TEXT),
        "maximum": maybe(TEXT),
        "min_length": maybe(WHOLE),
        "max_length": maybe(WHOLE),
        "pattern": maybe(TEXT),
    }
)
FORM = record({"fields": items(named("Field"))})
TASK_LINE_FIELDS: Mapping[str, Schema] = {
    "id": TASK_ID,
    "case_id": ID,
    "case_number": NUMBER_TEXT,
    "case_title": TEXT,
    "element_id": TEXT,
    "name": TEXT,
    "state": choice("open", "completed", "cancelled"),
    "assignee": maybe(TEXT),
    "assignee_name": maybe(TEXT),
    "candidate_groups": items(TEXT),
    "priority": WHOLE,
    "created_at": INSTANT,
    "warn_at": maybe(INSTANT),
    "due_at": maybe(INSTANT),
    "waits_for_customer": YES_NO,
    "has_draft": YES_NO,
    "procedure": TEXT,
    "procedure_name": TEXT,
    "version": WHOLE,
    "customer_id": maybe(ID),
    "customer": maybe(TEXT),
}
TASK_LINE = record(TASK_LINE_FIELDS)
MAY = record({name: YES_NO for name in ("claim", "complete", "release", "delegate", "assign")})
TASK = record(
    {
        **TASK_LINE_FIELDS,
        "form": named("Form"),
        "guidance": maybe(TEXT),
        "script": maybe(TEXT),
        "variables": VARIABLES,
        "draft": maybe({"type": "object", "additionalProperties": TEXT}),
        "may": MAY,
        "why_not": maybe(TEXT),
        "ended_at": maybe(INSTANT),
        "ended_by": maybe(TEXT),
    }
)
CASE_STATE = choice("open", "closed", "cancelled")
TASK_CHANGED = record(
    {
        "id": TASK_ID,
        "case_id": ID,
        "case_number": NUMBER_TEXT,
        "case_state": CASE_STATE,
        "state": choice("open", "completed"),
    },
    {"assignee": maybe(TEXT), "next": maybe(TASK_ID)},
)
TASK_COUNT = record(
    {
        "view": choice(*VIEWS),
        "count": WHOLE,
        "late": WHOLE,
        "soon": WHOLE,
        "waiting": WHOLE,
        "views": record({view: WHOLE for view in VIEWS}),
    },
    description="Counted up to 1,000; `late`, `soon` and `waiting` are of the view asked for.",
)
CASE_FIELDS: Mapping[str, Schema] = {
    "id": ID,
    "number": NUMBER_TEXT,
    "title": TEXT,
    "state": CASE_STATE,
    "procedure": TEXT,
    "procedure_name": TEXT,
    "channel": maybe(TEXT),
    "business_key": maybe(TEXT),
    "customer_id": maybe(ID),
    "customer": maybe(TEXT),
    "owner": maybe(TEXT),
    "owner_name": maybe(TEXT),
    "department": maybe(TEXT),
    "opened_at": INSTANT,
    "closed_at": maybe(INSTANT),
}
CASE_LINE = record(CASE_FIELDS)
INSTANCE = record(
    {
        "no": WHOLE,
        "procedure": TEXT,
        "procedure_name": TEXT,
        "version": WHOLE,
        "started_at": INSTANT,
        "ended_at": maybe(INSTANT),
        "ending": maybe(TEXT),
    }
)
CASE = record({**CASE_FIELDS, "instances": items(named("Instance")), "tasks": items(named("TaskLine"))})
CASE_STARTED = record(
    {
        "id": ID,
        "number": NUMBER_TEXT,
        "state": CASE_STATE,
        "procedure": TEXT,
        "version": WHOLE,
        "customer_id": maybe(ID),
        "next": maybe(TASK_ID),
    }
)
CASE_CHANGED = record({"id": ID, "number": NUMBER_TEXT, "state": CASE_STATE})
CASE_REDACTED = record({"id": ID, "number": NUMBER_TEXT, "state": CASE_STATE, "count": WHOLE})
SEGMENT = record(
    {
        "start_at": INSTANT,
        "end_at": INSTANT,
        "kind": choice("counted", "late", "break", "closed", "holiday", "paused"),
        "seconds": WHOLE,
        "text": TEXT,
    }
)
CLOCK = record(
    {
        "no": WHOLE,
        "name": TEXT,
        "label": TEXT,
        "task_id": maybe(TASK_ID),
        "limit": {"type": "string", "examples": ["PT2H"]},
        "calendar": TEXT,
        "standing": choice("running", "warned", "breached", "paused", "met", "missed"),
        "started_at": INSTANT,
        "warn_at": maybe(INSTANT),
        "due_at": maybe(INSTANT),
        "stopped_at": maybe(INSTANT),
        "breached_at": maybe(INSTANT),
        "used_seconds": WHOLE,
        "remaining_seconds": WHOLE,
        "segments": items(named("Segment")),
    }
)
INCIDENT = record(
    {
        "no": WHOLE,
        "instance": WHOLE,
        "element_id": TEXT,
        "name": TEXT,
        "text": TEXT,
        "source": TEXT,
        "raised_at": INSTANT,
        "resolved_at": maybe(INSTANT),
    }
)
INSTANCE_VARIABLES = record(
    {"no": WHOLE, "procedure": TEXT, "version": WHOLE, "ended_at": maybe(INSTANT), "variables": VARIABLES}
)
ENTRY = record(
    {
        "case_id": maybe(ID),
        "seq": WHOLE,
        "type": choice(*(type_.value for type_ in EventType)),
        "at": INSTANT,
        "actor": TEXT,
        "data": {"type": "object", "additionalProperties": True},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    description="`case_id` is null for what belongs to no case. Personal values that were deleted are "
    '`{"redacted": true}`; the hash stays what it was.',
)
VERIFICATION = record(
    {
        "verdict": choice("intact", "broken"),
        "scope": TEXT,
        "chains": WHOLE,
        "entries": WHOLE,
        "faults": items(
            record({"case_id": maybe(ID), "case_number": maybe(NUMBER_TEXT), "seq": WHOLE, "kind": TEXT, "text": TEXT})
        ),
        "verified_at": INSTANT,
    }
)
FINDING = record(
    {
        "severity": choice("error", "warning", "info"),
        "rule": TEXT,
        "element_id": maybe(TEXT),
        "message": TEXT,
        "advice": maybe(TEXT),
        "line": maybe(WHOLE),
    }
)
VERSION_STATE = choice("draft", "released", "retired")
DEPLOYED = record({"key": TEXT, "version": WHOLE, "state": VERSION_STATE, "findings": items(named("Finding"))})
RELEASED = record({"key": TEXT, "version": WHOLE, "state": VERSION_STATE})
PROCEDURE_FIELDS: Mapping[str, Schema] = {
    "key": TEXT,
    "name": TEXT,
    "released": maybe(WHOLE),
    "released_at": maybe(INSTANT),
    "versions": WHOLE,
    "running": WHOLE,
    "starts_by_hand": YES_NO,
}
PROCEDURE_LINE = record(PROCEDURE_FIELDS)
PROCEDURE = record({**PROCEDURE_FIELDS, "start_form": maybe(named("Form"))})
VERSION = record(
    {
        "number": WHOLE,
        "tag": maybe(TEXT),
        "state": VERSION_STATE,
        "note": TEXT,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "deployed_at": INSTANT,
        "deployed_by": TEXT,
        "released_at": maybe(INSTANT),
        "running": WHOLE,
        "findings": items(named("Finding")),
    }
)
CUSTOMER = record(
    {
        "id": ID,
        "name": TEXT,
        "phone": TEXT,
        "email": TEXT,
        "segment": TEXT,
        "note": TEXT,
        "created_at": INSTANT,
    }
)
CUSTOMER_CHANGED = record({"id": ID, "name": TEXT})
ME = record(
    {
        "login": TEXT,
        "name": TEXT,
        "roles": items(choice(*ROLES)),
        "groups": items(TEXT),
        "department": maybe(TEXT),
        "locale": TEXT,
        "scopes": items(SCOPE),
        "stands_in_for": items(TEXT),
        "now": INSTANT,
    }
)
PROBLEM = record(
    {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "instance": TEXT, "code": TEXT},
    {"errors": {"type": "object", "additionalProperties": TEXT}, "findings": items(named("Finding"))},
    description="RFC 9457. `code` is for programs, `detail` for people; `errors` names each field and what is wrong.",
)

NAMED: Mapping[str, Schema] = {
    "Problem": PROBLEM,
    "Finding": FINDING,
    "Field": FIELD,
    "Form": FORM,
    "TaskLine": TASK_LINE,
    "Task": TASK,
    "TaskChanged": TASK_CHANGED,
    "TaskCount": TASK_COUNT,
    "CaseLine": CASE_LINE,
    "Case": CASE,
    "CaseStarted": CASE_STARTED,
    "CaseChanged": CASE_CHANGED,
    "CaseRedacted": CASE_REDACTED,
    "Instance": INSTANCE,
    "InstanceVariables": INSTANCE_VARIABLES,
    "Segment": SEGMENT,
    "Clock": CLOCK,
    "Incident": INCIDENT,
    "Entry": ENTRY,
    "Verification": VERIFICATION,
    "Deployed": DEPLOYED,
    "Released": RELEASED,
    "ProcedureLine": PROCEDURE_LINE,
    "Procedure": PROCEDURE,
    "Version": VERSION,
    "Customer": CUSTOMER,
    "CustomerChanged": CUSTOMER_CHANGED,
    "Me": ME,
}
