"""Long work of the worker: a step at a time, what falls due in between comes first, its lease is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.handlers.effects import LEASE
from engine.mail import LogSender
from engine.store import effects
from engine.store.schema import effect
from engine.worker.effects import KEEP_EVERY, KINDS, Effects


@pytest.fixture
def long(office, monkeypatch):
    """An effect of three steps; `said` tells what has happened to it."""
    said = []

    def carry(engine, sender, leased):
        for step in leased["body"]["steps"]:
            if step == "fail":
                raise ValueError("cannot be done")
            said.append(step)
            yield

    monkeypatch.setattr("engine.worker.effects.KINDS", {**KINDS, "long": carry})
    return said


def put(office, *steps) -> int:
    with office.database.write() as conn:
        effects.add(conn, 0, "long", {"steps": steps}, office.clock.now())
        return conn.execute(select(effect.c.id).order_by(effect.c.id.desc())).scalar()


def row(office, effect_id):
    with office.engine.read() as conn:
        return effects.find(conn, effect_id)


def test_long_work_is_done_step_by_step_and_settled(office, long):
    no, worker = put(office, 1, 2), Effects(office.engine, LogSender())
    assert worker.carry_out_one() and long == []
    assert worker.step() and long == [1]
    assert worker.step() and long == [1, 2] and row(office, no).done_at is None
    assert worker.step() and row(office, no).done_at is not None
    assert not worker.step() and not worker.carry_out_one()


def test_two_long_works_take_turns(office, long):
    put(office, "a", "b"), put(office, "x", "y")
    worker = Effects(office.engine, LogSender())
    while worker.carry_out_one() or worker.step():
        pass
    assert long == ["a", "x", "b", "y"]


def test_the_lease_is_kept_while_the_work_goes_on(office, long):
    no, worker = put(office, *range(9)), Effects(office.engine, LogSender())
    worker.carry_out_one()
    other = Effects(office.engine, LogSender())
    for _ in range(6):
        office.clock.move(KEEP_EVERY)
        worker.step()
        assert row(office, no).due_at == office.clock.now() + LEASE
        assert not other.carry_out_one()


def test_where_the_worker_dies_another_begins_anew(office, long):
    no, dead = put(office, 1, 2), Effects(office.engine, LogSender())
    dead.carry_out_one(), dead.step()
    office.clock.move(LEASE + timedelta(seconds=1))
    assert office.work() and long == [1, 1, 2]
    assert row(office, no).done_at is not None and row(office, no).attempts == 2


def test_what_fails_on_the_way_is_tried_again_later(office, long):
    no = put(office, 1, "fail", 3)
    office.work()
    assert long == [1] and row(office, no).last_error == "ValueError: cannot be done"
    assert row(office, no).due_at > office.clock.now()


def test_a_settled_effect_is_not_leased_anew_by_keeping_it(office, long):
    no = put(office, 1)
    office.work()
    office.engine.execute(c.KeepEffect(no), SYSTEM)
    assert row(office, no).due_at is None
