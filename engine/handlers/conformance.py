"""What was found when cases were held against their procedures is kept, to be listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import OVERSEERS, SYSTEM
from engine.domain.errors import Forbidden, StaleState
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import verdicts

MAY_NOT = Text("合规检查仅供审计、流程负责人和管理员", "conformance is for auditors, owners and administrators")


def keep(command: c.KeepVerdicts, work: Work) -> Mapping[str, Any]:
    """Of two who looked at the same cases at once one keeps what they found; the other's is the same."""
    if work.actor != SYSTEM and not work.actor.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)
    if not verdicts.advance(work.conn, command.was, command.now):
        raise StaleState()
    rows = [{**one, "checked_at": work.now} for one in command.verdicts]
    verdicts.save(work.conn, rows, command.deviations)
    return {"cases": len(rows)}
