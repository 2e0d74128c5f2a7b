"""Instances of the shipped procedures at random places, moved to versions changed at random, go on to their end.

What has moved never comes to a gateway that waits for ever, and never finds its own state unreadable.
"""

from __future__ import annotations

import random

import pytest

from engine.bpmn import codec, migration, stepper
from engine.bpmn.dialects import read_definition
from engine.bpmn.instance import Instance
from engine.bpmn.lint import check as lint
from engine.bpmn.model import Definition
from engine.bpmn.spec import ExecutableSpec, build
from tests.bpmn.drawn import World
from tests.bpmn.mutated import MUTATORS, mutations
from tests.bpmn.walks import one_step, resume
from tests.processes import shelf
from tests.processes.test_random_restart import fill_from

STRUCTURE = ("condition", "way", "default", "timer", "message", "step added", "step removed", "steps swapped", "repetition")
VERSIONS, PLACES = 2, 8
LONGEST = 40


@pytest.mark.parametrize("name", STRUCTURE)
@pytest.mark.parametrize("key", shelf.KEYS)
def test_what_has_moved_goes_on(key: str, name: str) -> None:
    chance = random.Random(f"{key} {name}")
    old, began, moved = shelf.spec(key), read_definition(shelf.source(key)), 0
    for data, _ in mutations(shelf.source(key), next(m for m in MUTATORS if m.name == name), VERSIONS):
        report = lint(data)
        if not report.is_deployable:
            continue
        new, definition = build(data, key), read_definition(data)
        match = migration.Match(old, new)
        for _ in range(PLACES):
            world = World()
            instance = walked(old, began, chance, world, chance.randint(0, 12))
            if instance.ended is not None:
                continue
            plan = migration.plan(match, codec.save(instance), world.around)
            assert plan.moves != bool(plan.obstacles)
            if plan.moves:
                moved += 1
                goes_on(new, definition, plan.result.state, chance, world)
    assert moved or name not in ("timer", "condition")


def walked(spec: ExecutableSpec, definition: Definition, chance: random.Random, world: World, steps: int) -> Instance:
    message = next((start.message for start in definition.procedure.starts if start.message), None)
    by_hand = any(start.kind == "none" for start in definition.procedure.starts)
    variables = fill_from(definition, spec)(definition.main, "", {}, chance)
    instance = stepper.begin(spec, variables, world.around, None if by_hand else message)
    for _ in range(steps):
        if instance.ended is None:
            step(spec, instance, definition, chance, world)
    return instance


def goes_on(spec: ExecutableSpec, definition: Definition, state: bytes, chance: random.Random, world: World) -> None:
    instance = codec.load(spec, state, world.around)
    for _ in range(LONGEST):
        if instance.ended is not None:
            return
        step(spec, instance, definition, chance, world)
        for _, phase, zh, *_ in stepper.Shown(instance).failures.values():
            assert phase != "still", zh
        instance = codec.load(spec, codec.save(instance), world.around) if instance.ended is None else instance


def step(spec: ExecutableSpec, instance: Instance, definition: Definition, chance: random.Random, world: World) -> None:
    resume(instance, world.around)
    one_step(instance, chance, world, fill_from(definition, spec))
