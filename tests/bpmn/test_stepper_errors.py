"""Errors, escalations, terminate and cancel: who is told, and what goes on."""

from __future__ import annotations

import pytest

from tests.bpmn.drawn import Run, bpmn, element, flows, process

HEADS = (
    '<bpmn:message id="m" name="reply"/><bpmn:message id="m2" name="other"/><bpmn:signal id="sg" name="alarm"/>'
    '<bpmn:error id="er" name="err" errorCode="E1"/><bpmn:escalation id="es" name="esc" escalationCode="X1"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="sg"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="er"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="es"/>'


def inside(end: str, boundary: str, interrupts: str = "true", inner_more: str = "") -> bytes:
    """A subprocess ending in `end`, with a boundary event on it; beside it another one with the same boundary."""
    return bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway fork"),
            element(
                "subProcess sub",
                element("startEvent s1")
                + element("userTask u")
                + element("endEvent e1", end)
                + inner_more
                + flows("s1 > u > e1"),
            ),
            element(f"boundaryEvent bound attachedToRef=sub cancelActivity={interrupts}", boundary),
            element(
                "subProcess sub2",
                element("startEvent s2") + element("userTask v") + element("endEvent e2") + flows("s2 > v > e2"),
            ),
            element(f"boundaryEvent bound2 attachedToRef=sub2 cancelActivity={interrupts}", boundary),
            element("userTask after"),
            element("userTask caught"),
            element("userTask caught2"),
            element("endEvent e"),
            flows("s > fork > sub > after > e; fork > sub2 > e; bound > caught > e; bound2 > caught2 > e"),
        ),
    )


def test_an_error_goes_to_the_enclosing_boundary_event_only():
    run = Run(inside(ERROR, ERROR))
    run.complete("u")
    assert run.names == ["v", "caught"]
    assert [(p.element_id, p.kind, p.code) for p in run.last.passed if p.code] == [
        ("e1", "error", "E1"),
        ("bound", "event", "E1"),
    ]


def test_an_error_nobody_catches_ends_the_case():
    run = Run(inside(ERROR, ESCALATION))
    run.complete("u")
    assert run.ended == "error:E1"
    assert not run.open


@pytest.mark.parametrize(("interrupts", "then"), [("true", ["v", "caught"]), ("false", ["v", "after", "caught"])])
def test_an_escalation_goes_upwards_and_may_leave_the_work_going(interrupts, then):
    run = Run(inside(ESCALATION, ESCALATION, interrupts))
    run.complete("u")
    assert sorted(run.names) == sorted(then)
    assert ("e1", "escalation", "X1") in [(p.element_id, p.kind, p.code) for p in run.last.passed]


def test_an_escalation_nobody_catches_is_only_recorded():
    run = Run(inside(ESCALATION, ERROR))
    run.complete("u")
    assert run.names == ["v", "after"]
    assert ("e1", "escalation", "X1") in [(p.element_id, p.kind, p.code) for p in run.passed]


def test_terminate_inside_a_subprocess_ends_only_that():
    other = element("userTask w") + element("parallelGateway pg") + element("endEvent e3")
    data = inside("<bpmn:terminateEventDefinition/>", ERROR, inner_more=other + flows("pg > w > e3"))
    data = data.replace(b'id="s1-u" sourceRef="s1" targetRef="u"', b'id="s1-u" sourceRef="s1" targetRef="pg"')
    data = data.replace(b'id="u-e1"', b'id="pg-u" sourceRef="pg" targetRef="u"/><bpmn:sequenceFlow id="u-e1"', 1)
    run = Run(data)
    assert sorted(run.names) == ["u", "v", "w"]
    run.complete("u")
    assert sorted(run.names) == ["after", "v"]


def test_a_transaction_is_cancelled_by_its_cancel_end():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element(
                "transaction t",
                element("startEvent s1")
                + element("userTask u")
                + element("endEvent e1", "<bpmn:cancelEventDefinition/>")
                + flows("s1 > u > e1"),
            ),
            element("boundaryEvent b attachedToRef=t", "<bpmn:cancelEventDefinition/>"),
            element("userTask c"),
            element("endEvent e"),
            flows("s > t > e; b > c > e"),
        )
    )
    run = Run(data)
    run.complete("u")
    assert run.names == ["c"]
