"""Every rule finds what it is for, at the element meant, in both languages; and good files are left in peace."""

import importlib
import pkgutil

import pytest

import engine.bpmn.dialects
import engine.bpmn.lint
from engine.bpmn.findings import Rule
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows, message, process, timer
from tests.bpmn.faulty import CALLED, ERRORS, MESSAGE, NOTES, PEOPLE, WARNINGS, E, S, line, words

CASES = [
    (level, rule, index)
    for level, table in (("error", ERRORS), ("warning", WARNINGS), ("info", NOTES))
    for rule in table
    for index in range(len(table[rule]))
]
TABLES = {"error": ERRORS, "warning": WARNINGS, "info": NOTES}


@pytest.mark.parametrize(("level", "rule", "index"), CASES)
def test_each_rule_finds_its_fault(level, rule, index):
    report = check(TABLES[level][rule][index], people=PEOPLE if rule.startswith(("group-", "separation-")) else None)
    found = [f for f in report.findings if f.rule == rule]
    assert found, [f.rule for f in report.findings]
    assert all(f.level == level for f in found)
    assert all(
        f.message.zh and f.message.en and "{" not in f.message.en.replace("{…}", "").replace("${", "") for f in found
    )
    assert report.is_deployable == (not report.errors)
    if rule not in ("nothing-executable", "nothing-drawn", "several-processes", "process-without-id", "element-without-id"):
        assert all(f.element_id for f in found)


def test_every_rule_is_tested_and_reads_in_both_languages():
    rules = {rule for module in modules() for rule in vars(module).values() if isinstance(rule, Rule)}
    for rule in rules:
        assert rule.message.zh and rule.message.en, rule.id
        assert rule.advice is None or (rule.advice.zh and rule.advice.en), rule.id
        assert rule.advice is not None or rule.level == "info", rule.id
    lint = {rule.id for rule in rules}
    elsewhere = {"chosen-not-executable", "main-unknown"}  # tests/bpmn/test_pools.py
    elsewhere |= {"decision-mapping", "decision-result", "decision-binding", "decision-unused"}  # test_decisions.py
    elsewhere |= {"call-version", "call-latest"}  # test_pools.py
    assert set(ERRORS) | set(WARNINGS) | set(NOTES) == lint - elsewhere


def modules():
    for found in pkgutil.iter_modules(engine.bpmn.lint.__path__):
        if found.name.endswith("_rules"):
            yield importlib.import_module(f"engine.bpmn.lint.{found.name}")


