"""Decision tables and expressions: what they decide, what is refused at upload, and how a business rule task uses them."""

from datetime import date
from decimal import Decimal

import pytest

from engine.bpmn import stepper
from engine.bpmn.decisions import decide, read_decisions
from engine.bpmn.errors import StepFault, Unrunnable
from engine.bpmn.expressions import EvaluationError
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import World, bpmn, element, flows, process
from tests.bpmn.ruled import decision, dmn, literal, table

PRIORITY = table(
    "amount, level -> priority",
    '< 100 | - -> "low"',
    '>= 100 | "gold", "silver" -> "high"',
    '>= 100 | not("gold", "silver") -> "middle"',
)


def decided(logic, *others, **variables):
    file = read_decisions("t.dmn", dmn(decision("d", logic, more=""), *others))
    assert not file.faults, [f.rule.message.format(**f.params).en for f in file.faults]
    return decide(file.decisions, "d", variables)


@pytest.mark.parametrize(
    ("amount", "level", "expected"),
    [(5, "x", "low"), (Decimal("99.99"), None, "low"), (100, "gold", "high"), (100, "tin", "middle"), (None, "gold", None)],
)
def test_a_unique_table(amount, level, expected):
    assert decided(PRIORITY, amount=amount, level=level).value == expected


OVERLAP = ('> 1 -> "a" | 1', '> 5 -> "b" | 2', '> 5 -> "b" | 2', '> 9 -> "c" | 3')
RANKED = '<outputValues><text>"c","b","a"</text></outputValues>'


@pytest.mark.parametrize(
    ("hit", "x", "expected"),
    [
        ("FIRST", 10, "a"),
        ("ANY", 2, "a"),
        ("PRIORITY", 10, "c"),
        ("PRIORITY", 6, "b"),
        ("RULE ORDER", 10, ["a", "b", "b", "c"]),
        ("OUTPUT ORDER", 10, ["c", "b", "b", "a"]),
        ("COLLECT", 6, ["a", "b", "b"]),
        ("COLLECT", 0, []),
        ("FIRST", 0, None),
    ],
)
def test_hit_policies(hit, x, expected):
    rows = [row.rpartition("|")[0] for row in OVERLAP]
    assert decided(table("x -> y", *rows, hit=hit, more=RANKED), x=x).value == expected


@pytest.mark.parametrize(
    ("hit", "expected"), [("SUM", Decimal(8)), ("MIN", 1), ("MAX", 3), ("COUNT", 4)]
)
def test_collected_and_added_up(hit, expected):
    rows = [row.replace(row[row.index("->") + 2 : row.rindex("|") + 1], "") for row in OVERLAP]
    assert decided(table("x -> y", *rows, hit=f"COLLECT/{hit}"), x=10).value == expected
    assert decided(table("x -> y", *rows, hit=f"COLLECT/{hit}"), x=0).value == (0 if hit == "COUNT" else None)


def test_several_outputs_are_a_mapping():
    found = decided(table("x -> name, size", *OVERLAP, hit="FIRST"), x=10)
    assert found.value == {"name": "a", "size": 1}


def test_the_default_stands_where_no_rule_matches():
    logic = table("x -> y", '1 -> "one"', more="<defaultOutputEntry><text>\"many\"</text></defaultOutputEntry>")
    assert (decided(logic, x=1).value, decided(logic, x=2).value) == ("one", "many")


def test_required_decisions_are_decided_first_and_known_by_their_names():
    file = read_decisions(
        "t.dmn",
        dmn(
            decision("d", table("season, guests -> dish", '"Winter" | <= 8 -> "Roast"', '"Winter" | > 8 -> "Stew"'), "s g"),
            decision("s", table("cold -> season", 'true -> "Winter"', 'false -> "Summer"')),
            decision("g", literal("children + adults"), more='<variable name="guests"/>'),
        ),
    )
    assert not file.faults
    given = {"cold": True, "children": 2, "adults": Decimal(7)}
    assert decide(file.decisions, "d", given).value == "Stew"
    assert "season" not in given


