"""Alignments beside those of pm4py, on random models of tasks and gateways: the same number of moves, trace by trace."""

from __future__ import annotations

import random

import pytest

from engine.bpmn.conformance.net import net_of
from engine.bpmn.logs.alignment import align
from engine.bpmn.logs.walk import Walk
from tests.bpmn.made import blocks, drawn
from tests.bpmn.oracle import ask

MODELS, TRACES, LONGEST = range(40), 12, 14
KINDS = ("chain", "choice", "fork", "rework")


@pytest.fixture
def pm4py(tmp_path):
    return lambda models: ask(tmp_path, models, "conformance_diagnostics_alignments", 'one["cost"] // 10000')


def strolled(walk, chance):
    """A way through the diagram, taken at random; None where it grows long."""
    number, passed = walk.start, []
    while not walk.is_end(number):
        element, number, _ = chance.choice(walk.steps(number))
        passed += [element] if element else []
        if len(passed) > LONGEST:
            return None
    return passed


def spoilt(passed, tasks, chance):
    """Left out, put in, exchanged: up to three times."""
    trace = list(passed)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(trace) + 1)
        what = chance.choice(("leave", "put", "exchange"))
        if what == "put":
            trace.insert(at, chance.choice(tasks))
        elif at < len(trace) - 1:
            trace[at : at + 2] = [] if what == "leave" else [trace[at + 1], trace[at]]
    return trace or list(passed)


def test_as_many_moves_as_pm4py_finds(pm4py):
    models, ours = [], []
    for seed in MODELS:
        chance, data = random.Random(seed), drawn(blocks(seed, 1 + seed % 2, KINDS))
        net = net_of(data, "p")
        tasks = sorted(node.id for node in net.nodes.values() if node.kind == "userTask")
        walk = Walk(net, frozenset(tasks))
        ways = [way for _ in range(3 * TRACES) if (way := strolled(walk, chance))][:TRACES]
        traces = [spoilt(way, tasks, chance) for way in ways]
        models.append((data, traces))
        ours.append([align(walk, trace).cost for trace in traces])
    assert sum(map(len, ours)) > 400 and {0, 1, 2, 3} <= {cost for costs in ours for cost in costs}
    assert ours == pm4py(models)
