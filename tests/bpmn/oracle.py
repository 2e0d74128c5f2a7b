"""pm4py as an oracle: it runs in a process of its own, is asked, and never a part of what is tested."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

#: `FOUND` and `SAID` are what is asked of pm4py about a log, and what is told of each of its traces.
SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas, pm4py
answers = []
for place, traces in json.load(open(sys.argv[1])):
    net, first, last = pm4py.convert_to_petri_net(pm4py.read_bpmn(place))
    rows = [(f"{case:04}", name, pandas.Timestamp("2026-01-01", tz="UTC") + pandas.Timedelta(hours=at))
            for case, trace in enumerate(traces) for at, name in enumerate(trace)]
    log = pandas.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    found = pm4py.FOUND(log, net, first, last)
    answers.append([SAID for one in found])
print(json.dumps(answers))
"""


def ask(folder: Path, models: Iterable[tuple[bytes, Sequence[Sequence[str]]]], found: str, said: str) -> list[list[Any]]:
    """What pm4py says of each trace (names of tasks) of each model; without pm4py the test is skipped, in CI it fails."""
    if importlib.util.find_spec("pm4py") is None:
        reason = "pm4py is not installed (pip install -e .[oracle])"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    asked = []
    for number, (data, traces) in enumerate(models):
        place = folder / f"{number}.bpmn"
        place.write_bytes(re.sub(rb'(<bpmn:userTask id="(\w+)")', rb'\1 name="\2"', data))
        asked.append((str(place), traces))
    question = folder / "asked.json"
    question.write_text(json.dumps(asked))
    script = SCRIPT.replace("FOUND", found).replace("SAID", said)
    done = subprocess.run([sys.executable, "-c", script, str(question)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])
