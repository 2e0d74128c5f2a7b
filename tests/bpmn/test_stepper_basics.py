"""Start, complete, gateways, ends: what a caller sees of one step."""

from __future__ import annotations

import pytest

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import Run, bpmn, element, flows, process, timer

CHOICE = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("userTask a"),
        element("exclusiveGateway g default=g-c"),
        element("userTask b"),
        element("userTask c"),
        element("endEvent e"),
        flows("s > a > g; g > b [amount > 100]; g > c; b > e; c > e"),
    )
)
PARALLEL = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("parallelGateway split"),
        element("userTask a"),
        element("userTask b"),
        element("parallelGateway join"),
        element("userTask c"),
        element("endEvent e"),
        flows("s > split > a > join; split > b > join; join > c > e"),
    )
)


def test_a_case_begins_with_its_first_task_open():
    run = Run(CHOICE, variables={"amount": 5})
    assert run.names == ["a"]
    assert run.open[run.token("a")].variables == {"amount": 5}
    assert [(p.element_id, p.kind, p.flows) for p in run.passed] == [("s", "event", ("s-a",))]


@pytest.mark.parametrize(("amount", "then"), [(101, "b"), (100, "c")])
def test_a_condition_picks_the_way_and_the_trail_names_the_flows(amount, then):
    run = Run(CHOICE)
    run.complete("a", amount=amount)
    assert run.names == [then]
    assert [(p.element_id, p.kind, p.flows) for p in run.last.passed] == [
        ("a", "task", ("a-g",)),
        ("g", "gateway", (f"g-{then}",)),
    ]


def test_the_end_is_told_with_the_final_variables():
    run = Run(CHOICE)
    run.complete("a", amount=7)
    run.complete("c", note="done")
    assert run.ended == "completed"
    assert run.variables == {"amount": 7, "note": "done"}
    assert not run.open


def test_a_task_can_be_completed_once():
    run = Run(CHOICE)
    first = run.token("a")
    before = run.state
    run.complete("a", amount=7)
    with pytest.raises(stepper.NotReady):
        stepper.complete(run.spec, run.state, first, {}, run.world.around)
    with pytest.raises(stepper.NotReady):
        stepper.complete(run.spec, before, 99, {}, run.world.around)


def test_parallel_branches_join_and_tokens_are_never_used_twice():
    run = Run(PARALLEL)
    assert run.names == ["a", "b"]
    seen = set(run.open)
    run.complete("b")
    assert run.names == ["a"]
    run.complete("a")
    assert run.names == ["c"]
    assert not seen & set(run.open)
    run.complete("c")
    assert run.ended == "completed"


def test_what_one_branch_did_not_change_does_not_overwrite_the_other():
    run = Run(PARALLEL, variables={"k": 1})
    run.complete("a", k=2)
    run.complete("b", other=3)
    assert run.variables == {"k": 2, "other": 3}


def test_the_callers_values_are_not_shared_with_the_instance():
    nested = {"lines": [{"n": 1}]}
    run = Run(PARALLEL)
    run.complete("a", order=nested)
    nested["lines"][0]["n"] = 99
    assert stepper.variables(run.spec, run.state)["order"] == {"lines": [{"n": 1}]}
    assert stepper.variables(run.spec, run.state, run.token("b"))["order"] == {"lines": [{"n": 1}]}


def test_cancel_takes_everything_away():
    run = Run(PARALLEL)
    tokens = tuple(run.open)
    step = run.take(stepper.cancel(run.spec, run.state, run.world.around))
    assert (step.ended, step.closed) == ("cancelled", tokens)


def test_terminate_ends_the_other_branches():
    run = Run(
        bpmn(
            process(
                "p",
                element("startEvent s"),
                element("parallelGateway split"),
                element("userTask a"),
                element("userTask b"),
                element("endEvent e", "<bpmn:terminateEventDefinition/>"),
                element("endEvent e2"),
                flows("s > split > a > e; split > b > e2"),
            )
        )
    )
    other = run.token("b")
    run.complete("a")
    assert run.ended == "terminated"
    assert run.last.closed == (other,)


def test_a_missing_process_is_named():
    with pytest.raises(Unrunnable) as refusal:
        specs.build(CHOICE, "q")
    assert refusal.value.element_id == "q"


def test_where_an_instance_stands_can_be_drawn():
    inside = element("startEvent s1") + element("userTask u") + element("endEvent e1") + flows("s1 > u > e1")
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway f"),
            element("subProcess sub", inside),
            element("boundaryEvent late attachedToRef=sub", timer("PT1H")),
            element("userTask a"),
            element("parallelGateway j"),
            element("scriptTask x", "<bpmn:script>n = missing</bpmn:script>"),
            element("endEvent e"),
            flows("s > f > sub > j; f > a > j; f > x > e; j > e; late > e"),
        )
    )
    run = Run(data)
    run.complete("a")
    found = stepper.positions(run.spec, run.state)
    assert sorted((p.element_id, p.process_id, p.state) for p in found) == [
        ("j", "p", "waiting"),
        ("sub", "p", "inside"),
        ("u", "p", "open"),
        ("x", "p", "failed"),
    ]
