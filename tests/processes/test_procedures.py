"""The shipped procedures: valid BPMN, complete in both languages, and drawn so that a person can read them."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator

from engine.bpmn import lint
from engine.bpmn.dialects.names import CAMUNDA, FLOW_NODES, bpmn, kind
from engine.bpmn.model import Step
from engine.domain.calendar import Calendar
from engine.domain.text import Text
from tests.processes import shelf
from tests.processes.drawing import crossing, read_drawing

each_procedure = pytest.mark.parametrize("key", shelf.KEYS)
GROUPS = {"front-desk", "second-line", "handling", "departments", "approvers", "quality", "callback", "leads"}
CONTAINERS = ("participant", "lane")


@each_procedure
def test_it_is_valid_bpmn_that_the_plain_library_reads(key: str) -> None:
    parser = BpmnParser(validator=BpmnValidator())

    parser.add_bpmn_str(shelf.source(key))

    assert parser.get_spec(key) is not None


@each_procedure
def test_the_linter_has_nothing_to_say_but_that_duties_lie_elsewhere(key: str) -> None:
    """That those steps exist is shown below, where all four files are seen together."""
    warned = [f for f in lint.check(shelf.source(key)).findings if f.level != "info" and f.rule != "duty-elsewhere"]

    assert warned == []


@each_procedure
def test_folder_process_and_pool_agree(key: str) -> None:
    procedure = shelf.procedure(key)

    assert procedure.key == key
    assert procedure.version_tag
    assert procedure.calendar == "business"
    assert (shelf.PROCESSES / key / "README.md").is_file()
    assert all(clock.label is not None and clock.label.zh and clock.label.en for clock in procedure.clocks)


@each_procedure
def test_every_user_task_says_who_how_and_by_when(key: str) -> None:
    for step in human(key):
        where = step.element_id
        assert set(step.assignment.candidate_groups) <= GROUPS and step.assignment.candidate_groups, where
        assert step.limit is not None and str(step.limit.warn) == "0.8", where
        assert step.form.fields, where
        assert step.lane is not None and step.stage, where
        for text in (step.guidance, step.script):
            assert text is not None and len(text.zh) >= 40 and len(text.en) >= 80, where


@each_procedure
def test_everything_shown_is_there_in_both_languages(key: str) -> None:
    for step in shelf.procedure(key).steps.values():
        assert complete(step.name), step.element_id
        for field in step.form.fields:
            assert complete(field.label), (step.element_id, field.key)
            assert field.hint is None or complete(field.hint), (step.element_id, field.key)
            assert all(complete(option.label) for option in field.options), (step.element_id, field.key)
    for element in root(key).iter(bpmn("sequenceFlow"), bpmn("messageFlow"), bpmn("lane"), bpmn("participant")):
        if element.get("name"):
            assert properties(element).keys() >= {"name.zh", "name.en"}, element.get("id")


@each_procedure
def test_a_branch_is_named_and_its_default_marked(key: str) -> None:
    for gateway in root(key).iter(bpmn("exclusiveGateway")):
        flows = [f for f in root(key).iter(bpmn("sequenceFlow")) if f.get("sourceRef") == gateway.get("id")]
        if len(flows) == 1:
            continue
        assert all(flow.get("name") for flow in flows), gateway.get("id")
        assert gateway.get("default") in {flow.get("id") for flow in flows}


@each_procedure
def test_personal_values_are_marked(key: str) -> None:
    for step in human(key):
        for field in step.form.fields:
            if field.key in ("customer_name", "customer_phone", "customer_email"):
                assert field.personal, (step.element_id, field.key)


def test_no_two_procedures_share_an_element_id_or_a_clock() -> None:
    """`separate-from` and the trail speak of elements of a whole case."""
    for one, other in combinations(shelf.KEYS, 2):
        assert shelf.procedure(one).steps.keys().isdisjoint(shelf.procedure(other).steps.keys())
        names = [{clock.name for clock in shelf.procedure(key).clocks} for key in (one, other)]
        assert names[0].isdisjoint(names[1])


def test_steps_named_in_properties_and_messages_sent_exist() -> None:
    every = {element for key in shelf.KEYS for element in shelf.procedure(key).steps}
    caught = {start.message for key in shelf.KEYS for start in shelf.procedure(key).starts}
    for key in shelf.KEYS:
        procedure = shelf.procedure(key)
        clocks = {clock.name for clock in procedure.clocks}
        assert set(procedure.sends) <= caught
        for step in procedure.steps.values():
            assert {*step.separate_from, *step.same_as} <= every, step.element_id
            assert {*step.stops, *step.pauses} <= clocks, step.element_id


@each_procedure
def test_everything_is_drawn(key: str) -> None:
    drawing = read_drawing(root(key))

    nodes = {e.get("id") for e in root(key).iter() if kind(e) in (*FLOW_NODES, *CONTAINERS)}
    flows = {e.get("id") for e in root(key).iter(bpmn("sequenceFlow"), bpmn("messageFlow"))}
    assert drawing.shapes.keys() == nodes
    assert drawing.edges.keys() == flows
    assert all(len(points) >= 2 for points in drawing.edges.values())


@each_procedure
def test_lines_are_orthogonal_and_dock_where_they_belong(key: str) -> None:
    drawing = read_drawing(root(key))
    for flow in root(key).iter(bpmn("sequenceFlow"), bpmn("messageFlow")):
        name = flow.get("id")
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in drawing.segments(name)), name
        first, *_, last = drawing.edges[name]
        assert drawing.shapes[flow.get("sourceRef")].has_on_edge(first), name
        assert drawing.shapes[flow.get("targetRef")].has_on_edge(last), name


@each_procedure
def test_no_shapes_overlap(key: str) -> None:
    drawing, hosts = read_drawing(root(key)), attached(key)
    containers = {e.get("id") for e in root(key).iter() if kind(e) in CONTAINERS}
    nodes = {name: box for name, box in drawing.shapes.items() if name not in containers}
    for (one, a), (other, b) in combinations(nodes.items(), 2):
        assert hosts.get(one) == other or hosts.get(other) == one or not a.overlaps(b), (one, other)


@each_procedure
def test_a_node_lies_inside_its_lane(key: str) -> None:
    drawing = read_drawing(root(key))
    for lane in root(key).iter(bpmn("lane")):
        for reference in lane.iter(bpmn("flowNodeRef")):
            box, on = drawing.shapes[reference.text], attached(key).get(reference.text)
            assert on or drawing.shapes[lane.get("id")].holds(box), reference.text


@each_procedure
def test_no_line_runs_through_a_shape_it_does_not_belong_to(key: str) -> None:
    drawing, hosts = read_drawing(root(key)), attached(key)
    containers = {e.get("id") for e in root(key).iter() if kind(e) in CONTAINERS}
    for flow in root(key).iter(bpmn("sequenceFlow"), bpmn("messageFlow")):
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        ends |= {hosts[end] for end in ends if end in hosts} | {event for event, host in hosts.items() if host in ends}
        for name, box in drawing.shapes.items():
            if name not in ends | containers:
                assert not any(box.meets(s) for s in drawing.segments(flow.get("id"))), (flow.get("id"), name)


@each_procedure
def test_no_two_sequence_flows_cross(key: str) -> None:
    drawing = read_drawing(root(key))
    flows = [flow.get("id") for flow in root(key).iter(bpmn("sequenceFlow"))]
    for one, other in combinations(flows, 2):
        crossings = [(a, b) for a in drawing.segments(one) for b in drawing.segments(other) if crossing(a, b)]
        assert crossings == [], (one, other)


@each_procedure
def test_labels_cover_nothing(key: str) -> None:
    drawing = read_drawing(root(key))
    containers = {e.get("id") for e in root(key).iter() if kind(e) in CONTAINERS}
    for (one, a), (other, b) in combinations(drawing.labels.items(), 2):
        assert not a.overlaps(b), (one, other)
    for name, label in drawing.labels.items():
        for shape, box in drawing.shapes.items():
            assert shape in containers or not label.overlaps(box, 4), (name, shape)
        for edge in drawing.edges:
            assert not any(label.meets(s, 2) for s in drawing.segments(edge)), (name, edge)


@pytest.mark.parametrize("path", sorted((shelf.PROCESSES / "calendars").glob("*.json")), ids=lambda path: path.stem)
def test_a_calendar_can_be_read_and_says_why(path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))

    calendar = shelf.calendar(path.stem)

    assert data["key"] == path.stem
    assert all(data[part]["zh"] and data[part]["en"] for part in ("name", "why"))
    assert Calendar.from_dict(calendar.to_dict()) == calendar


def test_the_back_office_works_on_make_up_days_and_rests_on_holidays() -> None:
    """Spring Festival 2026: closed from 15 to 23 February, made up on Saturday 28 February."""
    calendar = shelf.calendar("back-office")

    hours = {day: bool(calendar.hours_on(day)) for day in shelf.days("2026-02-13", "2026-03-02")}

    assert [day.isoformat() for day, is_open in hours.items() if is_open] == [
        "2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28", "2026-03-02",
    ]  # fmt: skip


def human(key: str) -> list[Step]:
    return [step for step in shelf.procedure(key).steps.values() if step.is_human]


def complete(text: Text) -> bool:
    return bool(text.zh) and bool(text.en)


def root(key: str) -> etree._Element:
    return shelf.tree(key)


def attached(key: str) -> dict[str, str]:
    """Boundary event → the step it sits on."""
    return {e.get("id"): e.get("attachedToRef") for e in root(key).iter(bpmn("boundaryEvent"))}


def properties(element: etree._Element) -> dict[str, str]:
    found = element.iterfind(f"{bpmn('extensionElements')}/{{{CAMUNDA[0]}}}properties/{{{CAMUNDA[0]}}}property")
    return {entry.get("name"): entry.get("value") for entry in found}
