"""Processes made at random, run to their ends with time passing: on their own version every one goes the same way."""

from __future__ import annotations

import random

import pytest

from engine.store.session import Database
from tests.bpmn.made import blocks, drawn
from tests.engine.test_replay import replayed
from tests.office import Office, clerk

MOST_STEPS = 150


@pytest.fixture
def own_office(sqlite_url):
    database = Database(sqlite_url)
    yield Office(database)
    database.close()


@pytest.mark.parametrize("seed", range(20))
def test_a_random_run_goes_the_same_way_on_its_own_version(own_office, seed):
    office, chance = own_office, random.Random(seed)
    office.deploy(drawn(blocks(seed, 2)))
    start = {f"c{n}": chance.random() < 0.5 for n in range(5)}
    case = office.start("p", by=clerk, **start)
    for _ in range(MOST_STEPS):
        if case.state != "open":
            break
        if chance.random() < 0.3:
            office.wait(chance.choice(("PT10M", "PT3H", "P1D")), work=chance.random() < 0.7)
        if tasks := case.open_tasks:
            index = chance.randrange(len(tasks))
            element = tasks[index]
            values = {f"c{chance.randrange(5)}": chance.random() < 0.5}
            case.task(element, tasks[:index].count(element)).complete(by=clerk, values=values)
        elif case.state == "open":
            office.wait("P2D")
    (one,) = replayed(office.engine, case.id, "p")
    assert (one.outcome, one.why, one.at, one.was, one.would) == ("same", None, None, None, None), one
    assert not one.assumed and not one.skipped
