"""Data, time, saving and safety: what SpiffWorkflow does with them, and that ours is right."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

from engine.bpmn import spec as specs
from engine.bpmn import stepper
from engine.bpmn.errors import Unrunnable
from engine.bpmn.parsing import Parser
from engine.bpmn.reader import read
from tests.bpmn.drawn import Run, bpmn, element, flows, process, timer
from tests.bpmn.plain import Plain

FORK = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("userTask first"),
        element("parallelGateway f"),
        element("userTask a"),
        element("userTask b"),
        element("parallelGateway j"),
        element("userTask after"),
        element("endEvent e"),
        flows("s > first > f; f > a > j; f > b > j; j > after > e"),
    )
)


def both(run, order: str) -> dict:
    run.complete("first", k=1)
    for name in order:
        run.complete(name, **({"k": 2} if name == "a" else {"other": 3}))
    return run.ready[0].data if isinstance(run, Plain) else run.variables


def test_in_plain_spiffworkflow_the_last_branch_overwrites_what_it_did_not_change():
    assert both(Plain(FORK), "ab")["k"] == 1


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_ours_keeps_the_change(order):
    assert both(Run(FORK), order) == {"k": 2, "other": 3}


def test_in_plain_spiffworkflow_a_nested_edit_changes_finished_work():
    run = Plain(FORK)
    run.complete("first", order={"lines": [1]})
    run.ready[0].data["order"]["lines"].append(2)
    finished = next(task for task in run.workflow.tasks.values() if task.task_spec.name == "first")
    assert finished.data["order"]["lines"] == [1, 2]


def test_ours_hands_out_values_of_their_own():
    run = Run(FORK)
    step = run.complete("first", order={"lines": [1]})
    step.opened[0].variables["order"]["lines"].append(2)
    assert stepper.variables(run.spec, run.state)["order"] == {"lines": [1]}


def saved(run: Plain) -> str:
    return BpmnWorkflowSerializer().serialize_json(run.workflow)


@pytest.mark.parametrize("value", [date(2026, 1, 1), Decimal("1.50")])
def test_in_plain_spiffworkflow_dates_and_decimals_cannot_be_saved(value):
    run = Plain(FORK)
    run.ready[0].data["x"] = value
    with pytest.raises(TypeError):
        saved(run)


def test_in_plain_spiffworkflow_a_key_called_typename_makes_a_case_unreadable():
    run = Plain(FORK)
    run.ready[0].data["x"] = {"typename": "UUID", "value": "zz"}
    with pytest.raises(Exception, match=r"badly formed|invalid literal"):
        BpmnWorkflowSerializer().deserialize_json(saved(run))


@pytest.mark.parametrize(
    "value", [date(2026, 1, 1), Decimal("1.50"), {"typename": "UUID", "value": "zz"}, {"typename": "x"}, 10**40]
)
def test_ours_saves_them_as_they_are(value):
    run = Run(FORK)
    run.complete("first", x=value)
    found = stepper.variables(run.spec, run.state)["x"]
    assert (found, type(found), str(found)) == (value, type(value), str(value))


def test_in_plain_spiffworkflow_a_saved_case_with_its_keys_in_another_order_loses_data():
    run = Plain(FORK)
    run.complete("first", k=1)
    shuffled = json.dumps(json.loads(saved(run)), sort_keys=True)
    restored = BpmnWorkflowSerializer().deserialize_json(shuffled)
    assert any(restored.tasks[task.id].data != task.data for task in run.workflow.tasks.values())


def test_in_plain_spiffworkflow_the_unsafe_evaluator_returns_after_loading():
    run = Plain(FORK)

    class Ours(type(run.workflow.script_engine)):
        pass

    run.workflow.script_engine = Ours()
    assert type(BpmnWorkflowSerializer().deserialize_json(saved(run)).script_engine) is not Ours


ATTACK = "__import__('os').path.join('ran')"


def attacked(where: str) -> bytes:
    parts = {
        "condition": element("exclusiveGateway t default=t-e")
        + element("endEvent e2")
        + flows(f"t > e2 [{ATTACK} == 'x']"),
        "script": element("scriptTask t", f"<bpmn:script>ran = {ATTACK}</bpmn:script>"),
        "timer": element("intermediateCatchEvent t", timer(f"'PT1H' if {ATTACK} else 'PT1H'")),
        "count": element(
            "userTask t",
            "<bpmn:multiInstanceLoopCharacteristics>"
            f"<bpmn:loopCardinality>len({ATTACK})</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
        ),
    }
    return bpmn(process("p", element("startEvent s"), parts[where], element("endEvent e"), flows("s > t > e")))


@pytest.mark.parametrize("where", ["condition", "script", "timer", "count"])
def test_in_plain_spiffworkflow_a_file_runs_code(where, monkeypatch):
    ran = []
    monkeypatch.setattr("os.path.join", lambda *parts: ran.append(parts) or "ran")
    Plain(attacked(where))
    monkeypatch.undo()
    assert ("ran",) in ran


@pytest.mark.parametrize("where", ["condition", "script", "timer", "count"])
def test_ours_does_not_even_take_the_file(where):
    with pytest.raises(Unrunnable):
        specs.build(attacked(where), "p")


def test_in_plain_spiffworkflow_a_finished_task_may_be_run_again():
    run = Plain(FORK)
    task = run.ready[0]
    run.complete("first")
    task.run()
    assert run.names == ["a", "b"]


def test_ours_says_that_it_is_no_longer_open():
    run = Run(FORK)
    number = run.token("first")
    run.complete("first")
    with pytest.raises(stepper.NotReady):
        stepper.complete(run.spec, run.state, number, {}, run.world.around)


def timed(text: str) -> bytes:
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            element("userTask t"),
            element("boundaryEvent late attachedToRef=t", timer(text)),
            element("userTask chief"),
            element("endEvent e"),
            flows("s > t > e; late > chief > e"),
        )
    )


def test_in_plain_spiffworkflow_a_duration_must_be_quoted():
    with pytest.raises(Exception, match="PT4H"):
        Plain(timed("PT4H"))


@pytest.mark.parametrize("condition", ["${ok == true}", "=ok = true"])
def test_in_plain_spiffworkflow_conditions_of_other_products_fail(condition):
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("exclusiveGateway g default=g-e"),
            element("userTask t"),
            element("endEvent e"),
            flows(f"s > g; g > t [{condition}]; g > e; t > e"),
        )
    )
    with pytest.raises(Exception, match="Error evaluating expression"):
        Plain(data, variables={"ok": True})
    assert Run(data, variables={"ok": True}).names == ["t"]


def test_in_plain_spiffworkflow_an_overdue_task_can_be_completed(monkeypatch):
    class Later(datetime):
        shift = timedelta()

        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 1, 1, tzinfo=UTC) + cls.shift

    monkeypatch.setattr("SpiffWorkflow.bpmn.specs.event_definitions.timer.datetime", Later)
    run = Plain(timed('"PT4H"'))
    Later.shift = timedelta(hours=9)
    run.complete("t")
    assert run.workflow.is_completed()


def test_ours_looks_at_the_clock_first():
    run = Run(timed("PT4H"))
    run.world.now += timedelta(hours=9)
    with pytest.raises(stepper.NotReady):
        run.complete("t")


def test_ours_takes_the_way_of_the_newer_version():
    def version(then: str) -> bytes:
        return bpmn(
            process(
                "p",
                element("startEvent s"),
                element("userTask t"),
                element("exclusiveGateway g default=g-old"),
                element("userTask old"),
                element("userTask new"),
                element("endEvent e"),
                flows("s > t > g; g > old > e; g > new [" + then + "]; new > e"),
            )
        )

    run = Run(version("1 == 2"))
    run.spec = specs.build(version("1 == 1"), "p")
    run.complete("t")
    assert run.names == ["new"]


def test_in_plain_spiffworkflow_a_called_file_with_the_same_subprocess_id_is_refused():
    inner = element("subProcess sub", element("startEvent s1") + element("endEvent e1") + flows("s1 > e1"))
    main = bpmn(
        process("p", element("startEvent s"), inner, element("callActivity c calledElement=q"), flows("s > sub > c"))
    )
    other = bpmn(process("q", element("startEvent s"), inner, element("userTask t"), flows("s > sub > t")))
    parser = BpmnParser()
    parser.add_bpmn_str(main)
    parser.add_bpmn_str(other)
    with pytest.raises(Exception, match="Duplicate process ID"):
        parser.get_spec("p")
        parser.get_subprocess_specs("p")
    assert Run(main, called={"q": other}).names == ["t"]


def test_parsing_does_not_change_the_bytes_or_the_tree():
    root = read(FORK)
    before = etree.tostring(root)
    parser = Parser()
    parser.read(root)
    parser.get_spec("p")
    assert etree.tostring(root) == before
