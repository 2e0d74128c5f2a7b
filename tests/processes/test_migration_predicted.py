"""What a dry run says is what happens: cases of the shipped procedures at random places, moved to versions changed at random.

What has moved goes on: its rows agree with its trail, its clocks can be worked out from it, and undoing restores them.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import NotDeployable
from engine.queries import migrations as queries
from tests.bpmn.mutated import MUTATORS, mutations
from tests.driver import Case
from tests.engine.migrating import rows_of, undo
from tests.engine.recomputed import clocks as retold
from tests.processes import shelf
from tests.processes.stage import Stage, _take
from tests.processes.test_scenarios import postgres_url, set_file, set_postgres, sqlite_url  # noqa: F401

SEEDS = (("sqlite", 0), ("sqlite", 1), ("sqlite", 3), ("postgresql", 2))
CASES = 5


@pytest.mark.parametrize(("database_url", "seed"), SEEDS, indirect=["database_url"])
@pytest.mark.parametrize("key", shelf.KEYS)
def test_the_prediction_is_the_outcome(key: str, seed: int, database) -> None:
    chance = random.Random(f"{key} {seed}")
    stage = Stage(database)
    cases = [somewhere(stage, key, chance) for _ in range(CASES)]
    stage.work()
    release(stage, key, chance)
    predicted = {(p.case_id, p.instance_no): [o.text for o in p.obstacles] for p in preview(stage, key)}
    before = {case.id: rows_of(stage, case) for case in cases}
    migration = stage.ask(c.MigrateCases(key, 1, 2))["id"]
    stage.work()
    with stage.engine.read() as conn:
        happened = {(m.case_id, m.instance_no): m for m in queries.cases(conn, migration).items}
    assert {at: [text for _, text in m.why] for at, m in happened.items()} == predicted
    assert {at for at, m in happened.items() if m.state == "moved"} == {at for at, why in predicted.items() if not why}
    for case in cases:
        runs = [m for (case_id, _), m in happened.items() if case_id == case.id and m.state == "moved"]
        check(stage, case)
        since = case.trail().types[::-1]
        if runs and chance.random() < 0.5 and "ClockBreached" not in since[: since.index("CaseMigrated")]:
            undo(stage, migration, case, by=None)
            assert stayed_alike(rows_of(stage, case), before[case.id])
            check(stage, case)
        elif not runs:
            assert rows_of(stage, case) == before[case.id]
    stage.wait("P20D")
    for case in cases:
        check(stage, case)
        assert [i.element_id for i in case.incidents] == []


def somewhere(stage: Stage, key: str, chance: random.Random) -> Case:
    """A case that has come some way of some scenario in which the procedure runs."""
    scenarios = [s for name, s in shelf.scenarios() if name.startswith(f"{key}/") or (s["procedure"] == key)]
    scenario: dict[str, Any] = chance.choice(scenarios)
    stage.wait_until(max(stage.now, datetime.fromisoformat(scenario["at"])))
    case = stage.start(scenario["procedure"], by=scenario["by"], **scenario["start"])
    for step in scenario["steps"][: chance.randint(0, len(scenario["steps"]))]:
        _take(stage, case, step, scenario["by"])
    return case


def release(stage: Stage, key: str, chance: random.Random) -> None:
    """The second version: one to three things of the first changed, of which a version can be made."""
    for _ in range(50):
        data = shelf.source(key)
        for _ in range(chance.randint(1, 3)):
            changed = [new for new, _ in mutations(data, chance.choice(MUTATORS), 3)]
            data = chance.choice(changed) if changed else data
        if data == shelf.source(key):
            continue
        try:
            stage.ask(c.DeployVersion(data, draft=False))
            return
        except NotDeployable:
            continue
    raise AssertionError("no changed version of the procedure can be deployed")


def preview(stage: Stage, key: str) -> tuple[queries.Prediction, ...]:
    with stage.engine.read() as conn:
        organisation = stage.engine.organisations.current(conn)
        found = queries.preview(conn, SYSTEM, organisation, stage.engine.versions, stage.now, key, (1, 2))
    return found.predictions


def check(stage: Stage, case: Case) -> None:
    trail = case.trail()
    trail.check()
    retold(trail, stage.system_trail())


def stayed_alike(after: dict, before: dict) -> bool:
    """All as it was; clocks that had begun meanwhile have ended, and say so."""
    return all(after[name] == before[name] if name != "clock" else after[name][: len(before[name])] == before[name] for name in before)
