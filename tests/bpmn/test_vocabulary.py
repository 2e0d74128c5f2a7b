"""Every word of Camunda 7, Camunda 8, SpiffWorkflow and of BPMN itself is mapped or reported: not one is silent."""

import json
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from engine.bpmn.dialects import read_definition
from engine.bpmn.dialects.lexicon import camunda, flowable, spiff, standard, zeebe
from engine.bpmn.dialects.lexicon.makers import maker_of
from engine.bpmn.dialects.names import CAMUNDA, EVENT_DEFINITIONS, EVENTS, FLOW_NODES, HUMAN, TASKS
from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows, process

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="{camunda}" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:signavio="http://www.signavio.com" xmlns:mine="http://example.com/mine" id="d" targetNamespace="x" {attributes}>'
)
MODDLE = Path(__file__).parents[2] / "webui/static/vendor/camunda-bpmn-moddle/camunda.json"
XSD = Path(SpiffWorkflow.__file__).parent / "bpmn/parser/schema/Semantic.xsd"
X = "{http://www.w3.org/2001/XMLSchema}"


def said(owner, attributes="", inside="", namespace=CAMUNDA[0]):
    """What is said about one element of a kind that carries this."""
    extended = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    tag = f'<bpmn:{owner} id="t" name="A" {attributes}>{extended}</bpmn:{owner}>'
    if owner in ("process", "definitions", "collaboration", "error", "escalation", "message", "signal"):
        around = '<bpmn:startEvent id="s0"/>'
        if owner == "process":
            tag, around = f'<bpmn:process id="p" isExecutable="true" {attributes}>{extended}{around}</bpmn:process>', ""
        head = HEAD.format(camunda=namespace, attributes=attributes if owner == "definitions" else "")
        body = "" if owner == "definitions" else tag
        rest = f'<bpmn:process id="p" isExecutable="true">{around}</bpmn:process>' if owner != "process" else ""
        return read_definition(f"{head}{body}{rest}</bpmn:definitions>".encode()).findings
    if owner in EVENT_DEFINITIONS:
        tag = f'<bpmn:intermediateCatchEvent id="e">{tag}</bpmn:intermediateCatchEvent>'
    if owner == "multiInstanceLoopCharacteristics":
        tag = f'<bpmn:manualTask id="e" name="A">{tag}</bpmn:manualTask>'
    if owner == "formalExpression":
        tag = f'<bpmn:sequenceFlow id="e"><bpmn:conditionExpression {attributes}>x</bpmn:conditionExpression></bpmn:sequenceFlow>'
    data = f'{HEAD.format(camunda=namespace, attributes="")}<bpmn:process id="p" isExecutable="true">{tag}</bpmn:process></bpmn:definitions>'
    return read_definition(data.encode()).findings


def owners(types, kinds):
    """The BPMN elements Camunda's own description allows a word on; abstract ones as every kind there is."""
    by_name = {f"camunda:{t['name']}": t for t in types}
    for name in kinds:
        bare = name.removeprefix("bpmn:")
        bare = bare[:1].lower() + bare[1:]
        groups = {"activity": (*TASKS, "subProcess", "callActivity"), "gateway": ("parallelGateway", "exclusiveGateway"), "event": EVENTS,
            "flowElement": (*FLOW_NODES, "sequenceFlow"), "flowNode": FLOW_NODES}  # fmt: skip
        if name in by_name:
            yield from owners(types, by_name[name].get("extends", []))
        elif name == "*":
            yield "parallelGateway"
        else:
            yield from groups.get(bare, (bare,))


def attributes_of_camunda():
    types = json.loads(MODDLE.read_text())["types"]
    for kind in types:
        for prop in kind.get("properties", ()):
            if kind.get("extends") and prop.get("isAttr"):
                for owner in sorted(set(owners(types, kind["extends"]))):
                    yield owner, prop["name"].removeprefix("camunda:")


def elements_of_camunda():
    types = json.loads(MODDLE.read_text())["types"]
    for kind in types:
        allowed = kind.get("meta", {}).get("allowedIn", ()) or kind.get("extends", ())
        if "Element" in kind.get("superClass", ()) or kind["name"] in ("In", "Out", "ErrorEventDefinition"):
            for owner in sorted(set(owners(types, allowed))):
                yield owner, kind["name"][:1].lower() + kind["name"][1:]


