"""Our replay beside pm4py's token replay, on random models of tasks and gateways: does the trail fit?"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import re
import subprocess
import sys

import pytest

from engine.bpmn.conformance.net import net_of
from engine.bpmn.logs.alignment import align
from engine.bpmn.logs.walk import Walk
from tests.bpmn.made import blocks, drawn
from tests.bpmn.test_conformance import found, played, told

KINDS = ("chain", "choice", "fork", "rework")
MODELS, SPOILT = range(60), 8
#: pm4py runs in a process of its own: it is asked, and never a part of what is tested.
REPLAY = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
fits = []
for place, traces in json.load(open(sys.argv[1])):
    net, first, last = pm4py.convert_to_petri_net(pm4py.read_bpmn(place))
    rows = [(f"{case:04}", name, pandas.Timestamp("2026-01-01", tz="UTC") + pandas.Timedelta(hours=at))
            for case, trace in enumerate(traces) for at, name in enumerate(trace)]
    log = pandas.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    found = pm4py.conformance_diagnostics_token_based_replay(log, net, first, last)
    fits.append([bool(one["trace_is_fit"]) for one in found])
print(json.dumps(fits))
"""


@pytest.fixture
def pm4py(tmp_path):
    if importlib.util.find_spec("pm4py") is None:
        reason = "pm4py is not installed (pip install -e .[oracle])"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)

    def fits(models):
        asked = []
        for number, (data, trails) in enumerate(models):
            place = tmp_path / f"{number}.bpmn"
            place.write_bytes(re.sub(rb'(<bpmn:userTask id="(\w+)")', rb'\1 name="\2"', data))
            asked.append((str(place), [tasks_of(steps) for steps in trails]))
        question = tmp_path / "asked.json"
        question.write_text(json.dumps(asked))
        done = subprocess.run([sys.executable, "-c", REPLAY, str(question)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

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
