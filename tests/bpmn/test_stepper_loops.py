"""Multi-instance and loops, in each vendor's spelling."""

from __future__ import annotations

import pytest

from engine.bpmn import spec as specs
from engine.bpmn.errors import Unrunnable
from tests.bpmn.drawn import NOON, Run, bpmn, element, flows, process, timer

MI = "multiInstanceLoopCharacteristics"
COLLECTIONS = [
    f'<bpmn:{MI} isSequential="{{}}"><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>'
    f'<bpmn:inputDataItem id="item" name="item"/></bpmn:{MI}>',
    f'<bpmn:{MI} isSequential="{{}}" camunda:collection="${{{{items}}}}" camunda:elementVariable="item"/>',
    f'<bpmn:{MI} isSequential="{{}}"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="= items" '
    f'inputElement="item"/></bpmn:extensionElements></bpmn:{MI}>',
]


def repeated(loop: str, more: str = "", body: str = "") -> bytes:
    inside = element("subProcess t", loop + body) if body else element("userTask t", loop)
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            inside,
            element("userTask after"),
            element("endEvent e"),
            more,
            flows("s > t > after > e"),
        )
    )


@pytest.mark.parametrize("spelling", COLLECTIONS)
def test_parallel_runs_over_a_collection_each_see_their_own_entry(spelling):
    run = Run(repeated(spelling.format("false")), variables={"items": ["x", "y", "z"]})
    assert run.names == ["t", "t", "t"]
    seen = [run.open[n].variables for n in sorted(run.open)]
    assert [(v["item"], v["loopCounter"]) for v in seen] == [("x", 1), ("y", 2), ("z", 3)]
    run.complete("t", 2)
    run.complete("t", 0)
    assert run.names == ["t"]
    run.complete("t")
    assert run.names == ["after"]
    assert run.variables == {"items": ["x", "y", "z"]}
    assert [(p.element_id, p.kind, p.flows) for p in run.passed[1:]] == [
        ("t", "instance", ()),
        ("t", "instance", ()),
        ("t", "instance", ()),
        ("t", "task", ("t-after",)),
    ]


@pytest.mark.parametrize("spelling", COLLECTIONS)
def test_sequential_runs_come_one_after_the_other(spelling):
    run = Run(repeated(spelling.format("true")), variables={"items": [{"n": 1}, {"n": 2}]})
    for number in (1, 2):
        assert run.names == ["t"]
        assert run.open[run.token("t")].variables["item"] == {"n": number}
        run.complete("t", seen=number)
        assert run.variables["seen"] == number
    assert run.names == ["after"]


@pytest.mark.parametrize("spelling", COLLECTIONS)
@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_empty_collection_is_passed_by(spelling, sequential):
    assert Run(repeated(spelling.format(sequential)), variables={"items": []}).names == ["after"]


@pytest.mark.parametrize("sequential", ["true", "false"])
@pytest.mark.parametrize("count", ["3", "= n", "${n}", "n"])
def test_a_count_may_be_computed(sequential, count):
    loop = f'<bpmn:{MI} isSequential="{sequential}"><bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:{MI}>'
    run = Run(repeated(loop), variables={"n": 3})
    assert run.names == ["t"] * (1 if sequential == "true" else 3)
    for _ in range(3):
        run.complete("t")
    assert run.names == ["after"]


def test_results_are_collected_in_the_order_of_the_entries():
    loop = (
        f'<bpmn:{MI}><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" '
        'outputCollection="marks" outputElement="= mark"/></bpmn:extensionElements></bpmn:' + MI + ">"
    )
    run = Run(repeated(loop), variables={"items": [1, 2, 3]})
    run.complete("t", 2, mark=30)
    run.complete("t", 0, mark=10)
    run.complete("t", 0, mark=20)
    assert run.variables == {"items": [1, 2, 3], "marks": [10, 20, 30]}


