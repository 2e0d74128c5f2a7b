"""Whatever happened to a file: it is answered, never with an exception; what is mended stays mended; and it can be built."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.lint import check
from engine.bpmn.reader import Unreadable
from engine.bpmn.repairs import apply, propose
from engine.bpmn.repairs.mends import MENDERS
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows, message, process, timer
from tests.bpmn.faulty import ERRORS
from tests.bpmn.mutations import mutated, seeds

LANES = (
    '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Front"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane>'
    '<bpmn:lane id="l2" name="Back"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
)
WHOLE = bpmn(
    '<bpmn:message id="m" name="hello"/><bpmn:signal id="sg" name="sig"/>',
    process(
        "p", LANES, element("startEvent s"), element("userTask t name=Take"), element("exclusiveGateway g name=Ok?"),
        element("serviceTask u name=Book"), element("sendTask n name=Tell"), element("parallelGateway f"), element("parallelGateway j"),
        element("boundaryEvent b attachedToRef=t", timer("PT1H")), element("intermediateCatchEvent c", message("m")), element("endEvent e"),
        element("subProcess sub", element("startEvent i") + element("task w") + element("endEvent ie") + flows("i > w > ie")),
        flows("s > t > g; g > f; g > c; f > u; f > n; u > j; n > j; j > sub > e; c > e; b > c"),
    ),
)  # fmt: skip
SEEDS = [WHOLE, *seeds(ERRORS)]
MENDABLE = {*MENDERS, "nothing-executable"}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, len(SEEDS) - 1), st.integers(0, 2**32), st.integers(0, 6))
def test_whatever_happened_to_it_a_file_is_mended_once_and_for_all(seed, chance, accidents):
    data = mutated(SEEDS[seed], random.Random(chance), accidents)
    check(data)
    repairs = propose(data)
    assert len({repair.id for repair in repairs}) == len(repairs)
    accepted = {repair.id: None for repair in repairs}
    try:
        whole = apply(data, accepted)
    except Unreadable:
        assert not repairs
        return
    assert apply(whole, accepted) == whole
    assert propose(whole) == ()
    report = check(whole)
    assert not MENDABLE & {finding.rule for finding in report.errors}
    if report.is_deployable:
        for key in report.definition.procedures:
            build(whole, key)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, len(SEEDS) - 1), st.integers(0, 2**32), st.data())
def test_any_of_the_choices_and_any_part_of_the_repairs_may_be_taken(seed, chance, drawn):
    data = mutated(SEEDS[seed], random.Random(chance), 3)
    repairs = propose(data)
    accepted = {}
    for repair in repairs:
        if drawn.draw(st.booleans()):
            accepted[repair.id] = drawn.draw(st.sampled_from([None, *(choice.value for choice in repair.choices)]))
    if not repairs:
        return
    some = apply(data, accepted)
    check(some)
    assert apply(some, {}) == some
    whole = apply(some, {repair.id: None for repair in propose(some)})
    assert not MENDABLE & {finding.rule for finding in check(whole).errors}
