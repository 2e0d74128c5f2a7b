"""Repairs: each fault that has one is mended by it, and by nothing else; what is not accepted stays as it was."""

import re

import pytest

from engine.bpmn.lint import check
from engine.bpmn.repairs import BadChoice, apply, propose
from engine.bpmn.repairs.mends import MENDERS
from tests.bpmn.drawn import Run, bpmn, element, flows, process, timer
from tests.bpmn.faulty import ERRORS

S, E, T = element("startEvent s"), element("endEvent e"), element("userTask t name=Check")
CASES = [(rule, data) for rule, files in ERRORS.items() for data in files if rule in MENDERS or rule == "nothing-executable"]


def mended(data: bytes, **options) -> bytes:
    return apply(data, {repair.id: None for repair in propose(data, **options)}, **options)


def only(data: bytes, ident: str, choice: str | None = None) -> bytes:
    return apply(data, {ident: choice})


@pytest.mark.parametrize(("rule", "data"), CASES, ids=[f"{rule}-{i}" for i, (rule, _) in enumerate(CASES)])
def test_each_planted_fault_is_mended_by_its_repair(rule, data):
    repairs = propose(data)
    assert any(repair.rule == rule for repair in repairs), [repair.id for repair in repairs]
    for repair in repairs:
        assert repair.message.zh and repair.message.en and repair.why.zh and repair.why.en
        assert repair.default is None or repair.default in {c.value for c in repair.choices} or not repair.choices
    whole = mended(data)
    assert not [f for f in check(whole).errors if f.rule == rule]
    assert propose(whole) == ()


@pytest.mark.parametrize(("rule", "data"), CASES, ids=[f"{rule}-{i}" for i, (rule, _) in enumerate(CASES)])
def test_mending_twice_is_mending_once(rule, data):
    accepted = {repair.id: None for repair in propose(data)}
    once = apply(data, accepted)
    assert apply(once, accepted) == once


@pytest.mark.parametrize("data", [data for _, data in CASES])
def test_what_nobody_accepted_stays_byte_for_byte(data):
    assert apply(data, {}) == data
    assert apply(data, {"no-such-repair:x": None}) == data


def test_a_choice_that_is_not_offered_is_refused():
    data = bpmn(process("p", S, element("intermediateCatchEvent t", "<bpmn:timerEventDefinition/>"), E, flows("s > t > e")))
    with pytest.raises(BadChoice):
        only(data, "timer-empty:t", "soon")
    assert b"<bpmn:timeDuration>PT3H</bpmn:timeDuration>" in only(data, "timer-empty:t", "PT3H")


def test_a_person_decides_where_a_gateway_has_no_conditions():
    data = bpmn(process("p", S, T, element("exclusiveGateway g name=Good?"), element("userTask a name=Yes"), element("userTask b name=No"),
                        E, flows("s > t > g; g > a; g > b; a > e; b > e")))  # fmt: skip
    run = Run(mended(data))
    run.complete("t", decision_Good="No")
    assert run.names == ["b"]


def test_a_step_decide_is_put_before_the_gateway_where_no_person_stands_before_it():
    data = bpmn(process("p", S, element("exclusiveGateway g name=Good?"), element("userTask a name=Yes"), element("userTask b name=No"),
                        E, flows("s > g; g > a; g > b; a > e; b > e")))  # fmt: skip
    repair = next(r for r in propose(data) if r.rule == "choice-without-condition")
    assert "Task_decide_g" in repair.adds
    run = Run(mended(data))
    assert run.names == ["Task_decide_g"]
    run.complete("Task_decide_g", decision_Good="Yes")
    assert run.names == ["a"]


def test_the_owner_may_choose_the_default_flow_instead():
    data = bpmn(process("p", S, element("exclusiveGateway g"), element("userTask a"), element("userTask b"), E,
                        flows("s > g; g > a [x > 1]; g > b; a > e; b > e")))  # fmt: skip
    assert b'default="g-b"' in only(data, "choice-without-condition:g")
    run = Run(only(data, "choice-without-condition:g"), variables={"x": 0})
    assert run.names == ["b"]


