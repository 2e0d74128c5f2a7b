"""Whether gateways went where their conditions say: never wrong about what really ran, and finds what is forged."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.bpmn import stepper
from engine.bpmn.conformance.choices import Choices
from engine.bpmn.conformance.net import net_of
from engine.bpmn.conformance.replay import Replay
from engine.bpmn.model import Field
from engine.bpmn.spec import build
from engine.domain.text import Text
from tests.bpmn.drawn import World, bpmn, element, flows, process
from tests.bpmn.made import PLAIN, blocks, drawn
from tests.bpmn.walks import one_step, resume
from tests.driver import Entry

AT = datetime(2026, 3, 2, tzinfo=UTC)
AMOUNT = Field("amount", Text.same("Amount"), "decimal")
SEEDS = range(120)


class Told:
    """A trail as it is written while an instance runs, with the values that were typed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def say(self, type_, **data):
        self.entries.append(Entry(len(self.entries) + 1, type_, AT, "", {"instance": 1, **data}))


def ran(data, seed):
    """Every task and message brings all the decisions anew."""
    spec, chance, world, told, typed = build(data, "p"), random.Random(seed), World(), Told(), []

    def fill(process_id, element_id, variables, chance):
        typed.append((element_id, {f"c{n}": chance.random() < 0.4 for n in range(5)}))
        return typed[-1][1]

    values = fill("", "", {}, chance)
    told.say("InstanceStarted", procedure="p", version=1, values=values)
    instance = stepper.begin(spec, dict(values), world.around, None)
    for number in range(80):
        told.say("PathTaken", path=[{"element": p.element_id, "kind": p.kind, "flows": list(p.flows)} for p in instance.passed])
        if instance.ended is not None:
            told.say("InstanceEnded", procedure="p", how=instance.ended)
            break
        resume(instance, world.around)
        known, waiting = len(typed), {w.element_id for w in stepper.Shown(instance).waits.values()}
        one_step(instance, chance, world, fill)
        if len(typed) > known:
            element_id, values = typed[-1]
            if element_id in waiting:
                told.say("MessageReceived", name="news", values=values)
            else:
                told.say("TaskCreated", task=number, element=element_id)
                told.say("TaskCompleted", task=number, element=element_id, values=values)
    return told.entries


def judged(data, entries, field=lambda *_: None):
    net = net_of(data, "p")
    found = Replay(lambda key, number: net, lambda key, number, name: Text.same(name), (Choices(field),)).run(entries)
    return [(one.kind, one.element) for one in found]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_ran_went_where_its_conditions_say(seed):
    data = drawn(blocks(seed, 1 + seed % 3))
    assert judged(data, ran(data, seed)) == []


def test_forged_decisions_are_found_and_nothing_else_is_said():
    """Each decision that was brought is turned round, one by one; most are found, of those that a choice hung on."""
    found = 0
    for seed in range(40):
        data = drawn(blocks(seed, 2, PLAIN))
        entries = ran(data, seed)
        for place, entry in enumerate(entries):
            for name, value in (entry.data.get("values") or {}).items():
                forged = replace(entry, data={**entry.data, "values": {**entry.data["values"], name: not value}})
                told = judged(data, [*entries[:place], forged, *entries[place + 1 :]])
                assert {kind for kind, _ in told} <= {"wrong-branch"}
                found += bool(told)
    assert found > 50


LINE = bpmn(
    process("p", element("startEvent s"), element("userTask a"), element("exclusiveGateway g default=g-c"), element("userTask b"),
            element("userTask c"), element("endEvent e"), flows("s > a > g; g > b [amount > 500]; g > c; b > e; c > e"))
)  # fmt: skip


def line(amount, way):
    told = Told()
    told.say("InstanceStarted", procedure="p", version=1)
    told.say("PathTaken", path=[{"element": "s", "kind": "event", "flows": ["s-a"]}])
    told.say("TaskCreated", task=1, element="a")
    path = [{"element": "a", "kind": "task", "flows": ["a-g"]}, {"element": "g", "kind": "gateway", "flows": [f"g-{way}"]}]
    told.say("TaskCompleted", task=1, element="a", values={"amount": amount}, path=path)
    return told.entries


@pytest.mark.parametrize(
    ("amount", "way", "expected"),
    [("501", "b", []), ("500", "c", []), ("500", "b", [("wrong-branch", "g")]), ("501", "c", [("wrong-branch", "g")]),
     ({"redacted": True}, "b", []), ("much", "b", [])],
)  # fmt: skip
def test_numbers_are_read_as_the_form_says(amount, way, expected):
    assert judged(LINE, line(amount, way), lambda *_: AMOUNT) == expected


def test_what_may_be_number_or_text_is_not_judged():
    assert judged(LINE, line("1", "b")) == []