CARRIED_OUT = {
    ("userTask", name) for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formKey",
        "formRef", "formRefBinding", "formRefVersion")
} | {("startEvent", name) for name in ("formKey", "formRef", "formRefBinding", "formRefVersion")} | {
    ("process", "versionTag"), ("scriptTask", "resultVariable"), ("multiInstanceLoopCharacteristics", "collection"),
    ("multiInstanceLoopCharacteristics", "elementVariable"), ("callActivity", "calledElementBinding"),
    ("callActivity", "calledElementVersion"), ("callActivity", "calledElementVersionTag"),
} | {("businessRuleTask", name) for name in ("decisionRef", "decisionRefBinding", "decisionRefVersion", "mapDecisionResult", "resultVariable")}  # fmt: skip
CARRIED_OUT_ELEMENTS = {("callActivity", "in"), ("callActivity", "out"), *((task, "inputOutput") for task in TASKS - {"serviceTask"}),
    ("userTask", "formData"), ("startEvent", "formData"), ("userTask", "formProperty"), ("startEvent", "formProperty")}  # fmt: skip


@pytest.mark.parametrize("namespace", CAMUNDA, ids=["camunda", "activiti", "flowable"])
def test_attributes_by_camundas_own_description(namespace):
    seen = 0
    for owner, name in attributes_of_camunda():
        found = said(owner, f'camunda:{name}="x"', namespace=namespace)
        seen += 1
        told = [f for f in found if f"camunda:{name}" in f.message.en or f"“{name}”" in f.message.en]
        assert told or (owner, name) in CARRIED_OUT, (owner, name)
        if (owner, name) in CARRIED_OUT and name not in ("formRefBinding", "formRefVersion"):
            assert not any(f.rule == "attribute-not-mapped" for f in told), (owner, name)
        for finding in told:
            understandable(finding)
    assert seen > 200


def test_elements_by_camundas_own_description():
    seen = 0
    for owner, name in elements_of_camunda():
        found = said(owner, inside=f"<camunda:{name}/>")
        told = [f for f in found if f"camunda:{name}" in f.message.en]
        seen += 1
        if name in ("properties", "property"):
            continue
        assert told or (owner, name) in CARRIED_OUT_ELEMENTS, (owner, name)
        for finding in told:
            understandable(finding)
    assert seen > 60


def understandable(finding):
    assert finding.message.zh and finding.message.en and "{" not in finding.message.en + finding.message.zh
    if finding.level == "warning":
        assert len(finding.advice.en) > 15 and len(finding.advice.zh) > 4, finding
        assert finding.element_id
    assert "not a word of this tool" not in finding.message.en, finding.message.en


ZEEBE = {
    "ioMapping": "serviceTask", "taskHeaders": "serviceTask", "taskDefinition": "serviceTask", "userTaskForm": "process",
    "executionListeners": "userTask", "taskListeners": "userTask", "adHoc": "adHocSubProcess", "linkedResources": "serviceTask",
    "conditionalFilter": "conditionalEventDefinition", "subscription": "receiveTask", "loopCharacteristics": "userTask",
    "calledElement": "userTask", "calledDecision": "scriptTask", "script": "businessRuleTask", "versionTag": "userTask",
    "formDefinition": "serviceTask", "userTask": "manualTask", "taskSchedule": "scriptTask",
    "priorityDefinition": "scriptTask", "assignmentDefinition": "scriptTask",
}  # fmt: skip
SPIFF = {
    "preScript": "serviceTask", "postScript": "callActivity",
    **dict.fromkeys(("messagePayload", "messageVariable", "unitTests", "signalButtonLabel", "allowGuest",
        "guestConfirmation", "taskMetadataValues", "calledDecisionId", "serviceTaskOperator", "isOutputSynced"), "manualTask"),
    "instructionsForEndUser": "scriptTask", "parameters": "serviceTask", "processVariable": "sendTask",
}  # fmt: skip


@pytest.mark.parametrize(("prefix", "name", "owner"), [*(("zeebe", n, o) for n, o in ZEEBE.items()), *(("spiffworkflow", n, o) for n, o in SPIFF.items())])
def test_elements_of_camunda_8_and_spiffworkflow_where_they_are_not_carried_out(prefix, name, owner):
    inside = f'<{prefix}:{name} id="a" assignee="li" dueDate="2026-01-01" priority="1">x</{prefix}:{name}>'
    found = [f for f in said(owner, inside=inside) if name in f.message.en or f.rule == "assignment-ignored"]
    assert found
    for finding in found:
        understandable(finding)


@pytest.mark.parametrize(
    ("prefix", "attributes", "elements"),
    [
        ("camunda", {**camunda.ATTRIBUTES, **flowable.ATTRIBUTES}, {**camunda.ELEMENTS, **flowable.ELEMENTS}),
        ("zeebe", zeebe.ATTRIBUTES, zeebe.ELEMENTS),
        ("spiffworkflow", spiff.ATTRIBUTES, spiff.ELEMENTS),
    ],
)
def test_the_whole_lexicon_is_spoken_of_on_a_gateway(prefix, attributes, elements):
    for name, word in attributes.items():
        found = [f for f in said("parallelGateway", f'{prefix}:{name}="x"') if f"{prefix}:{name}" in f.message.en or f"“{name}”" in f.message.en]
        assert len(found) == 1, name
        understandable(found[0])
        assert (found[0].level == "info") == (word.advice is None)
    for name in elements:
        found = said("parallelGateway", inside=f"<{prefix}:{name}/>")
        assert name == "properties" or len(found) == 1, name
        for finding in found:
            understandable(finding)


