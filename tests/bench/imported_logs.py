"""How long a log of 50,000 events takes: read, and held against each shipped procedure, with much and little gone wrong.

    python -m tests.bench.imported_logs
"""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta

from engine.bpmn.conformance.net import Net, net_of
from engine.bpmn.logs.check import check
from engine.bpmn.logs.reading import read
from engine.bpmn.logs.walk import Walk
from engine.domain.text import Text
from tests.processes.shelf import PROCESSES

EVENTS, LONGEST = 50_000, 40
NOISE = (0.0, 0.05, 0.3)
START = datetime(2026, 1, 5, 9)


def main() -> None:
    print(f"{'procedure':20} {'noise':>6} {'events':>7} {'cases':>6} {'variants':>8} {'fit':>6} {'read s':>7} {'check s':>8} {'unsure':>7}")
    for folder in sorted(path.parent for path in PROCESSES.glob("*/procedure.bpmn")):
        net = net_of((folder / "procedure.bpmn").read_bytes(), folder.name)
        steps = [node.id for node in net.nodes.values() if node.is_seen and not net.bodies(node)]
        for noise in NOISE:
            told = table(net, steps, noise, random.Random(1))
            began = time.process_time()
            log = read(told)
            between = time.process_time()
            found = check(log, net, Text.same, {step: step for step in steps})
            over = time.process_time()
            print(f"{folder.name:20} {noise:6.2f} {found['events']:7} {found['cases']:6} {found['variant_count']:8} {found['fitness']:6.3f}"
                  f" {between - began:7.2f} {over - between:8.2f} {found['perhaps_nearer']:7}", flush=True)  # fmt: skip


def table(net: Net, steps: list[str], noise: float, chance: random.Random) -> bytes:
    """Ways through the diagram at random, some of their steps left out, doubled or exchanged."""
    walk = Walk(net, frozenset(steps))
    rows, case = ["case,activity,time,resource"], 0
    while len(rows) <= EVENTS:
        way = spoilt(strolled(walk, chance), steps, noise, chance)
        case += 1
        for at, step in enumerate(way):
            rows.append(f"C{case},{step},{START + timedelta(minutes=case * 7 + at * 90):%Y-%m-%d %H:%M:%S},u{chance.randint(1, 30)}")
    return "\n".join(rows).encode()


def strolled(walk: Walk, chance: random.Random) -> list[str]:
    while True:
        number, passed = walk.start, []
        while not walk.is_end(number) and len(passed) < LONGEST and (steps := walk.steps(number)):
            element, number, _ = chance.choice(steps)
            passed += [element] if element else []
        if walk.is_end(number):
            return passed


def spoilt(way: list[str], steps: list[str], noise: float, chance: random.Random) -> list[str]:
    found: list[str] = []
    for step in way:
        if chance.random() < noise:
            found += chance.choice(([], [step, step], [chance.choice(steps), step]))
        else:
            found.append(step)
    for at in range(1, len(found)):
        if chance.random() < noise / 3:
            found[at - 1], found[at] = found[at], found[at - 1]
    return found


if __name__ == "__main__":
    main()
