"""Every scenario of the shipped procedures, on the stepper alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.processes import shelf, stepping

SCENARIOS = dict(shelf.scenarios())


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_runs_as_it_says(name: str) -> None:
    expected = SCENARIOS[name]["expect"]

    case = stepping.play(SCENARIOS[name])

    assert case.state == expected["state"], f"open: {case.open_tasks}"
    assert case.endings == expected["instances"]
    assert missing(expected["path"], case.passed) == []
    if expected["breached"] is not None:
        assert case.breached == sorted(expected["breached"])


@pytest.mark.parametrize("key", shelf.KEYS)
def test_a_procedure_has_at_least_eight_scenarios_of_its_own(key: str) -> None:
    assert sum(name.startswith(f"{key}/") for name in SCENARIOS) >= 8


def test_the_scenarios_take_every_sequence_flow() -> None:
    taken: set[tuple[str, str]] = set()
    for scenario in SCENARIOS.values():
        taken |= stepping.play(scenario).flows

    drawn = {(key, flow.id) for key in shelf.KEYS for e in shelf.spec(key).elements() for flow in e.outgoing}
    assert drawn - taken == set()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_written_in_both_languages_for_people_of_the_cast(name: str) -> None:
    scenario: dict[str, Any] = SCENARIOS[name]

    assert scenario["name"]["zh"] and scenario["name"]["en"]
    assert {step["by"] for step in scenario["steps"] if "by" in step} | {scenario["by"]} <= shelf.people().keys()
    assert set(scenario) == {"name", "procedure", "by", "at", "start", "steps", "expect"}


def missing(wanted: list[str], passed: list[str]) -> list[str]:
    """What of `wanted` does not come in this order in `passed`; other elements may lie between."""
    left = list(wanted)
    for element in passed:
        if left and left[0] == element:
            left.pop(0)
    return left
