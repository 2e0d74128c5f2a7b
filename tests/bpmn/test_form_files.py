"""Forms in files of their own: form-js and JSON Schema become our fields, and what does not is said by component."""

import json
from decimal import Decimal

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.lint import check
from engine.bpmn.model import Option
from engine.domain.text import Text
from tests.bpmn.test_dialects import extended, file


def ext(inside):
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def read(attributes="", inside="", beside=None, process=""):
    beside = {name: data if isinstance(data, bytes) else json.dumps(data).encode() for name, data in (beside or {}).items()}
    body = f'{process}<bpmn:userTask id="t" name="Check" {attributes}>{inside}</bpmn:userTask>'
    definition = read_definition(file(body), beside=beside)
    return definition.procedure.steps["t"], definition.findings


BY_ID = ext('<zeebe:formDefinition formId="care"/>')


def components(*parts, **more):
    return {"id": "care", "type": "default", "components": list(parts), **more}


def one(part):
    step, findings = read(inside=BY_ID, beside={"x.form": components(part)})
    return step, [f for f in findings]


@pytest.mark.parametrize(
    ("part", "kind", "more"),
    [
        ({"type": "textfield", "key": "a", "label": "A", "validate": {"required": True, "minLength": 2, "maxLength": 5}},
            "text", {"required": True, "min_length": 2, "max_length": 5}),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "^[0-9]{5}$"}}, "text", {"pattern": "[0-9]{5}"}),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "a|b"}}, "text", {"pattern": ".*(?:a|b).*"}),
        ({"type": "textfield", "key": "a", "validate": {"validationType": "email"}}, "email", {}),
        ({"type": "textfield", "key": "a", "validate": {"validationType": "phone"}}, "phone", {}),
        ({"type": "textarea", "key": "a", "description": "More"}, "long_text", {"hint": Text.same("More")}),
        ({"type": "number", "key": "a", "validate": {"min": 1.5, "max": 9}}, "decimal", {"minimum": Decimal("1.5"), "maximum": Decimal(9)}),
        ({"type": "number", "key": "a", "decimalDigits": 0, "appearance": {"suffixAdorner": "h"}}, "integer", {"hint": Text.same("h")}),
        ({"type": "checkbox", "key": "a", "defaultValue": True}, "boolean", {"default": "true"}),
        ({"type": "radio", "key": "a", "values": [{"label": "One", "value": "1"}], "defaultValue": "1"},
            "choice", {"options": (Option("1", Text.same("One")),), "default": "1"}),
        ({"type": "select", "key": "a", "values": [{"label": "One", "value": 1}]}, "choice", {"options": (Option("1", Text.same("One")),)}),
        ({"type": "datetime", "key": "a", "subtype": "date", "dateLabel": "Day"}, "date", {"label": Text.same("Day")}),
        ({"type": "datetime", "key": "a", "subtype": "datetime"}, "datetime", {}),
        ({"type": "datetime", "key": "a", "subtype": "time", "timeLabel": "At"}, "text", {"label": Text.same("At")}),
        ({"type": "textfield", "key": "a", "readonly": True}, "text", {"readonly": True}),
        ({"type": "textfield", "key": "a", "disabled": True}, "text", {"readonly": True}),
        ({"type": "textfield", "key": "a", "label": "Name", "properties": {"label.zh": "姓名"}}, "text", {"label": Text("姓名", "Name")}),
    ],
)  # fmt: skip
def test_a_component_becomes_a_field(part, kind, more):
    step, findings = one(part)
    (field,) = step.form.fields
    assert (field.key, field.type) == ("a", kind)
    assert {name: getattr(field, name) for name in more} == more
    assert findings == []


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        *(({"type": kind, "key": "a"}, "form-part-not-shown") for kind in
            ("checklist", "taglist", "table", "dynamiclist", "expression", "filepicker", "documentPreview", "image", "iframe", "html", "novel")),
        ({"type": "textfield", "key": "a", "conditional": {"hide": "=x"}}, "form-setting-unused"),
        ({"type": "select", "key": "a", "valuesKey": "towns"}, "form-setting-unused"),
        ({"type": "select", "key": "a", "valuesExpression": "=towns"}, "form-setting-unused"),
        ({"type": "number", "key": "a", "serializeToString": True}, "form-setting-unused"),
        ({"type": "datetime", "key": "a", "disallowPassedDates": True}, "form-setting-unused"),
        ({"type": "number", "key": "a", "validate": {"min": "=low"}}, "form-setting-unused"),
        ({"type": "textfield", "key": "a", "validate": {"novel": 1}}, "form-setting-unused"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "^(a+)+$"}}, "form-setting-unused"),
        ({"type": "group", "path": "p", "components": []}, "form-setting-unused"),
        ({"type": "datetime", "key": "a", "use24h": True}, "form-setting-not-needed"),
        ({"type": "select", "key": "a"}, "field-no-options"),
        ({"type": "textfield", "key": "a b"}, "field-key-bad"),
        ({"type": "text", "text": "Be kind"}, "form-text-as-guidance"),
    ],
)  # fmt: skip
def test_what_of_a_form_is_not_taken_is_said_by_component(part, rule):
    _, findings = one(part)
    assert [(f.rule, f.element_id) for f in findings] == [(rule, "t")]
    assert "{" not in findings[0].message.zh.replace(str(part), "") and findings[0].message.en
    if findings[0].level != "info":
        assert findings[0].advice.zh and findings[0].advice.en


