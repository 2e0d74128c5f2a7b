"""Effects: leased to this worker, carried out outside any transaction, settled.

What takes long is a generator that yields every so often: the worker does one step of it after another, and whatever
falls due in between comes first. Its lease is kept while it goes on; where the worker dies, another begins anew.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.errors import NotWaiting
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import CaseNotOpen, NobodyWaits, NotFound
from engine.mail import Sender
from engine.runtime import Engine
from engine.worker import checkpoints
from engine.worker.exports import make_export
from engine.worker.logs import check_log
from engine.worker.mails import tell_of_the_pilot, tell_the_leads
from engine.worker.messages import deliver
from engine.worker.moves import move_cases
from engine.worker.problems import is_about_the_connection, words

log = logging.getLogger(__name__)

#: Given the engine, who sends mail, and the leased effect {id, case, kind, body}; long work is a generator of steps.
Carry = Callable[[Engine, Sender, Mapping[str, Any]], Iterator[None] | None]
KINDS: Mapping[str, Carry] = {
    "message": deliver,
    "escalation": tell_the_leads,
    "pilot-stopped": tell_of_the_pilot,
    "migration": move_cases,
    "checkpoint-mail": checkpoints.mail,
    "checkpoint-post": checkpoints.post,
    "export": make_export,
    "log-check": check_log,
}
#: Refusals that another try would not change.
FINAL = (NobodyWaits, NotWaiting, CaseNotOpen, NotFound)
KEEP_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Long:
    """Long work under way, and when its lease was last kept."""

    leased: Mapping[str, Any]
    steps: Iterator[None]
    kept_at: datetime


class Effects:
    """What this worker has leased: short work is done at once, long work step by step, one after the other in turn."""

    def __init__(self, engine: Engine, sender: Sender) -> None:
        self.engine, self.sender = engine, sender
        self._long: deque[Long] = deque()

    def carry_out_one(self) -> bool:
        """The effect that has been due longest is done, or begun; False when none is due."""
        leased = self.engine.execute(c.LeaseEffect(), SYSTEM)
        if leased is None:
            return False
        carry = KINDS.get(leased["kind"])
        if carry is None:
            self._settle(leased, f"unknown kind {leased['kind']}", True)
            return True
        try:
            steps = carry(self.engine, self.sender, leased)
        except Exception as failure:
            if is_about_the_connection(failure):
                raise
            self._failed(leased, failure)
        else:
            if steps is None:
                self._settle(leased)
            else:
                self._long.append(Long(leased, steps, self.engine.clock.now()))
        return True

    def step(self) -> bool:
        """One step of what takes long; False when nothing does."""
        if not self._long:
            return False
        one = self._long.popleft()
        try:
            next(one.steps)
            self._keep(one)
        except StopIteration:
            self._settle(one.leased)
        except Exception as failure:
            if is_about_the_connection(failure):
                raise
            self._failed(one.leased, failure)
        else:
            self._long.append(one)
        return True

    def _keep(self, one: Long) -> None:
        now = self.engine.clock.now()
        if now - one.kept_at >= KEEP_EVERY:
            one.kept_at = now
            self.engine.execute(c.KeepEffect(one.leased["id"]), SYSTEM)

    def _failed(self, leased: Mapping[str, Any], failure: Exception) -> None:
        if not isinstance(failure, FINAL):
            log.warning("effect %d (%s) failed: %s", leased["id"], leased["kind"], failure)
        self._settle(leased, words(failure), isinstance(failure, FINAL))

    def _settle(self, leased: Mapping[str, Any], problem: str | None = None, is_final: bool = False) -> None:
        self.engine.execute(c.SettleEffect(leased["id"], problem, is_final), SYSTEM)
