"""The worker: one due thing after another."""

from __future__ import annotations

import logging
from datetime import datetime
from threading import Event

from engine.mail import LogSender, Sender
from engine.runtime import Engine
from engine.store import effects, waiting
from engine.worker.chores import Chores
from engine.worker.clockwork import strike_and_fire
from engine.worker.effects import Effects

log = logging.getLogger(__name__)

SHORTEST_SECONDS, LONGEST_SECONDS, AFTER_FAILURE_SECONDS = 0.05, 1.0, 5.0


class Worker:
    """Goes on until it is told to stop. Any number may run, in one process or in many."""

    def __init__(self, engine: Engine, sender: Sender | None = None, *, longest_seconds: float = LONGEST_SECONDS) -> None:
        self.engine = engine
        self.longest_seconds = longest_seconds
        self.chores = Chores(engine)
        self.effects = Effects(engine, sender or LogSender())

    def run(self, stop: Event) -> None:
        """One due thing after another, long work a step at a time between them; where nothing is due, sleep."""
        while not stop.is_set():
            try:
                self.chores.see_to()
                if not (_one_due(self.engine, self.effects) or self.effects.step()):
                    stop.wait(self._pause_seconds())
            except Exception:
                log.exception("the worker goes on in %s seconds", AFTER_FAILURE_SECONDS)
                stop.wait(AFTER_FAILURE_SECONDS)

    def _pause_seconds(self) -> float:
        """Until the next thing is due; never long, because people make new things due meanwhile."""
        at = next_instant(self.engine)
        left = self.longest_seconds if at is None else (at - self.engine.clock.now()).total_seconds()
        return max(SHORTEST_SECONDS, min(left, self.longest_seconds))


def run_once(engine: Engine, sender: Sender | None = None) -> bool:
    """One due thing, or a batch of them, is done to its end; False when nothing is due (or others are at it)."""
    at_it = Effects(engine, sender or LogSender())
    done = _one_due(engine, at_it)
    while at_it.step():
        pass
    return done


def next_instant(engine: Engine) -> datetime | None:
    """When the next thing is due, past or future; None when nothing ever will be as things stand."""
    with engine.read() as conn:
        instants = (waiting.next_instant(conn), effects.next_instant(conn))
    return min((at for at in instants if at is not None), default=None)


def _one_due(engine: Engine, carrying: Effects) -> bool:
    now = engine.clock.now()
    with engine.read() as conn:
        clockwork, effect = waiting.next_instant(conn), effects.next_instant(conn)
    if clockwork is not None and clockwork <= now and strike_and_fire(engine):
        return True
    return effect is not None and effect <= now and carrying.carry_out_one()