def test_violations_name_the_rules():
    with pytest.raises(StepFault) as fault:
        decided(table("x -> y", *[r.rpartition("|")[0] for r in OVERLAP]), x=10)
    assert "1, 2, 3, 4" in fault.value.text.en and "1, 2, 3, 4" in fault.value.text.zh
    with pytest.raises(StepFault) as fault:
        decided(table("x -> y", '> 1 -> "a"', '> 2 -> "b"', hit="ANY"), x=3)
    assert "rules 1, 2" in fault.value.text.en
    with pytest.raises(StepFault) as fault:
        decided(table("x -> y", "> 1 -> y0"), x="three", y0=1)
    assert "rule 1, “x”" in fault.value.text.en
    with pytest.raises(EvaluationError) as missing:
        decided(table("x -> y", "> 1 -> 2"))
    assert missing.value.missing == "x"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"{}", "decision-file-unreadable"),
        (b"<!DOCTYPE x []><definitions/>", "decision-file-unreadable"),
        (b"<definitions/>", "decision-file-unreadable"),
        (dmn(), "decision-file-unreadable"),
        (dmn(decision("d", "<context/>")), "decision-logic"),
        (dmn(decision("d", "<invocation/>")), "decision-logic"),
        (dmn(decision("d", "<functionDefinition/>")), "decision-logic"),
        (dmn(decision("d", "<relation/>")), "decision-logic"),
        (dmn(decision("d", "")), "decision-empty"),
        (dmn(decision("d", "<decisionTable/>")), "decision-empty"),
        (dmn(decision("d", table("x -> y", "1 -> 2", hit="BEST"))), "decision-hit-policy"),
        (dmn(decision("d", table("x -> y, z", "1 -> 2 | 3", hit="COLLECT/SUM"))), "decision-aggregation"),
        (dmn(decision("d", table("x -> y", "1 -> 2", hit="PRIORITY"))), "decision-ranks"),
        (dmn(decision("d", table("x -> y, y", "1 -> 2 | 3"))), "decision-outputs"),
        (dmn(decision("d", table("x -> y", "1 | 2 -> 2"))), "decision-cells"),
        (dmn(decision("d", table("x -> y", "for a in b return c -> 2"))), "decision-expression"),
        (dmn(decision("d", table("x -> y", "1 -> b.run()"))), "decision-expression"),
        (dmn(decision("d", literal("x +"))), "decision-expression"),
        (dmn(decision("d", table("x -> y", "1 -> 2").replace("<inputEntry", '<inputEntry expressionLanguage="groovy"'))), "decision-language"),
        (dmn(decision("d", literal("1"), "e")), "decision-requires"),
        (dmn(decision("d", literal("e"), "e"), decision("e", literal("d"), "d")), "decision-round"),
        (dmn(decision("d", literal("1")), decision("d", literal("1"))), "decision-twice"),
        (dmn(decision("d", literal("1") + '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'), '<businessKnowledgeModel id="k"/>'), "decision-knowledge"),
        (dmn(decision("d", literal("1")), '<decisionService id="s" name="S"/>'), "decision-part-unused"),
        (dmn(decision("d", table("x -> y", "1 -> 2").replace("</input>", "<inputValues><text>1</text></inputValues></input>"))), "decision-values-not-checked"),
        (dmn(decision("d", table("x -> y", "1 -> 2").replace("<input ", '<input camunda:inputVariable="c" '))), "decision-attribute-unused"),
        (dmn('<itemDefinition name="tLevel"/>', decision("d", literal("1"))), "decision-attribute-unused"),
        (dmn(decision("d", literal("1"), more='<extensionElements><t:x xmlns:t="http://www.trisotech.com/x"/></extensionElements>')), "decision-attribute-unused"),
    ],
)  # fmt: skip
def test_what_is_not_carried_out_is_said(data, rule):
    file = read_decisions("rules.dmn", data)
    assert rule in {fault.rule.id for fault in file.faults}
    for fault in file.faults:
        told = fault.rule.at(**fault.params)
        assert "rules.dmn" in told.message.en and "rules.dmn" in told.message.zh
        assert fault.rule.level == "info" or (told.advice.zh and told.advice.en)
    if any(fault.rule.level == "error" for fault in file.faults):
        assert "d" not in file.decisions


