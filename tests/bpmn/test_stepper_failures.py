"""An element that fails: told with its reason, kept for a retry, the others go on, nothing hangs in silence."""

from __future__ import annotations

import pytest

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.errors import Unrunnable, Unstorable
from tests.bpmn.drawn import Run, bpmn, element, flows, process

SCRIPT = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("parallelGateway f"),
        element("userTask other"),
        element("userTask a"),
        element("scriptTask calc", "<bpmn:script>share = total / count\nnote = 'done'</bpmn:script>"),
        element("userTask b"),
        element("endEvent e"),
        flows("s > f > a > calc > b > e; f > other > e"),
    )
)


def test_a_failing_script_is_told_with_its_reason_and_its_text():
    run = Run(SCRIPT, variables={"count": 2})
    run.complete("a")
    (found,) = run.failures.values()
    assert (found.element_id, found.source) == ("calc", "total / count")
    assert "total" in found.text.en and "total" in found.text.zh
    assert "note" not in run.variables, "all lines of a script take effect, or none"


def test_the_other_branches_go_on_and_the_case_does_not_end():
    run = Run(SCRIPT, variables={"count": 2})
    run.complete("a")
    run.complete("other")
    assert run.ended is None and run.names == []


def test_a_retry_with_corrected_variables_goes_on_where_it_stood():
    run = Run(SCRIPT, variables={"count": 0, "total": 7})
    run.complete("a")
    (number,) = run.failures
    run.retry("calc")
    assert [f.token for f in run.last.failures] == [] and list(run.failures) == [number], "the same failure is not news"
    run.retry("calc", count=2)
    assert run.last.failures_gone == (number,)
    assert sorted(run.names) == ["b", "other"]
    assert str(run.variables["share"]) == "3.5"


def test_only_what_failed_can_be_retried():
    run = Run(SCRIPT)
    with pytest.raises(stepper.NotFailed):
        stepper.retry(run.spec, run.state, run.token("a"), {}, run.world.around)
    with pytest.raises(stepper.NotFailed):
        stepper.retry(run.spec, run.state, 99, {}, run.world.around)


def test_what_an_element_did_before_it_failed_is_not_done_again():
    data = bpmn(
        '<bpmn:message id="m" name="news"/>',
        process(
            "p",
            element("startEvent s"),
            element("scriptTask t", "<bpmn:script>n = n + 1</bpmn:script>"),
            element("intermediateThrowEvent x", '<bpmn:messageEventDefinition messageRef="m"/>'),
            element("userTask a"),
            element("endEvent e"),
            flows("s > t; t > x [first]; x > a [second]; a > e"),
        ),
    )
    run = Run(data, variables={"n": 0})
    assert [f.element_id for f in run.failures.values()] == ["t"]
    run.retry("t", first=True)
    assert [f.element_id for f in run.failures.values()] == ["x"]
    run.retry("x", second=True)
    assert run.names == ["a"]
    assert run.variables["n"] == 1 and len(run.sent) == 1


CHOICE = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("userTask a"),
        element("exclusiveGateway g"),
        element("userTask b"),
        element("userTask c"),
        element("endEvent e"),
        flows("s > a > g; g > b [amount > 100]; g > c [amount < 10]; b > e; c > e"),
    )
)


@pytest.mark.parametrize("values", [{}, {"amount": 50}, {"amount": "много"}, {"amount": None}])
def test_a_gateway_that_cannot_decide_fails_and_can_be_retried(values):
    run = Run(CHOICE)
    run.complete("a", **values)
    (found,) = run.failures.values()
    assert found.element_id == "g"
    run.retry("g", amount=5)
    assert run.names == ["c"]


def test_a_condition_must_be_true_or_false():
    run = Run(
        bpmn(CHOICE.decode().partition(">")[2].removesuffix("</bpmn:definitions>").replace("amount > 100", "amount"))
    )
    run.complete("a", amount="no")
    (found,) = run.failures.values()
    assert (found.element_id, found.source) == ("g", "amount")


@pytest.mark.parametrize("condition", ["${approved == true}", "=approved = true", "approved", "#{approved}"])
def test_conditions_of_every_vendor_work(condition):
    run = Run(
        bpmn(CHOICE.decode().partition(">")[2].removesuffix("</bpmn:definitions>").replace("amount > 100", condition))
    )
    run.complete("a", approved=True)
    assert run.names == ["b"]


