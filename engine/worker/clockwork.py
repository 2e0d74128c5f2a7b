"""Clocks and timers: what is due is claimed, applied and gone in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.runtime import Engine
from engine.store import due
from engine.store.due import Due
from engine.store.session import Busy
from engine.worker.problems import is_about_the_connection, words

log = logging.getLogger(__name__)

BATCH, CANDIDATES = 50, 500


def strike_and_fire(engine: Engine) -> bool:
    """A batch in one transaction; where one of it fails, each by itself, so that it leaves the others alone."""
    claimed: list[tuple[c.StrikeClock | c.FireTimer, Due | None]] = []

    def claim(conn: Connection, now: datetime) -> Sequence[tuple[c.Command, Due | None]]:
        claimed[:] = _commands(due.claim(conn, now, BATCH, CANDIDATES))
        return claimed

    try:
        return engine.execute_claimed(claim) > 0
    except Busy:
        return False
    except Exception as problem:
        if is_about_the_connection(problem):
            raise
        log.warning("a batch of %d failed, now one by one: %s", len(claimed), problem)
    done, problems = [], []
    for command, _ in claimed:
        try:
            done.append(_one_by_itself(engine, command))
        except Exception as problem:
            if is_about_the_connection(problem):
                raise
            problems.append(problem)
    if problems:
        raise problems[0]
    return any(done)


def _commands(found: Sequence[Due]) -> list[tuple[c.StrikeClock | c.FireTimer, Due | None]]:
    """Where clocks and timers of one case are due, the second command reads what the first has left."""
    commands: list[tuple[c.StrikeClock | c.FireTimer, Due | None]] = []
    for one in found:
        if one.clocks_due:
            commands.append((c.StrikeClock(one.case_id), one))
        if one.timers:
            commands.append((c.FireTimer(one.case_id), None if one.clocks_due else one))
    return commands


def _one_by_itself(engine: Engine, command: c.StrikeClock | c.FireTimer) -> bool:
    """What fails becomes an incident and is put off. False when somebody else holds the case just now.

    Raises what not even an incident could be made of; the worker then rests before it goes on.
    """
    try:
        engine.execute(command, SYSTEM)
    except Busy:
        return False
    except Exception as problem:
        if is_about_the_connection(problem):
            raise
        log.exception("%s failed in %s", type(command).__name__, case_number(command.case_id))
        is_clock = isinstance(command, c.StrikeClock)
        engine.execute(c.PostponeDue(command.case_id, is_clock, words(problem)), SYSTEM)
    return True