def test_groups_are_opened_layout_is_silent_and_words_are_guidance():
    form = components(
        {"type": "text", "text": "# Look twice"},
        {"type": "group", "label": "G", "components": [{"type": "textfield", "key": "a"}, {"type": "spacer"}]},
        {"type": "separator"},
        {"type": "button", "action": "submit"},
        {"type": "number", "key": "b"},
    )
    step, findings = read(inside=BY_ID, beside={"x.form": form})
    assert [f.key for f in step.form.fields] == ["a", "b"] and step.guidance == Text.same("# Look twice")
    assert [f.rule for f in findings] == ["form-text-as-guidance"]


FORM = components({"type": "textfield", "key": "a"})
EMBEDDED = ext(f'<zeebe:userTaskForm id="f1">{json.dumps(FORM)}</zeebe:userTaskForm>')


@pytest.mark.parametrize(
    ("attributes", "inside", "process"),
    [
        ("", BY_ID, ""),
        ("", ext('<zeebe:formDefinition formId="x"/>'), ""),
        ("", ext('<zeebe:formDefinition formId="care" bindingType="deployment"/>'), ""),
        ('camunda:formRef="care" camunda:formRefBinding="latest"', "", ""),
        ('camunda:formKey="camunda-forms:deployment:forms/x.form"', "", ""),
        ('camunda:formKey="care"', "", ""),
        ("", ext('<zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>'), EMBEDDED),
    ],
)
def test_where_a_form_may_be(attributes, inside, process):
    beside = {} if process else {"x.form": FORM}
    step, findings = read(attributes, inside, beside, process)
    assert [f.key for f in step.form.fields] == ["a"] and findings == ()


@pytest.mark.parametrize(
    ("attributes", "inside", "beside", "rule"),
    [
        ("", BY_ID, {}, "form-missing"),
        ('camunda:formRef="care"', "", {}, "form-missing"),
        ("", ext('<zeebe:formDefinition formKey="camunda-forms:bpmn:gone"/>'), {}, "form-missing"),
        ('camunda:formKey="embedded:deployment:x.html"', "", {}, "form-elsewhere"),
        ("", ext('<zeebe:formDefinition externalReference="https://x"/>'), {}, "form-elsewhere"),
        ('camunda:formRef="care" camunda:formRefBinding="version" camunda:formRefVersion="2"', "", {"x.form": FORM}, "form-binding"),
        ("", ext('<zeebe:formDefinition formId="care" bindingType="versionTag" versionTag="1"/>'), {"x.form": FORM}, "form-binding"),
        ("", "", {"x.form": FORM}, "file-beside-unused"),
        ("", "", {"x.form": b"{]"}, "file-beside-unreadable"),
        ("", "", {"x.json": b"[" * 100_000}, "file-beside-unreadable"),
        ("", "", {"x.json": b'{"a": NaN}'}, "file-beside-unreadable"),
        ("", "", {"x.json": b"\xff"}, "file-beside-unreadable"),
        ("", "", {"x.json": b'{"a": 1}'}, "file-beside-unknown"),
        ("", "", {"x.png": b"\x89PNG"}, "file-beside-unknown"),
        ("", "", {"other.bpmn": b"<definitions/>"}, "file-beside-unknown"),
    ],
)  # fmt: skip
def test_forms_and_files_that_do_not_fit(attributes, inside, beside, rule):
    _, findings = read(attributes, inside, beside)
    assert [f.rule for f in findings] == [rule]
    if beside and rule.startswith("file"):
        assert next(iter(beside)) in findings[0].message.en and next(iter(beside)) in findings[0].message.zh


def test_the_missing_file_is_named():
    _, (finding,) = read(inside=BY_ID)
    assert "care.form" in finding.advice.en and "care.form" in finding.advice.zh and finding.element_id == "t"


def test_older_form_properties():
    step, findings = read(
        inside=ext(
            '<camunda:formProperty id="a" name="Amount" type="long" required="true" default="1"/>'
            '<camunda:formProperty id="b" type="enum" writable="false"><camunda:value id="x" name="X"/></camunda:formProperty>'
        )
    )
    a, b = step.form.fields
    assert (a.type, a.required, a.label, a.default) == ("integer", True, Text.same("Amount"), "1")
    assert (b.type, b.readonly, b.options) == ("choice", True, (Option("x", Text.same("X")),)) and findings == ()


