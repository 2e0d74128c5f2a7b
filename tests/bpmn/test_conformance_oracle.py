"""Our replay beside pm4py's token replay, on random models of tasks and gateways: does the trail fit?"""

from __future__ import annotations

import random

import pytest

from engine.bpmn.conformance.net import net_of
from engine.bpmn.logs.alignment import align
from engine.bpmn.logs.walk import Walk
from tests.bpmn.made import blocks, drawn
from tests.bpmn.oracle import ask
from tests.bpmn.test_conformance import found, played, told

KINDS = ("chain", "choice", "fork", "rework")
MODELS, SPOILT = range(60), 8


@pytest.fixture
def pm4py(tmp_path):
    def fits(models):
        asked = [(data, [tasks_of(steps) for steps in trails]) for data, trails in models]
        return ask(tmp_path, asked, "conformance_diagnostics_token_based_replay", 'bool(one["trace_is_fit"])')

    return fits


def tasks_of(steps):
    return [element for step in steps for element, kind, _ in step if kind == "task"]


def spoilt(steps, chance):
    """One step of a person left out, done twice, or exchanged with the next."""
    place = chance.randrange(1, len(steps) - 1)
    one, other = steps[place], steps[place + 1]
    what = chance.choice(("left out", "twice", "exchanged"))
    changed = {"left out": [other], "twice": [one, one, other], "exchanged": [other, one]}[what]
    return [*steps[:place], *changed, *steps[place + 2 :]]


def models():
    for seed in MODELS:
        data = drawn(blocks(seed, 1 + seed % 2, KINDS))
        steps, ended = played(data, seed)
        steps = [step for step in steps if step]
        if ended == "completed" and len(steps) > 3:
            chance = random.Random(seed)
            yield data, [steps, *(spoilt(steps, chance) for _ in range(SPOILT))]


def test_the_verdict_is_that_of_token_replay(pm4py):
    """Token replay sees the order of the tasks alone. Of that we say the same, trail by trail. A trail of ours also
    tells which ways the gateways went: whatever fits by that fits for pm4py, and what more we object to is a way that
    was forged although its tasks could have come in that order."""
    asked = list(models())
    theirs = [fit for fits in pm4py(asked) for fit in fits]
    ours, by_order = [], []
    for data, trails in asked:
        net = net_of(data, "p")
        walk = Walk(net, frozenset(node.id for node in net.nodes.values() if node.kind == "userTask"))
        ours += [found(data, told(steps)) == [] for steps in trails]
        by_order += [align(walk, tasks_of(steps)).cost == 0 for steps in trails]
    assert len(asked) > 50 and theirs.count(False) > 300
    assert by_order == theirs
    assert all(ours[:: SPOILT + 1])
    assert not [place for place, fit in enumerate(ours) if fit and not theirs[place]]
