"""OCEL 2.0 as JSON, after chapter 8 of its specification (CC BY 4.0, arXiv 2403.01975): what a log must be."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHEN: Schema = {"type": "string", "format": "date-time"}
KINDS: Schema = {"enum": ["string", "time", "integer", "float", "boolean"]}
VALUE: Schema = {"type": ["string", "number", "boolean"]}


def record(required: Schema, optional: Schema | None = None) -> Schema:
    known = required | (optional or {})
    return {"type": "object", "required": list(required), "properties": known, "additionalProperties": False}


def listed(of: Schema) -> Schema:
    return {"type": "array", "items": of}


TYPE = record({"name": TEXT, "attributes": listed(record({"name": TEXT, "type": KINDS}))})
RELATED = {"relationships": listed(record({"objectId": TEXT, "qualifier": TEXT}))}
EVENT = record({"id": TEXT, "type": TEXT, "time": WHEN}, {"attributes": listed(record({"name": TEXT, "value": VALUE})), **RELATED})
OBJECT = record({"id": TEXT, "type": TEXT}, {"attributes": listed(record({"name": TEXT, "value": VALUE, "time": WHEN})), **RELATED})
LOG = record({"eventTypes": listed(TYPE), "objectTypes": listed(TYPE), "events": listed(EVENT), "objects": listed(OBJECT)})
