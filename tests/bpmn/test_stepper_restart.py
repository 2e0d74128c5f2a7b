"""Random walks through random processes: the same with and without a restart, and as reckoned from their blocks."""

from __future__ import annotations

import random

import pytest

from engine.bpmn import spec as specs
from tests.bpmn.drawn import Run
from tests.bpmn.made import PLAIN, blocks, drawn
from tests.bpmn.reckoned import Reckoning
from tests.bpmn.walks import walk

START = {"c0": False, "c1": True, "c2": False, "c3": True, "c4": False}


def decide(process_id, element_id, variables, chance):
    """Sets a few of the variables the gateways look at, and some data of every kind."""
    values = {f"c{number}": chance.random() < 0.4 for number in range(5) if chance.random() < 0.5}
    values[f"note{chance.randrange(3)}"] = chance.choice([1, [1, 2], {"a": {"b": 10**30}}, None, "文"])
    return values


@pytest.mark.parametrize("seed", range(200))
def test_a_restart_after_every_step_changes_nothing(seed):
    spec = specs.build(drawn(blocks(seed, depth=1 + seed % 3)), "p")
    in_memory = walk(spec, seed, decide, restart=False, variables=START, limit=80)
    restarted = walk(spec, seed, decide, restart=True, variables=START, limit=80)
    for number, (one, other) in enumerate(zip(in_memory.steps, restarted.steps, strict=True)):
        assert one == other, f"step {number}"
    assert in_memory.ended == restarted.ended
    assert not any(step[3] for step in in_memory.steps), "a made process has nothing that could fail"


@pytest.mark.parametrize("seed", range(300))
def test_what_is_open_is_what_the_blocks_say(seed):
    whole, chance = blocks(seed, 1 + seed % 3, PLAIN), random.Random(seed)
    run, reckoning = Run(drawn(whole), variables=START), Reckoning(whole, START)
    for _ in range(60):
        assert sorted(run.names) == reckoning.open
        assert (run.ended == "completed") == reckoning.over
        if run.ended:
            break
        decisions = {f"c{number}": chance.random() < 0.4 for number in range(5)}
        name = chance.choice(reckoning.open)
        run.complete(name, **decisions)
        reckoning.complete(name, decisions)
    assert not run.failures
