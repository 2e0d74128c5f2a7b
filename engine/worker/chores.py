"""What the worker looks after every so often: keys, pilots, checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain import commands as c
from engine.domain import guard as guards
from engine.domain.actors import SYSTEM
from engine.domain.errors import StaleState
from engine.runtime import Engine
from engine.store import checkpoints, releases
from engine.worker.conformance import check_conformance
from engine.worker.forgetting import forget_in_time


@dataclass(frozen=True, slots=True)
class Chore:
    """`do` is called when `every` has passed since the last time, by the engine's clock; at first at once."""

    do: Callable[[Engine], object]
    every: timedelta


class Chores:
    """When each was last seen to by this worker."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._seen_to: dict[Chore, datetime] = {}

    def see_to(self) -> None:
        now = self.engine.clock.now()
        for chore in CHORES:
            last = self._seen_to.get(chore)
            if last is None or now - last >= chore.every:
                self._seen_to[chore] = now
                chore.do(self.engine)


def tidy_up(engine: Engine) -> None:
    engine.execute(c.TidyUp(), SYSTEM)


def watch_pilots(engine: Engine) -> int:
    """Pilots whose cases have crossed a limit are ended; how many. The figures are read without holding up anybody."""
    with engine.read() as conn:
        guarded = releases.guarded(conn)
        crossed = [row.id for row in guarded if guards.broken(guards.parse(row.guard), releases.tally(conn, row))]
    return sum(engine.execute(c.CheckPilot(release_id), SYSTEM)["stopped"] for release_id in crossed)


def make_checkpoint(engine: Engine) -> bool:
    """A checkpoint is made where the last one is old enough; False where none is due, or another worker made it."""
    if engine.notary is None:
        return False
    with engine.read() as conn:
        last = checkpoints.latest_at(conn)
    if last is not None and engine.clock.now() - last < engine.notary.every:
        return False
    try:
        engine.execute(c.MakeCheckpoint(), SYSTEM)
    except StaleState:
        return False
    return True


CHORES = (
    Chore(tidy_up, timedelta(hours=1)),
    Chore(watch_pilots, timedelta(minutes=1)),
    Chore(make_checkpoint, timedelta(0)),
    Chore(check_conformance, timedelta(seconds=2)),
    Chore(forget_in_time, timedelta(minutes=1)),
)
