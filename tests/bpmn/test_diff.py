"""What changed: nothing where nothing did, exactly the planted change where one was planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.diff import diff, source_of
from tests.bpmn.drawn import bpmn, flows, process
from tests.bpmn.made import blocks, drawn
from tests.bpmn.mutated import MUTATORS, Mutator, mutations, renumbered

PROCESSES = Path(__file__).parents[2] / "processes"
CORPUS = Path(__file__).parents[2].parent / "shared/corpus"
KEYS = ("inquiry", "handling", "complaint-closure", "callback")
SOURCES = {key: (PROCESSES / key / "procedure.bpmn").read_bytes() for key in KEYS}


@pytest.mark.parametrize("key", KEYS)
def test_a_file_does_not_differ_from_itself(key):
    source = source_of(SOURCES[key])
    found = diff(source, source)
    assert found.changes == ()
    assert found.is_empty and not found.drawing_changed
    assert all(old == new for old, new in found.mapping.items())


@pytest.mark.parametrize("key", KEYS)
def test_a_file_written_anew_by_a_tool_that_renumbers_is_the_same(key):
    old, new = source_of(SOURCES[key]), source_of(renumbered(SOURCES[key]))
    found = diff(old, new)
    assert [change.sentence.en for change in found.changes] == []
    procedure = new.definition.procedure
    steps = old.definition.procedure.steps
    assert set(steps) <= set(found.mapping)
    for id_, step in steps.items():
        assert procedure.steps[found.mapping[id_]].name == step.name


@pytest.mark.parametrize("mutator", MUTATORS, ids=lambda mutator: mutator.name)
def test_each_planted_change_is_found_and_no_other(mutator: Mutator):
    planted = 0
    for key in KEYS:
        old = source_of(SOURCES[key])
        for data, expected in mutations(SOURCES[key], mutator, most=3):
            found = diff(old, source_of(data))
            told = [(c.kind, c.what, c.element_id, c.part) for c in found.changes]
            assert told == [(*expected[:3], told[0][3] if expected[1] == "other" and told else expected[3])], [
                c.sentence.en for c in found.changes
            ]
            change = found.changes[0]
            assert change.sentence.zh and change.sentence.en and change.sentence.zh != change.sentence.en
            planted += 1
    assert planted, "no procedure has a place for it"


@pytest.mark.parametrize("mutator", [m for m in MUTATORS if m.name not in ("drawing", "name")], ids=lambda m: m.name)
def test_a_planted_change_is_found_behind_renumbered_ids(mutator: Mutator):
    """The same one change, whichever ids its element has now."""
    for key in KEYS:
        old = source_of(SOURCES[key])
        for data, expected in mutations(SOURCES[key], mutator, most=1):
            found = diff(old, source_of(renumbered(data)))
            told = [(c.kind, c.what, c.part) for c in found.changes]
            assert len(told) == 1, [c.sentence.en for c in found.changes]
            assert told[0][:2] == expected[:2]


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.bpmn")) or [None], ids=lambda path: path.stem if path else "absent")
def test_a_real_file_is_the_same_behind_other_ids(path):
    if path is None:
        pytest.skip(f"the corpus is not beside the project: {CORPUS}")
    data = path.read_bytes()
    old = source_of(data)
    assert diff(old, old).is_empty
    assert [change.sentence.en for change in diff(old, source_of(renumbered(data))).changes] == []


@pytest.mark.parametrize("seed", range(12))
def test_two_processes_made_at_random_can_always_be_compared(seed):
    data = drawn(blocks(seed, 2))
    old = source_of(data)
    assert diff(old, old).is_empty
    other = diff(old, source_of(drawn(blocks(seed + 100, 2))))
    assert other.changes
    for change in other.changes:
        assert change.sentence.zh and change.sentence.en
        assert "{" not in change.sentence.en and "None" not in change.sentence.en


def test_a_long_procedure_of_one_name_is_compared_at_once():
    """Six hundred steps called the same, renumbered: matched by what they stand between, not all against all."""
    steps = "".join(f'<bpmn:userTask id="t{n}" name="Task"/>' for n in range(600))
    ends = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
    data = bpmn(process("p", ends, steps, flows(" > ".join(["s", *(f"t{n}" for n in range(600)), "e"]))))
    found = diff(source_of(data), source_of(renumbered(data)))
    assert found.is_empty and len(found.mapping) == 600 + 2 + 601 + 1
