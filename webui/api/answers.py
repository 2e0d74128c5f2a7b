"""The forms of what is answered. `named` points at those that `openapi.NAMED` gives a name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.actors import ROLES
from engine.domain.events import EventType
from engine.store.offers import VIEWS
from webui.api.endpoint import SCOPES
from webui.api.schemas import (
    CASE_STATE,
    ID,
    INSTANT,
    NUMBER_TEXT,
    TASK_ID,
    TEXT,
    VARIABLES,
    WHOLE,
    YES_NO,
    Schema,
    choice,
    items,
    maybe,
    named,
    record,
)

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
ATTACHMENT = record(
    {
        "no": WHOLE,
        "name": maybe(TEXT),
        "media_type": TEXT,
        "size": WHOLE,
        "sha256": TEXT,
        "task": maybe(TASK_ID),
        "added_at": INSTANT,
        "added_by": maybe(TEXT),
        "removed_at": maybe(INSTANT),
        "removed_by": maybe(TEXT),
    }
)
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
        "since_checkpoint": maybe(WHOLE),
        "faults": items(
            record({"case_id": maybe(ID), "case_number": maybe(NUMBER_TEXT), "seq": WHOLE, "kind": TEXT, "text": TEXT})
        ),
        "verified_at": INSTANT,
    }
)
REMARK = {"kind": TEXT, "element": TEXT, "seq": WHOLE, "at": INSTANT, "text": TEXT}
CONFORMANCE = record(
    {
        "case_id": ID,
        "case_number": NUMBER_TEXT,
        "conforms": YES_NO,
        "entries": WHOLE,
        "deviations": items(record(REMARK | {"instance": WHOLE})),
        "interventions": items(record(REMARK | {"by": TEXT})),
        "breaches": items(record(REMARK | {"by": TEXT})),
    }
)
CONFORMANCE_RUN = record({"cases": WHOLE, "done": YES_NO})
DEVIATION = record(
    {
        "case_id": ID,
        "case_number": NUMBER_TEXT,
        "is_intervention": YES_NO,
        "kind": TEXT,
        "procedure": TEXT,
        "version": WHOLE,
        "element": TEXT,
        "seq": WHOLE,
        "at": INSTANT,
        "text": TEXT,
    }
)
CHECKPOINT = record(
    {
        "id": ID,
        "at": INSTANT,
        "size": WHOLE,
        "chains": WHOLE,
        "entries": WHOLE,
        "root": TEXT,
        "key": TEXT,
        "note": TEXT,
        "signature": TEXT,
        "public_key": TEXT,
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
        "witness": items(TEXT),
        "also": items(TEXT),
    }
)
VERSION_STATE = choice("draft", "released", "retired")
DEPLOYED = record({"key": TEXT, "version": WHOLE, "state": VERSION_STATE, "findings": items(named("Finding"))})
RELEASED = record({"key": TEXT, "version": WHOLE, "state": VERSION_STATE, "scope": {"type": "object"}})
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
CHANGE = record(
    {
        "kind": choice("added", "removed", "changed", "moved"),
        "what": TEXT,
        "part": maybe(TEXT),
        "element_id": maybe(TEXT),
        "old_element_id": maybe(TEXT),
        "step_id": maybe(TEXT),
        "before": maybe(TEXT),
        "after": maybe(TEXT),
        "sentence": TEXT,
    },
    description="`element_id` is the element in the newer version, `old_element_id` in the older one; a change of a way "
    "names the flow, and `step_id` the step it leaves.",
)
DIFF = record(
    {
        "procedure": TEXT,
        "from": WHOLE,
        "to": WHOLE,
        "changes": items(named("Change")),
        "mapping": {"type": "object", "additionalProperties": TEXT, "description": "Old element id → new element id."},
        "drawing_only": YES_NO,
    }
)
STANDING = record({"version": WHOLE, "element_id": TEXT, "name": TEXT, "count": WHOLE, "can_move": WHOLE})
STAYS = record(
    {"version": WHOLE, "element_id": TEXT, "name": TEXT, "why": TEXT, "count": WHOLE, "cases": items(NUMBER_TEXT)}
)
EFFECT = record(
    {
        "procedure": TEXT,
        "to": WHOLE,
        "running": WHOLE,
        "examined": WHOLE,
        "there": WHOLE,
        "can_move": WHOLE,
        "cannot": WHOLE,
        "standing": items(STANDING),
        "stays": items(STAYS),
    },
    description="Running on other versions: how many, where, and which could move to this one. `there`: on it already.",
)
OTHER_WAY = record(
    {
        "sentence": TEXT,
        "at": maybe(TEXT),
        "was": maybe(TEXT),
        "would": maybe(TEXT),
        "count": WHOLE,
        "cases": items(NUMBER_TEXT),
    }
)
LIMIT_COUNT = record(
    {
        "sentence": TEXT,
        "kind": choice("step", "clock"),
        "name": TEXT,
        "was_broken": WHOLE,
        "would_be_broken": WHOLE,
        "cases": items(NUMBER_TEXT),
    }
)
REPLAY = record(
    {
        "procedure": TEXT,
        "to": WHOLE,
        "finished": WHOLE,
        "cases": WHOLE,
        "instances": WHOLE,
        "same": WHOLE,
        "other": WHOLE,
        "unknown": WHOLE,
        "ways": items(OTHER_WAY),
        "limits": items(LIMIT_COUNT),
        "reasons": items(record({"why": TEXT, "count": WHOLE, "cases": items(NUMBER_TEXT)})),
        "assumed": items(record({"step": TEXT, "count": WHOLE})),
        "skipped": items(record({"step": TEXT, "count": WHOLE})),
    },
    description="`cases` of the `finished` ones were driven again. `assumed`: new steps, taken to be done at once with "
    "nothing filled in; `skipped`: steps that are gone.",
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
CUSTOMER_REDACTED = record({"id": ID, "count": WHOLE})
ME = record(
    {
        "login": TEXT,
        "name": TEXT,
        "roles": items(choice(*ROLES)),
        "groups": items(TEXT),
        "department": maybe(TEXT),
        "locale": TEXT,
        "scopes": items(choice(*SCOPES)),
        "stands_in_for": items(TEXT),
        "now": INSTANT,
    }
)
PROBLEM = record(
    {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "instance": TEXT, "code": TEXT},
    {"errors": {"type": "object", "additionalProperties": TEXT}, "findings": items(named("Finding"))},
    description="RFC 9457. `code` is for programs, `detail` for people; `errors` names each field and what is wrong.",
)
