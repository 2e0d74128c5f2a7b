"""The search over all trails the caller may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.queries import search as searched
from engine.queries.search_ways import Wanted
from webui.api import schemas as s
from webui.api import shapes
from webui.api.addresses import case_id_of
from webui.api.calls import actor, reading
from webui.api.endpoint import Resource
from webui.api.words import iso

api = Resource("audit")
KEY = {"type": "string", "minLength": 1, "maxLength": 200}
FILTERS = {
    "q": s.WORDS,
    "case": s.CASE_REFERENCE,
    "actor": s.LOGIN,
    "type": s.choice(*(type_.value for type_ in EventType)),
    "customer": s.ID,
    "procedure": KEY,
    "version": s.NO,
    "element": KEY,
    "from": s.INSTANT,
    "to": s.INSTANT,
}
FOUND = s.record({"items": s.items(s.named("Entry")), "next": s.maybe(s.TEXT), "looked_until": s.maybe(s.INSTANT)})
NOBODY = Text("没有该用户。", "There is nobody of that login.")


@api.get(
    "/audit/trail",
    Text("检索轨迹，最新的在前", "Search the trail, the newest first"),
    FOUND,
    query=FILTERS | s.PAGING,
)
def search(query: Mapping[str, Any]) -> dict[str, Any]:
    """`q` looks in notes; `version` goes with `procedure`. A page that is not full, with `next` and `looked_until`, has
    looked far enough for one answer: `next` goes on from there."""
    with reading() as (conn, organisation):
        paged = {"limit": query.get("limit", s.LIMIT["default"]), "cursor": query.get("cursor")}
        found = searched.page(conn, actor(), organisation, wanted(query, organisation), **paged)
    until = found.looked_until
    return shapes.page(found, shapes.entry) | {"looked_until": iso(until) if until else None}


@api.get(
    "/audit/trail/count",
    Text("符合条件的轨迹记录有多少：准确数目，或“多于”", "How many entries there are: exactly, or more than"),
    s.record({"count": s.WHOLE, "is_exact": s.YES_NO}),
    query=FILTERS,
)
def count(query: Mapping[str, Any]) -> dict[str, Any]:
    with reading() as (conn, organisation):
        found = searched.count(conn, actor(), organisation, wanted(query, organisation))
    return {"count": found.n, "is_exact": found.is_exact}


def wanted(query: Mapping[str, Any], organisation: Any) -> Wanted:
    return Wanted(
        case_id=case_id_of(query["case"]) if "case" in query else None,
        actor_id=_user_id(query["actor"], organisation) if "actor" in query else None,
        customer_ids=(query["customer"],) if "customer" in query else (),
        procedure=query.get("procedure"),
        version=query.get("version"),
        step=query.get("element", ""),
        types=(query["type"],) if "type" in query else (),
        words=query.get("q", ""),
        from_at=query.get("from"),
        to_at=query.get("to"),
    )


def _user_id(login: str, organisation: Any) -> int:
    user = organisation.by_login.get(login)
    if user is None and login != "system":
        raise InvalidInput(fields={"actor": NOBODY})
    return user.id if user else 0
