"""Events and elements that SpiffWorkflow passes over in silence, catches in the wrong place or spoils its spec with.

Each fault has a test that shows it in the plain library and one that ours is right: mended, or refused by name.
"""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition

from engine.bpmn import spec as specs
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import Run, bpmn, element, flows, message, process, timer
from tests.bpmn.plain import Plain

HEADS = (
    '<bpmn:message id="m" name="reply"/><bpmn:signal id="sg" name="alarm"/>'
    '<bpmn:error id="er" name="err" errorCode="E1"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="sg"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="er"/>'


def around(*middle: str) -> bytes:
    """start → t → after → end, with t (and what it needs) given."""
    return bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            *middle,
            element("userTask after"),
            element("endEvent e"),
            flows("s > t > after > e"),
        ),
    )


def refusal(data: bytes) -> str:
    with pytest.raises(Unrunnable) as refused:
        specs.build(data, "p")
    return refused.value.element_id


LINKS = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("intermediateThrowEvent lt", '<bpmn:linkEventDefinition name="L"/>'),
        element("intermediateCatchEvent lc", '<bpmn:linkEventDefinition name="L"/>'),
        element("userTask after"),
        element("endEvent e"),
        flows("s > lt; lc > after > e"),
    )
)


def test_in_plain_spiffworkflow_the_work_after_a_link_is_skipped():
    run = Plain(LINKS)
    assert run.names == [] and "after" not in run.spec.task_specs


def test_ours_follows_the_link():
    assert Run(LINKS).names == ["after"]


@pytest.mark.parametrize("kind", ["compensateEventDefinition", "errorEventDefinition", "terminateEventDefinition"])
def test_in_plain_spiffworkflow_some_intermediate_throws_do_nothing(kind):
    run = Plain(around(element("intermediateThrowEvent t", f"<bpmn:{kind}/>")))
    assert run.names == ["after"]
    assert type(run.spec.task_specs["t"].event_definition).__name__ == "NoneEventDefinition"


@pytest.mark.parametrize("kind", ["compensateEventDefinition", "errorEventDefinition", "terminateEventDefinition"])
def test_ours_refuses_them(kind):
    assert refusal(around(element("intermediateThrowEvent t", f"<bpmn:{kind}/>"))) == "t"


SIGNAL_END = bpmn(HEADS, process("p", element("startEvent s"), element("endEvent e", SIGNAL), flows("s > e")))


def test_in_plain_spiffworkflow_a_signal_end_event_sends_nothing():
    run = Plain(SIGNAL_END)
    assert run.workflow.is_completed() and run.workflow.bpmn_events == []


def test_ours_sends_it():
    assert [(m.name, m.kind) for m in Run(SIGNAL_END).sent] == [("alarm", "signal")]


@pytest.mark.parametrize("tag", ["sendTask", "receiveTask"])
def test_in_plain_spiffworkflow_a_message_task_without_a_message_passes_by(tag):
    assert Plain(around(element(f"{tag} t"))).names == ["after"]


@pytest.mark.parametrize("tag", ["sendTask", "receiveTask"])
def test_ours_refuses_a_message_task_without_a_message(tag):
    assert refusal(around(element(f"{tag} t"))) == "t"


INSIDE = element("startEvent s1") + element("userTask u") + element("endEvent e1", ERROR) + flows("s1 > u > e1")


def failing_inside(interrupts: str) -> bytes:
    watch = element(f"boundaryEvent b attachedToRef=t cancelActivity={interrupts}", ERROR)
    return around(element("subProcess t", INSIDE), watch, element("userTask caught"), flows("b > caught > e"))


def test_in_plain_spiffworkflow_an_error_boundary_event_may_leave_the_failed_work_going():
    run = Plain(failing_inside("false"))
    run.complete("u")
    assert sorted(run.names) == ["after", "caught"]


def test_ours_refuses_an_error_boundary_event_that_does_not_interrupt():
    assert refusal(failing_inside("false")) == "b"


def sibling() -> bytes:
    other = element("startEvent s2") + element("userTask v") + element("endEvent e2") + flows("s2 > v > e2")
    return bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway f"),
            element("subProcess t", INSIDE),
            element("subProcess other", other),
            element("boundaryEvent b attachedToRef=other", ERROR),
            element("userTask caught"),
            element("endEvent e"),
            flows("s > f > t > e; f > other > e; b > caught > e"),
        ),
    )


def test_in_plain_spiffworkflow_an_error_is_caught_beside_a_subprocess_it_did_not_happen_in():
    run = Plain(sibling())
    run.complete("u")
    assert "caught" in run.names


def test_ours_tells_an_error_to_the_enclosing_activities_only():
    run = Run(sibling())
    run.complete("u")
    assert run.ended == "error:E1"


TWO_TIMERS = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("eventBasedGateway g"),
        element("intermediateCatchEvent one", timer('"PT1H"')),
        element("intermediateCatchEvent two", timer('"PT2H"')),
        element("userTask a"),
        element("userTask b"),
        element("endEvent e"),
        flows("s > g > one > a > e; g > two > b > e"),
    )
)


def test_in_plain_spiffworkflow_two_timers_behind_an_event_gateway_share_one_value():
    run = Plain(TWO_TIMERS)
    (gateway,) = [task for task in run.workflow.tasks.values() if task.task_spec.name == "g"]
    values = {definition.details(gateway).value for definition in gateway.task_spec.event_definition.event_definitions}
    assert len(values) == 1


def test_ours_gives_each_its_own():
    assert len({t.due_at for t in Run(TWO_TIMERS).timers.values()}) == 2


EVENT_SUBPROCESS = bpmn(
    HEADS,
    process(
        "p",
        element("startEvent s"),
        element("userTask t"),
        element("endEvent e"),
        element(
            "subProcess sub triggeredByEvent=true",
            element("startEvent es", message("m"))
            + element("userTask eu")
            + element("endEvent ee")
            + flows("es > eu > ee"),
        ),
        flows("s > t > e"),
    ),
)


def test_in_plain_spiffworkflow_an_event_subprocess_does_not_interrupt_and_spoils_the_shared_spec():
    run = Plain(EVENT_SUBPROCESS)
    before = list(run.spec.start._outputs)
    run.workflow.catch(BpmnEvent(MessageEventDefinition("reply"), {}))
    run.workflow.do_engine_steps()
    assert sorted(run.names) == ["eu", "t"], "the interrupted work goes on"
    assert run.spec.start._outputs != before, "and the spec all instances share has changed"


def test_ours_interrupts_and_shares_nothing():
    for _ in range(2):
        run = Run(EVENT_SUBPROCESS)
        run.deliver("reply")
        assert run.names == ["eu"], "the work goes on in the event subprocess alone"
        run.complete("eu")
        assert run.ended == "completed"
