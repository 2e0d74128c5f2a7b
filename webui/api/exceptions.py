"""What an auditor looks at first, over all cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.actors import OVERSEERS
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import exceptions, search
from webui.api import schemas as s
from webui.api import shapes
from webui.api.calls import actor, reading
from webui.api.endpoint import Resource
from webui.api.searching import FILTERS, wanted
from webui.api.words import iso, said

api = Resource("exceptions")
NARROWED = {name: schema for name, schema in FILTERS.items() if name not in ("type", "q")}
KIND = s.choice(*exceptions.KINDS)
FOUND = s.record(
    {
        "items": s.items(s.record({"entry": s.named("Entry"), "deviations": s.items(s.TEXT)})),
        "next": s.maybe(s.TEXT),
        "looked_until": s.maybe(s.INSTANT),
    }
)
COUNTS = s.record({"items": s.items(s.record({"kind": KIND, "count": s.WHOLE, "is_exact": s.YES_NO}))})
MAY_NOT = Text("例外事项仅供审计、流程负责人和管理员", "the exceptions are for auditors, process owners and administrators")


@api.get(
    "/audit/exceptions",
    Text("例外事项，最新的在前", "The exceptions, the newest first"),
    FOUND,
    query={"kind": KIND, **NARROWED, **s.PAGING},
)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    """Deviations from procedures, limits missed, what four eyes forbade, interventions, timers noticed late, log-ins
    refused; all of them unless a `kind` is named. `deviations` are what was found at this entry."""
    _may_read()
    kinds = [query["kind"]] if "kind" in query else list(exceptions.KINDS)
    with reading() as (conn, organisation):
        paging = {"limit": query.get("limit", s.LIMIT["default"]), "cursor": query.get("cursor")}
        found = search.page(conn, actor(), organisation, exceptions.of(wanted(query, organisation), kinds), **paging)
        told = exceptions.deviations(conn, [(row.case_id, row.seq) for row in found.items])
    until = found.looked_until
    return {
        "items": [
            {"entry": shapes.entry(row), "deviations": [said(one) for one in told.get((row.case_id, row.seq), ())]}
            for row in found.items
        ],
        "next": found.next,
        "looked_until": iso(until) if until else None,
    }


@api.get(
    "/audit/exceptions/counts",
    Text("各类例外事项有多少：准确数目，或“多于”", "How many exceptions there are of each kind: exactly, or more than"),
    COUNTS,
    query=NARROWED,
)
def counts(query: Mapping[str, Any]) -> dict[str, Any]:
    _may_read()
    with reading() as (conn, organisation):
        meant = wanted(query, organisation)
        found = {kind: search.count(conn, actor(), organisation, exceptions.of(meant, [kind])) for kind in exceptions.KINDS}
    return {"items": [{"kind": kind, "count": one.n, "is_exact": one.is_exact} for kind, one in found.items()]}


def _may_read() -> None:
    if not actor().has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
