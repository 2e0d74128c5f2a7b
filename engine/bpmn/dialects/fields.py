"""What any form's field is held to, whichever kind of file it is written in."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from lxml import etree

from engine.bpmn.dialects import rules
from engine.bpmn.dialects.patterns import why_not
from engine.bpmn.dialects.reading import Reading
from engine.bpmn.model import Field

KEY = re.compile(r"[^\W\d_]\w*")
TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0", ""})


def check_field(reading: Reading, element: etree._Element, field: Field) -> None:
    values = {option.value for option in field.options}
    if field.type == "choice" and not values:
        reading.say(rules.FIELD_NO_OPTIONS, element, key=field.key)
    if values and field.default and not field.default.startswith(("${", "#{", "=")) and field.default not in values:
        reading.say(rules.FIELD_DEFAULT_BAD, element, key=field.key, value=field.default)
    for name, low, high in (("min", field.minimum, field.maximum), ("minlength", field.min_length, field.max_length)):
        if low is not None and high is not None and low > high:
            reading.say(rules.FIELD_LIMIT_BAD, element, key=field.key, name=name, value=str(low))


def yes(reading: Reading, element: etree._Element, name: str, value: str) -> bool:
    if value.lower() not in TRUE | FALSE:
        reading.say(rules.VALUE_BAD, element, name=name, value=value, allowed="true, false")
    return value.lower() in TRUE


def number(reading: Reading, element: etree._Element, key: str, name: str, value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 30:
        reading.say(rules.FIELD_LIMIT_BAD, element, key=key, name=name, value=value)
        return None
    return found


def length(reading: Reading, element: etree._Element, key: str, name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", value):
        reading.say(rules.FIELD_LIMIT_BAD, element, key=key, name=name, value=value)
        return None
    return int(value)


def pattern_of(reading: Reading, element: etree._Element, key: str, pattern: str | None) -> str | None:
    if pattern and (why := why_not(pattern)):
        reading.say(rules.FIELD_PATTERN_BAD, element, key=key, pattern=pattern, why=why)
        return None
    return pattern or None
