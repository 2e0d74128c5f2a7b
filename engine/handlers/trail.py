"""Reading the trail to verify it is itself recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.events import EventType
from engine.handlers.work import Work


def record_verification(command: c.RecordVerification, work: Work) -> Mapping[str, Any]:
    work.record_system(
        EventType.TrailVerified, scope=command.scope, entries=command.entries, verdict=command.verdict
    )
    return {}
