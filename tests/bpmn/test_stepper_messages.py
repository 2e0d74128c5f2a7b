"""Messages, signals, conditions and links."""

from __future__ import annotations

import pytest

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import Run, bpmn, element, flows, message, process

HEADS = (
    '<bpmn:message id="m" name="reply"/><bpmn:message id="m2" name="other"/><bpmn:signal id="sg" name="alarm"/>'
    '<bpmn:error id="er" name="err" errorCode="E1"/><bpmn:escalation id="es" name="esc" escalationCode="X1"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="sg"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="er"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="es"/>'


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def prop(name: str, value: str) -> str:
    return f'<camunda:property name="{name}" value="{value}"/>'


def catching(inner: str = message("m"), heads: str = HEADS) -> bytes:
    return bpmn(
        heads,
        process(
            "p",
            element("startEvent s"),
            element("intermediateCatchEvent w", inner),
            element("userTask a"),
            element("endEvent e"),
            flows("s > w > a > e"),
        ),
    )


def throwing(inner: str, heads: str = HEADS) -> bytes:
    return bpmn(
        heads,
        process(
            "p",
            element("startEvent s"),
            element("intermediateThrowEvent t", inner),
            element("userTask a"),
            element("endEvent e", message("m2")),
            flows("s > t > a > e"),
        ),
    )


def test_a_message_wakes_the_token_that_waits_and_brings_its_values():
    run = Run(catching())
    ((number, wait),) = run.waits.items()
    assert (wait.element_id, wait.message, wait.correlation, wait.kind) == ("w", "reply", {}, "message")
    with pytest.raises(stepper.NotWaiting):
        run.deliver("other")
    run.deliver("reply", answer="yes")
    assert run.last.waits_gone == (number,)
    assert run.open[run.token("a")].variables == {"answer": "yes"}


def test_a_message_starts_an_instance_at_its_own_start_event():
    data = bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("startEvent sm", message("m")),
            element("userTask a"),
            element("userTask b"),
            element("endEvent e"),
            flows("s > a > e; sm > b > e"),
        ),
    )
    assert Run(data).names == ["a"]
    assert Run(data, message="reply", variables={"k": 1}).names == ["b"]
    with pytest.raises(stepper.NoSuchStart):
        Run(data, message="other")


def test_sent_messages_carry_the_variables_or_those_named():
    run = Run(throwing(message("m")), variables={"k": 1, "secret": 2})
    assert [(m.name, m.values) for m in run.sent] == [("reply", {"k": 1, "secret": 2})]
    mapped = extension('<zeebe:ioMapping><zeebe:input source="= k + 1" target="next"/></zeebe:ioMapping>')
    run = Run(throwing(message("m") + mapped), variables={"k": 1, "secret": 2})
    assert [m.values for m in run.sent] == [{"next": 2}]
    listed = extension(f"<camunda:properties>{prop('payload', 'k, secret')}</camunda:properties>")
    run = Run(throwing(message("m") + listed), variables={"k": 1, "secret": 2, "more": 3})
    assert [m.values for m in run.sent] == [{"k": 1, "secret": 2}]
    run.complete("a")
    assert [m.name for m in run.last.sent] == ["other"]


CORRELATED = [
    '<bpmn:message id="m" name="reply"/><bpmn:correlationProperty id="cp" name="no">'
    '<bpmn:correlationPropertyRetrievalExpression messageRef="m"><bpmn:messagePath>case_no</bpmn:messagePath>'
    "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>",
    '<bpmn:message id="m" name="reply">'
    + extension('<zeebe:subscription correlationKey="= case_no"/>')
    + "</bpmn:message>",
]


@pytest.mark.parametrize(("heads", "key"), [(CORRELATED[0], "no"), (CORRELATED[1], "correlationKey")])
def test_correlation_finds_the_right_one(heads, key):
    heads += '<bpmn:message id="m2" name="other"/>'
    run = Run(catching(heads=heads), variables={"case_no": 17})
    assert [w.correlation for w in run.waits.values()] == [{key: 17}]
    with pytest.raises(stepper.NotWaiting):
        run.deliver("reply", {key: 18})
    run.deliver("reply", {key: 17})
    assert run.names == ["a"]
    sender = Run(throwing(message("m"), heads), variables={"case_no": 17})
    assert [m.correlation for m in sender.sent] == [{key: 17}]


