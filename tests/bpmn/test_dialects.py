"""What files of four dialects say about people, forms, limits and words, as one model."""

from decimal import Decimal

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.model import Assignment, CaseClock, Limit
from engine.domain.text import Text

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:other="http://example.com/tool" targetNamespace="x">'
)


def file(body, process="", before=""):
    return f'{HEAD}{before}<bpmn:process id="p" isExecutable="true" {process}>{body}</bpmn:process></bpmn:definitions>'.encode()


def extended(*words, dialect="camunda"):
    entries = "".join(f'<{dialect}:property name="{n}" value="{v}"/>' for n, v in (w.split("=", 1) for w in words))
    return f"<bpmn:extensionElements><{dialect}:properties>{entries}</{dialect}:properties></bpmn:extensionElements>"


def step(attributes="", inside="", kind="userTask", before=""):
    definition = read_definition(file(f'{before}<bpmn:{kind} id="t" name="Check" {attributes}>{inside}</bpmn:{kind}>'))
    return definition.procedure.steps["t"], [f.rule for f in definition.findings]


def test_camunda_assignment():
    found, rules = step(
        'camunda:assignee="${clerk}" camunda:candidateUsers="li, wang" camunda:candidateGroups="${f(a, b)}, line2" '
        'camunda:dueDate="2026-01-01T00:00:00Z" camunda:followUpDate="${d}" camunda:priority="70"'
    )
    assert found.assignment == Assignment(
        "${clerk}", ("li", "wang"), ("${f(a, b)}", "line2"), "2026-01-01T00:00:00Z", "${d}", "70"
    )
    assert rules == []


def test_zeebe_assignment():
    found, rules = step(
        inside='<bpmn:extensionElements><zeebe:userTask/><zeebe:assignmentDefinition assignee="=clerk" candidateGroups="=[&quot;a&quot;, b]" '
        'candidateUsers="li,wang"/><zeebe:taskSchedule dueDate="=due" followUpDate="2026-01-01"/>'
        '<zeebe:priorityDefinition priority="=50"/></bpmn:extensionElements>'
    )
    assert found.assignment == Assignment("=clerk", ("li", "wang"), ('=["a", b]',), "=due", "2026-01-01", "=50")
    assert rules == []


def test_spiff_properties():
    found, rules = step(
        inside=extended("candidateGroups=line2", "sla=PT2H", dialect="spiffworkflow").replace(
            "</bpmn:ext",
            "<spiffworkflow:instructionsForEndUser>Look twice</spiffworkflow:instructionsForEndUser></bpmn:ext",
        )
    )
    assert found.assignment == Assignment(candidate_groups=("line2",))
    assert found.limit == Limit("PT2H")
    assert found.guidance == Text.same("Look twice")
    assert rules == []


def test_standard_resource_roles():
    found, _ = step(
        inside="<bpmn:humanPerformer><bpmn:resourceAssignmentExpression><bpmn:formalExpression>${clerk}</bpmn:formalExpression>"
        "</bpmn:resourceAssignmentExpression></bpmn:humanPerformer><bpmn:potentialOwner><bpmn:resourceAssignmentExpression>"
        "<bpmn:formalExpression>user(li), group(a), b</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
    )
    assert found.assignment == Assignment("${clerk}", ("li",), ("a", "b"))


LANES = (
    '<bpmn:laneSet><bpmn:lane id="l1" name="Back office">'
    + extended("name.zh=后台", "stage=backstage")
    + '<bpmn:childLaneSet><bpmn:lane id="l2" name="Experts"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>'
    "<bpmn:flowNodeRef>t</bpmn:flowNodeRef><bpmn:flowNodeRef>sub</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)


def test_the_innermost_lane_is_the_group_when_nothing_is_named():
    found, rules = step(before=LANES)
    assert found.lane == Text.same("Experts")
    assert found.assignment == Assignment(candidate_groups=("Experts",))
    assert found.stage == "backstage"
    assert rules == []
    found, _ = step('camunda:assignee="li"', before=LANES)
    assert found.assignment == Assignment("li")


def test_steps_inside_a_subprocess_share_its_lane():
    definition = read_definition(
        file(
            LANES
            + '<bpmn:subProcess id="sub"><bpmn:userTask id="inner" name="A"/></bpmn:subProcess><bpmn:task id="t" name="x"/>'
        )
    )
    inner = definition.procedure.steps["inner"]
    assert inner.lane == Text("后台", "Back office")
    assert inner.assignment.candidate_groups == ("Back office",)


def test_the_words_of_the_vocabulary():
    found, rules = step(
        inside=extended(
            "sla=P1D",
            "sla.warn=75%",
            "calendar=wall",
            "guidance.zh=先听",
            "guidance.en=Listen",
            "script.en=Hello",
            "separate-from=a, b",
            "same-as=c",
            "stage=frontstage",
            "touchpoint=true",
            "clock.stop=first",
            "clock.pause=all,first",
            "name.zh=核对",
        )
    )
    assert found.limit == Limit("P1D", Decimal("0.75"), "wall")
    assert (found.guidance, found.script) == (Text("先听", "Listen"), Text("", "Hello"))
    assert (found.separate_from, found.same_as) == (("a", "b"), ("c",))
    assert (found.stage, found.touchpoint) == ("frontstage", True)
    assert (found.stops, found.pauses) == (("first",), ("all", "first"))
    assert found.name == Text("核对", "Check")
    assert rules == []


def test_clocks_and_calendar_of_the_process():
    words = extended(
        "calendar=wall", "clock.all=PT72H", "clock.first=PT15M", "clock.first.warn=0.5", "clock.first.calendar=business",
        "retention=P3Y",
    )
    definition = read_definition(file(words + "<bpmn:startEvent id='s'/>", 'camunda:versionTag="2.1" name="Care"'))
    procedure = definition.procedure
    assert procedure.clocks == (
        CaseClock("all", Limit("PT72H", Decimal("0.8"), "wall")),
        CaseClock("first", Limit("PT15M", Decimal("0.5"), "business")),
    )
    assert (procedure.version_tag, procedure.calendar, procedure.name) == ("2.1", "wall", Text.same("Care"))
    assert procedure.retention == "P3Y"
    assert definition.findings == ()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["sla=2 hours"], "limit-bad"),
        (["sla=PT0S"], "limit-bad"),
        (["sla=P1M"], "limit-bad"),
        (["sla=-PT1H"], "limit-bad"),
        (["sla=P99Y"], "limit-bad"),
        (["sla=PT1H", "sla.warn=high"], "warn-bad"),
        (["sla=PT1H", "sla.warn=180%"], "warn-bad"),
        (["sla.warn=80%"], "warn-alone"),
        (["stage=middle"], "value-bad"),
        (["calendar=lunar"], "value-bad"),
        (["touchpoint=maybe"], "value-bad"),
        (["separate_from=a"], "property-misspelt"),
        (["guidence.zh=a"], "property-misspelt"),
        (["colour=red"], "property-unknown"),
        (["clock.mine=PT1H"], "property-misplaced"),
        (["retention=P3Y"], "property-misplaced"),
        (["sla=PT1H", "sla=PT2H"], "property-twice"),
    ],
)
def test_faulty_words(words, rule):
    _, rules = step(inside=extended(*words))
    assert rules == [rule]