SPIFF = extended("formJsonSchemaFilename=s.json", "formUiSchemaFilename=u.json", dialect="spiffworkflow")


def schema(properties, **more):
    return {"type": "object", "properties": properties, **more}


@pytest.mark.parametrize(
    ("part", "ui", "kind", "more"),
    [
        ({"type": "string", "title": "A", "maxLength": 5}, {}, "text", {"label": Text.same("A"), "max_length": 5}),
        ({"type": "string"}, {"ui:widget": "textarea", "ui:help": "H"}, "long_text", {"hint": Text.same("H")}),
        ({"type": "string", "format": "date"}, {}, "date", {}),
        ({"type": "string", "format": "date-time"}, {}, "datetime", {}),
        ({"type": "string", "format": "email"}, {}, "email", {}),
        ({"type": "string", "enum": ["x", "y"], "enumNames": ["X"]}, {"ui:widget": "radio"}, "choice",
            {"options": (Option("x", Text.same("X")), Option("y", Text.same("y")))}),
        ({"oneOf": [{"const": "x", "title": "X"}]}, {}, "choice", {"options": (Option("x", Text.same("X")),)}),
        ({"type": "integer", "minimum": 1, "exclusiveMaximum": 10}, {}, "integer", {"minimum": Decimal(1), "maximum": Decimal(9)}),
        ({"type": "number", "default": 0.1}, {}, "decimal", {"default": "0.1"}),
        ({"type": "boolean", "default": False}, {}, "boolean", {"default": "false"}),
        ({"type": ["string", "null"], "readOnly": True}, {}, "text", {"readonly": True}),
        ({"type": "string", "title.zh": "甲"}, {"ui:title": "A"}, "text", {"label": Text("甲", "A")}),
        ({"$ref": "#/definitions/kind"}, {}, "choice", {}),
    ],
)  # fmt: skip
def test_a_property_becomes_a_field(part, ui, kind, more):
    document = schema({"a": part}, required=["a"], definitions={"kind": {"type": "string", "enum": ["x"]}})
    step, findings = read(inside=SPIFF, beside={"s.json": document, "u.json": {"a": ui, "ui:order": ["a"]}})
    (field,) = step.form.fields
    assert (field.type, field.required) == (kind, True) and findings == ()
    assert {name: getattr(field, name) for name in more} == more


@pytest.mark.parametrize(
    ("part", "ui", "rule"),
    [
        ({"type": "array", "items": {"type": "string"}}, {}, "form-part-not-shown"),
        ({"type": "object", "properties": {}}, {}, "form-part-not-shown"),
        ({}, {}, "form-part-not-shown"),
        ({"$ref": "http://x/y.json"}, {}, "form-part-not-shown"),
        ({"type": "number", "multipleOf": 5}, {}, "form-setting-unused"),
        ({"type": "number", "exclusiveMinimum": 5}, {}, "form-setting-unused"),
        ({"type": "string", "format": "uri"}, {}, "form-setting-unused"),
        ({"type": "string", "not": {}}, {}, "form-setting-unused"),
        ({"type": "string"}, {"ui:widget": "color"}, "form-setting-unused"),
        ({"type": "string"}, {"ui:widget": "hidden"}, "form-setting-not-needed"),
        ({"type": "string"}, {"ui:placeholder": "x"}, "form-setting-not-needed"),
    ],
)
def test_what_of_a_schema_is_not_taken_is_said_by_property(part, ui, rule):
    _, findings = read(inside=SPIFF, beside={"s.json": schema({"a": part}), "u.json": {"a": ui, "ui:submitButtonOptions": {}}})
    assert [f.rule for f in findings] == [rule] and "“a”" in findings[0].message.en


@pytest.mark.parametrize("keyword", ["allOf", "if", "dependencies", "patternProperties", "minProperties"])
def test_rules_over_the_whole_schema_are_said(keyword):
    document = schema({"a": {"type": "string"}}, **{keyword: {}})
    _, findings = read(inside=SPIFF, beside={"s.json": document, "u.json": {"ui:order": ["a"]}})
    assert [f.rule for f in findings] == ["form-setting-unused"] and keyword in findings[0].message.en


def test_the_order_is_that_of_the_ui_schema():
    document = schema({key: {"type": "string"} for key in "abcd"}, title="Care")
    step, _ = read(inside=SPIFF, beside={"s.json": document, "u.json": {"ui:order": ["d", "*", "a"]}})
    assert [f.key for f in step.form.fields] == ["d", "b", "c", "a"] and step.guidance == Text.same("Care")


def test_the_lint_reads_them_too():
    body = f'<bpmn:startEvent id="s"/><bpmn:userTask id="t" name="A">{BY_ID}</bpmn:userTask>'
    report = check(file(body), beside={"x.form": json.dumps(FORM).encode()})
    assert [f.key for f in report.definition.procedure.steps["t"].form.fields] == ["a"]
