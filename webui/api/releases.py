"""Who gets which version: release to a scope, take back, what is released, how two versions compare, whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.domain import commands as c
from engine.domain.errors import NotFound
from engine.domain.guard import FEWEST_CASES, MOST_CASES
from engine.domain.pilot import NAMES, TIMES, Figure, Line, Side
from engine.domain.release import MOST_DEPARTMENTS
from engine.domain.text import Text
from engine.domain.training import TRAININGS
from engine.queries import pilots
from engine.queries import releases as queries
from webui.api import schemas as s
from webui.api.calls import engine, reading, run
from webui.api.endpoint import DEPLOY, READ, Resource
from webui.api.words import iso, said, words

api = Resource("procedures")
READERS = {"scopes": (READ, DEPLOY)}
DEPARTMENT: s.Schema = {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["service"]}
RATE: s.Schema = {"type": "number", "minimum": 0, "maximum": 1}
SCOPE: s.Schema = s.record(
    {},
    {
        "all": {"const": True, "description": "Everyone."},
        "departments": {"type": "array", "items": DEPARTMENT, "maxItems": MOST_DEPARTMENTS},
        "share": {"type": "number", "description": "Of the customers, above 0 and below 1, at most four decimals."},
    },
    minProperties=1,
    maxProperties=1,
    description="One of the three.",
)
GUARD: s.Schema = s.record(
    {},
    {
        "on_time": RATE | {"description": "The lowest on-time rate."},
        "incidents": RATE | {"description": "The highest share of cases with incidents."},
        "cases": {"type": "integer", "minimum": FEWEST_CASES, "maximum": MOST_CASES, "default": 20},
    },
    description="Ends a pilot by itself once so many cases have crossed a limit.",
)
RELEASED_TO = s.record(
    {}, {"all": {"const": True}, "departments": s.items(s.TEXT), "share": {"type": "string", "examples": ["0.1"]}}
)
RELEASE = s.record(
    {
        "version": s.WHOLE,
        "scope": RELEASED_TO,
        "guard": s.maybe(s.record({"cases": s.WHOLE}, {"on_time": s.TEXT, "incidents": s.TEXT})),
        "note": s.TEXT,
        "released_at": s.INSTANT,
        "released_by": s.TEXT,
        "ended_at": s.maybe(s.INSTANT),
        "ended_by": s.maybe(s.TEXT),
        "ended_how": {"enum": ["replaced", "promoted", "changed", "withdrawn", "stopped", None]},
        "ended_why": s.maybe(s.TEXT),
    }
)
WITHDRAWN = s.record({"key": s.TEXT, "version": s.WHOLE, "state": s.TEXT, "replaced_by": s.maybe(s.WHOLE)})
BOUND: s.Schema = {"type": ["number", "null"]}
FIGURE = s.record({"n": s.WHOLE, "value": BOUND, "low": BOUND, "high": BOUND})
SIDE = s.record({"version": s.WHOLE, "started": s.WHOLE, "finished": s.WHOLE, "incidents_per_case": {"type": "number"}})
MEASURE = s.record(
    {
        "measure": s.choice(*NAMES),
        "name": s.TEXT,
        "unit": s.choice("seconds", "rate"),
        "a": FIGURE,
        "b": FIGURE,
        "difference": s.maybe(s.record({"low": BOUND, "high": BOUND})),
        "finding": {"enum": ["better", "worse", "same", "few", None]},
    },
    description="`finding` is of b against a. Intervals have 95 %; a time without enough cases has no bound.",
)
COMPARISON = s.record(
    {
        "a": SIDE,
        "b": SIDE,
        "periods": s.items(s.record({"from": s.INSTANT, "to": s.INSTANT})),
        "measures": s.items(MEASURE),
        "enough": s.YES_NO,
        "verdict": s.TEXT,
    }
)
VERSION_NUMBER: s.Schema = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
NO_OTHER = Text("可比较的另一个版本", "Another version to compare with")
RELEASE_SENT = s.record(
    {"scope": SCOPE},
    {"training": s.choice(*TRAININGS, default="none"), "guard": s.maybe(GUARD), "note": s.NOTE},
)


@api.post(
    "/procedures/{key}/versions/{number}/release",
    Text("发布给所有人、部门或一部分客户", "Release a version to everyone, departments or a share; running cases keep theirs"),
    s.named("Released"),
    scope=DEPLOY,
    body=RELEASE_SENT,
)
def release(key: str, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    more = {name: body[name] for name in ("training", "guard", "note") if name in body}
    return dict(run(c.ReleaseVersion(key, number, body["scope"], **more)))


@api.post(
    "/procedures/{key}/versions/{number}/withdrawal",
    Text("收回一个版本：新工单不再使用", "Take a version back: no new case gets it"),
    WITHDRAWN,
    scope=DEPLOY,
    body=s.REASON_SENT,
)
def withdraw(key: str, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.WithdrawVersion(key, number, body["reason"])))


@api.get(
    "/procedures/{key}/releases",
    Text("谁使用哪个版本，现在与以往", "Who gets which version, now and before, the newest first"),
    s.listing(RELEASE),
    **READERS,
)
def releases_of(key: str) -> dict[str, Any]:
    with reading() as (conn, _):
        rows = queries.of_procedure(conn, key)
    return {"items": [_shape(row) for row in rows], "next": None}


@api.put(
    "/procedures/{key}/department",
    Text("流程归哪个部门", "Whose the procedure is"),
    s.record({"key": s.TEXT, "department": s.maybe(s.TEXT)}),
    scope=DEPLOY,
    body=s.record({"department": s.maybe(DEPARTMENT)}),
)
def set_department(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.SetProcedureDepartment(key, body["department"])))


@api.get(
    "/procedures/{key}/comparison",
    Text("两个版本的工单对比", "The cases of two versions beside each other, of those started while both could be got"),
    COMPARISON,
    query={"a": VERSION_NUMBER | {"description": "The current one."}, "b": VERSION_NUMBER | {"description": "The pilot."}},
    **READERS,
)
def compare(key: str, query: Mapping[str, Any]) -> dict[str, Any]:
    now = engine().clock.now()
    with reading() as (conn, organisation):
        pair = pilots.usual_pair(conn, key)
        one, other = query.get("a") or (pair and pair[0]), query.get("b") or (pair and pair[1])
        if one is None or other is None:
            raise NotFound(what=NO_OTHER)
        found = pilots.of_versions(conn, engine().versions, organisation, key, one, other, now)
    comparison = found.comparison
    return {
        "a": _side(comparison.one),
        "b": _side(comparison.other),
        "periods": [{"from": iso(start), "to": iso(end)} for start, end in found.periods],
        "measures": [_line(line) for line in comparison.lines],
        "enough": comparison.enough,
        "verdict": said(comparison.verdict),
    }


def _side(side: Side) -> dict[str, Any]:
    counts = {"version": side.version, "started": side.started, "finished": side.finished}
    return counts | {"incidents_per_case": round(side.incidents_per_case, 4)}


def _line(line: Line) -> dict[str, Any]:
    apart = line.difference
    return {
        "measure": line.measure,
        "name": said(line.name),
        "unit": "seconds" if line.measure in TIMES else "rate",
        "a": _figure(line.one),
        "b": _figure(line.other),
        "difference": {"low": _number(apart.low), "high": _number(apart.high)} if apart else None,
        "finding": line.finding,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    bounds = {"low": _number(figure.interval.low), "high": _number(figure.interval.high)}
    return {"n": figure.n, "value": _number(figure.value)} | bounds


def _number(value: Any) -> float | None:
    """Times in seconds, rates to four places."""
    if value is None:
        return None
    return value.total_seconds() if isinstance(value, timedelta) else round(value, 4)


def _shape(row: queries.ReleaseRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "scope": row.scope.to_dict(),
        "guard": row.guard.to_dict() if row.guard else None,
        "note": row.note,
        "released_at": iso(row.released_at),
        "released_by": row.released_by,
        "ended_at": iso(row.ended_at),
        "ended_by": row.ended_by,
        "ended_how": row.ended_how,
        "ended_why": words(row.why),
    }
