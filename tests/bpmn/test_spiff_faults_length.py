"""Long runs, long chains, many blocks: what SpiffWorkflow makes of them, and that ours stays small and fast."""

from __future__ import annotations

import time

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bpmn.drawn import Run, bpmn, element, flows, process
from tests.bpmn.plain import Plain, parse

LOOP = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("exclusiveGateway m"),
        *[element(f"exclusiveGateway x{i}") for i in range(60)],
        element("userTask work"),
        element("exclusiveGateway g default=g-m"),
        element("endEvent e"),
        flows("s > m > " + " > ".join(f"x{i}" for i in range(60)) + " > work > g; g > m; g > e [stop == 1]"),
    )
)


def test_in_plain_spiffworkflow_a_long_run_is_completed_while_a_task_is_open():
    run = Plain(LOOP, variables={"stop": 0})
    for _ in range(30):
        if not run.names:
            break
        run.complete("work")
    assert run.workflow.is_completed()
    assert [task for task in run.workflow.tasks.values() if task.state == TaskState.READY]


def test_ours_goes_round_2000_times_without_growing_or_slowing():
    run = Run(LOOP, variables={"stop": 0})
    sizes, took = [], []
    for _ in range(2_000):
        begun = time.process_time()
        run.complete("work")
        took.append(time.process_time() - begun)
        sizes.append(len(run.state))
        run.passed.clear()
    assert run.names == ["work"]
    assert max(sizes) < sizes[0] + 20, "only the numbers of the tokens grow"
    assert sorted(took[-200:])[100] < 5 * sorted(took[:200])[100]
    run.complete("work", stop=1)
    assert run.ended == "completed"


BLOCKS = 10


def blocks(count: int) -> bytes:
    inner = "".join(
        element(f"parallelGateway f{i}") + element(f"userTask a{i}") + element(f"userTask b{i}")
        + element(f"parallelGateway j{i}") + flows(f"f{i} > a{i} > j{i}; f{i} > b{i} > j{i}")
        for i in range(count)
    )  # fmt: skip
    chain = ";".join(f"j{i} > f{i + 1}" for i in range(count - 1))
    return bpmn(
        process("p", element("startEvent s"), inner, element("endEvent e"), flows(f"s > f0; {chain}; j{count - 1} > e"))
    )


def test_in_plain_spiffworkflow_parallel_blocks_in_a_row_double_the_tasks():
    sizes = [len(Plain(blocks(count)).workflow.tasks) for count in (4, 5, 6)]
    assert sizes[1] > 1.8 * sizes[0] and sizes[2] > 1.8 * sizes[1]


def test_ours_holds_only_what_is_open():
    run = Run(blocks(40))
    assert len(run.state) < 100
    for number in range(40):
        run.complete(f"a{number}")
        run.complete(f"b{number}")
    assert run.ended == "completed"


def chain(length: int) -> bytes:
    names = [f"t{i}" for i in range(length)]
    return bpmn(
        process(
            "p",
            element("startEvent s"),
            *[element(f"userTask {name}") for name in names],
            element("endEvent e"),
            flows("s > " + " > ".join(names) + " > e"),
        )
    )


def test_in_plain_spiffworkflow_a_long_chain_exhausts_the_stack():
    with pytest.raises(Exception, match="recursion"):
        Plain(chain(900))


def test_ours_reads_a_chain_of_any_length():
    run = Run(chain(3_000))
    run.complete("t0")
    assert run.names == ["t1"]


def test_in_plain_spiffworkflow_a_process_that_calls_itself_never_stops():
    data = bpmn(
        process(
            "p",
            element("startEvent s"),
            element("callActivity c calledElement=p"),
            element("endEvent e"),
            flows("s > c > e"),
        )
    )
    spec_calls = []

    class Counted(BpmnWorkflow):
        def create_subprocess(self, my_task, spec_name):
            spec_calls.append(spec_name)
            if len(spec_calls) > 50:
                raise OverflowError
            return super().create_subprocess(my_task, spec_name)

    spec, parts = parse(data)
    with pytest.raises(OverflowError):
        Counted(spec, parts).do_engine_steps()
