"""Moving an instance to another version: what stands where goes on from there, and what cannot, stays and says why."""

from __future__ import annotations

import pytest

from engine.bpmn import migration
from engine.bpmn import spec as specs
from tests.bpmn.drawn import Run, bpmn, element, flows, message, process
from tests.bpmn.migrating import moved, planned, simple, why

LINE = simple("s > a > b > e")
PARALLEL = simple("s > g > a > h > e; g > b > h", element("parallelGateway g"), element("parallelGateway h"))
MESSAGES = '<bpmn:message id="m1" name="reply"/><bpmn:message id="m2" name="answer"/>'


def test_a_step_inserted_ahead_is_done():
    run = Run(LINE, variables={"x": 1})
    moved(run, simple("s > a > c > b > e"))
    run.complete("a")
    assert run.names == ["c"]
    assert run.variables["x"] == 1


def test_a_step_removed_ahead_is_not_done():
    run = Run(simple("s > a > c > b > e"))
    moved(run, LINE)
    run.complete("a")
    assert run.names == ["b"]


def test_the_token_keeps_its_number_and_new_ones_go_on_counting():
    run = Run(LINE)
    number = run.token("a")
    plan = moved(run, simple("s > a > c > b > e"))
    assert [(p.token, p.element_id, p.new_element_id) for p in plan.places] == [(number, "a", "a")]
    run.complete("a")
    assert run.token("c") > number


def test_a_renamed_step_is_found_by_the_mapping():
    run = Run(LINE)
    new = simple("s > c > b > e", tasks="b c")
    assert why(run, new) == [("a", "“a” is not in the new version; say which element takes its place.")]
    moved(run, new, {"a": "c"})
    run.complete("c")
    assert run.names == ["b"]


def test_an_owner_may_say_that_nothing_takes_a_step_s_place():
    assert [element for element, _ in why(Run(LINE), LINE, {"a": None})] == ["a"]


def test_a_step_nobody_can_come_to_any_more():
    assert why(Run(LINE), simple("s > c > b > e")) == [("a", "No case can come to “a” in the new version.")]


def test_a_task_that_became_a_gateway_or_another_kind_of_task():
    new = simple("s > a > b > e", element("receiveTask a messageRef=m"), tasks="b").replace(
        b"<bpmn:process", b'<bpmn:message id="m" name="reply"/><bpmn:process'
    )
    assert why(Run(LINE), new) == [
        ("a", "“a” would change from task for people to message · receive task in the new version.")
    ]


def test_people_s_tasks_are_one_kind():
    run = Run(LINE)
    moved(run, simple("s > a > b > e", element("manualTask a"), tasks="b"))
    run.complete("a")
    assert run.names == ["b"]


def test_what_is_wrapped_in_a_subprocess_meanwhile_stays():
    inner = element("startEvent s2") + element("userTask a") + element("endEvent e2") + flows("s2 > a > e2")
    new = simple("s > sub > b > e", element("subProcess sub", inner), tasks="b")
    assert why(Run(LINE), new) == [("a", "“a” is inside another subprocess in the new version.")]


def test_a_subprocess_goes_along_with_its_inside():
    def inside(path: str) -> bytes:
        inner = "".join(element(w) for w in ("startEvent s2", "userTask i", "userTask j", "endEvent e2")) + flows(path)
        return simple("s > sub > b > e", element("subProcess sub", inner), tasks="b")

    run = Run(inside("s2 > i > j > e2"))
    moved(run, inside("s2 > i > e2; j > e2"))
    run.complete("i")
    assert run.names == ["b"]


# Joins


def test_a_token_counted_at_a_join_stays_counted():
    run = Run(PARALLEL)
    run.complete("a")
    moved(run, simple("s > g > a > h > c > e; g > b > h", element("parallelGateway g"), element("parallelGateway h")))
    run.complete("b")
    assert run.names == ["c"]


def test_a_join_whose_flow_was_renamed_finds_it_by_where_it_comes_from():
    run = Run(PARALLEL)
    run.complete("a")
    moved(run, PARALLEL.replace(b'id="a-h"', b'id="renamed"'))
    run.complete("b")
    assert run.ended == "completed"


