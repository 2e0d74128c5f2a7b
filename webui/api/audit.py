"""The trail to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.exports import forms
from engine.domain.text import Text
from engine.queries.exports import Wanted
from webui import exports
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine
from webui.api.endpoint import Answer, Resource
from webui.api.words import reader_locale

api = Resource("audit")
PROCEDURE = {"type": "string", "minLength": 1, "maxLength": 200}


@api.get(
    "/audit/export",
    Text("下载轨迹；该次下载会被记录", "Take the trail away; that it was taken is itself recorded"),
    None,
    query={"format": s.choice(*forms.FORMS), "case": s.CASE_REFERENCE, "procedure": PROCEDURE, "from": s.INSTANT, "to": s.INSTANT},
    media="application/octet-stream",
)
def export(query: Mapping[str, Any]) -> Answer:
    """Streamed. Auditors and administrators all of it, owners the cases of their procedures; `format` is jsonl unless said."""
    case_id = case_id_of(query["case"]) if "case" in query else None
    wanted = Wanted(case_id, query.get("procedure"), query.get("from"), query.get("to"))
    begun = exports.begin(engine(), actor(), query.get("format", "jsonl"), wanted, reader_locale())
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{begun.name}"'}
    return Answer(begun.pieces(), headers=headers | {"X-Content-Type-Options": "nosniff"})
