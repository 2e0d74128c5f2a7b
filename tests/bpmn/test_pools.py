"""A file with several processes: one runs, chosen or likeliest; the others are the other side's."""

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows


def pool(ident, step="userTask", executable=True, start=""):
    marked = ' isExecutable="true"' if executable is True else ' isExecutable="false"' if executable is False else ""
    parts = element(f"startEvent {ident}_s", start) + element(f"{step} {ident}_t name=Do") + element(f"endEvent {ident}_e")
    return f'<bpmn:process id="{ident}"{marked}>{parts}{flows(f"{ident}_s > {ident}_t > {ident}_e")}</bpmn:process>'


TWO = bpmn(
    '<bpmn:collaboration id="c"><bpmn:participant id="x" name="Customer" processRef="customer"/>'
    '<bpmn:participant id="y" name="Desk" processRef="desk"/><bpmn:participant id="z" name="Bank"/></bpmn:collaboration>',
    pool("customer", "manualTask", executable=None),
    pool("desk", executable=None),
)


def rules(report):
    return {(f.level, f.rule) for f in report.findings}


def test_nothing_executable_says_what_to_choose_and_is_examined_all_the_same():
    report = check(TWO)
    (finding,) = [f for f in report.findings if f.rule == "nothing-executable"]
    assert "customer (Customer), desk (Desk)" in finding.message.en and "desk" in finding.message.zh
    assert [tuple(c)[0::2] for c in report.candidates] == [("customer", False), ("desk", False)]
    assert [c.tasks for c in report.candidates] == [1, 1] and report.candidates[1].name.en == "Desk"
    assert ("info", "step-without-limit") in rules(report)
    assert not report.is_deployable


@pytest.mark.parametrize("main", ["customer", "desk"])
def test_the_chosen_process_runs_although_not_marked(main):
    report = check(TWO, main=main, dry_run=True)
    assert report.is_deployable, report.errors
    assert (report.definition.main, set(report.definition.procedures)) == (main, {main})
    assert ("warning", "chosen-not-executable") in rules(report)
    (other,) = [f for f in report.findings if f.rule == "not-executable"]
    assert other.element_id == ({"customer", "desk"} - {main}).pop()
    assert build(TWO, main).process_id == main


def test_a_choice_that_is_not_there():
    report = check(TWO, main="bank")
    (finding,) = [f for f in report.findings if f.rule == "main-unknown"]
    assert "bank" in finding.message.en and "desk" in finding.message.en
    assert report.definition is None and len(report.candidates) == 2


def test_the_only_executable_pool_runs_and_the_faults_of_the_other_do_not_matter():
    report = check(bpmn(pool("partner", "serviceTask", executable=False), pool("desk")))
    assert report.is_deployable and report.definition.main == "desk"
    assert ("info", "not-executable") in rules(report)


def test_of_several_executable_ones_the_likeliest_runs_and_the_others_are_named():
    report = check(bpmn(pool("robot", "scriptTask").replace("name=Do", ""), pool("desk")))
    assert report.definition.main == "desk"
    (finding,) = [f for f in report.findings if f.rule == "several-processes"]
    assert "desk" in finding.message.en and "robot" in finding.message.en
    assert ("info", "several-processes") not in rules(check(bpmn(pool("robot"), pool("desk")), main="robot"))


def test_what_the_chosen_one_calls_runs_too():
    caller = pool("desk").replace('<bpmn:userTask id="desk_t"', '<bpmn:callActivity calledElement="inner" id="desk_t"')
    data = bpmn(pool("inner"), caller.replace("userTask", "callActivity"), pool("other"))
    definition = read_definition(data, "desk")
    assert list(definition.procedures) == ["desk", "inner"]


def test_empty_pools_are_no_candidates():
    data = bpmn('<bpmn:process id="black"/>', pool("desk", executable=False))
    assert [c.process_id for c in check(data).candidates] == ["desk"]
    assert check(bpmn('<bpmn:process id="black"/>')).candidates == ()


def test_two_processes_of_one_id():
    report = check(bpmn(pool("p"), pool("p").replace("p_", "q_")))
    (finding,) = report.errors
    assert (finding.rule, finding.element_id) == ("process-twice", "p")


CALL = '<bpmn:startEvent id="s"/><bpmn:callActivity id="c" name="Ask" {}>{}</bpmn:callActivity><bpmn:endEvent id="e"/>' + flows("s > c > e")
ZEEBE = '<bpmn:extensionElements><zeebe:calledElement processId="desk" {}/></bpmn:extensionElements>'


@pytest.mark.parametrize(
    ("attributes", "inside", "rule"),
    [
        ('calledElement="desk"', "", "call-latest"),
        ('calledElement="desk" camunda:calledElementBinding="latest"', "", "call-latest"),
        ('calledElement="desk" camunda:calledElementBinding="deployment"', "", None),
        ('calledElement="desk" camunda:calledElementBinding="version" camunda:calledElementVersion="3"', "", "call-version"),
        ('calledElement="desk" camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="1.3"', "", "call-version"),
        ("", ZEEBE.format(""), "call-latest"),
        ("", ZEEBE.format('bindingType="deployment"'), None),
        ("", ZEEBE.format('bindingType="versionTag" versionTag="1.3"'), "call-version"),
    ],
)
def test_which_version_a_call_activity_gets(attributes, inside, rule):
    data = bpmn(f'<bpmn:process id="p" isExecutable="true">{CALL.format(attributes, inside)}</bpmn:process>')
    report = check(data, {"desk": bpmn(pool("desk"))})
    assert report.is_deployable
    found = [f for f in report.findings if f.rule.startswith("call-")]
    assert [f.rule for f in found] == ([rule] if rule else [])
    if rule == "call-version":
        assert ("3" if "3" in attributes and "1.3" not in attributes else "1.3") in found[0].message.en


def test_a_procedure_deployed_by_choice_can_be_called_though_not_marked():
    call = CALL.format('calledElement="desk"', "")
    data = bpmn(f'<bpmn:process id="p" isExecutable="true">{call}</bpmn:process>')
    report = check(data, {"desk": bpmn(pool("desk", executable=None))}, dry_run=True)
    assert report.is_deployable, report.errors
