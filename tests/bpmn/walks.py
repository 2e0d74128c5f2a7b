"""Random valid walks through a process: the same choices once in memory and once saved and loaded after every step."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.bpmn import codec, stepper, timers
from engine.bpmn.instance import Instance
from engine.bpmn.model import Form
from engine.bpmn.results import Message, Surroundings
from engine.bpmn.spec import ExecutableSpec
from tests.bpmn.drawn import World

Fill = Callable[[str, str, Mapping[str, Any], random.Random], dict[str, Any]]


@dataclass
class Walk:
    """What happened: one entry a step, and how it ended."""

    steps: list[tuple] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    ended: str | None = None


def walk(
    spec: ExecutableSpec,
    seed: int,
    fill: Fill,
    restart: bool,
    variables: Mapping[str, Any] | None = None,
    message: str | None = None,
    limit: int = 60,
) -> Walk:
    """At most `limit` random steps: complete a task, let time pass, deliver a message, retry a failure."""
    chance, world, found = random.Random(seed), World(), Walk()
    instance = stepper.begin(spec, variables or {}, world.around, message)
    for _ in range(limit):
        found.steps.append(seen(instance))
        found.passed += [p.element_id for p in instance.passed]
        found.ended = instance.ended
        if instance.ended is not None:
            break
        world.now += timedelta(minutes=chance.choice([0, 1, 20, 300]))
        if restart:
            instance = codec.load(spec, codec.save(instance), world.around)
        else:
            resume(instance, world.around)
        one_step(instance, chance, world, fill)
    return found


def resume(instance: Instance, around: Surroundings) -> None:
    """What loading does, without saving: a new instant, nothing reported yet."""
    instance.around = around
    instance.passed, instance.sent, instance.fired, instance.completed_token = [], [], [], None


def seen(instance: Instance) -> tuple:
    """Everything a caller can see: open tasks, timers, waits, failures and all variables."""
    shown = stepper.Shown(instance)
    return (
        sorted((n, t.task_spec.bpmn_id, copy(t.data)) for n, t in shown.tasks.items()),
        sorted(shown.timers.items()),
        sorted((n, w.element_id, w.message, copy(w.correlation)) for n, w in shown.waits.items()),
        sorted((n, *f[1:]) for n, f in shown.failures.items()),
        copy(instance.scope.visible()),
        [(p.element_id, p.kind, p.flows) for p in instance.passed],
        [(m.name, copy(m.values)) for m in instance.sent],
        [(t.token, t.due_at) for t in instance.fired],
        instance.ended,
    )


def copy(values: Mapping[str, Any]) -> str:
    return repr(sorted(values.items()))


def one_step(instance: Instance, chance: random.Random, world: World, fill: Fill) -> None:
    timers.refresh(instance)
    shown = stepper.Shown(instance)
    moves = [("task", n) for n in sorted(shown.tasks)] + [("wait", n) for n in sorted(shown.waits)]
    moves += [("retry", n) for n in sorted(shown.failures)]
    if shown.timers and (not moves or chance.random() < 0.25):
        due = min(due for _, due in shown.timers.values())
        world.now = max(world.now, due)
        instance.around = world.around
        timers.refresh(instance)
    elif moves:
        kind, number = chance.choice(moves)
        token = instance.token(number)
        values = fill(token.task_spec.process_id, token.task_spec.bpmn_id, token.data, chance)
        if kind == "task":
            stepper.do_complete(instance, number, values)
        elif kind == "retry":
            stepper.do_retry(instance, number, values)
        else:
            wait = shown.waits[number]
            stepper.do_deliver(instance, Message(wait.message, values, wait.correlation, wait.kind), number)


def answers(form: Form, chance: random.Random) -> dict[str, Any]:
    """Values a person might type into the form; what is not required is left out now and then."""
    found = {}
    for entry in form.fields:
        if entry.readonly or (not entry.required and chance.random() < 0.2):
            continue
        found[entry.key] = answer(entry, chance)
    return found


def answer(entry: Any, chance: random.Random) -> Any:
    low = int(entry.minimum if entry.minimum is not None else 0)
    high = int(entry.maximum if entry.maximum is not None else low + 1000)
    match entry.type:
        case "choice":
            return chance.choice(entry.options).value
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            return chance.randint(low, high)
        case "decimal":
            return Decimal(chance.randint(low * 100, high * 100)) / 100
        case "date":
            return date(2026, 3, 1) + timedelta(days=chance.randint(0, 90))
        case _:
            return chance.choice(["是", "x" * 20, "回访", '"typename"'])
