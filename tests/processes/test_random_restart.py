"""Random valid paths through every procedure we ship: a save and load after each step changes nothing."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from engine.bpmn import spec as specs
from engine.bpmn.dialects import read_definition
from tests.bpmn.walks import answers, walk

FILES = sorted((Path(__file__).parents[2] / "processes").glob("*/procedure.bpmn"))
SEEDS = 150


def fill_from(definition, spec):
    """Answers each step's own form; a message from outside brings what the start form would ask, and every figure the
    conditions look at that no form asks for (rounds, attempts)."""
    asked = {f.key for step in definition.procedure.steps.values() for f in step.form.fields}
    looked_at = {n for e in spec.elements() for f in e.outgoing if f.condition for n in f.condition.names}
    looked_at |= {n for e in spec.elements() for n in getattr(getattr(e, "program", None), "names", ())}

    def fill(process_id, element_id, variables, chance):
        step = definition.step(process_id, element_id)
        if step and step.is_human:
            return answers(step.form, chance)
        figures = {name: chance.randrange(4) for name in sorted(looked_at - asked)}
        return {**figures, **answers(definition.procedure.start_form, chance)}

    return fill


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_restart_after_every_step_changes_nothing(file):
    data = file.read_bytes()
    definition = read_definition(data)
    spec = specs.build(data, definition.main)
    fill = fill_from(definition, spec)
    starts = [start.message for start in definition.procedure.starts]
    met, ends = Counter(), Counter()
    for seed in range(SEEDS):
        message = starts[seed % len(starts)]
        begun = fill(definition.main, "", {}, random.Random(seed))
        in_memory = walk(spec, seed, fill, restart=False, variables=begun, message=message, limit=120)
        restarted = walk(spec, seed, fill, restart=True, variables=begun, message=message, limit=120)
        assert in_memory.steps == restarted.steps, f"seed {seed}"
        met.update(in_memory.passed)
        ends[in_memory.ended] += 1
    tasks = {step.element_id for step in definition.procedure.steps.values() if step.is_human}
    assert ends["completed"] + ends["terminated"] > 0, ends
    assert tasks <= set(met), f"never reached: {tasks - set(met)}"
