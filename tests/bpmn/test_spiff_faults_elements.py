"""Elements that SpiffWorkflow refuses, gets stuck at, passes over, or spoils its shared spec with.

Each fault has a test that shows it in the plain library and one that ours is right: mended, or refused by name.
"""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import spec as specs
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import Run, bpmn, element, flows, process
from tests.bpmn.plain import Plain, parse


def around(*middle: str) -> bytes:
    """start → t → after → end, with t (and what it needs) given."""
    return bpmn(
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


CONDITIONAL = around(element("userTask t")).replace(
    b'targetRef="after"></bpmn:sequenceFlow>',
    b'targetRef="after"><bpmn:conditionExpression>amount == 1</bpmn:conditionExpression></bpmn:sequenceFlow>',
)


def test_in_plain_spiffworkflow_a_condition_on_a_flow_leaving_a_task_is_ignored():
    run = Plain(CONDITIONAL)
    run.complete("t", amount=2)
    assert run.names == ["after"]


def test_ours_minds_it():
    run = Run(CONDITIONAL)
    run.complete("t", amount=1)
    assert run.names == ["after"]
    run = Run(CONDITIONAL)
    run.complete("t", amount=2)
    assert [f.element_id for f in run.failures.values()] == ["t"]


SPLIT = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("userTask t"),
        element("userTask a"),
        element("userTask b"),
        element("endEvent e"),
        flows("s > t > a > e; t > b > e"),
    )
)


def test_in_plain_spiffworkflow_a_task_with_two_ways_out_is_refused():
    with pytest.raises(ValidationException, match="Multiple outgoing flows"):
        Plain(SPLIT)


def test_ours_takes_both_as_the_standard_says():
    run = Run(SPLIT)
    run.complete("t")
    assert run.names == ["a", "b"]


MULTI = bpmn(
    process(
        "p",
        element("startEvent s"),
        element(
            "userTask t",
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        ),
        element("endEvent e"),
        flows("s > t > e"),
    )
)


def test_in_plain_spiffworkflow_a_multi_instance_writes_into_the_shared_spec():
    spec, parts = parse(MULTI)
    inner = spec.task_specs["t [child]"]
    assert not inner.completed_event.n_subscribers()
    BpmnWorkflow(spec, parts).do_engine_steps()
    assert inner.completed_event.n_subscribers()


@pytest.mark.parametrize("data", [MULTI, SPLIT, CONDITIONAL])
def test_ours_never_changes_a_spec(data):
    run = Run(data)
    before = fingerprint(run.spec)
    for _ in range(4):
        if run.names:
            run.complete(run.names[0])
    run.later(hours=3)
    assert fingerprint(run.spec) == before


def fingerprint(spec: specs.ExecutableSpec) -> list:
    return [
        (name, repr(value.n_subscribers() if name.endswith("_event") else value))
        for element in spec.elements()
        for name, value in sorted(vars(element).items())
    ]


@pytest.mark.parametrize(
    ("part", "how"),
    [
        (element("complexGateway t"), "parse"),
        (element("businessRuleTask t"), "parse"),
        (element("serviceTask t"), "stuck"),
        (element("adHocSubProcess t", element("userTask u")), "crash"),
        (element("userTask t", "<bpmn:multiInstanceLoopCharacteristics/>"), "parse"),
    ],
)
def test_in_plain_spiffworkflow_some_elements_fail_or_stand_still(part, how):
    if how == "parse":
        with pytest.raises(ValidationException):
            Plain(around(part))
        return
    if how == "crash":
        with pytest.raises(TypeError, match="must be a string"):
            Plain(around(part))
        return
    run = Plain(around(part))
    assert run.names == [] and not run.workflow.is_completed()


@pytest.mark.parametrize(
    "part",
    [
        element("complexGateway t"),
        element("businessRuleTask t"),
        element("serviceTask t"),
        element("adHocSubProcess t", element("userTask u")),
        element("userTask t", "<bpmn:multiInstanceLoopCharacteristics/>"),
        element("userTask t") + element("boundaryEvent c attachedToRef=t", "<bpmn:compensateEventDefinition/>"),
    ],
)
def test_ours_refuses_them_by_name(part):
    assert refusal(around(part)) in ("t", "c")


@pytest.mark.parametrize("reference", ["messageEventDefinition messageRef", "errorEventDefinition errorRef"])
def test_in_plain_spiffworkflow_a_reference_to_nothing_is_a_type_error(reference):
    with pytest.raises((ValidationException, TypeError), match="unexpected keyword argument"):
        Plain(around(element("userTask t"), element("boundaryEvent b attachedToRef=t", f'<bpmn:{reference}="none"/>')))


@pytest.mark.parametrize("reference", ["messageEventDefinition messageRef", "errorEventDefinition errorRef"])
def test_ours_names_the_event_whose_reference_leads_nowhere(reference):
    part = element("boundaryEvent b attachedToRef=t", f'<bpmn:{reference}="none"/>')
    assert refusal(around(element("userTask t"), part)) == "b"


NAMED_START = bpmn(
    process("p", element("startEvent Start"), element("userTask t"), element("endEvent End"), flows("Start > t > End"))
)


def test_in_plain_spiffworkflow_no_element_may_be_called_start():
    with pytest.raises(Exception, match=r"No output task connected|Duplicate task spec name"):
        Plain(NAMED_START)


def test_ours_lets_it_be_called_so():
    run = Run(NAMED_START)
    run.complete("t")
    assert run.path() == ["Start", "t", "End"]


DATA_STORE = bpmn(
    '<bpmn:dataStore id="ds" name="X"/>', process("p", element("startEvent s"), element("userTask t"), flows("s > t"))
)


def test_in_plain_spiffworkflow_a_drawn_data_store_makes_the_file_unreadable():
    with pytest.raises(ValidationException, match="no implementation"):
        Plain(DATA_STORE)


def test_ours_reads_it_as_a_drawing():
    run = Run(DATA_STORE)
    run.complete("t")
    assert run.ended == "completed", "and a process may stop without an end event"


def test_in_plain_spiffworkflow_a_process_not_marked_executable_is_refused():
    with pytest.raises(ValidationException, match="not executable"):
        Plain(SPLIT.replace(b'isExecutable="true"', b'isExecutable="false"'))


def test_ours_runs_what_it_is_asked_to_run():
    assert Run(SPLIT.replace(b'isExecutable="true"', b'isExecutable="false"')).names == ["t"]


UNCAUGHT = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("scriptTask t", "<bpmn:script>x = 1 / 0</bpmn:script>"),
        element("endEvent e"),
        flows("s > t > e"),
    )
)


def test_in_plain_spiffworkflow_a_failed_script_is_told_once_and_then_never_again():
    spec, parts = parse(UNCAUGHT)
    workflow = BpmnWorkflow(spec, parts)
    with pytest.raises(Exception, match="ZeroDivisionError"):
        workflow.do_engine_steps()
    workflow.do_engine_steps()
    open_states = TaskState.READY | TaskState.WAITING | TaskState.STARTED
    assert not [task for task in workflow.tasks.values() if task.has_state(open_states)]


def test_ours_keeps_the_failure_until_it_is_settled():
    assert [f.element_id for f in Run(UNCAUGHT).failures.values()] == ["t"]