@pytest.mark.parametrize(
    ("owner", "inside"),
    [
        ("callActivity", '<camunda:in businessKey="x"/>'),
        ("callActivity", '<camunda:in variables="all" local="true"/>'),
        ("callActivity", '<camunda:out variables="all" local="true"/>'),
        ("userTask", '<camunda:formData businessKey="a"/>'),
        ("userTask", '<camunda:formData><camunda:formField id="a" datePattern="d"/></camunda:formData>'),
        ("userTask", '<camunda:formProperty id="a" variable="d"/>'),
        ("callActivity", '<zeebe:calledElement processId="q" processIdExpression="=q"/>'),
        ("sendTask", '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/></camunda:inputParameter></camunda:inputOutput>'),
    ],
)
def test_parts_of_what_is_carried_out_that_are_not(owner, inside):
    found = [f for f in said(owner, inside=inside) if f.rule in ("attribute-not-mapped", "extension-not-mapped")]
    assert len(found) == 1
    understandable(found[0])


def test_misspelt_words_of_a_vendor_are_reported():
    (one,) = said("userTask", 'camunda:asignee="li"')
    (two,) = said("userTask", inside="<zeebe:asignmentDefinition/>")
    assert "asignee" in one.message.en and "not a word" in one.message.en and "asignmentDefinition" in two.message.zh


def names_of_the_standard():
    schema = etree.parse(XSD).getroot()
    elements = {e.get("name") for e in schema.iter(f"{X}element") if e.get("name")}
    attributes = {a.get("name") for a in schema.iter(f"{X}attribute") if a.get("name")}
    return elements, attributes


def test_every_name_of_the_standard_has_its_place():
    elements, attributes = names_of_the_standard()
    abstract = {"baseElement", "baseElementWithMixedContent", "rootElement", "flowElement", "flowNode", "activity", "gateway", "event",
        "catchEvent", "throwEvent", "eventDefinition", "loopCharacteristics", "choreographyActivity", "callableElement", "dataAssociation"}  # fmt: skip
    known = standard.RUN | standard.DRAWN | standard.UNDONE.keys()
    assert elements - abstract <= known, elements - abstract - known
    places = (standard.RUN, standard.DRAWN, frozenset(standard.UNDONE))
    assert sum(map(len, places)) == len(known)
    places = (standard.READ_ATTRIBUTES, standard.DRAWN_ATTRIBUTES, frozenset(standard.UNDONE_ATTRIBUTES))
    assert attributes <= frozenset().union(*places), attributes - frozenset().union(*places)
    assert sum(map(len, places)) == len(frozenset().union(*places))


def test_what_of_the_standard_is_not_carried_out_is_said():
    for name in standard.UNDONE:
        data = f'{HEAD.format(camunda=CAMUNDA[0], attributes="")}<bpmn:process id="p" isExecutable="true"><bpmn:userTask id="t" name="A"><bpmn:{name}/></bpmn:userTask></bpmn:process></bpmn:definitions>'
        (finding,) = read_definition(data.encode()).findings
        assert (finding.rule, finding.element_id) == ("standard-not-mapped", "t") and name in finding.message.en
        understandable(finding)
    for name in standard.UNDONE_ATTRIBUTES:
        unusual = next((v for v in ("7", "novel") if v not in standard.NORMAL.get(name, ())), "7")
        (finding,) = said("sendTask", f'{name}="{unusual}"')
        assert finding.rule == "standard-not-mapped" and name in finding.message.zh
        understandable(finding)
        for usual in standard.NORMAL.get(name, ()):
            assert [f.rule for f in said("sendTask", f'{name}="{usual}"')] == ["drawn-only"]


def test_what_is_only_drawn_is_one_line():
    drawn = "".join(f"<bpmn:{name} id='x{i}'/>" for i, name in enumerate(sorted(standard.DRAWN)))
    data = f'{HEAD.format(camunda=CAMUNDA[0], attributes="")}<bpmn:process id="p" isExecutable="true" isClosed="true">{drawn}<bpmn:group id="g"/></bpmn:process></bpmn:definitions>'
    (finding,) = read_definition(data.encode()).findings
    assert (finding.rule, finding.level) == ("drawn-only", "info") and "group ×2" in finding.message.en