def test_words_on_the_wrong_element():
    definition = read_definition(
        file('<bpmn:exclusiveGateway id="g">' + extended("sla=PT1H", "name.en=Which?") + "</bpmn:exclusiveGateway>")
    )
    (finding,) = definition.findings
    assert (finding.rule, finding.element_id) == ("property-misplaced", "g")
    assert "a user task" in finding.advice.en and "用户任务" in finding.advice.zh


def test_assignment_of_what_no_person_does():
    definition = read_definition(file('<bpmn:scriptTask id="t" camunda:assignee="li"/>'))
    assert [f.rule for f in definition.findings] == ["assignment-ignored"]


@pytest.mark.parametrize(
    ("attributes", "inside", "rule"),
    [
        ('camunda:taskListener="x"', "", "attribute-not-mapped"),
        ('camunda:asyncBefore="true"', "", "attribute-not-needed"),
        ('camunda:formKey="embedded:app:form.html"', "", "form-elsewhere"),
        (
            "",
            '<camunda:taskListener event="create"><camunda:script>x</camunda:script></camunda:taskListener>',
            "extension-not-mapped",
        ),
        ("", '<zeebe:formDefinition formId="f"/>', "form-missing"),
        ("", "<spiffworkflow:signalButtonLabel>Go</spiffworkflow:signalButtonLabel>", "extension-not-mapped"),
        (
            "",
            '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/></camunda:inputParameter></camunda:inputOutput>',
            "extension-not-mapped",
        ),
    ],
)
def test_nothing_is_dropped_in_silence(attributes, inside, rule):
    _, rules = step(attributes, f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>")
    assert rules == [rule]


def test_other_tools_are_named_once_with_a_count():
    body = "".join(f'<bpmn:userTask id="t{i}" name="A" other:weight="{i}"/>' for i in range(5))
    (finding,) = read_definition(file(body)).findings
    assert (
        finding.rule == "foreign-extension"
        and "5" in finding.message.en
        and "http://example.com/tool" in finding.message.zh
    )


def test_what_is_carried_out_is_not_reported():
    body = (
        '<bpmn:callActivity id="c" calledElement="q"><bpmn:extensionElements><camunda:in source="a" target="b"/><camunda:out variables="all"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
        '<bpmn:userTask id="t" name="A"><bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="i"/></bpmn:userTask>'
        '<bpmn:scriptTask id="s" camunda:resultVariable="x"><bpmn:script>1 + 1</bpmn:script></bpmn:scriptTask>'
    )
    definition = read_definition(file(body))
    assert definition.findings == ()
    assert definition.procedure.calls == ("q",)


def test_starts_messages_and_the_main_process():
    data = f"""{HEAD}<bpmn:message id="m1" name="hello"/><bpmn:message id="m2" name="bye"/>
    <bpmn:process id="called" isExecutable="true"><bpmn:startEvent id="s0"/></bpmn:process>
    <bpmn:process id="drawn"><bpmn:startEvent id="s9"/></bpmn:process>
    <bpmn:process id="main" isExecutable="true"><bpmn:startEvent id="s1"/>
    <bpmn:startEvent id="s2"><bpmn:messageEventDefinition messageRef="m1"/></bpmn:startEvent>
    <bpmn:callActivity id="c" calledElement="called"/><bpmn:sendTask id="send" messageRef="m1"/>
    <bpmn:endEvent id="e"><bpmn:messageEventDefinition messageRef="m2"/></bpmn:endEvent></bpmn:process></bpmn:definitions>"""
    definition = read_definition(data.encode())
    assert definition.main == "main" and set(definition.procedures) == {"main", "called"}
    assert [(s.element_id, s.kind, s.message) for s in definition.procedure.starts] == [
        ("s1", "none", None),
        ("s2", "message", "hello"),
    ]
    assert definition.procedure.sends == ("hello", "bye")


def test_nothing_executable_gives_no_procedure():
    definition = read_definition(file("").replace(b'isExecutable="true"', b""))
    assert definition.main == "" and not definition.procedures
