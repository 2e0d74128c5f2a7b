"""One instance moved to another version of its file, for the tests of migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.bpmn import migration
from engine.bpmn import spec as specs
from tests.bpmn.drawn import Run, bpmn, element, flows, process


def simple(path: str, *parts: str, tasks: str = "a b c") -> bytes:
    """A process `p` with user tasks, a start `s`, an end `e`, more parts, and these flows."""
    named = (element(f"userTask {name}") for name in tasks.split())
    return bpmn(process("p", element("startEvent s"), *named, *parts, element("endEvent e"), flows(path)))


def planned(run: Run, new: bytes, mapping: Mapping[str, str | None] | None = None, called=None) -> migration.Plan:
    match = migration.Match(run.spec, specs.build(new, "p", called or {}), mapping or {})
    return migration.plan(match, run.state, run.world.around)


def moved(run: Run, new: bytes, mapping: Mapping[str, str | None] | None = None, called=None) -> migration.Plan:
    """The run goes on in the new version."""
    plan = planned(run, new, mapping, called)
    assert plan.moves, [obstacle.text.en for obstacle in plan.obstacles]
    run.spec = specs.build(new, "p", called or {})
    places = {place.token: place for place in plan.places}
    for kept in (run.open, run.failures):
        for number, told in list(kept.items()):
            kept[number] = replace(told, element_id=places[number].new_element_id)
    run.take(plan.result)
    return plan


def why(run: Run, new: bytes, mapping: Mapping[str, str | None] | None = None, called=None) -> list[tuple[str, str]]:
    """The reasons against it, by element, in English."""
    plan = planned(run, new, mapping, called)
    assert not plan.moves
    assert plan.obstacles
    for obstacle in plan.obstacles:
        assert obstacle.text.zh != obstacle.text.en
    return [(obstacle.element_id, obstacle.text.en) for obstacle in plan.obstacles]