def test_juel_is_read_where_values_are_computed():
    logic = table("x -> y", "1 -> 2").replace("<inputExpression", '<inputExpression expressionLanguage="juel"')
    assert decided(logic, x=1).value == 2


TASK = '<bpmn:extensionElements><zeebe:calledDecision decisionId="d" resultVariable="found"/></bpmn:extensionElements>'
SPIFF = "<bpmn:extensionElements><s:calledDecisionId xmlns:s='http://spiffworkflow.org/bpmn/schema/1.0/core'>d</s:calledDecisionId></bpmn:extensionElements>"


def procedure(attributes="", inner=""):
    parts = element("startEvent s") + element(f"businessRuleTask t name=Rule {attributes}", inner)
    parts += element("userTask u name=Do") + element("endEvent e")
    return bpmn(process("p", parts, flows("s > t > u > e")))


TABLE = {"rules.dmn": dmn(decision("d", table("x -> y, z", *OVERLAP, hit="RULE ORDER")))}
ONE = {"rules.dmn": dmn(decision("d", table("x -> y", '> 1 -> "a"', '> 5 -> 1.10')))}


@pytest.mark.parametrize(
    ("attributes", "inner", "beside", "x", "expected"),
    [
        ("camunda:decisionRef=d camunda:resultVariable=r", "", TABLE, 2, {"r": [{"y": "a", "z": 1}]}),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=singleResult", "", TABLE, 2, {"r": {"y": "a", "z": 1}}),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=singleEntry", "", ONE, 2, {"r": "a"}),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=singleEntry", "", ONE, 0, {"r": None}),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=collectEntries", "", ONE, 2, {"r": ["a"]}),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=resultList", "", ONE, 2, {"r": [{"y": "a"}]}),
        ("camunda:decisionRef=d", "", ONE, 2, {"y": "a"}),
        ("camunda:decisionRef=d", "", TABLE, 6, {"y": ["a", "b", "b"], "z": [1, 2, 2]}),
        ("", TASK, ONE, 2, {"found": "a"}),
        ("", TASK, TABLE, 2, {"found": [{"y": "a", "z": 1}]}),
        ("", SPIFF, ONE, 2, {"y": "a"}),
    ],
)  # fmt: skip
def test_the_outcome_becomes_variables(attributes, inner, beside, x, expected):
    data = procedure(attributes, inner)
    report = check(data, beside=beside, dry_run=False)
    assert report.is_deployable, report.errors
    result = stepper.start(build(data, "p", beside=beside), {"x": x}, World().around)
    (task,) = result.opened
    assert {name: value for name, value in task.variables.items() if name != "x"} == expected
    assert [p.element_id for p in result.passed] == ["s", "t"]


def test_decimals_survive_and_a_failure_can_be_retried():
    data, spec = procedure("", TASK), None
    spec = build(data, "p", beside=ONE)
    failed = stepper.start(spec, {"x": 10}, World().around)
    (failure,) = failed.failures
    assert failure.element_id == "t" and "rules 1, 2" in failure.text.en
    beside = {"r.dmn": dmn(decision("d", literal("x / 3")))}
    spec = build(data, "p", beside=beside)
    done = stepper.retry(spec, failed.state, failure.token, {"x": Decimal("1.20")}, World().around)
    assert stepper.variables(spec, done.state)["found"] == Decimal("0.4")


def test_a_decision_that_is_not_there():
    data = procedure("", TASK)
    (finding,) = check(data).errors
    assert (finding.rule, finding.element_id) == ("decision-missing", "t")
    assert "“d”" in finding.message.en and ".dmn" in finding.advice.zh
    with pytest.raises(Unrunnable):
        build(data, "p")
    broken = {"r.dmn": dmn(decision("d", "<context/>"))}
    (finding,) = check(data, beside=broken).errors
    assert (finding.rule, finding.element_id) == ("decision-logic", "t")
    with pytest.raises(Unrunnable):
        build(data, "p", beside=broken)


def test_faults_of_a_decision_nobody_uses_stop_nothing():
    beside = {"rules.dmn": dmn(decision("d", literal("1")), decision("other", "<context/>"))}
    report = check(procedure("", TASK), beside=beside)
    assert report.is_deployable
    assert {("warning", "decision-logic"), ("info", "decision-unused")} <= {(f.level, f.rule) for f in report.findings}


