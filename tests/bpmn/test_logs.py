"""Cases of another system beside a diagram: what keeps to it raises nothing, what is planted is found, and nothing else."""

from __future__ import annotations

import pytest

from engine.bpmn.conformance.net import net_of
from engine.bpmn.logs import check as check_module
from engine.bpmn.logs.alignment import align
from engine.bpmn.logs.check import check, deviations
from engine.bpmn.logs.event import LogNotReadable
from engine.bpmn.logs.mapping import propose
from engine.bpmn.logs.reading import read
from engine.bpmn.logs.walk import Walk
from engine.domain.text import Text
from tests.bpmn.drawn import bpmn, element, flows, process, timer
from tests.bpmn.logged import xes
from tests.bpmn.made import blocks, drawn
from tests.bpmn.test_conformance import played


def steps(names):
    return [element(f"userTask {name}") for name in names]


LINE = bpmn(process("p", element("startEvent s"), *steps("abcd"), element("endEvent e"), flows("s > a > b > c > d > e")))
FORK = bpmn(
    process("p", element("startEvent s"), *steps("abcde"), *(element(f"parallelGateway {g}") for g in "gh"), element("endEvent z"),
            flows("s > a > g > b > h > e > z; g > c > d > h"))
)  # fmt: skip
CHOICE = bpmn(
    process("p", element("startEvent s"), *steps("abcd"), element("exclusiveGateway x"), element("exclusiveGateway y"),
            element("endEvent z"), flows("s > a > x > b > y > d > z; x > c > y; y > x"))
)  # fmt: skip
SOME = bpmn(
    process("p", element("startEvent s"), *steps("abcd"), element("inclusiveGateway x default=x-c"), element("inclusiveGateway y"),
            element("endEvent z"), flows("s > a > x; x > b [v]; x > c; b > y; c > y > d > z"))
)  # fmt: skip
WATCHED = bpmn(
    process("p", element("startEvent s"), *steps("abr"), element("boundaryEvent t attachedToRef=a", timer("P1D")),
            element("boundaryEvent n attachedToRef=a cancelActivity=false", timer("PT1H")), element("endEvent z"),
            element("endEvent y"), flows("s > a > z; t > b > z; n > r > y"))
)  # fmt: skip
INSIDE = bpmn(
    process("p", element("startEvent s"), *steps("ad"), element("endEvent z"), flows("s > a > i > d > z"),
            element("subProcess i", "".join((element("startEvent t"), *steps("bc"), element("endEvent y"), flows("t > b > c > y")))))
)  # fmt: skip


def found(data, passed):
    net = net_of(data, "p")
    seen = frozenset(node.id for node in net.nodes.values() if node.kind == "userTask")
    return sorted(deviations(align(Walk(net, seen), passed)))


@pytest.mark.parametrize(
    ("data", "passed"),
    [
        (LINE, "abcd"), (FORK, "abcde"), (FORK, "acbde"), (FORK, "acdbe"), (CHOICE, "abd"), (CHOICE, "abccbd"), (SOME, "abd"),
        (SOME, "acbd"), (SOME, "abcd"), (SOME, "acd"), (WATCHED, "a"), (WATCHED, "b"), (WATCHED, "rb"), (WATCHED, "ar"), (INSIDE, "abcd"),
    ],
)  # fmt: skip
def test_what_keeps_to_the_diagram_raises_nothing(data, passed):
    assert found(data, passed) == []


@pytest.mark.parametrize(
    ("data", "passed", "expected"),
    [
        (LINE, "acd", [("skipped", "b")]),
        (LINE, "ad", [("skipped", "b"), ("skipped", "c")]),
        (LINE, "abbcd", [("twice", "b")]),
        (LINE, "acbd", [("out-of-order", "c")]),
        (LINE, "ab", [("ended-early", "c"), ("ended-early", "d")]),
        (LINE, "abcdx", [("out-of-order", "x")]),
        (FORK, "abce", [("skipped", "d")]),
        (FORK, "abdce", [("out-of-order", "c")]),
        (FORK, "abcd", [("ended-early", "e")]),
        (CHOICE, "ad", [("skipped", "b")]),
        (CHOICE, "abdd", [("twice", "d")]),
        (SOME, "abdcd", [("twice", "d")]),
        (SOME, "abdd", [("twice", "d")]),
        (WATCHED, "ab", [("out-of-order", "b")]),
        (INSIDE, "ad", [("skipped", "b"), ("skipped", "c")]),
        (INSIDE, "abdc", [("out-of-order", "c")]),
    ],
)
def test_what_is_planted_is_found(data, passed, expected):
    assert found(data, passed) == expected