def test_an_empty_timer_takes_its_duration_from_its_name():
    for name, wanted in (("7 days", b"P7D"), ("within two hours", b"PT2H"), ("两小时", b"PT2H"), ("3天后", b"P3D"), ("soon", b"P1D")):
        event = element("intermediateCatchEvent t", "<bpmn:timerEventDefinition/>").replace('id="t"', f'id="t" name="{name}"')
        assert b"<bpmn:timeDuration>" + wanted + b"<" in mended(bpmn(process("p", S, event, E, flows("s > t > e"))))


def test_a_missing_start_and_a_missing_end_are_drawn_with_shapes():
    shape = ('<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="x">'
             '<di:BPMNPlane id="y" bpmnElement="p"><di:BPMNShape id="t_di" bpmnElement="t"><dc:Bounds x="200" y="100" width="100" height="80"/>'
             "</di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>")  # fmt: skip
    whole = mended(bpmn(process("p", T), shape))
    assert check(whole).is_deployable
    for drawn in (b'bpmnElement="Start_p"', b'bpmnElement="End_t"', b'bpmnElement="Flow_Start_p_t"', b'bpmnElement="Flow_t_End_t"'):
        assert drawn in whole


def test_comments_prolog_line_ends_and_foreign_extensions_stay():
    data = (
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- drawn by hand -->\r\n'
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor" id="d" v:x="1">\r\n'
        b'  <process id="p" isExecutable="true">\r\n    <!-- why -->\r\n    <startEvent id="s"/>\r\n'
        b'    <serviceTask id="t" name="Check &amp; send"><extensionElements><v:thing a="b"><v:c/></v:thing></extensionElements></serviceTask>\r\n'
        b'    <endEvent id="e"/>\r\n    <sequenceFlow id="f" sourceRef="s" targetRef="t"/>\r\n    <sequenceFlow id="g" sourceRef="t" targetRef="e"/>\r\n'
        b"  </process>\r\n</definitions>\r\n<!-- end -->\r\n"
    )
    assert mended(data) == data.replace(b"serviceTask", b"userTask")


def test_lanes_are_mapped_to_groups_once():
    lanes = ('<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Customer Service"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane>'
             "</bpmn:laneSet>")  # fmt: skip
    data = bpmn(process("p", lanes, S, T, E, flows("s > t > e")))
    groups = ("billing", "customer-service")
    repair = next(r for r in propose(data, groups=groups) if r.rule == "lane-without-group")
    assert (repair.default, [c.value for c in repair.choices]) == ("customer-service", list(groups))
    whole = apply(data, {repair.id: "billing"}, groups=groups)
    assert propose(whole, groups=groups) == ()
    procedure = check(whole).definition.procedure
    assert procedure.steps["t"].assignment.candidate_groups == ("billing",)


def test_a_group_that_steps_name_is_mapped_once():
    tasks = [element(f"userTask {t} name={t} camunda:candidateGroups={g}") for t, g in (("t", "Clerks,billing"), ("u", "clerks"))]
    tasks.append(element("userTask v name=v", "<bpmn:potentialOwner id='o'><bpmn:resourceAssignmentExpression><bpmn:formalExpression>"
                         "group(Clerks)</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"))  # fmt: skip
    data = bpmn(process("p", S, *tasks, E, flows("s > t > u > v > e")))
    groups = ("billing", "front-desk", "Billing department")
    repairs = [r for r in propose(data, groups=groups) if r.rule == "group-unknown"]
    assert [(r.element_id, r.default) for r in repairs] == [("t", None)]
    whole = apply(data, {r.id: "front-desk" for r in repairs}, groups=groups)
    steps = check(whole).definition.procedure.steps
    assert [steps[t].assignment.candidate_groups for t in "tuv"] == [("front-desk", "billing"), ("front-desk",), ("front-desk",)]
    assert propose(whole, groups=groups) == ()


