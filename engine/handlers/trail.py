"""Reading the trail to verify it, or to take it away, is itself recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import OVERSEERS, SYSTEM
from engine.domain.errors import Forbidden
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.work import Work

NOT_YOURS = Text("只有审计、管理员和流程负责人可以导出轨迹", "auditors, administrators and process owners export the trail")


def record_verification(command: c.RecordVerification, work: Work) -> Mapping[str, Any]:
    given = {"scope": command.scope, "entries": command.entries, "verdict": command.verdict}
    work.record_system(EventType.TrailVerified, **given, since=command.since, against=command.against)
    return {}


def record_export(command: c.RecordExport, work: Work) -> Mapping[str, Any]:
    if work.actor != SYSTEM and not work.actor.has(*OVERSEERS):
        raise Forbidden(why=NOT_YOURS)
    of = {key: value for key, value in command.scope.items() if key in ("case", "procedure", "from", "to", "procedures", "sample")}
    what = {"format": command.format, "cases": command.cases, "entries": command.entries}
    work.record_system(EventType.TrailExported, **what, **of)
    return {}