def test_a_branch_added_while_the_others_are_under_way():
    """The join would wait for ever for a branch nobody has started."""
    new = simple("s > g > a > h > e; g > b > h; g > c > h", element("parallelGateway g"), element("parallelGateway h"))
    run = Run(PARALLEL)
    assert why(run, new) == [("a", "In the new version no case can stand at these at the same time: a, b.")]
    run.complete("a")
    assert [element for element, _ in why(run, new)] == ["b"]


def test_a_branch_added_to_a_block_that_is_still_ahead():
    blocks = (element("parallelGateway g"), element("parallelGateway h"))
    run = Run(simple("s > d > g > a > h > e; g > b > h", *blocks, tasks="a b c d"))
    moved(run, simple("s > d > g > a > h > e; g > b > h; g > c > h", *blocks, tasks="a b c d"))
    run.complete("d")
    assert run.names == ["a", "b", "c"]


def test_parallel_steps_that_come_one_after_the_other_now():
    """The second one would be done twice."""
    assert why(Run(PARALLEL), simple("s > a > b > e")) == [
        ("a", "In the new version no case can stand at these at the same time: a, b.")
    ]


def test_steps_one_after_the_other_that_are_parallel_now():
    assert why(Run(LINE), PARALLEL) == [
        ("a", "In the new version no case can stand at “a” with nothing else going on beside it.")
    ]


def test_the_path_a_token_arrived_by_is_gone():
    run = Run(PARALLEL)
    run.complete("a")
    new = simple("s > g > c > h > e; g > b > h; c > a [x]; a > e", element("parallelGateway g"), element("parallelGateway h"))
    assert ("h", "A path has arrived at “h” that does not lead there in the new version.") in why(run, new)


def test_a_case_that_would_go_on_at_once_stays():
    """The third branch is gone: both that are left have arrived already."""
    blocks = (element("parallelGateway g"), element("parallelGateway h"))
    run = Run(simple("s > g > a > h > e; g > b > h; g > c > h", *blocks))
    run.complete("a")
    run.complete("b")
    assert [element for element, _ in why(run, PARALLEL)] == ["c"]
    new = simple("s > g > a > h > e; g > b > h; s > c > e", *blocks)
    assert why(run, new)


def test_an_inclusive_join_goes_along():
    blocks = (element("inclusiveGateway g default=g-b"), element("inclusiveGateway h"))
    old = simple("s > g; g > a [x]; g > b; g > c [y]; a > h; b > h; c > h; h > e", *blocks)
    run = Run(old, variables={"x": True, "y": True})
    run.complete("a")
    moved(run, simple("s > g; g > a [x]; g > b; g > c [y]; a > h; b > h; c > h; h > d > e", *blocks, tasks="a b c d"))
    assert run.names == ["c"]
    run.complete("c")
    assert run.names == ["d"]


# Repeated activities


def repeated(collection: str = "people", more: str = "", tag: str = "") -> bytes:
    inner = f'<bpmn:multiInstanceLoopCharacteristics {tag} camunda:collection="{collection}" camunda:elementVariable="who"/>'
    return simple("s > m > b > e" + more, element("userTask m", inner), tasks="b c")


def test_the_runs_of_a_multi_instance_go_along():
    run = Run(repeated(), variables={"people": ["x", "y", "z"]})
    run.complete("m")
    plan = moved(run, repeated(more="; b > c").replace(b"b-e", b"b-c-e"))
    assert {p.new_element_id for p in plan.places} == {"m"}
    run.complete("m", 1)
    assert run.open[run.token("m")].variables["who"] == "y"
    run.complete("m")
    assert run.names == ["b"]


@pytest.mark.parametrize("new", [repeated(tag='isSequential="true"'), simple("s > m > b > e", tasks="m b")])
def test_a_step_that_repeats_in_another_way_now(new):
    run = Run(repeated(), variables={"people": ["x", "y"]})
    assert {text for _, text in why(run, new)} == {"“m” is being repeated, and repeats in another way in the new version."}