def test_a_step_left_out_and_one_done_twice_are_told_as_that_rather_than_as_a_way_round():
    """d could be no part of the way at all, were the case to end by x: as many moves alone, but less of what was done."""
    net_text = bpmn(
        process("p", element("startEvent s"), *steps("abcdx"), element("exclusiveGateway g"), element("endEvent e"), element("endEvent z"),
                flows("s > a > g > b > d > e; g > x > z"))
    )  # fmt: skip
    net = net_of(net_text, "p")
    assert sorted(deviations(align(Walk(net, frozenset("abd")), "add"))) == [("skipped", "b"), ("twice", "d")]


#: With several subprocesses for many and watching timers inside one another the nearest way is not searched to the end.
TANGLED = {101, 107, 182, 230, 266}


@pytest.mark.parametrize("seed", [seed for seed in range(0, 300, 2) if seed not in TANGLED])
def test_what_ran_raises_nothing(seed):
    data = drawn(blocks(seed, 1 + seed % 3))
    ran, _ = played(data, seed)
    net = net_of(data, "p")
    seen = frozenset(node.id for node in net.nodes.values() if node.is_seen and not net.bodies(node))
    many = {node.id for node in net.nodes.values() if node.is_loop}
    passed = [e for step in ran for e, kind, _ in step if e in seen and (e not in many or kind == "instance")]
    assert [move for move in align(Walk(net, seen), passed).moves if move.by != "both"] == []


def told(data, log, mapping=None, **options):
    names = {node.id: Text.same(node.id) for node in net_of(data, "p").nodes.values()}
    log = read(log)
    return check(log, net_of(data, "p"), lambda one: names[one], mapping or propose(log.activities(), names), **options)


def test_the_figures():
    said = told(LINE, xes("1: a b c d; 2: a b c d; 3: a c d; 4: a b c d x"))
    assert (said["cases"], said["fitting"], said["variant_count"]) == (4, 3, 2)
    assert said["fitness"] == pytest.approx(1 - 1 / (8 + 8 + 7 + 8), abs=1e-6)
    assert [(one["kind"], one["element"], one["cases"], one["examples"]) for one in said["deviations"]] == [("skipped", "b", 1, ["3"])]
    assert said["unmapped"] == [{"activity": "x", "events": 1, "cases": 1}]
    assert [one["cases"] for one in said["variants"]] == [3, 1]


def test_what_only_one_of_the_two_knows_is_named_and_only_strictly_judged():
    log = xes("1: a b d x")
    said = told(LINE, log)
    assert (said["fitting"], [one["element"] for one in said["unseen"]]) == (1, ["c"])
    strict = told(LINE, log, strict=True)
    assert [(one["kind"], one["element"], one["name"]["en"]) for one in strict["deviations"]] == [
        ("skipped", "c", "c"), ("unknown-path", "", "x"),
    ]  # fmt: skip


def test_a_search_that_grows_too_large_finds_a_way_and_says_that_it_may_not_be_the_nearest():
    walk = Walk(net_of(FORK, "p"), frozenset("abcde"))
    passed = "eabdbcdca"
    found = align(walk, passed, thorough=70)
    assert not found.is_nearest
    assert "".join(move.element for move in found.moves if move.by != "diagram") == passed
    nearest = align(walk, passed)
    assert nearest.is_nearest and nearest.cost <= found.cost
    assert align(walk, passed, thorough=20) is None


def test_what_is_remembered_of_a_diagram_is_bounded(monkeypatch):
    monkeypatch.setattr(check_module, "MOST_KNOWN", 3)
    assert told(FORK, xes("1: a b c d e; 2: a c d b e; 3: a b c e"))["fitting"] == 2


def test_waiting_counts_from_the_end_of_the_steps_before():
    said = told(FORK, xes("1: a b c d e"))
    waited = {one["element"]: one["waited"] and one["waited"]["median"] / 3600 for one in said["steps"]}
    assert waited == {"a": None, "b": 1, "c": 2, "d": 1, "e": 1}


def test_progress_is_told():
    seen = []
    told(LINE, xes("1: a b c d; 2: a b c d; 3: a c d"), progress=seen.append)
    assert seen == [2, 3]


def test_a_log_of_something_else():
    with pytest.raises(LogNotReadable, match="no activity is an element"):
        told(LINE, xes("1: quite other"))


def test_names_are_matched_whatever_their_writing():
    names = {"t1": Text("登记来电", "Record question"), "t2": Text("回访客户", "Call the customer back"), "t3": Text("关闭", "Close")}
    given = ["record  QUESTION", "回访客户", "Closed", "Something else"]
    assert propose(given, names) == {"record  QUESTION": "t1", "回访客户": "t2", "Closed": "t3", "Something else": ""}
