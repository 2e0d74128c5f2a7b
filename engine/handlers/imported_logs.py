"""Logs of other systems: read as they come, their activities matched to elements, checked by the worker, discarded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from engine.bpmn.logs import mapping
from engine.bpmn.logs.check import NOTHING
from engine.bpmn.logs.event import Columns, Log
from engine.bpmn.logs.reading import read
from engine.domain import commands as c
from engine.domain.actors import OVERSEERS, Actor
from engine.domain.errors import Forbidden, InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.work import Work
from engine.store import effects, imported_logs, procedures
from engine.versions import VERSION

LARGEST, LONGEST_NAME = 30_000_000, 255
MAY_NOT = Text("导入日志仅供审计、流程负责人和管理员", "logs are imported by auditors, process owners and administrators")
TOO_LARGE = Text(
    "文件超过 {most} MB；请压缩（XES）或分成几个文件。",
    "The file has more than {most} MB; pack it (XES) or divide it into several files.",
)
NO_ELEMENT = Text("流程图中没有元素“{name}”。", "There is no element “{name}” in the diagram.")
NO_USE = Text("未知的列用途。", "There is no such use of a column.")
KIND = "log-check"


class LogUnderWay(Refusal):
    code, kind = "log-under-way", "conflict"
    sentence = Text("该日志正在检查，请等待其完成。", "The log is being checked; wait until that is done.")


def check_may_import(actor: Actor) -> None:
    if not actor.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)


def read_ahead(command: c.ImportLog, ahead: Ahead) -> Mapping[str, Any] | None:
    """The row as it will be; None for somebody who may not import any."""
    if not ahead.actor.has(*OVERSEERS):
        return None
    if len(command.data) > LARGEST:
        raise InvalidInput(fields={"file": TOO_LARGE.format(most=LARGEST // 1_000_000)})
    with ahead.read() as conn:
        row = procedures.version_by_number(conn, command.procedure, command.version)
        if row is None:
            raise NotFound(what=VERSION)
    return _read(ahead, row.id, command.data, command.columns, command.time_format)


def add(command: c.ImportLog, work: Work) -> Mapping[str, Any]:
    """The log is read; nobody but who imported it sees it."""
    check_may_import(work.actor)
    name = _name(command.name)
    values = {"user_id": work.actor.id, "name": name, "data": command.data, "created_at": work.now}
    log_id = imported_logs.add(work.conn, values | work.prepared)
    work.record_system(
        EventType.LogImported,
        log=log_id,
        name=name,
        sha256=hashlib.sha256(command.data).hexdigest(),
        procedure=command.procedure,
        version=command.version,
    )
    return {"id": log_id}


def reread_ahead(command: c.ReadLogAnew, ahead: Ahead) -> Mapping[str, Any] | None:
    with ahead.read() as conn:
        row = imported_logs.find(conn, command.log_id, ahead.actor.id)
        data = imported_logs.data(conn, command.log_id) if row is not None else b""
    return None if row is None else _read(ahead, row.version_id, data, command.columns, command.time_format)


def reread(command: c.ReadLogAnew, work: Work) -> Mapping[str, Any]:
    """Other columns tell of other activities: what was matched and found is gone."""
    row = _find(command.log_id, work)
    imported_logs.change(work.conn, row.id, **work.prepared, finished_at=None)
    return {"id": row.id}


def check(command: c.CheckLog, work: Work) -> Mapping[str, Any]:
    """The worker is asked to check it."""
    row = _find(command.log_id, work)
    names = mapping.choices(work.versions.get(work.conn, row.version_id).net)
    known = row.result["read"]["activities"]
    chosen = {activity: command.activities.get(activity, "") for activity in known}
    wrong = {activity: NO_ELEMENT.format(name=str(one)[:100]) for activity, one in chosen.items() if one and one not in names}
    if wrong:
        raise InvalidInput(fields=wrong)
    if not any(chosen.values()):
        raise InvalidInput(fields={"activities": NOTHING})
    wanted = row.mapping | {"activities": chosen, "strict": command.strict}
    result = {"read": row.result["read"]}
    imported_logs.change(
        work.conn, row.id, mapping=wanted, state=imported_logs.WAITING, done=0, result=result, finished_at=None
    )
    effects.add(work.conn, 0, KIND, {"log": row.id}, work.now)
    return {"id": row.id}


def note_progress(command: c.NoteLogProgress, work: Work) -> Mapping[str, Any]:
    """How far the worker is; `goes_on` says whether anybody still wants to know."""
    row = imported_logs.job(work.conn, command.log_id)
    goes_on = row is not None and row.state in imported_logs.UNDER_WAY
    if goes_on:
        imported_logs.change(work.conn, command.log_id, state=imported_logs.CHECKING, done=command.done)
    return {"goes_on": goes_on}


def settle(command: c.SettleLog, work: Work) -> Mapping[str, Any]:
    """What was found, or why nothing could be."""
    row = imported_logs.job(work.conn, command.log_id)
    if row is None or row.state not in imported_logs.UNDER_WAY:
        return {}
    values = {"state": imported_logs.DONE, "done": row.total, "finished_at": work.now}
    if command.found is None:
        values |= {"state": imported_logs.FAILED, "result": row.result | {"problem": command.problem}}
    else:
        found = json.loads(command.found)
        values |= {"result": row.result | {"found": found}}
        cases, fitting = found["cases"], found["fitting"]
        work.record_system(EventType.LogChecked, log=row.id, name=row.name, cases=cases, fitting=fitting)
    imported_logs.change(work.conn, row.id, **values)
    return {}


def discard(command: c.DiscardLog, work: Work) -> Mapping[str, Any]:
    """The log and what was found in it are gone."""
    check_may_import(work.actor)
    row = imported_logs.find(work.conn, command.log_id, work.actor.id)
    if row is None:
        raise NotFound(what=imported_logs.LOG)
    imported_logs.remove(work.conn, row.id)
    work.record_system(EventType.LogDiscarded, log=row.id, name=row.name)
    return {"id": row.id}


def _find(log_id: int, work: Work) -> Row:
    check_may_import(work.actor)
    row = imported_logs.find(work.conn, log_id, work.actor.id)
    if row is None:
        raise NotFound(what=imported_logs.LOG)
    if row.state in imported_logs.UNDER_WAY:
        raise LogUnderWay()
    return row


def _read(ahead: Ahead, version_id: int, data: bytes, columns: Mapping[str, str], time_format: str) -> dict[str, Any]:
    known = {field.name for field in fields(Columns)}
    if wrong := {name: NO_USE for name in columns if name not in known}:
        raise InvalidInput(fields=wrong)
    log = read(data, Columns(**columns), time_format)
    with ahead.read() as conn:
        version = ahead.versions.get(conn, version_id)
    told = _told(log)
    proposed = mapping.propose(told["activities"], mapping.names(version.net, version.name_of))
    wanted = {"columns": asdict(log.columns), "time_format": time_format, "activities": proposed, "strict": False}
    row = {"version_id": version_id, "mapping": wanted, "state": imported_logs.READ, "done": 0}
    return row | {"total": told["cases"], "result": {"read": told}}


def _told(log: Log) -> dict[str, Any]:
    """What is known of a log before it is checked."""
    times = [event.at for trace in log.traces for event in trace.events if event.at is not None]
    return {
        "form": log.form,
        "cases": len(log.traces),
        "events": log.events,
        "activities": log.activities(),
        "offered": list(log.offered),
        "bad": [{"where": bad.where.to_dict(), "why": bad.why.to_dict()} for bad in log.bad],
        "bad_count": log.bad_count,
        "left_out": log.left_out,
        "encoding": log.encoding,
        "delimiter": log.delimiter,
        "time_format": log.time_format,
        "first": min(times).isoformat() if times else None,
        "last": max(times).isoformat() if times else None,
    }


def _name(name: str) -> str:
    """The file's own name: no folders, nothing that cannot be shown."""
    own = "".join(char for char in name.replace("\\", "/").rsplit("/", 1)[-1] if char.isprintable()).strip()
    return own[-LONGEST_NAME:] or "log"