@pytest.mark.parametrize("what", ['<bpmn:userTsk id="t"/>', '<bpmn:userTask id="t" name="A" asignee="li"/>', '<bpmn:userTask id="t" bpmn:name="A"/>'])
def test_what_the_standard_does_not_have_is_said(what):
    data = f'{HEAD.format(camunda=CAMUNDA[0], attributes="")}<bpmn:process id="p" isExecutable="true">{what}</bpmn:process></bpmn:definitions>'
    (finding,) = read_definition(data.encode()).findings
    assert (finding.rule, finding.element_id) == ("standard-unknown", "t")
    understandable(finding)


def test_other_tools_are_one_line_each_by_their_makers_name():
    inside = "".join(f'<signavio:signavioMetaData metaKey="{i}"/>' for i in range(30)) + "<mine:thing/><mine:other/>"
    one, two = said("parallelGateway", 'signavio:colour="red"', inside)
    assert "SAP Signavio" in one.message.en and "31 entries" in one.message.en and "signavioMetaData ×30" in one.message.zh
    assert "another tool (http://example.com/mine)" in two.message.en and one.element_id is None


@pytest.mark.parametrize(
    ("namespace", "maker"),
    [
        ("http://www.signavio.com", "SAP Signavio"),
        ("http://www.trisotech.com/2015/triso/modeling", "Trisotech"),
        ("http://www.boc-group.com", "ADONIS (BOC)"),
        ("http://www.w4.eu/spec/BPMN/20110701/MODEL", "W4 BPMN+"),
        ("http://www.bizagi.com/bpmn20", "Bizagi"),
        ("http://www.bonitasoft.org/ns/process/client/7.4", "Bonita"),
        ("http://xmlns.oracle.com/bpm/OracleExtensions", "Oracle BPM"),
        ("http://www.ibm.com/xmlns/prod/bpm/extensions", "IBM BPM"),
        ("http://www.softwareag.com/aris/BPMN", "ARIS"),
        ("http://www.jboss.org/drools", "jBPM (Drools)"),
        ("http://www.bpsim.org/schemas/1.0", "BPSim (simulation)"),
        ("http://nobody.example", None),
    ],
)
def test_makers(namespace, maker):
    assert maker_of(namespace) == maker


def test_nothing_is_said_of_the_insides_of_a_process_that_does_not_run():
    other = '<bpmn:process id="q"><bpmn:userTask id="u" camunda:initiator="x" camunda:formKey="embedded:x.html"/></bpmn:process>'
    body = element("startEvent s") + element("userTask t name=A") + element("endEvent e") + flows("s > t > e")
    report = check(bpmn(process("p", body), other))
    assert not [f for f in report.findings if f.element_id == "u"] and HUMAN


def test_what_is_accepted_with_any_word_on_it_can_be_built():
    """The lint and the part that runs agree, whatever word stands on an element, with a sensible value or none."""
    seen = built = 0
    words = [(o, f'camunda:{n}="{v}"', "") for o, n in attributes_of_camunda() for v in ("x", "${x", "")]
    words += [(o, "", f'<camunda:{n} name="a" source="{v}" target="b">{v}</camunda:{n}>') for o, n in elements_of_camunda() for v in ("x", "${x}", "x +")]
    words += [(o, "", f'<zeebe:{n} processId="q" source="{v}" target="b" expression="{v}" resultVariable="r" decisionId="d">{v}</zeebe:{n}>')
        for o in sorted(FLOW_NODES) for n in zeebe.ELEMENTS for v in ("=x", "=x +", "x")]  # fmt: skip
    words += [(o, "", f"<s:{n} xmlns:s='http://spiffworkflow.org/bpmn/schema/1.0/core'>{v}</s:{n}>")
        for o in sorted(FLOW_NODES) for n in spiff.ELEMENTS for v in ("x", "a = 1", "a =")]  # fmt: skip
    for owner, attributes, inside in words:
        if owner not in FLOW_NODES or owner in ("startEvent", "endEvent", "boundaryEvent"):
            continue
        extended = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
        more = {"sendTask": 'messageRef="m"', "receiveTask": 'messageRef="m"', "callActivity": 'calledElement="q"'}.get(owner, "")
        inner = "<bpmn:script>y = 1</bpmn:script>" if owner == "scriptTask" else ""
        if owner == "subProcess":
            inner = element("startEvent i") + element("endEvent j") + flows("i > j")
        if owner == "intermediateCatchEvent":
            inner = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
        node = f'<bpmn:{owner} id="t" name="A" {more} {attributes}>{extended}{inner}</bpmn:{owner}>'
        parts = process("p", element("startEvent s"), node, element("endEvent e"), flows("s > t > e"))
        called = process("q", element("startEvent qs"), element("endEvent qe"), flows("qs > qe"))
        data = bpmn('<bpmn:message id="m" name="news"/>', parts, called)
        report = check(data, main="p")
        seen += 1
        if report.is_deployable:
            build(data, "p")
            built += 1
    assert seen > 1500 and built > 500, (seen, built)
