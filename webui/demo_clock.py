"""Demo mode only: a visitor moves the organisation's clock forward, and what is then due happens at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import worker
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.calendar import WALL
from engine.domain.duration import Duration
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from webui.request import calendar_for, engine, reading, safe_next

bp = Blueprint("demo", __name__)

STEPS = ("PT15M", "PT1H", "P1D")
AT_ONCE = 200


@bp.post("/demo/clock")
def move_clock() -> ResponseReturnValue:
    by = request.form.get("by", "")
    if by not in STEPS:
        raise InvalidInput(fields={"by": Text("可选：15 分钟、1 小时、1 个工作日。", "Choose 15 minutes, 1 hour or 1 working day.")})
    seconds = int((_later(by) - g.now).total_seconds())
    offset = engine().execute(c.MoveClock(seconds), g.viewer or SYSTEM)["offset_seconds"]
    _follow(offset)
    for _ in range(AT_ONCE):
        if not worker.run_once(engine()):
            break
    return redirect(safe_next(request.form.get("next"), url_for("desk.first")), 303)


def _later(by: str) -> datetime:
    """The instant to move to: a working day by the organisation's calendar, anything shorter by the wall clock."""
    if not by.endswith("D"):
        return WALL.add(g.now, Duration.parse(by))
    with reading() as r:
        return calendar_for(r.organisation, r.actor).add(g.now, Duration.parse(by))


def _follow(offset: int) -> None:
    """This process knows the new time already when the next page is made."""
    clock = engine().clock
    if hasattr(clock, "look"):
        clock.look()
    elif hasattr(clock, "offset"):
        clock.offset = timedelta(seconds=offset)