FULL = words(
    **{"sla": "PT2H", "guidance.zh": "先听", "guidance.en": "Listen", "separate__from": "a", "clock.stop": "all"}
)
GOOD = {
    "line": line("userTask t name=Check camunda:candidateGroups=line2", words(sla="PT2H", guidance="Listen")),
    "link": line("intermediateThrowEvent t", '<bpmn:linkEventDefinition name="L"/>',
        element("intermediateCatchEvent c", '<bpmn:linkEventDefinition name="L"/>'), flows("c > e")).replace(
        b'<bpmn:sequenceFlow id="t-e" sourceRef="t" targetRef="e"></bpmn:sequenceFlow>', b""),
    "timers": line("intermediateCatchEvent t", timer("PT4H")),
    "quoted timer": line("intermediateCatchEvent t", timer('"P1D"')),
    "timer expression": line("intermediateCatchEvent t", timer("${due}", "timeDate")),
    "cycle": line("intermediateCatchEvent t", timer("R3/PT1H", "timeCycle")),
    "send": line("sendTask t messageRef=m"),
    "message start": bpmn(MESSAGE, process("p", S, element("startEvent s2", message("m")), element("intermediateCatchEvent t", message("m")), E, flows("s > t > e; s2 > t"))),
    "event gateway": bpmn(
        MESSAGE,
        process("p", S, element("eventBasedGateway g"), element("intermediateCatchEvent a", message("m")),
            element("intermediateCatchEvent b", timer("PT1H")), element("intermediateCatchEvent c", timer("PT2H")), E, element("endEvent e2"),
            flows("s > g; g > a > e; g > b > e; g > c > e2")),
    ),
    "choice": bpmn(process("p", S, element("exclusiveGateway g default=g-e"), E, element("endEvent e2"), flows("s > g; g > e; g > e2 [${x > 1}]"))),
    "parallel": bpmn(process("p", S, element("parallelGateway g"), element("sendTask a messageRef=m"), element("sendTask b messageRef=m"),
        element("parallelGateway j"), E, flows("s > g; g > a > j; g > b > j; j > e")), MESSAGE),
    "error out of a subprocess": bpmn('<bpmn:error id="er" errorCode="E"/>', process("p", S,
        element("subProcess t", element("startEvent i") + element("exclusiveGateway o default=o-n") + element("endEvent n")
                + element("endEvent x", '<bpmn:errorEventDefinition errorRef="er"/>') + flows("i > o; o > x [k]; o > n")),
        element("boundaryEvent b attachedToRef=t", '<bpmn:errorEventDefinition errorRef="er"/>'), E, element("endEvent e2"), flows("s > t > e; b > e2"))),
    "multi-instance": line("callActivity t calledElement=q",
        "<bpmn:multiInstanceLoopCharacteristics camunda:collection='${items}' camunda:elementVariable='item'/>",
        process("x").replace("<bpmn:process", "<!--").replace("</bpmn:process>", "-->")).replace(
        b"</bpmn:definitions>", process("q", element("startEvent qs"), element("endEvent qe"), flows("qs > qe")).encode() + b"</bpmn:definitions>"),
    "foreign default name": line("receiveTask t messageRef=m"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_files_have_no_errors_or_warnings(name):
    report = check(GOOD[name])
    assert [(f.rule, f.message.en) for f in report.findings if f.level != "info"] == []
    assert report.is_deployable


@pytest.mark.parametrize(("level", "rule", "index"), CASES)
def test_what_the_lint_lets_pass_can_be_built(level, rule, index):
    """Nothing is refused when a case begins that was called good at upload."""
    data = TABLES[level][rule][index]
    report = check(data)
    for key in report.definition.procedures if report.is_deployable else ():
        build(data, key)


@pytest.mark.parametrize("name", GOOD)
def test_good_files_can_be_built(name):
    build(GOOD[name], "p")


def test_a_called_file_is_looked_into():
    data = line("callActivity t calledElement=q")
    assert [f.rule for f in check(data).errors] == ["call-unknown"]
    assert [f.rule for f in check(data, {"q": CALLED}).errors] == ["call-no-start"]
    good = bpmn(process("q", element("startEvent s"), E, flows("s > e")))
    assert check(data, {"q": good}).errors == ()
    back = bpmn(process("q", S, element("callActivity t calledElement=p"), E, flows("s > t > e")))
    assert [f.rule for f in check(data, {"q": back}).errors] == ["call-recursion"]
    assert [f.rule for f in check(data, {"q": b"%PDF"}).errors] == ["call-unknown"]


def test_an_unreadable_file_is_a_report_too():
    report = check(b"PK\x03\x04")
    assert report.definition is None and not report.is_deployable
    assert [f.rule for f in report.findings] == ["file-not-bpmn"]


def test_errors_come_first_and_name_line_and_element():
    report = check(line("serviceTask t", "", element("userTask lost")))
    assert [f.level for f in report.findings] == sorted(
        (f.level for f in report.findings), key=["error", "warning", "info"].index
    )
    assert report.findings[0].element_id == "t" and report.findings[0].line == 1


def test_a_chain_of_800_steps_and_13_parallel_blocks_are_checked_quickly():
    chain = "".join(element(f"task n{i} name=N") for i in range(800))
    data = bpmn(process("p", S, chain, E, flows("s > " + " > ".join(f"n{i}" for i in range(800)) + " > e")))
    assert check(data).errors == ()
    blocks, ways = "", ["s > g0"]
    for i in range(13):
        blocks += element(f"parallelGateway g{i}") + element(f"task a{i} name=A") + element(f"task b{i} name=B")
        blocks += element(f"parallelGateway j{i}")
        ways += [f"g{i} > a{i} > j{i}", f"g{i} > b{i} > j{i}", f"j{i} > {f'g{i + 1}' if i < 12 else 'e'}"]
    assert check(bpmn(process("p", S, blocks, E, flows("; ".join(ways))))).errors == ()


def test_250_nested_subprocesses_are_refused_in_words():
    inner = element("startEvent s0") + element("endEvent e0") + flows("s0 > e0")
    for i in range(1, 250):
        inner = (
            element(f"startEvent s{i}")
            + element(f"subProcess p{i}", inner)
            + element(f"endEvent e{i}")
            + flows(f"s{i} > p{i} > e{i}")
        )
    assert [f.rule for f in check(bpmn(process("p", inner))).errors] == ["xml-too-deep"]


def test_script_injection_in_names_stays_text():
    data = line("userTask t name=X").replace(b'name="X"', b'name="&lt;script&gt;{0.__class__}{name}&lt;/script&gt;"')
    report = check(data.replace(b"</bpmn:process>", element("userTask lost").encode() + b"</bpmn:process>"))
    assert report.definition.procedure.steps["t"].name.en == "<script>{0.__class__}{name}</script>"
    assert any("<script>{0.__class__}" in f.message.en for f in report.findings)