def test_what_a_sequential_multi_instance_has_still_to_do():
    run = Run(repeated(tag='isSequential="true"'), variables={"people": ["x", "y"]})
    moved(run, repeated(collection="others", tag='isSequential="true"'))
    run.complete("m")
    assert run.open[run.token("m")].variables["who"] == "y"


def test_the_runs_of_a_repeated_subprocess_go_along():
    def file(path: str) -> bytes:
        loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who"/>'
        inner = "".join(element(w) for w in ("startEvent s2", "userTask i", "userTask j", "endEvent e2"))
        return simple("s > sub > b > e", element("subProcess sub", loop + inner + flows(path)), tasks="b")

    run = Run(file("s2 > i > e2; j > e2"), variables={"people": ["x", "y"]})
    moved(run, file("s2 > i > j > e2"))
    run.complete("i")
    assert run.names == ["i", "j"]
    assert run.open[run.token("j")].variables["who"] == "x"
    run.complete("j")
    run.complete("i")
    run.complete("j")
    assert run.names == ["b"]


def test_a_loop_goes_on_counting():
    def file(maximum: int) -> bytes:
        inner = f'<bpmn:standardLoopCharacteristics loopMaximum="{maximum}"/>'
        return simple("s > m > b > e", element("userTask m", inner), tasks="b")

    run = Run(file(2))
    run.complete("m")
    moved(run, file(3))
    run.complete("m")
    assert run.names == ["m"]
    run.complete("m")
    assert run.names == ["b"]


# Called processes, messages, failures


def test_a_called_process_has_a_version_of_its_own():
    def called(path: str) -> bytes:
        parts = (element(w) for w in ("startEvent q1", "userTask i", "userTask j", "endEvent q2"))
        return bpmn(process("q", *parts, flows(path)))

    file = simple("s > call > b > e", element("callActivity call calledElement=q"), tasks="b")
    run = Run(file, called={"q": called("q1 > i > q2; j > q2")})
    assert [element for element, _ in why(run, file, called={"q": called("q1 > j > q2").replace(b'"i"', b'"k"')})] == ["i"]
    moved(run, file, called={"q": called("q1 > i > j > q2")})
    run.complete("i")
    assert run.names == ["j"]


def test_another_process_is_called_now():
    def q(ident: str) -> bytes:
        return bpmn(process(ident, element("startEvent q1"), element("userTask i"), element("endEvent q2"), flows("q1 > i > q2")))

    def file(ident: str) -> bytes:
        return simple("s > call > b > e", element(f"callActivity call calledElement={ident}"), tasks="b")

    run = Run(file("q"), called={"q": q("q")})
    assert why(run, file("r"), called={"r": q("r")}) == [("call", "“call” calls another process in the new version.")]


def receiving(ref: str) -> bytes:
    return simple("s > w > b > e", element("intermediateCatchEvent w", message(ref)), tasks="b").replace(
        b"<bpmn:process", MESSAGES.encode() + b"<bpmn:process"
    )


def test_who_waits_for_another_message_now():
    run = Run(receiving("m1"))
    plan = moved(run, receiving("m2"))
    assert [(w.element_id, w.message) for w in plan.result.waits_set] == [("w", "answer")]
    run.deliver("answer")
    assert run.names == ["b"]


def test_nothing_is_told_of_a_wait_that_is_the_same():
    plan = planned(Run(receiving("m1")), receiving("m1").replace(b'name="reply"', b'name="reply" '))
    assert (plan.result.waits_set, plan.result.waits_gone) == ((), ())


def test_what_failed_is_tried_again_in_the_version_that_mends_it():
    def deciding(condition: str) -> bytes:
        return simple(f"s > a > x; x > b [{condition}]; x > e", element("exclusiveGateway x default=x-e"), tasks="a b")

    run = Run(deciding("amount > limit"), variables={"amount": 5})
    run.complete("a")
    assert list(run.failures)
    moved(run, deciding("amount > 3"))
    assert [f.element_id for f in run.failures.values()] == ["x"]
    run.retry("x")
    assert run.names == ["b"]


