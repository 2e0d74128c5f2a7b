"""Element templates: valid for the Modeler, all of the vocabulary, and what they write is understood on its element."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

from engine.bpmn import lint
from engine.bpmn.dialects import rules
from engine.bpmn.dialects.vocabulary import ANY, LANE, PLACES, PROCESS, STEP, TASK, TIMER
from engine.bpmn.element_templates import FIELDS, PLATFORMS, TEMPLATES, WITHOUT_FIELD, templates, words_of
from engine.bpmn.findings import Rule
from tests.bpmn.drawn import bpmn, element, flows, process, timer

SCHEMAS = {7: "camunda-element-templates.json", 8: "camunda-zeebe-element-templates.json"}
SAMPLES = {
    "sla": "PT2H", "sla.warn": "80%", "calendar": "business", "clock.stop": "case", "clock.pause": "case",
    "separate-from": "first", "same-as": "first", "stage": "backstage", "touchpoint": "true", "priority": "50",
    "clock.case": "PT72H", "clock.case.warn": "80%", "clock.first-response": "PT15M", "clock.first-response.warn": "70%",
    "retention": "P3Y", "dueDate": "2026-03-31T09:00:00Z", "followUpDate": "2026-03-30T09:00:00Z",
}  # fmt: skip
ABOUT = ("PROPERTY", "LIMIT", "WARN", "RETENTION", "VALUE", "EXTENSION", "ATTRIBUTE")
ABOUT_PROPERTIES = [one.id for name, one in vars(rules).items() if isinstance(one, Rule) and name.startswith(ABOUT)]


@cache
def schema(platform: int) -> jsonschema_rs.Draft7Validator:
    whole = json.loads((Path(__file__).parent / "schemas" / SCHEMAS[platform]).read_text(encoding="utf-8"))
    return jsonschema_rs.Draft7Validator(whole["definitions"]["template"] | {"definitions": whole["definitions"]})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_camundas_own_schema_has_nothing_to_say(platform):
    for template in templates(platform):
        assert [f"{e.instance_path} {e.message}"[:200] for e in schema(platform).iter_errors(template)] == []


def test_the_schema_would_notice():
    (broken, *_) = templates(7)
    assert list(schema(7).iter_errors({key: value for key, value in broken.items() if key != "appliesTo"}))


def test_every_word_of_the_vocabulary_has_a_field_or_cannot_have_one():
    assert PLACES.keys() - FIELDS.keys() == set(WITHOUT_FIELD)
    offered = {word for template in TEMPLATES for word in words_of(template)}
    assert offered == FIELDS.keys()


def test_each_template_offers_exactly_what_belongs_there():
    of = {template.id: set(words_of(template)) for template in TEMPLATES}
    assert of["task"] == {w for w, places in PLACES.items() if {TASK, STEP, ANY} & set(places)} - set(WITHOUT_FIELD)
    assert of["lane"] == {w for w, places in PLACES.items() if {LANE, ANY} & set(places)}
    assert of["timer"] == {w for w, places in PLACES.items() if {TIMER, ANY} & set(places)}
    assert of["process"] >= {w for w, places in PLACES.items() if {PROCESS} & set(places)} - set(WITHOUT_FIELD)
    assert "stage" in of["activity"] and "sla" not in of["activity"]
    assert of["name"] == {"name.zh", "name.en"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_ids_and_names_are_told_apart_and_values_fit_their_patterns(platform):
    found = templates(platform)
    assert len({one["id"] for one in found}) == len(found)
    for template in found:
        groups = {group["id"] for group in template["groups"]}
        for field in template["properties"]:
            assert field["type"] == "Hidden" or (field["group"] in groups and field["label"])
            if pattern := field.get("constraints", {}).get("pattern"):
                name = field["binding"]["name"]
                assert re.match(pattern["value"], "") and re.match(pattern["value"], SAMPLES[name])
                assert not re.match(pattern["value"], "2 hours")


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "left empty"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_a_template_writes_is_understood_on_its_element(platform, filled):
    """As the Modeler writes it: every property of the template, with a value or an empty one."""
    of = {one["id"].removeprefix("closeloop."): extension(one, platform, filled) for one in templates(platform)}
    attributes = native(templates(platform)[0], filled) if platform == 7 else ""
    inner = (
        of["process"]
        + f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane">{of["lane"]}<bpmn:flowNodeRef>step</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
        + element("startEvent s")
        + '<bpmn:userTask id="first" name="first"/>'
        + f'<bpmn:userTask id="step" name="step"{attributes}>{of["task"]}</bpmn:userTask>'
        + f'<bpmn:boundaryEvent id="late" attachedToRef="step" cancelActivity="false">{of["timer"]}{timer("PT2H")}</bpmn:boundaryEvent>'
        + f'<bpmn:manualTask id="other" name="other">{of["activity"]}</bpmn:manualTask>'
        + element("endEvent e", of["name"])
        + flows("s > first > step > other > e; late > e")
    )
    report = lint.check(bpmn(process("p", inner)))
    said = [f"{f.level} {f.rule} {f.element_id}: {f.message.en}" for f in report.findings]
    assert report.is_deployable, said
    assert [one for one in said if one.split()[1] in ABOUT_PROPERTIES] == []
    if filled:
        step = report.definition.procedure.steps["step"]
        assert (step.limit.limit, step.stage, step.touchpoint, step.separate_from) == ("PT2H", "backstage", True, ("first",))
        assert {clock.name for clock in report.definition.procedure.clocks} == {"case", "first-response"}


def extension(template: dict, platform: int, filled: bool) -> str:
    """The properties of the extension; with Camunda 8 only what has a value, for its fields are optional."""
    prefix = PLATFORMS[platform]
    bound = [one["binding"]["name"] for one in template["properties"] if one["binding"]["type"] == f"{prefix}:property"]
    values = {name: SAMPLES.get(name, "x") if filled else "" for name in bound}
    written = "".join(
        f'<{prefix}:property name="{name}" value="{value}"/>' for name, value in values.items() if value or platform == 7
    )
    return f"<bpmn:extensionElements><{prefix}:properties>{written}</{prefix}:properties></bpmn:extensionElements>"


def native(template: dict, filled: bool) -> str:
    names = [one["binding"]["name"] for one in template["properties"] if one["binding"]["type"] == "property"]
    return "".join(f' {name}="{SAMPLES.get(name.partition(":")[2], "x")}"' for name in names) if filled else ""