def test_correlation_by_a_property_of_the_event():
    own = extension(f"<camunda:properties>{prop('correlation.no', 'case_no')}</camunda:properties>")
    run = Run(catching(message("m") + own), variables={"case_no": 17})
    assert [w.correlation for w in run.waits.values()] == [{"no": 17}]
    run = Run(catching(message("m") + own))
    assert [w.correlation for w in run.waits.values()] == [{}]


def test_send_and_receive_tasks_name_their_message():
    data = bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("sendTask t messageRef=m"),
            element("receiveTask r messageRef=m2"),
            element("endEvent e"),
            flows("s > t > r > e"),
        ),
    )
    run = Run(data)
    assert [m.name for m in run.sent] == ["reply"]
    run.deliver("other")
    assert run.ended == "completed"
    assert run.path("task") == ["t", "r"]
    for tag in ("sendTask", "receiveTask"):
        with pytest.raises(Unrunnable):
            specs.build(bpmn(process("p", element("startEvent s"), element(f"{tag} t"), flows("s > t"))), "p")


def test_one_message_wakes_one_token_and_a_boundary_message_may_come_again():
    data = bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("userTask a"),
            element("boundaryEvent w attachedToRef=a cancelActivity=false", message("m")),
            element("userTask note"),
            element("endEvent e"),
            flows("s > a > e; w > note > e"),
        ),
    )
    run = Run(data)
    for times in (1, 2, 3):
        run.deliver("reply", n=times)
        assert run.names.count("note") == times
    run.complete("a")
    assert not run.waits


def test_a_signal_reaches_all_in_the_instance_and_is_told_outside():
    data = bpmn(
        HEADS,
        process(
            "p",
            element("startEvent s"),
            element("parallelGateway f"),
            element("userTask a"),
            element("intermediateThrowEvent t", SIGNAL),
            element("intermediateCatchEvent w1", SIGNAL),
            element("intermediateCatchEvent w2", SIGNAL),
            element("userTask b"),
            element("userTask c"),
            element("endEvent e", SIGNAL),
            flows("s > f > a > t > e; f > w1 > b > e; f > w2 > c > e"),
        ),
    )
    run = Run(data)
    assert [w.kind for w in run.waits.values()] == ["signal", "signal"]
    run.complete("a")
    assert run.names == ["b", "c"]
    assert [(m.name, m.kind) for m in run.last.sent] == [("alarm", "signal"), ("alarm", "signal")]
    run = Run(data)
    run.deliver("alarm", kind="signal")
    assert run.names == ["a", "b"]


def test_a_condition_happens_when_it_becomes_true():
    condition = "<bpmn:condition>amount &gt; 100</bpmn:condition>"
    run = Run(catching(f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"))
    assert run.names == [] and not run.failures
    run.edit(amount=50)
    assert run.names == []
    run.edit(amount=101)
    assert run.names == ["a"]


def test_a_condition_beside_a_task_fires_each_time_it_becomes_true():
    condition = (
        "<bpmn:conditionalEventDefinition><bpmn:condition>hot</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("userTask a"),
            element("boundaryEvent w attachedToRef=a cancelActivity=false", condition),
            element("userTask x"),
            element("endEvent e"),
            flows("s > a > e; w > x > e"),
        )
    )
    run = Run(data)
    counts = []
    for hot in (False, True, True, False, True):
        run.edit(hot=hot)
        counts.append(run.names.count("x"))
    assert counts == [0, 1, 1, 1, 2]


def test_link_events_are_flows_without_a_line():
    link = '<bpmn:linkEventDefinition name="{}"/>'
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("intermediateThrowEvent lt", link.format("L")),
            element("intermediateCatchEvent lc", link.format("L")),
            element("userTask after"),
            element("endEvent e"),
            flows("s > lt; lc > after > e"),
        )
    )
    run = Run(data)
    assert run.names == ["after"]
    with pytest.raises(Unrunnable):
        specs.build(data.replace(b'name="L"', b'name="M"', 1), "p")
