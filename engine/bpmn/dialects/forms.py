"""`camunda:formData` → typed, labelled, validated fields."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import partial

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.names import CAMUNDA, ZEEBE
from engine.bpmn.dialects.patterns import why_not
from engine.bpmn.dialects.reading import Reading, Words
from engine.bpmn.model import Field, Form, Option
from engine.domain.text import Text

TYPES = {
    "string": "text", "long": "integer", "integer": "integer", "int": "integer", "double": "decimal", "decimal": "decimal",
    "float": "decimal", "boolean": "boolean", "date": "date", "datetime": "datetime", "enum": "choice", "choice": "choice",
    "text": "text", "long_text": "long_text", "phone": "phone", "email": "email",
}  # fmt: skip
KEY = re.compile(r"[^\W\d_]\w*")
TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0", ""})


def read_form(reading: Reading, element: etree._Element) -> Form:
    """The form of a task or a start event; an empty one when the file gives none."""
    fields: dict[str, Field] = {}
    for form in reading.extensions(element, CAMUNDA, "formData"):
        for entry in reading.inner(form, CAMUNDA, "formField"):
            field = _field(reading, element, entry)
            if field.key in fields:
                reading.say(rules.FIELD_TWICE, element, key=field.key)
            fields[field.key] = field
    _elsewhere(reading, element)
    return Form(tuple(fields.values()))


def _elsewhere(reading: Reading, element: etree._Element) -> None:
    """Forms that are only referred to: nothing of them is in the file."""
    names = [reading.attribute(element, CAMUNDA, name) for name in ("formKey", "formRef")]
    for form in reading.extensions(element, ZEEBE, "formDefinition"):
        names.append(form.get("formKey") or form.get("formId") or form.get("externalReference"))
    for name in names:
        if name:
            reading.say(rules.FORM_ELSEWHERE, element, name=name)


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
        required=_yes(reading, element, "required", constraints.pop("required", "")),
        readonly=_yes(reading, element, "readonly", constraints.pop("readonly", "")),
        personal=_yes(reading, element, "personal", words.take("personal") or ""),
        options=options,
        default=(entry.get("defaultValue") or "").strip() or None,
        minimum=_number(reading, element, key, "min", constraints.pop("min", None)),
        maximum=_number(reading, element, key, "max", constraints.pop("max", None)),
        min_length=_length(reading, element, key, "minlength", constraints.pop("minlength", None)),
        max_length=_length(reading, element, key, "maxlength", constraints.pop("maxlength", None)),
        pattern=_pattern(reading, element, key, constraints.pop("pattern", None)),
        hint=words.take_text("hint"),
    )
    for name in constraints:
        say(rules.FIELD_CONSTRAINT_UNKNOWN, key=key, name=name)
    words.report(reading, element)
    _check(reading, element, field)
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


def _check(reading: Reading, element: etree._Element, field: Field) -> None:
    values = {option.value for option in field.options}
    if field.type == "choice" and not values:
        reading.say(rules.FIELD_NO_OPTIONS, element, key=field.key)
    if values and field.default and not field.default.startswith(("${", "#{", "=")) and field.default not in values:
        reading.say(rules.FIELD_DEFAULT_BAD, element, key=field.key, value=field.default)
    for name, low, high in (("min", field.minimum, field.maximum), ("minlength", field.min_length, field.max_length)):
        if low is not None and high is not None and low > high:
            reading.say(rules.FIELD_LIMIT_BAD, element, key=field.key, name=name, value=str(low))


def _yes(reading: Reading, element: etree._Element, name: str, value: str) -> bool:
    if value.lower() not in TRUE | FALSE:
        reading.say(rules.VALUE_BAD, element, name=name, value=value, allowed="true, false")
    return value.lower() in TRUE


def _number(reading: Reading, element: etree._Element, key: str, name: str, value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        reading.say(rules.FIELD_LIMIT_BAD, element, key=key, name=name, value=value)
        return None
    return number


def _length(reading: Reading, element: etree._Element, key: str, name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", value):
        reading.say(rules.FIELD_LIMIT_BAD, element, key=key, name=name, value=value)
        return None
    return int(value)


def _pattern(reading: Reading, element: etree._Element, key: str, pattern: str | None) -> str | None:
    if pattern and (why := why_not(pattern)):
        reading.say(rules.FIELD_PATTERN_BAD, element, key=key, pattern=pattern, why=why)
        return None
    return pattern or None