def test_conditions_on_what_nobody_sets_are_asked_for():
    data = bpmn(process("p", S, T, element("exclusiveGateway g default=g-b"), element("userTask a"), element("userTask b"), E,
                        flows("s > t > g; g > a [colour == 'red']; g > b; a > e; b > e")))  # fmt: skip
    field = '<bpmn:extensionElements><camunda:formData><camunda:formField id="other" type="string"/></camunda:formData></bpmn:extensionElements>'
    data = data.replace(b"</bpmn:userTask>", field.encode() + b"</bpmn:userTask>", 1)
    whole = mended(data)
    form = check(whole).definition.procedure.steps["t"].form
    assert [(f.key, f.type) for f in form.fields] == [("other", "text"), ("colour", "choice")]


def test_a_file_in_another_encoding_is_offered_as_utf_8():
    text = bpmn(process("p", S, T.replace("Check", "检查投诉"), E, flows("s > t > e"))).decode()
    for encoding, declared in (("utf-16", "UTF-16"), ("gb18030", "GBK"), ("gb18030", "UTF-8")):
        data = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)
        assert not check(data).is_deployable
        assert [r.rule for r in propose(data)] == ["file-not-utf8"]
        assert check(mended(data)).definition.procedure.steps["t"].name.zh == "检查投诉"


def test_files_that_are_no_bpmn_have_no_repairs():
    for data in (b"", b"PK\x03\x04", b"<html/>", b"{}", b"<a", b"\xff\xfe\x00"):
        assert propose(data) == ()


def test_timers_and_messages_of_the_mended_file_work():
    data = bpmn(process("p", S, element("receiveTask r name=Answer"), element("intermediateCatchEvent w", timer("4 hours")),
                        E, flows("s > r > w > e")))  # fmt: skip
    run = Run(apply(data, {r.id: "message" if r.element_id == "r" else None for r in propose(data)}))
    run.deliver("Answer")
    assert run.later(hours=4).ended == "completed"


def test_ways_without_a_condition_out_of_an_inclusive_gateway_are_ticked_by_a_person():
    data = bpmn(process("p", S, T, element("inclusiveGateway g default=g-c"), *(element(f"userTask {i} name=Way{i}") for i in "abc"),
                        E, flows("s > t > g; g > a; g > b; g > c; a > e; b > e; c > e")))  # fmt: skip
    for ticked, wanted in (((True, False), ["a"]), ((True, True), ["a", "b"]), ((False, False), ["c"])):
        run = Run(mended(data))
        run.complete("t", take_g_Waya=ticked[0], take_g_Wayb=ticked[1])
        assert run.names == wanted


def test_mere_names_as_conditions_are_chosen_by_a_person():
    data = bpmn(process("p", S, T, element("exclusiveGateway g name=Ok"), element("userTask a name=Yes"), element("userTask b name=No"),
                        E, flows("s > t > g; g > a [yes]; g > b [no]; a > e; b > e")))  # fmt: skip
    assert any(r.rule == "condition-is-label" for r in propose(data))
    run = Run(mended(data))
    run.complete("t", decision_Ok="Yes")
    assert run.names == ["a"]


def test_compensation_becomes_steps_of_people():
    throw = element("intermediateThrowEvent th", "<bpmn:compensateEventDefinition/>")
    catch = element("boundaryEvent b attachedToRef=t", "<bpmn:compensateEventDefinition/>")
    undo = element("serviceTask undo name=Cancel isForCompensation=true")
    line = '<bpmn:association id="as" sourceRef="b" targetRef="undo"/>'
    whole = mended(bpmn(process("p", S, T, catch, undo, line, throw, E, flows("s > t > th > e"))))
    run = Run(whole)
    run.complete("t")
    assert run.names == ["Task_undo_undo"]
    run.complete("Task_undo_undo")
    assert run.ended == "completed"
    assert b"isForCompensation" not in whole and b"compensateEventDefinition" not in whole


