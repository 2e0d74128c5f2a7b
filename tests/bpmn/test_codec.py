"""What is saved comes back exactly, is small, the same for the same state, and refused where it cannot be exact."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import codec, stepper
from engine.bpmn import spec as specs
from engine.bpmn.errors import Unrunnable, Unstorable
from tests.bpmn.drawn import Run, World, bpmn, element, flows, process, timer

TASK = bpmn(process("p", element("startEvent s"), element("userTask t"), element("endEvent e"), flows("s > t > e")))
SPEC = specs.build(TASK, "p")
AROUND = World().around

zones = st.builds(timezone, st.timedeltas(min_value=timedelta(hours=-14), max_value=timedelta(hours=14)).map(
    lambda d: timedelta(minutes=d // timedelta(minutes=1))))  # fmt: skip
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**60), max_value=10**60)
    | st.floats(allow_nan=False)
    | st.text()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=zones)
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("typename"), inner, max_size=4),
    max_leaves=20,
)


def alike(one, other) -> bool:
    """Equal in value and kind all the way down; a Decimal also in its digits, a datetime also in its offset."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    return str(one) == str(other) and one == other


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.text(), values, max_size=6))
def test_every_value_comes_back_exactly(variables):
    step = stepper.start(SPEC, variables, AROUND)
    assert alike(stepper.variables(SPEC, step.state), variables)
    again = codec.save(codec.load(SPEC, step.state, AROUND))
    assert again == step.state


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, 2), [1, 2]),
        (Decimal("1.50"), Decimal("1.50")),
        (datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=8))), datetime(2026, 3, 1, 1, tzinfo=UTC)),
        (-(2**63) - 1, -(2**63) - 1),
        (2**64, 2**64),
        (float("inf"), float("inf")),
        (date(1, 1, 1), date(1, 1, 1)),
    ],
)
def test_the_edges_of_the_kinds(value, kept):
    step = stepper.start(SPEC, {"x": value}, AROUND)
    assert stepper.variables(SPEC, step.state)["x"] == kept


def test_subclasses_become_the_plain_kind_they_are():
    class Name(str):
        pass

    found = stepper.variables(SPEC, stepper.start(SPEC, {"x": Name("n")}, AROUND).state)["x"]
    assert type(found) is str


def deep(levels: int) -> list:
    found: list = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize(
    "value", [object(), b"x", {1, 2}, timedelta(1), {1: 2}, [{("a",): 1}], deep(70), deep(100_000), "\udc00"]
)
def test_what_cannot_be_exact_is_refused_with_its_name(value):
    with pytest.raises(Unstorable) as refused:
        stepper.start(SPEC, {"bad": value}, AROUND)
    assert refused.value.text.zh and refused.value.text.en


def test_too_much_data_is_refused():
    with pytest.raises(Unstorable):
        stepper.start(SPEC, {"bad": "x" * (codec.MAX_BYTES + 1)}, AROUND)


def test_a_case_is_as_small_as_what_is_open_in_it():
    step = stepper.start(SPEC, {}, AROUND)
    assert len(step.state) < 40


def test_a_state_of_another_process_is_refused():
    other = bpmn(
        process("p", element("startEvent s"), element("userTask other"), element("endEvent e"), flows("s > other > e"))
    )
    state = stepper.start(SPEC, {}, AROUND).state
    with pytest.raises(Unrunnable) as refused:
        stepper.fire_due(specs.build(other, "p"), state, AROUND)
    assert refused.value.element_id == "t"


INNER = element("startEvent s1") + element("userTask u") + element("endEvent e1") + flows("s1 > u > e1")
BUSY = bpmn(
    process(
        "p",
        element("startEvent s"),
        element("parallelGateway f"),
        element(
            "userTask a",
            "<bpmn:multiInstanceLoopCharacteristics camunda:collection='items' camunda:elementVariable='item'/>",
        ),
        element("boundaryEvent late attachedToRef=a cancelActivity=false", timer("R/PT1H", "timeCycle")),
        element("scriptTask mark", "<bpmn:script>late = late + 1</bpmn:script>"),
        element("subProcess sub", INNER),
        element("parallelGateway j"),
        element("exclusiveGateway g default=g-e"),
        element("endEvent e"),
        flows("s > m > f > a > j; f > sub > j; j > g; g > m [n < 3]; g > e; late > mark"),
        element("exclusiveGateway m"),
    )
)  # fmt: skip


def one_case(spec, who: int) -> list:
    world = World()
    step = stepper.start(spec, {"who": who, "late": 0, "n": 0, "items": [1, 2]}, world.around)
    open_tasks = {t.token: t for t in step.opened}
    seen = []
    while step.ended is None:
        number = min(open_tasks)
        values = {"n": step.variables["n"] + 1} if open_tasks[number].element_id == "u" else {}
        world.now += timedelta(minutes=25)
        step = stepper.complete(spec, step.state, number, values, world.around)
        del open_tasks[number]
        open_tasks.update({t.token: t for t in step.opened})
        assert step.variables["who"] == who
        seen.append((tuple(p.element_id for p in step.passed), tuple(t.due_at for t in step.timers_set)))
    return seen


def test_a_spec_is_shared_by_threads():
    spec = specs.build(BUSY, "p")
    expected, wrong = one_case(spec, 0), []

    def work(base: int) -> None:
        wrong.extend(base + i for i in range(25) if one_case(spec, base + i) != expected)

    threads = [threading.Thread(target=work, args=(1000 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_same_steps_give_the_same_bytes():
    def states() -> list[bytes]:
        run = Run(BUSY, variables={"late": 0, "n": 9, "items": [1, 2]})
        found = [run.state]
        for name in ("a", "u", "a"):
            run.complete(name)
            found.append(run.state)
        return found

    assert states() == states()