@pytest.mark.parametrize(
    ("attributes", "inner", "beside", "found"),
    [
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=best", "", ONE, ("error", "decision-mapping")),
        ("camunda:decisionRef=d camunda:resultVariable=r camunda:mapDecisionResult=singleEntry", "", TABLE, ("error", "decision-mapping")),
        ("camunda:decisionRef=d", "", ONE, ("info", "decision-result")),
        ("camunda:decisionRef=d camunda:decisionRefBinding=version camunda:decisionRefVersion=3", "", ONE, ("warning", "decision-binding")),
        ("", TASK.replace("decisionId", 'bindingType="versionTag" versionTag="1" decisionId'), ONE, ("warning", "decision-binding")),
    ],
)
def test_how_a_task_uses_a_decision(attributes, inner, beside, found):
    report = check(procedure(attributes, inner), beside=beside)
    assert found in {(f.level, f.rule) for f in report.findings if f.element_id == "t"}


def test_the_dry_run_decides_too():
    report = check(procedure("camunda:decisionRef=d", ""), beside={"r.dmn": dmn(decision("d", literal("1 + nothing")))}, dry_run=True)
    assert {(f.rule, f.element_id) for f in report.findings if f.rule.startswith("dry")} == {("dry-run-variable", "t")}


def test_a_called_procedure_brings_its_own_decisions():
    caller = element("startEvent s") + element("callActivity c name=Ask calledElement=p") + element("endEvent e")
    data, called = bpmn(process("q", caller, flows("s > c > e"))), {"p": procedure("", TASK)}
    report = check(data, called, dry_run=True, called_beside={"p": ONE})
    assert report.is_deployable, report.errors
    spec = build(data, "q", called, called_beside={"p": ONE})
    (task,) = stepper.start(spec, {"x": 2}, World().around).opened
    assert task.variables["found"] == "a"
    assert not check(data, called, dry_run=True).is_deployable


def test_names_of_several_words():
    """FEEL allows spaces in names; variables of a case do not, so `_` stands for them."""
    data = dmn(
        '<inputData id="i" name="Applicant Age"/>',
        decision("d", table("Risk Level, Applicant Age -> text", '"high" | < 18 -> "no: Applicant Age"', "- | - -> Risk Level", hit="FIRST"), "r"),
        decision("r", literal('if Applicant Age > 60 then "high" else "low"')).replace('name="r"', 'name="Risk Level"'),
    )
    file = read_decisions("t.dmn", data)
    assert [f.rule.id for f in file.faults] == ["decision-name-spaced"]
    assert decide(file.decisions, "d", {"Applicant_Age": 70}).value == "high"
    assert decide(file.decisions, "d", {"Applicant_Age": 7}).value == "low"


@pytest.mark.parametrize(
    ("type_", "cell", "value", "expected"),
    [
        ("number", "> 5", "6.50", True),
        ("integer", "> 5", 6, True),
        ("feel:number", "> 5", "4", False),
        ("date", '>= date("2026-05-01")', "2026-05-02", True),
        ("date", '>= date("2026-05-01")', date(2026, 4, 30), False),
        ("dateTime", '> @"2026-05-01T00:00:00Z"', "2026-05-01T09:00:00+08:00", True),
        ("string", '"a"', "a", True),
        ("boolean", "true", True, True),
        ("number", "> 5", None, False),
    ],
)
def test_a_text_is_read_as_what_the_table_declares(type_, cell, value, expected):
    """A case opened by another system brings its dates and amounts as texts."""
    logic = table("x -> y", f"{cell} -> true", hit="FIRST").replace("<inputExpression", f'<inputExpression typeRef="{type_}"')
    assert (decided(logic, x=value).value is True) == expected
    with pytest.raises(StepFault):
        decided(logic.replace(f'"{type_}"', '"number"'), x="many")


def test_results_are_read_as_declared_too():
    logic = table("x -> y", '1 -> "2.50"').replace('name="y"', 'name="y" typeRef="double"')
    assert decided(logic, x=1).value == Decimal("2.50")
