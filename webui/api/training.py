"""Read and acknowledge: what a version changes, who has read it, and to say that one has."""

from __future__ import annotations

from typing import Any

from engine.domain import commands as c
from engine.domain.actors import LEAD, OVERSEERS
from engine.domain.text import Text
from engine.domain.training import TRAININGS
from engine.queries import training
from engine.queries.training import Reader, ToRead
from webui.api import schemas as s
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import Resource
from webui.api.words import iso, said

api = Resource("training")
FIELDS = {
    "procedure": s.TEXT,
    "procedure_name": s.TEXT,
    "version": s.WHOLE,
    "before": s.maybe(s.WHOLE),
    "training": s.choice(*TRAININGS),
    "note": s.TEXT,
    "released_at": s.maybe(s.INSTANT),
}
READER = s.record({"login": s.TEXT, "name": s.TEXT, "asked": s.YES_NO, "read_at": s.maybe(s.INSTANT)})
TRAINING = s.record({**FIELDS, "changes": s.items(s.TEXT), "people": s.items(READER)})
ACKNOWLEDGED = s.record({"procedure": s.TEXT, "version": s.WHOLE})


@api.get("/training", Text("我还需阅读的变更", "What the caller has still to read"), s.listing(s.record(FIELDS)))
def index() -> dict[str, Any]:
    with reading() as (conn, organisation):
        found = training.to_read(conn, actor(), organisation, engine().versions)
    return {"items": [_line(one) for one in found], "next": None}


@api.get(
    "/procedures/{key}/versions/{number}/training",
    Text("版本变更内容与已读情况", "What a version changes and who has read it: of all for owners, else what the caller may see"),
    TRAINING,
)
def show(key: str, number: int) -> dict[str, Any]:
    versions = engine().versions
    with reading() as (conn, organisation):
        wanted = training.find(conn, versions, key, number)
        changes = training.changes(conn, versions, wanted)
        people = training.roster(conn, organisation, versions, key, number).people
        seen = [one for one in people if _may_see(one, organisation.by_login[one.login].department)]
    return _line(wanted) | {"changes": [said(one) for one in changes], "people": [_reader(one) for one in seen]}


@api.post(
    "/procedures/{key}/versions/{number}/acknowledgement",
    Text("确认已读", "Say that one has read what the version changes"),
    ACKNOWLEDGED,
)
def acknowledge(key: str, number: int) -> dict[str, Any]:
    return dict(run(c.AcknowledgeVersion(key, number)))


def _may_see(reader: Reader, department: str | None) -> bool:
    who = actor()
    is_led = who.has(LEAD) and department in who.departments
    return is_led or who.has(*OVERSEERS) or reader.login == who.login


def _line(one: ToRead) -> dict[str, Any]:
    return {
        "procedure": one.procedure,
        "procedure_name": said(one.name),
        "version": one.version,
        "before": one.before,
        "training": one.training,
        "note": one.note,
        "released_at": iso(one.released_at),
    }


def _reader(one: Reader) -> dict[str, Any]:
    return {"login": one.login, "name": one.name, "asked": one.is_asked, "read_at": iso(one.read_at)}