def test_of_an_ad_hoc_subprocess_people_choose_what_is_next():
    inside = element("userTask x name=Call") + element("userTask y name=Write")
    run = Run(mended(bpmn(process("p", S, element("adHocSubProcess t", inside), E, flows("s > t > e")))))
    for choice, opened in (("Write", "y"), ("Call", "x"), ("Write", "y")):
        run.complete("Task_next_t", next_t=choice)
        run.complete(opened)
    run.complete("Task_next_t", next_t="done")
    assert run.ended == "completed"


def test_a_person_says_how_often_and_whether_once_more():
    loop = "<bpmn:multiInstanceLoopCharacteristics/>"
    run = Run(mended(bpmn(process("p", S, element("userTask a name=Ask"), element("userTask t name=Do", loop), E, flows("s > a > t > e")))))
    run.complete("a", count_Do=3)
    assert run.names == ["t", "t", "t"]
    again = element("userTask t name=Do", "<bpmn:standardLoopCharacteristics/>")
    run = Run(mended(bpmn(process("p", S, again, E, flows("s > t > e")))))
    run.complete("t", again_Do=True)
    assert run.names == ["t"]
    run.complete("t", again_Do=False)
    assert run.ended == "completed"


def test_definitions_kept_at_the_root_of_the_file_count_and_several_are_parted():
    kept = ('<bpmn:message id="m" name="hi"/><bpmn:messageEventDefinition id="md" messageRef="m"/><bpmn:timerEventDefinition id="td">'
            "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>")  # fmt: skip
    for references in (("md",), ("md", "td")):
        event = element("intermediateCatchEvent c", "".join(f"<bpmn:eventDefinitionRef>{r}</bpmn:eventDefinitionRef>" for r in references))
        run = Run(mended(bpmn(kept, process("p", S, event, E, flows("s > c > e")))))
        run.deliver("hi")
        assert run.ended == "completed"


def test_a_flow_over_the_border_of_a_subprocess_is_joined_to_it():
    inside = element("startEvent i") + element("userTask w") + element("endEvent ie") + flows("i > w > ie")
    data = bpmn(process("p", S, element("subProcess sub", inside), E, flows("s > w; sub > e")))
    run = Run(mended(data))
    run.complete("w")
    assert run.ended == "completed"


def test_what_mending_shows_is_what_it_does():
    data = bpmn(process("p", S, T, element("userTask u name=B"), E, flows("s > t; t > e; t > u; u > e")))
    for repair in propose(data):
        before, after = set(ids(data)), set(ids(apply(data, {repair.id: None})))
        assert set(repair.adds) >= after - before and set(repair.removes) >= before - after, repair


def ids(data: bytes) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', data.decode())


def test_the_person_who_does_a_step_instead_says_how_it_went():
    failed = '<bpmn:errorEventDefinition errorRef="er"/>'
    events = (element("boundaryEvent b1 attachedToRef=u name=Refused", failed), element("boundaryEvent b2 attachedToRef=u name=Lost", failed))
    data = bpmn('<bpmn:error id="er" errorCode="E"/>', process("p", S, element("serviceTask u name=Book"), *events, E,
                element("userTask x"), element("userTask y"), element("endEvent f"), flows("s > u > e; b1 > x > f; b2 > y > f")))  # fmt: skip
    whole = mended(data)
    for said, opened in (("done", []), ("Refused", ["x"]), ("Lost", ["y"])):
        run = Run(whole)
        run.complete("u", outcome_Book=said)
        assert run.names == opened
    assert propose(whole) == ()


def test_a_lane_like_no_group_waits_for_the_owners_choice():
    lanes = '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Xyz"><bpmn:flowNodeRef>t</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    data = bpmn(process("p", lanes, S, T, E, flows("s > t > e")))
    groups = ("billing", "service")
    repair = next(r for r in propose(data, groups=groups) if r.rule == "lane-without-group")
    assert repair.default is None and repair.adds == repair.changes == ()
    assert apply(data, {repair.id: None}, groups=groups) == data
    whole = apply(data, {repair.id: "service"}, groups=groups)
    assert check(whole).definition.procedure.steps["t"].assignment.candidate_groups == ("service",)
