"""What gateways decide: settled by trying the values that matter, and left open where that settles nothing."""

from __future__ import annotations

import random

import pytest

from engine.bpmn.expressions import compile_expression
from engine.bpmn.lint import check
from engine.bpmn.trial.values import Trials
from tests.bpmn.drawn import bpmn, element, flows, process

S = element("startEvent s")
RULES = {"choice-without-default", "condition-never-true", "choice-never-taken", "choice-overlap", "condition-field-optional"}
KIND = '<camunda:formField id="kind" type="enum">{}<camunda:value id="a" name="A"/><camunda:value id="b" name="B"/></camunda:formField>'
REQUIRED = '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'


def found(*conditions: str, fields: str = "", default: bool = False, kind: str = "exclusiveGateway", script: str = "") -> dict[str, str]:
    """The findings about one choice with these conditions, after a task that asks for the fields."""
    form = f"<bpmn:extensionElements><camunda:formData>{fields}</camunda:formData></bpmn:extensionElements>" if fields else ""
    ends = "".join(element(f"userTask e{n} name=E{n}") + element(f"endEvent z{n}") for n in range(len(conditions) + 1))
    ways = "; ".join(f"g > e{n} [{c}]; e{n} > z{n}" for n, c in enumerate(conditions))
    last = len(conditions)
    more = f"; g > e{last}; e{last} > z{last}" if default else ""
    step = element("scriptTask k", f"<bpmn:script>{script}</bpmn:script>") if script else element("task k name=K")
    gate = element(f"{kind} g name=Which" + (f" default=g-e{last}" if default else ""))
    ends = ends if default else ends.replace(element(f"userTask e{last} name=E{last}") + element(f"endEvent z{last}"), "")
    data = bpmn(process("p", S, element("userTask t name=T", form), step, gate, ends, flows(f"s > t > k > g; {ways}{more}")))
    return {f.rule: f.message.en for f in check(data).findings if f.rule in RULES}


@pytest.mark.parametrize(
    "conditions",
    [
        ("x > 5", "x <= 5"),
        ("x > 5", "x == 5", "x < 5"),
        ("ok", "not ok"),
        ("ok and x > 3", "not ok", "x <= 3"),
        ("= x between 1 and 5", "= x < 1", "= x > 5"),
        ('kind == "a"', 'kind != "a"'),
        ('= when >= date("2026-01-01")', '= when < date("2026-01-01")'),
    ],
)
def test_conditions_that_cover_everything_need_no_default(conditions):
    assert "choice-without-default" not in found(*conditions)


@pytest.mark.parametrize(
    ("conditions", "example"),
    [
        (("x > 5", "x < 5"), "x = 5"),
        (("x > 5", "x < 4"), "x = "),
        (("ok and x > 3", "not ok"), "ok = true, x = "),
        (('kind == "a"', 'kind == "b"'), "kind = anything else"),
        (("x == 1", "x == 2", "x == 3"), "x = "),
    ],
)
def test_conditions_that_can_all_fail_are_shown_with_values(conditions, example):
    assert example in found(*conditions)["choice-without-default"]


def test_the_options_and_bounds_of_a_form_count():
    assert found('kind == "a"', 'kind == "b"', fields=KIND.format(REQUIRED)) == {}
    assert set(found('kind == "a"', 'kind == "c"', fields=KIND.format(REQUIRED))) == {"choice-without-default", "condition-never-true"}
    low = '<camunda:formField id="x" type="long"><camunda:validation><camunda:constraint name="min" config="10"/><camunda:constraint name="required"/></camunda:validation></camunda:formField>'
    assert set(found("x < 10", fields=low, default=True)) == {"condition-never-true"}
    assert found("x > 10", "x == 10", fields=low) == {}


def test_what_a_script_sets_is_not_bound_by_the_form():
    assert "choice-without-default" in found('kind == "a"', 'kind == "b"', fields=KIND.format(REQUIRED), script='kind = "c"')


