"""kill -9 in the middle of clicking, ten times: what was acknowledged is there, what was sent again is there once."""

from __future__ import annotations

import signal

from sqlalchemy import func, select

from engine.store.schema import service_case, user_task
from engine.store.session import Database
from tests.browser import desks
from tests.browser.clicker import Clicker
from tests.webui.terminal import Terminal

KILLS = 10


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(made, tmp_path):
    desks.copy(made.original, tmp_path)
    database = Database(f"sqlite:///{tmp_path / desks.FILE}")
    before = cases(database)
    clicker = Clicker("zhang.min")
    for kill in range(KILLS):
        with desks.running(tmp_path) as desk:
            clicker.begin(desk.address)
            clicker.until_acknowledged(3 + kill % 4)
            desk.process.send(signal.SIGKILL)
            desk.process.wait()
            clicker.end()
    with desks.running(tmp_path) as desk:
        clicker.finish(desk.address)

    assert cases(database) - before == len(clicker.matters)
    for matter in clicker.matters:
        assert matter.done
        assert first_step(database, matter.case_id) == "completed"
    database.close()
    assert "the trail holds" in Terminal(f"sqlite:///{tmp_path / desks.FILE}").ok("verify")


def cases(database: Database) -> int:
    with database.read() as conn:
        return conn.execute(select(func.count()).select_from(service_case)).scalar_one()


def first_step(database: Database, case_id: int) -> str:
    """How its first step ended; fails where there is not exactly one."""
    at = (user_task.c.case_id == case_id) & (user_task.c.element_id == "record_contact")
    with database.read() as conn:
        return conn.execute(select(user_task.c.state).where(at)).scalar_one()
