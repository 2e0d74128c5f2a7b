"""Alignments beside those of pm4py, on random models of tasks and gateways: the same number of moves, trace by trace."""

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

MODELS, TRACES, LONGEST = range(40), 12, 14
KINDS = ("chain", "choice", "fork", "rework")
#: pm4py runs in a process of its own: it is asked, and never a part of what is tested.
ALIGN = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
costs = []
for place, traces in json.load(open(sys.argv[1])):
    net, first, last = pm4py.convert_to_petri_net(pm4py.read_bpmn(place))
    rows = [(f"{case:04}", name, pandas.Timestamp("2026-01-01", tz="UTC") + pandas.Timedelta(hours=at))
            for case, trace in enumerate(traces) for at, name in enumerate(trace)]
    log = pandas.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    found = pm4py.conformance_diagnostics_alignments(log, net, first, last)
    costs.append([one["cost"] // 10000 for one in found])
print(json.dumps(costs))
"""


@pytest.fixture
def pm4py(tmp_path):
    if importlib.util.find_spec("pm4py") is None:
        reason = "pm4py is not installed (pip install -e .[oracle])"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)

    def costs(models):
        places = []
        for number, (data, traces) in enumerate(models):
            place = tmp_path / f"{number}.bpmn"
            place.write_bytes(re.sub(rb'(<bpmn:userTask id="(\w+)")', rb'\1 name="\2"', data))
            places.append((str(place), traces))
        asked = tmp_path / "asked.json"
        asked.write_text(json.dumps(places))
        done = subprocess.run([sys.executable, "-c", ALIGN, str(asked)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return costs


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
