"""`camunda:formData` → typed, labelled, validated fields; forms in files of their own follow in `formfiles`."""

from __future__ import annotations

from functools import partial

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.fields import KEY, check_field, length, number, pattern_of, yes
from engine.bpmn.dialects.formfiles import pages
from engine.bpmn.dialects.names import CAMUNDA
from engine.bpmn.dialects.reading import Reading, Words
from engine.bpmn.model import Field, Form, Option
from engine.domain.text import Text

TYPES = {
    "string": "text", "long": "integer", "integer": "integer", "int": "integer", "double": "decimal", "decimal": "decimal",
    "float": "decimal", "boolean": "boolean", "date": "date", "datetime": "datetime", "enum": "choice", "choice": "choice",
    "text": "text", "long_text": "long_text", "phone": "phone", "email": "email",
}  # fmt: skip


def read_form(reading: Reading, element: etree._Element) -> tuple[Form, Text | None]:
    """The form of a task or a start event, and what it says besides its fields; empty when the file gives none."""
    fields: dict[str, Field] = {}
    for form in reading.extensions(element, CAMUNDA, "formData"):
        for entry in reading.inner(form, CAMUNDA, "formField"):
            field = _field(reading, element, entry)
            if field.key in fields:
                reading.say(rules.FIELD_TWICE, element, key=field.key)
            fields[field.key] = field
    for entry in reading.extensions(element, CAMUNDA, "formProperty"):
        field = _property(reading, element, entry)
        fields.setdefault(field.key, field)
    words: list[str] = []
    for page in pages(reading, element):
        fields.update(page.fields)
        words += [word for word in page.words if word]
    return Form(tuple(fields.values())), Text.same("\n\n".join(words)) if words else None


def _property(reading: Reading, element: etree._Element, entry: etree._Element) -> Field:
    """The older `formProperty` of Activiti and Flowable."""
    key = (entry.get("id") or "").strip()
    if not KEY.fullmatch(key):
        reading.say(rules.FIELD_KEY_BAD, element, key=key)
    written = (entry.get("type") or "string").strip()
    if written not in TYPES:
        reading.say(
            rules.FIELD_TYPE_UNKNOWN, element, key=key, type=written, allowed=", ".join(sorted({*TYPES.values()}))
        )
    values = {(v.get("id") or "").strip(): v.get("name") for v in reading.inner(entry, CAMUNDA, "value")}
    field = Field(
        key,
        Text.same(entry.get("name") or key),
        TYPES.get(written, "text"),
        required=yes(reading, element, "required", entry.get("required") or ""),
        readonly=not yes(reading, element, "writable", entry.get("writable") or "true"),
        options=tuple(Option(value, Text.same(name or value)) for value, name in values.items()),
        default=(entry.get("default") or "").strip() or None,
    )
    check_field(reading, element, field)
    return field


def _field(reading: Reading, element: etree._Element, entry: etree._Element) -> Field:
    say = partial(reading.say, element=element)
    key = (entry.get("id") or "").strip()
    if not KEY.fullmatch(key):
        say(rules.FIELD_KEY_BAD, key=key)
    words = FieldWords(reading, entry)
    constraints = _constraints(reading, entry)
    written = words.take("type") or (entry.get("type") or "string").strip()
    if written not in TYPES:
        say(rules.FIELD_TYPE_UNKNOWN, key=key, type=written, allowed=", ".join(sorted({*TYPES.values()})))
    options = _options(reading, element, entry, key, words)
    label = words.take_text("label", entry.get("label") or key)
    for name in ("required", "readonly", "min", "max", "minlength", "maxlength", "pattern"):
        if (value := words.take(name)) is not None:
            constraints[name] = value
    field = Field(
        key,
        label or Text.same(key),
        TYPES.get(written, "text"),
        required=yes(reading, element, "required", constraints.pop("required", "")),
        readonly=yes(reading, element, "readonly", constraints.pop("readonly", "")),
        personal=yes(reading, element, "personal", words.take("personal") or ""),
        options=options,
        default=(entry.get("defaultValue") or "").strip() or None,
        minimum=number(reading, element, key, "min", constraints.pop("min", None)),
        maximum=number(reading, element, key, "max", constraints.pop("max", None)),
        min_length=length(reading, element, key, "minlength", constraints.pop("minlength", None)),
        max_length=length(reading, element, key, "maxlength", constraints.pop("maxlength", None)),
        pattern=pattern_of(reading, element, key, constraints.pop("pattern", None)),
        hint=words.take_text("hint"),
    )
    for name in constraints:
        say(rules.FIELD_CONSTRAINT_UNKNOWN, key=key, name=name)
    words.report(reading, element)
    check_field(reading, element, field)
    return field


class FieldWords(Words):
    """The properties of one field: `camunda:property id="label.en" value="…"` inside the field itself."""

    def __init__(self, reading: Reading, entry: etree._Element) -> None:
        self.element, self.values, self.left, self._reading = entry, {}, set(), reading
        for holder in reading.inner(entry, CAMUNDA, "properties"):
            self._read(reading.inner(holder, CAMUNDA, "property"))

    def report(self, reading: Reading, element: etree._Element) -> None:
        for name in sorted(self.left):
            reading.say(rules.PROPERTY_UNKNOWN, element, name=name)


def _constraints(reading: Reading, entry: etree._Element) -> dict[str, str]:
    """Constraint name → its value; a constraint without one is simply on."""
    found: dict[str, str] = {}
    for validation in reading.inner(entry, CAMUNDA, "validation"):
        for constraint in reading.inner(validation, CAMUNDA, "constraint"):
            found[(constraint.get("name") or "").strip()] = (constraint.get("config") or "").strip() or "true"
    return found


def _options(
    reading: Reading, element: etree._Element, entry: etree._Element, key: str, words: Words
) -> tuple[Option, ...]:
    found: dict[str, Option] = {}
    for value in reading.inner(entry, CAMUNDA, "value"):
        name = (value.get("id") or "").strip()
        if name in found:
            reading.say(rules.FIELD_OPTION_TWICE, element, key=key, value=name)
        found[name] = Option(name, words.take_text(f"label.{name}", value.get("name") or name) or Text.same(name))
    return tuple(found.values())