def test_a_missing_result_is_a_failure_of_that_run_alone():
    loop = (
        f'<bpmn:{MI}><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="= items" inputElement="item" '
        'outputCollection="marks" outputElement="= mark"/></bpmn:extensionElements></bpmn:' + MI + ">"
    )
    run = Run(repeated(loop), variables={"items": [1, 2]})
    run.complete("t", 0)
    assert [f.element_id for f in run.failures.values()] == ["t"]
    run.complete("t", 0, mark=20)
    run.retry("t", mark=10)
    assert run.names == ["after"]
    assert run.variables["marks"] == [10, 20]


def test_enough_runs_cancel_the_rest():
    loop = (
        f"<bpmn:{MI}><bpmn:loopCardinality>5</bpmn:loopCardinality>"
        f"<bpmn:completionCondition>nrOfCompletedInstances &gt;= 2</bpmn:completionCondition></bpmn:{MI}>"
    )
    run = Run(repeated(loop))
    run.complete("t", 4)
    run.complete("t", 1)
    assert run.names == ["after"]
    assert len(run.last.closed) == 3


def test_runs_of_a_subprocess_have_their_own_variables():
    body = element("startEvent s1") + element("userTask u") + element("endEvent e1") + flows("s1 > u > e1")
    run = Run(repeated(COLLECTIONS[1].format("false"), body=body), variables={"items": ["x", "y"], "total": 1})
    assert [run.open[n].variables["item"] for n in sorted(run.open)] == ["x", "y"]
    run.complete("u", 0, only="first")
    assert "only" not in run.open[run.token("u")].variables or run.variables["only"] == "first"
    run.complete("u", 0)
    assert run.names == ["after"]
    assert run.path("instance", "subprocess") == ["t", "t", "t"]


def test_a_timer_beside_a_repeated_task_takes_all_runs_away():
    more = (
        element("boundaryEvent late attachedToRef=t", timer("PT1H"))
        + element("userTask chief")
        + flows("late > chief > e")
    )
    run = Run(repeated(COLLECTIONS[1].format("false"), more), variables={"items": [1, 2]})
    assert [t.due_at - NOON for t in run.timers.values()] != []
    run.later(hours=1)
    assert run.names == ["chief"]
    assert len(run.last.closed) == 2


@pytest.mark.parametrize(
    ("before", "attributes", "condition", "runs"),
    [
        ("false", 'loopMaximum="2"', "", 2),
        ("false", "", "again", 3),
        ("true", "", "again", 2),
        ("true", 'loopMaximum="0"', "", 0),
        ("false", 'loopMaximum="1"', "again", 1),
    ],
)
def test_a_standard_loop(before, attributes, condition, runs):
    inner = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    tag = "bpmn:standardLoopCharacteristics"
    loop = f'<{tag} testBefore="{before}" {attributes}>{inner}</{tag}>'
    run = Run(repeated(loop), variables={"again": True})
    done = 0
    while run.names == ["t"]:
        done += 1
        run.complete("t", again=done < (3 if before == "false" else 2))
    assert (done, run.names) == (runs, ["after"])


@pytest.mark.parametrize(("items", "told"), [(5, "list"), ("abc", "list"), (list(range(1001)), "1000")])
def test_a_collection_that_is_none_or_too_large_is_a_failure_that_can_be_corrected(items, told):
    run = Run(repeated(COLLECTIONS[0].format("false")), variables={"items": items})
    (found,) = run.failures.values()
    assert found.element_id == "t" and told in found.text.en
    run.retry("t", items=["x"])
    assert run.names == ["t"]


@pytest.mark.parametrize("count", ["-1", "1.5", "true", "1001", "'3'"])
def test_a_count_that_is_none_is_a_failure(count):
    loop = f"<bpmn:{MI}><bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:{MI}>"
    assert [f.element_id for f in Run(repeated(loop)).failures.values()] == ["t"]


@pytest.mark.parametrize("loop", [f"<bpmn:{MI}/>", "<bpmn:standardLoopCharacteristics/>"])
def test_a_loop_without_an_end_is_refused(loop):
    with pytest.raises(Unrunnable) as refusal:
        specs.build(repeated(loop), "p")
    assert refusal.value.element_id == "t"
