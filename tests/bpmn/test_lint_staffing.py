"""Whether today's groups can do the work, and keep four eyes apart."""

from __future__ import annotations

import pytest

from engine.bpmn.lint import check
from tests.bpmn.drawn import bpmn, element, flows, process
from tests.bpmn.faulty import E, S, two_steps, words

PEOPLE = {
    "one": frozenset({"ann"}),
    "other": frozenset({"ben"}),
    "all": frozenset({"ann", "bob"}),
    "empty": frozenset(),
    "front desk": frozenset({"cleo"}),
}
RULES = {"group-unknown", "group-empty", "separation-impossible", "separation-narrow"}


def found(data: bytes, people=PEOPLE) -> list[tuple[str, str | None]]:
    return [(f.rule, f.element_id) for f in check(data, people=people).findings if f.rule in RULES]


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ("one", "one", ["separation-impossible"]),
        ("all", "one", ["separation-narrow"]),
        ("one", "all", []),
        ("one", "other", []),
        ("all", "all", []),
    ],
)
def test_separation_of_duties_with_the_people_there_are(first, second, rules):
    assert found(two_steps(first, second)) == [(rule, "t") for rule in rules]


def test_several_steps_together_may_take_everybody():
    steps = "".join(element(f"userTask {n} name={n.upper()} camunda:candidateGroups=all") for n in "uv")
    last = element("userTask t name=T camunda:candidateGroups=all", words(separate__from="u, v"))
    data = bpmn(process("p", S, steps, last, E, flows("s > u > v > t > e")))
    (narrow,) = [f for f in check(data, people=PEOPLE).findings if f.rule == "separation-narrow"]
    assert "“U”, “V”" in narrow.message.en and "ann, bob" in narrow.message.en


def test_a_group_nobody_knows_is_told_once_for_all_its_steps():
    steps = "".join(element(f"userTask {n} name=N camunda:candidateGroups=nobody") for n in "tuv")
    data = bpmn(process("p", S, steps, E, flows("s > t > u > v > e")))
    (finding,) = [f for f in check(data, people=PEOPLE).findings if f.rule in RULES]
    assert (finding.rule, finding.element_id, finding.also) == ("group-unknown", "t", ("u", "v"))


def test_groups_may_be_called_by_name_and_nothing_is_said_where_nobody_was_told():
    data = two_steps("Front_Desk", "one").replace(b"Front_Desk", b"Front Desk")
    assert found(data) == []
    assert found(two_steps("one", "one"), None) == []


def test_expressions_and_anybody_are_left_open():
    assert found(two_steps("${who}", "one")) == []
    body = (S, element("userTask u name=U"), element("userTask t name=T camunda:candidateGroups=one", words(separate__from="u")), E)
    assert found(bpmn(process("p", *body, flows("s > u > t > e")))) == []


def test_what_many_steps_lack_is_one_finding():
    names = [f"n{n}" for n in range(6)]
    data = bpmn(process("p", S, "".join(element(f"userTask {n} name={n.upper()}") for n in names), E, flows("s > " + " > ".join(names) + " > e")))
    (limit,) = [f for f in check(data).findings if f.rule == "step-without-limit"]
    assert limit.element_id == "n0" and limit.also == tuple(names[1:]) and "6 steps" in limit.message.en and "“N0”" in limit.message.zh
