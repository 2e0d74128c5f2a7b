"""What changed between two versions of a procedure."""

from __future__ import annotations

from typing import Any

from engine.bpmn.diff import Change
from engine.domain.text import Text
from engine.queries import comparison
from webui.api import schemas as s
from webui.api.calls import engine, reading
from webui.api.endpoint import DEPLOY, READ, Resource
from webui.api.words import said, words

api = Resource("procedures")
READERS = {"scopes": (READ, DEPLOY)}
BETWEEN = {
    "from": {**s.NO, "description": "The older version; without it the one in use."},
    "to": {**s.NO, "description": "The newer version; without it the newest."},
}


@api.get(
    "/procedures/{key}/diff",
    Text("两个版本之间的差异，逐条说明", "What changed between two versions, in sentences"),
    s.named("Diff"),
    query=BETWEEN,
    **READERS,
)
def diff(key: str, query: dict[str, Any]) -> dict[str, Any]:
    with reading() as (conn, _):
        old, new = comparison.versions_to_compare(conn, engine().versions, key, query.get("from"), query.get("to"))
    found = comparison.of_versions(old, new)
    return {
        "procedure": key,
        "from": old.number,
        "to": new.number,
        "changes": [_change(change) for change in found.changes],
        "mapping": dict(found.mapping),
        "drawing_only": found.is_drawing_only,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": change.what,
        "part": change.part or None,
        "element_id": change.element_id,
        "old_element_id": change.old_element_id,
        "step_id": change.at or change.element_id or change.old_element_id,
        "before": words(change.before),
        "after": words(change.after),
        "sentence": said(change.sentence),
    }
