"""The forms of what is sent: JSON Schema, used to check what comes in and to describe it. `answers` has the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.queries.paging import MOST, USUAL
from engine.queries.worklist import SORTS
from engine.store.offers import VIEWS

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
CASE_STATE: Schema = choice("open", "closed", "cancelled")
VIEW: Schema = choice(*VIEWS, default="mine", description="`team` is for leads, `all` for leads, owners, auditors, admins.")
SORT: Schema = choice(*SORTS, *(f"-{name}" for name in SORTS), default="due", description="`-` turns the order round.")