def test_an_endless_round_of_automatic_steps_is_stopped_and_told():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("exclusiveGateway m"),
            element("scriptTask t", "<bpmn:script>n = n + 1</bpmn:script>"),
            element("exclusiveGateway g default=g-m"),
            element("endEvent e"),
            flows("s > m > t > g; g > m; g > e [stop]"),
        )
    )
    run = Run(data, variables={"n": 0, "stop": False})
    (found,) = run.failures.values()
    assert "10000" in found.text.en.replace(",", "")
    run.retry(found.element_id, stop=True)
    assert run.ended == "completed"


def test_no_more_than_so_many_tokens_live_at_once():
    inner = "".join(
        element(f"parallelGateway a{i}") + element(f"exclusiveGateway b{i}") + flows(f"a{i} > b{i}; a{i} > b{i}")
        for i in range(14)
    )
    chain = ";".join(f"b{i} > a{i + 1}" for i in range(13))
    data = bpmn(process("p", element("startEvent s"), inner, element("userTask t"), flows(f"s > a0; {chain}; b13 > t")))
    run = Run(data)
    (found,) = run.failures.values()
    assert "2000" in found.text.en
    run.retry(found.element_id)
    assert run.failures and run.ended is None


def test_a_gateway_that_waits_for_ever_is_told():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("exclusiveGateway g default=g-a"),
            element("userTask a"),
            element("userTask b"),
            element("parallelGateway j"),
            element("endEvent e"),
            flows("s > g > a > j; g > b [never]; b > j; j > e"),
        )
    )
    run = Run(data, variables={"never": False})
    run.complete("a")
    (found,) = run.failures.values()
    assert found.element_id == "j" and "b-j" in found.text.en and "b-j" in found.text.zh
    assert run.ended is None
    run.retry("j")
    assert run.failures and run.ended is None


@pytest.mark.parametrize("value", [object(), {1: "x"}, {"a": {2: 1}}, b"bytes", {"x", "y"}, "\ud800"])
def test_values_that_are_no_data_are_refused_before_anything_is_changed(value):
    run = Run(CHOICE)
    with pytest.raises(Unstorable):
        run.complete("a", amount=500, bad=value)
    assert run.names == ["a"]


@pytest.mark.parametrize(
    "part",
    [
        element("serviceTask t"),
        element("businessRuleTask t"),
        element("complexGateway t"),
        element("adHocSubProcess t"),
        element("subProcess t triggeredByEvent=true"),
        element("intermediateCatchEvent t"),
        element("intermediateCatchEvent t", "<bpmn:compensateEventDefinition/>"),
        element("intermediateThrowEvent t", "<bpmn:compensateEventDefinition/>"),
        element("intermediateThrowEvent t", "<bpmn:errorEventDefinition/>"),
        element("intermediateThrowEvent t", "<bpmn:terminateEventDefinition/>"),
        element("intermediateCatchEvent t", "<bpmn:messageEventDefinition/>"),
        element("intermediateCatchEvent t", '<bpmn:messageEventDefinition messageRef="none"/>'),
        element("intermediateCatchEvent t", "<bpmn:timerEventDefinition/>"),
        element("intermediateCatchEvent t", "<bpmn:conditionalEventDefinition/>"),
        element("scriptTask t"),
        element("scriptTask t", "<bpmn:script>import os</bpmn:script>"),
        element("endEvent t", '<bpmn:errorEventDefinition errorRef="none"/>'),
        element("startEvent t"),
    ],
)
def test_what_cannot_run_is_refused_with_its_element(part):
    with pytest.raises(Unrunnable) as refusal:
        specs.build(bpmn(process("p", element("startEvent s"), part, element("endEvent e"), flows("s > e"))), "p")
    assert refusal.value.element_id == "t"
    assert refusal.value.text.zh and refusal.value.text.en


def test_elements_without_an_id_of_their_own_are_refused():
    for part in (element("userTask s"), "<bpmn:userTask/>"):
        with pytest.raises(Unrunnable):
            specs.build(bpmn(process("p", element("startEvent s"), part, element("endEvent e"), flows("s > e"))), "p")


def test_a_flow_nobody_could_take_is_refused():
    with pytest.raises(Unrunnable) as refusal:
        specs.build(
            CHOICE.replace(b"<bpmn:conditionExpression><![CDATA[amount < 10]]></bpmn:conditionExpression>", b""), "p"
        )
    assert refusal.value.element_id == "g-c"
