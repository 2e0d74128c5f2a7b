"""Forms as `camunda:formData` gives them: typed, labelled in two languages, validated; and what is wrong with some."""

from decimal import Decimal

import pytest

from engine.bpmn.dialects import read_definition
from engine.bpmn.model import Option
from engine.domain.text import Text
from tests.bpmn.test_dialects import file, step

FORM = """<bpmn:extensionElements><camunda:formData>
<camunda:formField id="kind" label="Kind" type="enum" defaultValue="a"><camunda:properties>
<camunda:property id="label.zh" value="类型"/><camunda:property id="label.a.zh" value="甲"/></camunda:properties>
<camunda:validation><camunda:constraint name="required"/></camunda:validation>
<camunda:value id="a" name="First"/><camunda:value id="b" name="Second"/></camunda:formField>
<camunda:formField id="amount" label="Amount" type="long"><camunda:properties><camunda:property id="type" value="decimal"/>
<camunda:property id="min" value="0.5"/></camunda:properties>
<camunda:validation><camunda:constraint name="max" config="100"/><camunda:constraint name="readonly"/></camunda:validation></camunda:formField>
<camunda:formField id="phone" type="string"><camunda:properties><camunda:property id="personal" value="true"/>
<camunda:property id="pattern" value="[0-9 ]{5,20}"/><camunda:property id="hint.en" value="With area code"/></camunda:properties>
<camunda:validation><camunda:constraint name="minlength" config="5"/><camunda:constraint name="maxlength" config="20"/></camunda:validation>
</camunda:formField>
<camunda:formField id="when" type="date"/><camunda:formField id="yes" type="boolean"/>
</camunda:formData></bpmn:extensionElements>"""


def test_forms():
    found, rules = step(inside=FORM)
    kind, amount, phone, when, yes = found.form.fields
    assert (kind.type, kind.required, kind.default, kind.label) == ("choice", True, "a", Text("类型", "Kind"))
    assert kind.options == (Option("a", Text("甲", "First")), Option("b", Text.same("Second")))
    assert (amount.type, amount.readonly, amount.minimum, amount.maximum) == (
        "decimal",
        True,
        Decimal("0.5"),
        Decimal(100),
    )
    assert (phone.personal, phone.pattern, phone.min_length, phone.max_length) == (True, "[0-9 ]{5,20}", 5, 20)
    assert phone.hint == Text("", "With area code") and phone.label == Text.same("phone")
    assert (when.type, yes.type) == ("date", "boolean")
    assert rules == []


def test_the_start_form_is_that_of_the_plain_start_event():
    procedure = read_definition(file(f'<bpmn:startEvent id="s">{FORM}</bpmn:startEvent>')).procedure
    assert [f.key for f in procedure.start_form.fields] == ["kind", "amount", "phone", "when", "yes"]
    assert procedure.starts[0].kind == "none"


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ('id="2x" type="string"', "field-key-bad"),
        ('id="__class__" type="string"', "field-key-bad"),
        ('id="a" type="money"', "field-type-unknown"),
        ('id="a" type="enum"', "field-no-options"),
        ('id="a" type="string" datePattern="x"', "attribute-not-mapped"),
    ],
)
def test_faulty_fields(field, rule):
    _, rules = step(
        inside=f"<bpmn:extensionElements><camunda:formData><camunda:formField {field}/></camunda:formData></bpmn:extensionElements>"
    )
    assert rules == [rule]


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ('<camunda:validation><camunda:constraint name="min" config="x"/></camunda:validation>', "field-limit-bad"),
        (
            '<camunda:validation><camunda:constraint name="maxlength" config="-1"/></camunda:validation>',
            "field-limit-bad",
        ),
        (
            '<camunda:validation><camunda:constraint name="validator" config="x"/></camunda:validation>',
            "field-constraint-unknown",
        ),
        (
            '<camunda:properties><camunda:property id="pattern" value="(a+)+"/></camunda:properties>',
            "field-pattern-bad",
        ),
        ('<camunda:properties><camunda:property id="pattern" value="("/></camunda:properties>', "field-pattern-bad"),
        (
            '<camunda:properties><camunda:property id="pattern" value=".*.*.*.*x"/></camunda:properties>',
            "field-pattern-bad",
        ),
        ('<camunda:properties><camunda:property id="personal" value="perhaps"/></camunda:properties>', "value-bad"),
        ('<camunda:properties><camunda:property id="colour" value="red"/></camunda:properties>', "property-unknown"),
        ('<camunda:value id="z" name="A"/><camunda:value id="z" name="B"/>', "field-option-twice"),
        ('<camunda:value id="b" name="A"/>', "field-default-bad"),
        (
            '<camunda:validation><camunda:constraint name="min" config="3"/><camunda:constraint name="max" config="2"/></camunda:validation>',
            "field-limit-bad",
        ),
    ],
)
def test_faulty_constraints(inside, rule):
    _, rules = step(
        inside='<bpmn:extensionElements><camunda:formData><camunda:formField id="k" type="string" defaultValue="z">'
        f"{inside}</camunda:formField></camunda:formData></bpmn:extensionElements>"
    )
    assert rules == [rule]
