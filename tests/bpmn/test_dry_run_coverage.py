"""The trial run goes every way there is, with values the forms allow, and says where it did not come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bpmn import dry_run
from engine.bpmn.rehearsal import Trial
from engine.bpmn.trial.coverage import Coverage
from engine.bpmn.trial.search import MAX_STEPS
from tests.bpmn.drawn import bpmn, element, flows, message, process, timer
from tests.bpmn.made import blocks, drawn
from tests.bpmn.ruled import decision, dmn, table
from tests.bpmn.test_lint_soundness import PLAIN, STUCK, found, planted

S, E = element("startEvent s"), element("endEvent e")
SHIPPED = sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))


def tried(data: bytes, *processes: str) -> tuple[Coverage, list[tuple[str, str]]]:
    """The same as in the child process, without one."""
    told = Trial(data, {}, {}, lambda: False).run(list(processes or ("p",)))
    return Coverage.from_dict(json.loads(json.dumps(told["coverage"]))), [(f["rule"], f["at"]) for f in told["findings"]]


def form(*fields: str) -> str:
    inner = "".join(f"<camunda:formField {field}" for field in fields)
    return f"<bpmn:extensionElements><camunda:formData>{inner}</camunda:formData></bpmn:extensionElements>"


def test_each_way_of_a_choice_is_gone_with_values_of_the_form():
    kind = 'id="kind" type="enum"><camunda:value id="a" name="A"/><camunda:value id="b" name="B"/></camunda:formField>'
    amount = 'id="amount" type="long"><camunda:validation><camunda:constraint name="min" config="10"/></camunda:validation></camunda:formField>'
    task = element("userTask t", form(kind, amount))
    ends = "".join(element(f"endEvent e{n}") for n in range(4))
    ways = flows('s > t > x; x > e0 [kind == "a" and amount > 1000]; x > e1 [kind == "b"]; x > e2 [amount < 5]; x > e3')
    coverage, told = tried(bpmn(process("p", S, task, element("exclusiveGateway x default=x-e3"), ends, ways)))
    assert told == [] and coverage.runs_to_end and coverage.complete
    assert coverage.missed == ("e2", "x-e2") and "condition" in coverage.why["x-e2"].en and "x-e2" not in coverage.why["e2"].en
    assert (coverage.covered, coverage.total, coverage.paths) == (11, 13, 3)


def test_timers_messages_boundaries_and_loops_are_gone_through():
    late = element("boundaryEvent late attachedToRef=t", timer("PT1H"))
    remind = element("boundaryEvent remind attachedToRef=t cancelActivity=false", timer("R/PT10M", "timeCycle"))
    race = element("eventBasedGateway g") + element("intermediateCatchEvent m1", message("m")) + element("intermediateCatchEvent c1", timer("PT2H"))
    many = element("userTask u", '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>')
    again = element("exclusiveGateway x default=x-e")
    body = (S, element("userTask t"), late, remind, element("userTask r"), race, many, again, E, element("endEvent e2"), element("endEvent e3"))
    ways = flows("s > t > g; g > m1 > u; g > c1 > u; u > x; x > t [again]; x > e; late > e2; remind > r > e3")
    coverage, told = tried(bpmn('<bpmn:message id="m" name="news"/>', process("p", *body, ways)))
    assert coverage.missed == () and coverage.runs_to_end and coverage.complete
    assert told == [("dry-run-variable", "x")]


def test_conditional_events_scripts_and_calls():
    wait = element("intermediateCatchEvent w", "<bpmn:conditionalEventDefinition><bpmn:condition>total > 100</bpmn:condition></bpmn:conditionalEventDefinition>")
    sums = element("scriptTask k", "<bpmn:script>total = amount * 2</bpmn:script>")
    choice = element("exclusiveGateway x default=x-e")
    called = process("q", element("startEvent qs"), element("userTask qt"), element("endEvent qe"), flows("qs > qt > qe"))
    body = (S, element("userTask t", form('id="amount" type="long"/>')), sums, choice, wait, element("callActivity c calledElement=q"), E)
    coverage, told = tried(bpmn(process("p", *body, flows("s > t > k > x; x > w [total > 60]; x > e; w > c > e")), called))
    assert coverage.missed == () and coverage.runs_to_end
    assert told == []


def test_what_only_a_message_brings_and_what_nobody_brings():
    data = bpmn(process("p", S, element("exclusiveGateway x default=x-e"), E, element("endEvent e2"), flows('s > x; x > e; x > e2 [customer.level == "vip"]')))
    coverage, told = tried(data)
    assert coverage.missed == () and told == [("dry-run-variable", "x")]


def test_a_way_that_fails_whatever_is_given():
    body = (S, element("exclusiveGateway x default=x-e"), element("scriptTask k", "<bpmn:script>a = 1 / 0</bpmn:script>"), E)
    coverage, told = tried(bpmn(process("p", *body, flows("s > x; x > k [go]; x > e; k > e"))))
    assert ("dry-run-failed", "k") in told and not coverage.runs_to_end and coverage.missed == ("k", "k-e")


def test_a_way_that_stands_still_is_told_with_its_path():
    parts = (S, element("exclusiveGateway x default=x-a"), element("userTask a"), element("userTask b"), element("parallelGateway j"), E)
    told = Trial(bpmn(process("p", *parts, flows("s > x; x > a; x > b [k]; a > j; b > j; j > e"))), {}, {}, lambda: False).run(["p"])
    (stuck,) = [f for f in told["findings"] if f["rule"] == "dry-run-stuck"]
    assert stuck["at"] == "j" and stuck["path"][:3] == ["s", "s-x", "x"] and stuck["path"][3] in ("x-a", "x-b")
    coverage = told["coverage"]
    assert (coverage["runs_to_end"], coverage["missed"]) == (False, ["e", "j", "j-e"])


def test_a_trial_that_is_told_to_stop_says_so():
    data = drawn(blocks(3, 2))
    told = Trial(data, {}, {}, lambda: True).run(["p"])["coverage"]
    assert not told["complete"] and not told["runs_to_end"] and told["missed"]


def test_the_child_gives_the_same_answer():
    data = SHIPPED[0].read_bytes()
    key = SHIPPED[0].parent.name
    assert dry_run.rehearse(data, {}, (key,)).coverage == tried(data, key)[0]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_procedures_are_gone_through_completely(path):
    coverage, told = tried(path.read_bytes(), path.parent.name)
    assert coverage.missed == () and coverage.runs_to_end and coverage.complete
    assert {rule for rule, _ in told} <= {"dry-run-variable"}


@pytest.mark.parametrize("seed", range(25))
def test_processes_of_blocks_are_gone_through_completely(seed):
    coverage, told = tried(drawn(blocks(seed, 1 + seed % 2)))
    assert coverage.runs_to_end or not coverage.complete
    assert {rule for rule, _ in told} <= {"dry-run-variable", "dry-run-variables"}
    assert len(told) <= 4
    assert coverage.steps <= MAX_STEPS + 50


@pytest.mark.parametrize("seed", range(40))
def test_what_the_trial_gets_stuck_at_the_lint_has_foretold(seed):
    """And the other way round: what the exploration calls sound runs to its end in every trial."""
    data, _, _ = planted(seed, PLAIN)
    rules = {finding.rule for finding in found(data)}
    coverage, told = tried(data)
    stuck = {rule for rule, _ in told} & {"dry-run-stuck"}
    assert not stuck or rules & STUCK
    assert rules & STUCK or coverage.runs_to_end or not coverage.complete


def test_a_decision_table_on_the_way_is_met_with_values_for_each_of_its_outcomes():
    rules = table("amount, level -> priority", '< 100 | - -> "low"', '>= 100 | "gold" -> "high"', '>= 100 | not("gold") -> "middle"')
    rule = element("businessRuleTask r", '<bpmn:extensionElements><zeebe:calledDecision decisionId="d" resultVariable="priority"/></bpmn:extensionElements>')
    ends = "".join(element(f"endEvent e{n}") for n in range(3))
    asked = form('id="amount" type="long"/>', 'id="level" type="string"/>')
    ways = flows('s > t > r > x; x > e0 [priority == "high"]; x > e1 [priority == "middle"]; x > e2')
    data = bpmn(process("p", S, element("userTask t", asked), rule, element("exclusiveGateway x default=x-e2"), ends, ways))
    told = Trial(data, {}, {"d.dmn": dmn(decision("d", rules))}, lambda: False).run(["p"])
    assert told["coverage"]["missed"] == [] and told["coverage"]["paths"] == 3 and told["findings"] == []


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_event_subprocesses_are_gone_through(interrupting):
    condition = "<bpmn:conditionalEventDefinition><bpmn:condition>x > 3</bpmn:condition></bpmn:conditionalEventDefinition>"
    for start in (timer("PT1H"), message("m"), condition):
        watch = element(f"startEvent w isInterrupting={interrupting}", start) + element("userTask h") + element("endEvent z") + flows("w > h > z")
        body = (S, element("userTask a"), E, element("subProcess v triggeredByEvent=true", watch), flows("s > a > e"))
        coverage, _ = tried(bpmn('<bpmn:message id="m" name="news"/>', process("p", *body)))
        assert coverage.missed == () and coverage.runs_to_end


def test_a_hundred_reminders_do_not_hide_what_comes_after():
    remind = element("boundaryEvent r attachedToRef=t cancelActivity=false", timer("R/PT1H", "timeCycle"))
    late = element("boundaryEvent l attachedToRef=t", timer("PT90H"))
    parts = (S, element("userTask t"), remind, late, element("userTask u"), element("userTask v"), E, element("endEvent e2"), element("endEvent e3"))
    coverage, _ = tried(bpmn(process("p", *parts, flows("s > t > e; r > u > e2; l > v > e3"))))
    assert coverage.missed == () and coverage.runs_to_end
