"""Input and output mappings of tasks, as Camunda 7 and 8 mean them, and SpiffWorkflow's scripts around a task."""

from decimal import Decimal

import pytest

from engine.bpmn import stepper
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import World, bpmn, element, flows, message, process, timer


def ext(inside):
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


ZEEBE = ext(
    '<zeebe:ioMapping><zeebe:input source="=customer.name" target="name"/><zeebe:input source="=name" target="twice"/>'
    '<zeebe:input source="as it is" target="words"/>{}</zeebe:ioMapping>'
)
OUT = '<zeebe:output source="=name" target="asked"/><zeebe:output source="=answer * 2" target="total"/>'
SEVEN = ext(
    '<camunda:inputOutput><camunda:inputParameter name="name">${customer.name}</camunda:inputParameter>'
    '<camunda:outputParameter name="total">${answer * 2}</camunda:outputParameter></camunda:inputOutput>'
)
GIVEN = {"customer": {"name": "Li"}}


def run(inside, kind="userTask", more="", after=""):
    body = element("startEvent s") + element(f"{kind} t name=Ask", inside) + element("userTask u name=Next") + element("endEvent e")
    data = bpmn('<bpmn:message id="m" name="news"/>', process("p", body, more, flows("s > t > u > e"), after))
    report = check(data)
    assert report.is_deployable, report.errors
    spec = build(data, "p")
    return spec, stepper.start(spec, GIVEN, World().around)


def complete(spec, result, **values):
    (task,) = result.opened
    return stepper.complete(spec, result.state, task.token, values, World().around)


def test_camunda_8_with_outputs_keeps_only_those():
    spec, begun = run(ZEEBE.format(OUT))
    (task,) = begun.opened
    assert task.variables == {**GIVEN, "name": "Li", "twice": "Li", "words": "as it is"}
    done = complete(spec, begun, answer=Decimal("1.5"), other=1)
    assert done.variables == {**GIVEN, "asked": "Li", "total": Decimal("3.0")}
    assert done.opened[0].variables == done.variables


def test_camunda_8_without_outputs_keeps_all_but_the_inputs():
    spec, begun = run(ZEEBE.format(""))
    assert complete(spec, begun, answer=1, name="changed").variables == {**GIVEN, "answer": 1}


def test_camunda_7_keeps_what_was_set_besides_the_outputs():
    spec, begun = run(SEVEN)
    assert begun.opened[0].variables == {**GIVEN, "name": "Li"}
    assert complete(spec, begun, answer=2).variables == {**GIVEN, "answer": 2, "total": 4}


def test_what_is_not_there_is_empty_and_what_cannot_be_computed_is_an_incident():
    spec, begun = run(ZEEBE.format('<zeebe:output source="=answer * 2" target="total"/><zeebe:output source="=gone" target="g"/>'))
    failed = complete(spec, begun, answer="x" * 9)
    (failure,) = failed.failures
    assert failure.element_id == "t"
    done = stepper.retry(spec, failed.state, failure.token, {"answer": 4}, World().around)
    assert done.variables == {**GIVEN, "total": 8, "g": None}


def test_scripts_and_their_mappings():
    inside = "<bpmn:script>found = name</bpmn:script>" + ZEEBE.format('<zeebe:output source="=found" target="who"/>')
    _, begun = run(inside, "scriptTask")
    assert begun.variables == {**GIVEN, "who": "Li"}


@pytest.mark.parametrize("kind", ["userTask", "manualTask", "task"])
def test_scripts_before_and_after(kind):
    spiff = 'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    inside = ext(f"<s:preScript {spiff}>a = 1</s:preScript><s:postScript {spiff}>b = a + answer</s:postScript>")
    spec, begun = run(inside, kind)
    assert begun.opened[0].variables == {**GIVEN, "a": 1}
    assert complete(spec, begun, answer=2).variables == {**GIVEN, "a": 1, "answer": 2, "b": 3}


def test_a_repeated_task_maps_in_each_run():
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection=\"=items\" inputElement=\"item\" outputCollection=\"totals\" outputElement=\"=total\"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    inside = ext('<zeebe:ioMapping><zeebe:input source="=item" target="n"/><zeebe:output source="=n * answer" target="total"/></zeebe:ioMapping>') + loop
    body = element("startEvent s") + element("userTask t name=Ask", inside) + element("endEvent e")
    spec = build(bpmn(process("p", body, flows("s > t > e"))), "p")
    result = stepper.start(spec, {"items": [1, 2]}, World().around)
    assert [t.variables["n"] for t in result.opened] == [1, 2]
    for task in result.opened:
        result = stepper.complete(spec, result.state, task.token, {"answer": 10}, World().around)
    assert result.ended == "completed" and result.variables == {"items": [1, 2], "totals": [10, 20]}


def test_a_boundary_event_writes_around_the_task():
    more = element("boundaryEvent b attachedToRef=t cancelActivity=false", message("m")) + element("scriptTask n", "<bpmn:script>seen = true</bpmn:script>") + element("endEvent f")
    spec, begun = run(ZEEBE.format(OUT), more=more, after=flows("b > n > f"))
    told = stepper.deliver(spec, begun.state, stepper.Message("news"), World().around)
    assert told.variables == {**GIVEN, "seen": True}
    assert timer and complete(spec, type(begun)(told.state, opened=begun.opened), answer=1).variables == {**GIVEN, "seen": True, "asked": "Li", "total": 2}


def test_what_was_caught_is_told():
    """`camunda:errorCodeVariable` and the like: the boundary event says which error or escalation it was."""
    inner = element("startEvent i") + element("endEvent x", '<bpmn:errorEventDefinition errorRef="er"/>') + flows("i > x")
    caught = '<bpmn:errorEventDefinition camunda:errorCodeVariable="code" camunda:errorMessageVariable="why"/>'
    body = element("startEvent s") + element("subProcess t", inner) + element("boundaryEvent b attachedToRef=t", caught)
    body += element("userTask u name=Next") + element("endEvent e") + element("endEvent f")
    data = bpmn('<bpmn:error id="er" name="No stock" errorCode="E1"/>', process("p", body, flows("s > t > e; b > u > f")))
    report = check(data)
    assert report.is_deployable and "attribute-not-mapped" not in {f.rule for f in report.findings}
    begun = stepper.start(build(data, "p"), {}, World().around)
    assert begun.opened[0].variables == {"code": "E1", "why": "No stock"}


def test_words_handed_to_a_called_process_as_they_are():
    """In Camunda 8 a source that does not begin with `=` is the text itself."""
    given = ext('<zeebe:calledElement processId="q"/><zeebe:ioMapping><zeebe:input source="a gift" target="kind"/></zeebe:ioMapping>')
    caller = element("startEvent s") + element("callActivity c name=Ask", given) + element("endEvent e") + flows("s > c > e")
    inner = element("startEvent i") + element("userTask u name=Do") + element("endEvent x") + flows("i > u > x")
    data = bpmn(process("p", caller), process("q", inner))
    report = check(data, main="p")
    assert report.is_deployable, report.errors
    (task,) = stepper.start(build(data, "p"), {}, World().around).opened
    assert task.variables["kind"] == "a gift"
