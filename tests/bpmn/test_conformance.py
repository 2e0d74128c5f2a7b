"""Our own replay on random processes: what really ran raises nothing, what is planted is found."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from engine.bpmn.conformance.net import net_of
from engine.bpmn.conformance.replay import Replay
from engine.bpmn.spec import build
from engine.domain.text import Text
from tests.bpmn.drawn import bpmn, element, flows, process
from tests.bpmn.made import blocks, drawn
from tests.bpmn.walks import walk
from tests.driver import Entry

AT = datetime(2026, 3, 2, tzinfo=UTC)
SEEDS = range(150)


def fill(process_id, element_id, variables, chance):
    return {f"c{n}": chance.random() < 0.4 for n in range(5)}


def told(steps, ended="completed"):
    """A trail of one instance: one entry a step; each passage is (element, kind, flows)."""
    entries = [Entry(1, "InstanceStarted", AT, "", {"instance": 1, "procedure": "p", "version": 1})]
    for passed in steps:
        path = [{"element": e, "kind": k, "flows": list(f)} for e, k, f in passed]
        entries.append(Entry(len(entries) + 1, "PathTaken", AT, "", {"instance": 1, "path": path}))
    if ended:
        data = {"instance": 1, "procedure": "p", "how": ended}
        entries.append(Entry(len(entries) + 1, "InstanceEnded", AT, "", data))
        entries.append(Entry(len(entries) + 1, "CaseClosed", AT, "", {"outcome": ended}))
    return entries


def found(data, entries):
    net = net_of(data, "p")
    said = Replay(lambda key, number: net, lambda key, number, name: Text.same(name)).run(entries)
    return [(one.kind, one.element) for one in said]


def played(data, seed):
    spec, chance = build(data, "p"), random.Random(seed)
    done = walk(spec, seed, fill, restart=False, variables=fill("", "", {}, chance), limit=80)
    return [step[5] for step in done.steps], done.ended


@pytest.mark.parametrize("seed", SEEDS)
def test_what_ran_raises_nothing(seed):
    data = drawn(blocks(seed, 1 + seed % 3))
    steps, ended = played(data, seed)
    assert found(data, told(steps, ended)) == []


LINE = bpmn(
    process("p", element("startEvent s"), *(element(f"userTask {t}") for t in "abcd"), element("endEvent e"),
            flows("s > a > b > c > d > e"))
)  # fmt: skip
A, B, C, D, S = (
    [("a", "task", ("a-b",))], [("b", "task", ("b-c",))], [("c", "task", ("c-d",))],
    [("d", "task", ("d-e",)), ("e", "event", ())], [("s", "event", ("s-a",))],
)  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "ended", "expected"),
    [
        ([S, A, B, C, D], "completed", []),
        ([S, A, C, D], "completed", [("skipped", "b")]),
        ([S, B, A, C, D], "completed", [("out-of-order", "a")]),
        ([S, A, B, B, C, D], "completed", [("twice", "b")]),
        ([S, A, [("b", "task", ("b-x",))], C, D], "completed", [("unknown-path", "b")]),
        ([S, A, [("x", "task", ())], B, C, D], "completed", [("unknown-path", "x")]),
        ([S, A, B], "completed", [("ended-early", "c")]),
        ([S, A, B, C, D], None, [("never-ended", "p")]),
        ([S, A, B, C, D, A], "completed", [("twice", "a")]),
    ],
)
def test_what_is_planted_is_found_exactly(steps, ended, expected):
    assert found(LINE, told(steps, ended)) == expected