def test_the_old_state_is_as_it_was():
    run = Run(PARALLEL)
    before = run.state
    planned(run, PARALLEL)
    assert run.state == before


def test_a_move_there_and_back_is_the_same_state():
    run = Run(PARALLEL, variables={"n": 1})
    run.complete("a")
    before = run.state
    other = simple("s > g > a > h > c > e; g > b > h", element("parallelGateway g"), element("parallelGateway h"))
    moved(run, other)
    moved(run, PARALLEL)
    assert run.state == before


# Mappings


def problems(old: bytes, new: bytes, mapping: dict) -> list[tuple[str, str]]:
    match = migration.Match(specs.build(old, "p"), specs.build(new, "p"), mapping)
    return [(problem.element_id, problem.text.en) for problem in migration.problems_of(match)]


def test_a_mapping_that_says_nothing_wrong():
    assert problems(LINE, simple("s > c > b > e"), {"a": "c"}) == []
    assert problems(LINE, simple("s > c > e"), {"a": "c", "b": "c"}) == []
    assert problems(LINE, LINE, {"a": None}) == []


def test_a_mapping_is_answered_element_by_element():
    gateway = simple("s > a > x > b > e", element("exclusiveGateway x"))
    found = problems(gateway, gateway, {"z": "a", "a": "y", "b": "x"})
    assert found == [
        ("z", "There is no element “z” in the old version."),
        ("a", "There is no element “y” in the new version."),
        ("b", "“b” would change from task for people to exclusive gateway in the new version."),
    ]


def test_two_steps_that_may_be_open_together_cannot_become_one():
    assert problems(PARALLEL, simple("s > b > e"), {"a": "b"}) == [
        ("a", "“a” and “b” may go on at the same time; they cannot both become “b”.")
    ]


# Event subprocesses


def watching(*kinds: str, more: str = "a") -> bytes:
    """Steps in a row, with event subprocesses that begin by messages beside them."""
    subs = []
    for kind in kinds:
        name, interrupts = kind.split(":") if ":" in kind else (kind, "true")
        start = element(f"startEvent {name}-s isInterrupting={interrupts}", message("m1" if name == "sub" else "m2"))
        inner = start + element(f"userTask {name}-i") + element(f"endEvent {name}-e") + flows(f"{name}-s > {name}-i > {name}-e")
        subs.append(element(f"subProcess {name} triggeredByEvent=true", inner))
    path = " > ".join(("s", *more, "e"))
    return simple(path, *subs, tasks=" ".join(more)).replace(b"<bpmn:process", MESSAGES.encode() + b"<bpmn:process")


def test_the_start_of_an_event_subprocess_is_waited_for_on():
    run = Run(watching("sub"))
    plan = moved(run, watching("sub", more="ab"))
    assert (plan.result.waits_set, plan.result.waits_gone) == ((), ())
    run.deliver("reply")
    assert run.names == ["sub-i"]


def test_an_event_subprocess_that_is_new_or_gone():
    run = Run(watching("sub"))
    plan = moved(run, watching("other:false", more="ab"))
    assert [wait.message for wait in plan.result.waits_set] == ["answer"]
    run.deliver("answer")
    assert run.names == ["a", "other-i"]


def test_what_goes_on_in_an_event_subprocess_goes_along():
    run = Run(watching("sub:false"))
    run.deliver("reply")
    assert run.names == ["a", "sub-i"]
    moved(run, watching("sub:false", more="ab"))
    run.complete("sub-i")
    run.complete("a")
    assert run.names == ["b"]
    assert why(run, watching(more="a"))


def test_two_at_once_where_the_event_subprocess_interrupts_now():
    run = Run(watching("sub:false"))
    run.deliver("reply")
    assert why(run, watching("sub", more="ab")) == [
        ("a", "In the new version no case can stand at these at the same time: a, sub.")
    ]
