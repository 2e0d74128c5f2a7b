"""Effects: leased to one worker for a while, carried out outside any transaction, then settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.domain import commands as c
from engine.handlers import exports
from engine.handlers.work import Work
from engine.store import effects, idempotency, imported_logs

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
KEYS_KEPT, LOGS_KEPT = timedelta(days=14), timedelta(days=90)


def lease(command: c.LeaseEffect, work: Work) -> Mapping[str, Any] | None:
    """None when none is due. A worker that dies leaves it to be leased again: at least once is the promise."""
    row = effects.lease_one(work.conn, work.now, work.now + LEASE)
    return None if row is None else {"id": row.id, "case": row.case_id, "kind": row.kind, "body": row.body}


def keep(command: c.KeepEffect, work: Work) -> Mapping[str, Any]:
    effects.keep(work.conn, command.effect_id, work.now + LEASE)
    return {}


def settle(command: c.SettleEffect, work: Work) -> Mapping[str, Any]:
    """A failure is tried again after pauses that double; after twelve tries its last error stays to be seen."""
    row = effects.find(work.conn, command.effect_id)
    if row is None or row.done_at is not None:
        return {}
    if command.problem is None:
        effects.done(work.conn, row.id, work.now)
    elif command.final or row.attempts >= MOST_ATTEMPTS:
        effects.postpone(work.conn, row.id, None, command.problem)
    else:
        pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
        effects.postpone(work.conn, row.id, work.now + pause, command.problem)
    return {}


def tidy_up(command: c.TidyUp, work: Work) -> Mapping[str, Any]:
    """Sessions are not touched: they live by the real time, which a demo organisation's is not."""
    imported_logs.forget_before(work.conn, work.now - LOGS_KEPT)
    expired = exports.remove_expired(work)
    return {"keys": idempotency.forget_before(work.conn, work.now - KEYS_KEPT), "exports": expired}
