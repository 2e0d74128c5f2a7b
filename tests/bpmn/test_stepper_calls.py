"""Subprocesses and called processes."""

from __future__ import annotations

import pytest

from engine.bpmn import spec as specs
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import Run, bpmn, element, flows, process, timer

INNER = element("startEvent s1") + element("userTask u") + element("endEvent e1") + flows("s1 > u > e1")


def around(host: str, more: str = "", extra: str = "") -> bytes:
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            host,
            element("userTask after"),
            element("endEvent e"),
            more,
            flows("s > t > after > e"),
        ),
        extra,
    )


CHECK = process("check", INNER.replace("s1", "cs").replace("e1", "ce"))


def test_an_embedded_subprocess_sees_and_sets_the_variables_around_it():
    run = Run(around(element("subProcess t", INNER)), variables={"k": 1})
    assert run.open[run.token("u")].variables == {"k": 1}
    assert run.open[run.token("u")].process_id == "p"
    run.complete("u", k=2)
    assert run.variables == {"k": 2}
    assert [(p.element_id, p.kind) for p in run.last.passed] == [("u", "task"), ("e1", "event"), ("t", "subprocess")]


def test_a_called_process_has_its_own_variables_and_hands_them_back():
    run = Run(around(element("callActivity t calledElement=check"), extra=CHECK), variables={"k": 1})
    assert run.open[run.token("u")].process_id == "check"
    run.complete("u", checked=True)
    assert run.variables == {"k": 1, "checked": True}
    assert run.last.passed[-1].kind == "call"


def test_a_called_process_may_come_from_another_file_that_uses_the_same_names():
    main = around(element("subProcess t2", INNER) + element("callActivity t calledElement=check"))
    detour = b'sourceRef="s" targetRef="t2"/><bpmn:sequenceFlow id="x" sourceRef="t2" targetRef="t"'
    main = main.replace(b'sourceRef="s" targetRef="t"', detour)
    other = bpmn(
        process(
            "check",
            element("startEvent s"),
            element("subProcess t2", INNER),
            element("endEvent e"),
            flows("s > t2 > e"),
        )
    )
    run = Run(main, called={"check": other})
    run.complete("u")
    assert run.open[run.token("u")].process_id == "check"
    run.complete("u")
    assert run.names == ["after"]


def test_only_what_is_named_goes_in_and_out():
    mapped = (
        '<bpmn:extensionElements><camunda:in source="amount" target="sum"/>'
        '<camunda:in sourceExpression="${k + 1}" target="n"/>'
        '<camunda:out source="verdict" target="result"/></bpmn:extensionElements>'
    )
    run = Run(
        around(element("callActivity t calledElement=check", mapped), extra=CHECK), variables={"amount": 5, "k": 1}
    )
    assert run.open[run.token("u")].variables == {"sum": 5, "n": 2}
    run.complete("u", verdict="ok", other=1)
    assert run.variables == {"amount": 5, "k": 1, "result": "ok"}


ALL_AND = '<camunda:in variables="all"/><camunda:in source="k" target="copy"/>'
ZEEBE = (
    '<zeebe:calledElement processId="check"{}/>'
    '<zeebe:ioMapping><zeebe:input source="= k" target="copy"/></zeebe:ioMapping>'
)


@pytest.mark.parametrize(
    ("mapped", "inside"),
    [
        (ALL_AND, {"k": 1, "copy": 1}),
        (ZEEBE.format(""), {"k": 1, "copy": 1}),
        (ZEEBE.format(' propagateAllParentVariables="false"'), {"copy": 1}),
        (ZEEBE.format(' propagateAllChildVariables="false"'), {"k": 1, "copy": 1}),
    ],
)
def test_all_variables_may_go_in_beside_those_named(mapped, inside):
    extension = f"<bpmn:extensionElements>{mapped}</bpmn:extensionElements>"
    run = Run(around(element("callActivity t calledElement=check", extension), extra=CHECK), variables={"k": 1})
    assert run.open[run.token("u")].variables == inside
    run.complete("u", verdict=2)
    assert ("verdict" in run.variables) == ("Child" not in mapped)


def test_a_result_that_is_missing_is_a_failure_of_the_call_and_can_be_retried():
    mapped = '<bpmn:extensionElements><camunda:out source="verdict" target="result"/></bpmn:extensionElements>'
    run = Run(around(element("callActivity t calledElement=check", mapped), extra=CHECK))
    run.complete("u")
    (found,) = run.failures.values()
    assert found.element_id == "t" and "verdict" in found.text.en
    run.retry("t", verdict="ok")
    assert not run.failures and run.variables == {"result": "ok"}


def test_zeebe_names_the_called_process_in_its_own_element():
    zeebe = '<bpmn:extensionElements><zeebe:calledElement processId="check"/></bpmn:extensionElements>'
    assert Run(around(element("callActivity t", zeebe), extra=CHECK)).names == ["u"]


def test_a_timer_beside_a_subprocess_takes_everything_inside_away():
    more = (
        element("boundaryEvent late attachedToRef=t", timer("PT1H"))
        + element("userTask chief")
        + flows("late > chief > e")
    )
    deep = element("startEvent s0") + element("subProcess in", INNER) + element("endEvent e0") + flows("s0 > in > e0")
    for host in (element("subProcess t", deep), element("callActivity t calledElement=check")):
        run = Run(around(host, more, extra=CHECK))
        number = run.token("u")
        run.later(hours=1)
        assert (run.names, run.last.closed) == (["chief"], (number,))
        run.complete("chief")
        assert run.ended == "completed"


def test_a_process_that_calls_itself_is_stopped_and_reported():
    run = Run(
        bpmn(
            process(
                "p",
                element("startEvent s"),
                element("callActivity t calledElement=p"),
                element("endEvent e"),
                flows("s > t > e"),
            )
        )
    )
    (found,) = run.failures.values()
    assert found.element_id == "t" and "30" in found.text.en


@pytest.mark.parametrize("called", ["nobody", "=x", "${x}", ""])
def test_a_call_that_leads_nowhere_is_refused(called):
    with pytest.raises(Unrunnable) as refusal:
        specs.build(around(element(f"callActivity t calledElement={called}")), "p")
    assert refusal.value.element_id == "t"


@pytest.mark.parametrize(
    "inner",
    [
        element("userTask u"),
        element("startEvent a") + element("startEvent b"),
    ],
)
def test_a_subprocess_without_a_single_start_is_refused(inner):
    with pytest.raises(Unrunnable) as refusal:
        specs.build(around(element("subProcess t", inner)), "p")
    assert refusal.value.element_id in ("t", "b")
