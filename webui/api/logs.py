"""Logs of other systems: import one, match its activities to elements, have it checked, read what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.logs import mapping
from engine.domain import commands as c
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.handlers.imported_logs import check_may_import
from engine.queries import catalogue, imported_logs
from engine.queries.imported_logs import ImportedLog
from engine.store.imported_logs import STATES
from webui import log_files
from webui.api import schemas as s
from webui.api.calls import actor, engine, reading, run
from webui.api.checking import MISSING
from webui.api.endpoint import WORK, Resource
from webui.api.parts import read_parts
from webui.api.words import iso, said

api = Resource("logs")
PARTS = ("file", "procedure", "version", "time_format", *log_files.USES)
NOT_NUMBER = Text("应为版本号，如 3。", "Should be the number of a version, such as 3.")
ANYTHING = {"type": "object", "additionalProperties": True}
COLUMNS = s.record({}, {use: s.LINE for use in log_files.USES})
ACTIVITIES = {"type": "object", "maxProperties": 1000, "additionalProperties": s.LINE}
BRIEF = {
    "id": s.ID,
    "name": s.TEXT,
    "procedure": s.TEXT,
    "version": s.NO,
    "state": s.choice(*STATES),
    "done": s.WHOLE,
    "cases": s.WHOLE,
    "created_at": s.INSTANT,
    "finished_at": s.maybe(s.INSTANT),
}
LOG = s.record(
    BRIEF
    | {
        "columns": ANYTHING,
        "time_format": s.TEXT,
        "activities": ACTIVITIES | {"description": "The element each activity is, empty where it is none."},
        "elements": s.items(s.record({"id": s.TEXT, "name": s.TEXT})),
        "strict": s.YES_NO,
        "read": ANYTHING | {"description": "What the log holds, and the rows of it that could not be read."},
        "found": s.maybe(ANYTHING) | {"description": "Fitness, deviations, waiting times and variants, when it is checked."},
        "problem": s.maybe(s.TEXT),
    }
)
UPLOAD = s.record(
    {
        "file": {"type": "string", "contentMediaType": "application/octet-stream", "description": "XES, plain or .gz, or CSV."},
        "procedure": s.LINE,
    },
    {
        "version": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$", "description": "Else the released one, else the newest."},
        "time_format": s.LINE,
        **{use: s.LINE | {"description": "Which column or attribute tells this."} for use in log_files.USES},
    },
)


@api.get("/audit/logs", Text("自己导入的日志，最新的在前", "The logs one has imported, the newest first"), s.listing(s.record(BRIEF)))
def index() -> dict[str, Any]:
    check_may_import(actor())
    with reading() as (conn, _):
        return {"items": [_brief(log) for log in imported_logs.mine(conn, actor())], "next": None}


@api.post("/audit/logs", Text("导入其他系统的日志", "Import a log of another system"), LOG, status=201, body=UPLOAD, is_upload=True)
def create() -> dict[str, Any]:
    """Activities are matched to elements by name; a check is asked for by a call of its own."""
    check_may_import(actor())
    return _shown(run(_upload())["id"])


@api.get("/audit/logs/{log}", Text("一个日志及其检查结果", "One log and what its check found"), LOG)
def show(log_id: int) -> dict[str, Any]:
    check_may_import(actor())
    return _shown(log_id)


@api.post(
    "/audit/logs/{log}/columns",
    Text("指明各列的含义并重新读取", "Say which column tells what, and read it anew"),
    LOG,
    body=s.record({"columns": COLUMNS}, {"time_format": s.LINE}),
)
def reread(log_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    run(c.ReadLogAnew(log_id, body["columns"], body.get("time_format", "")))
    return _shown(log_id)


@api.post(
    "/audit/logs/{log}/check",
    Text("检查日志", "Have it checked; the answer comes before the check is done"),
    LOG,
    status=202,
    scope=WORK,
    body=s.record({}, {"activities": ACTIVITIES, "strict": s.YES_NO}),
)
def check(log_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Without activities those stand that were proposed; what only the log or the diagram knows counts when `strict`."""
    check_may_import(actor())
    with reading() as (conn, _):
        usual = imported_logs.find(conn, actor(), log_id).activities
    run(c.CheckLog(log_id, body.get("activities", usual), body.get("strict", False)))
    return _shown(log_id)


@api.delete("/audit/logs/{log}", Text("丢弃日志及其结果", "Discard the log and what was found"), s.record({"id": s.ID}))
def discard(log_id: int) -> dict[str, Any]:
    return dict(run(c.DiscardLog(log_id)))


def _upload() -> c.ImportLog:
    form, files, wrong = read_parts(PARTS, log_files.LARGEST_UPLOAD)
    wrong |= {name: MISSING for name, there in (("file", files), ("procedure", form)) if name not in there}
    number = form.get("version", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        wrong["version"] = NOT_NUMBER
    if wrong:
        raise InvalidInput(fields=wrong)
    with reading() as (conn, _):
        version = int(number) if number else imported_logs.usual_version(conn, engine().versions, form["procedure"])
    return log_files.command_of(files["file"], form["procedure"], version, form)


def _shown(log_id: int) -> dict[str, Any]:
    with reading() as (conn, _):
        log = imported_logs.find(conn, actor(), log_id)
        version = catalogue.version(conn, engine().versions, log.procedure, log.version)
    names = mapping.names(version.net, version.name_of)
    return _brief(log) | {
        "columns": log.columns,
        "time_format": log.time_format,
        "activities": log.activities,
        "elements": [{"id": element, "name": said(name)} for element, name in names.items()],
        "strict": log.strict,
        "read": _in_words(log.read),
        "found": _in_words(log.found),
        "problem": _in_words(log.problem),
    }


def _brief(log: ImportedLog) -> dict[str, Any]:
    shown = {name: getattr(log, name) for name in ("id", "name", "procedure", "version", "state", "done")}
    return shown | {"cases": log.total, "created_at": iso(log.created_at), "finished_at": iso(log.finished_at)}


def _in_words(value: Any) -> Any:
    """Texts in the reader's language, wherever they stand."""
    if isinstance(value, dict):
        return said(Text(**value)) if value.keys() == {"zh", "en"} else {key: _in_words(one) for key, one in value.items()}
    return [_in_words(one) for one in value] if isinstance(value, list) else value
