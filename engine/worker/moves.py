"""Cases move to another version of their procedure."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.mail import Sender
from engine.runtime import Engine
from engine.store import migrations
from engine.store.session import Busy
from engine.worker.problems import is_about_the_connection, words

log = logging.getLogger(__name__)


def move_cases(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    """Those of its cases that nobody has looked at yet, each in a transaction of its own."""
    body = leased["body"]
    migration_id = body["migration"]
    with engine.read() as conn:
        cases = migrations.planned_between(conn, migration_id, body["first"], body["last"])
    for case_id in cases:
        move_one(engine, case_id, migration_id)
    engine.execute(c.SettleMigration(migration_id), SYSTEM)


def move_one(engine: Engine, case_id: int, migration_id: int) -> None:
    """A case that cannot be moved for a mistake of ours stays, and says so. Raises `Busy` where somebody holds it."""
    try:
        engine.execute(c.MigrateCase(case_id, migration_id), SYSTEM)
    except Exception as problem:
        if isinstance(problem, Busy) or is_about_the_connection(problem):
            raise
        log.exception("%s could not be moved", case_number(case_id))
        engine.execute(c.MigrateCase(case_id, migration_id, words(problem)), SYSTEM)