def test_a_field_that_may_be_left_blank_is_no_ground_for_a_choice():
    assert set(found('kind == "a"', fields=KIND.format(""), default=True)) == {"condition-field-optional"}
    assert found('kind == None or kind == "a"', fields=KIND.format(""), default=True) == {}
    assert found('default(kind, "b") == "a"', fields=KIND.format(""), default=True) == {}


def test_the_order_of_conditions():
    assert set(found("x > 1", "x > 5", default=True)) == {"choice-never-taken"}
    assert found("x > 5", "x > 1", default=True) == {}
    assert set(found("x > 1", "x < 5", default=True)) == {"choice-overlap"}
    assert found("x > 1", "x < 5", default=True, kind="inclusiveGateway") == {}


def test_what_cannot_be_settled_is_not_claimed():
    assert "with" not in found("x > y", "x <= y")["choice-without-default"].split("flow;")[1].split("if no")[0]
    assert set(found("len(name) > 3", "len(name) <= 3")) == {"choice-without-default"}
    many = [f"x{n} == 1 and x{n + 20} == 1" for n in range(8)]
    assert found(*many, default=True) == {}


@pytest.mark.parametrize("seed", range(60))
def test_the_points_settle_what_they_claim_to_settle(seed):
    """Whatever value a condition is tried with, one of the points decides it the same way."""
    chance = random.Random(seed)

    def atom() -> str:
        name, number = chance.choice("xyz"), chance.randint(-3, 12)
        return chance.choice([f"{name} {chance.choice(['<', '<=', '>', '>=', '==', '!='])} {number}", f"{number} < {name}", f"{name} in [{number}, {number + 2}]"])

    source = " and ".join(f"({atom()} or not {atom()})" for _ in range(chance.randint(1, 3)))
    trials = Trials()
    trials.read(source)
    assert trials.exact
    condition, names = compile_expression(source), sorted(trials.constants)
    grid = [{}]
    for path in names:
        grid = [{**one, path[0]: value} for one in grid for value in trials.points(path)]
    reached = {condition.evaluate(values) for values in grid}
    for _ in range(300):
        assert condition.evaluate({path[0]: chance.randint(-6, 20) for path in names}) in reached


def ordered(first: str, second: str, *more: str) -> list[str]:
    """A choice that asks for `amount` between two steps; the findings about the order."""
    body = (S, first, second, element("exclusiveGateway g default=g-e"), element("endEvent e"), element("endEvent e2"), *more)
    data = bpmn('<bpmn:message id="m" name="news"/>', process("p", *body, flows("s > a > g; g > b > e; g > e; g > e2 [amount > 1]")))
    return [f.rule for f in check(data).findings if f.rule in ("variable-too-late", "variable-misspelt", "variable-unknown")]


def asks(ident: str, key: str = "amount") -> str:
    fields = f'<camunda:formField id="{key}" type="long">{REQUIRED}</camunda:formField>'
    return element(f"userTask {ident} name=N", f"<bpmn:extensionElements><camunda:formData>{fields}</camunda:formData></bpmn:extensionElements>")


def test_what_is_asked_for_is_set_before():
    plain = {name: element(f"userTask {name} name=N") for name in "ab"}
    assert ordered(asks("a"), plain["b"]) == []
    assert ordered(plain["a"], asks("b")) == ["variable-too-late"]
    assert ordered(asks("a", "amuont"), plain["b"]) == ["variable-misspelt"]
    assert ordered(asks("a", "weight"), plain["b"]) == ["variable-unknown"]


def test_what_a_message_or_a_round_may_bring_is_left_alone():
    wait = element("receiveTask a messageRef=m")
    assert ordered(wait, asks("b")) == []
    assert ordered(element("userTask a name=N"), asks("b"), flows("b > a")) == []
    inside = element("subProcess a name=N", element("startEvent i") + asks("t") + element("endEvent j") + flows("i > t > j"))
    assert ordered(inside, element("userTask b name=N")) == []
