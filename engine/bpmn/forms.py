"""What was typed, made into typed values: one set of rules for the web form, the API and the command line.

Numbers become `int` or `Decimal`, never float; dates `date`, date-times aware `datetime` (a bare one is read in UTC
unless a zone is given); a choice one of its options. Every field with a problem is named, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.bpmn.model import Field, Form
from engine.domain.text import Text

LONGEST_LINE, LONGEST_TEXT = 1_000, 10_000
MOST_DIGITS = 30
TRUE, FALSE = ("true", "1", "yes", "on", "是"), ("false", "0", "no", "off", "否")

REQUIRED = Text("请填写“{field}”。", "Fill in “{field}”.")
READONLY = Text("“{field}”不能在此步骤修改。", "“{field}” cannot be changed in this step.")
UNKNOWN = Text("此步骤没有名为“{key}”的字段。可用字段：{known}。", "This step has no field “{key}”. It has: {known}.")
NOT_INTEGER = Text("“{field}”应为整数，例如 3。", "“{field}” should be a whole number such as 3.")
NOT_DECIMAL = Text("“{field}”应为数字，例如 12.50。", "“{field}” should be a number such as 12.50.")
NOT_DATE = Text("“{field}”应为日期，例如 2026-03-31。", "“{field}” should be a date such as 2026-03-31.")
NOT_INSTANT = Text(
    "“{field}”应为日期和时间，例如 2026-03-31T14:30。", "“{field}” should be a date and time such as 2026-03-31T14:30."
)
NOT_BOOLEAN = Text("“{field}”应为“是”或“否”。", "“{field}” should be yes or no.")
NOT_TEXT = Text("“{field}”应为文字。", "“{field}” should be text.")
NOT_A_CHOICE = Text("“{field}”应为下列选项之一：{options}。", "“{field}” should be one of: {options}.")
NOT_A_PHONE = Text("“{field}”应为电话号码，例如 138 0013 8000。", "“{field}” should be a phone number such as +86 138 0013 8000.")
NOT_AN_EMAIL = Text("“{field}”应为邮箱地址，例如 name@example.com。", "“{field}” should be an e-mail address such as name@example.com.")
TOO_LONG = Text("“{field}”最多 {most} 个字，现有 {length} 个。", "“{field}” takes at most {most} characters; there are {length}.")
TOO_SHORT = Text("“{field}”至少 {least} 个字。", "“{field}” needs at least {least} characters.")
TOO_SMALL = Text("“{field}”不能小于 {least}。", "“{field}” must be at least {least}.")
TOO_GREAT = Text("“{field}”不能大于 {most}。", "“{field}” must be at most {most}.")
NO_MATCH = Text("“{field}”的格式不符合要求。", "“{field}” does not have the form asked for.")
CONTROL = Text("“{field}”含有不可见的控制字符。", "“{field}” contains invisible control characters.")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,30}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


class _Wrong(Exception):
    def __init__(self, text: Text, **params: object) -> None:
        self.text, self.params = text, params


@dataclass(frozen=True, slots=True)
class Filled:
    """`values` by field key where nothing is wrong with the field; `errors` where something is."""

    values: Mapping[str, Any]
    errors: Mapping[str, Text]


def fill(form: Form, given: Mapping[str, Any], zone: tzinfo = UTC, before: Mapping[str, Any] | None = None) -> Filled:
    """The typed values of a form. `before` are values already known: they stand where nothing is given.

    A form without fields takes any values as they are: the step asks for nothing in particular.
    """
    if not form.fields:
        return Filled(dict(given), {})
    before = before or {}
    values: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    known = {field.key for field in form.fields}
    for key in given.keys() - known:
        errors[key] = UNKNOWN.format(key=key[:100], known=", ".join(sorted(known)))
    for field in form.fields:
        try:
            value = _value(field, given.get(field.key), field.key in given, before.get(field.key), zone)
        except _Wrong as wrong:
            errors[field.key] = wrong.text.format(field=field.label, **wrong.params)
            continue
        if value is not None or field.key in given:
            values[field.key] = value
    return Filled(values, errors)


def _value(field: Field, given: Any, is_given: bool, before: Any, zone: tzinfo) -> Any:
    if isinstance(given, str):
        given = given.replace("\r\n", "\n").strip()
    if given is None or given == "":
        kept = before if not is_given or field.readonly else None
        if kept is None and field.type == "boolean" and is_given:
            kept = False
        if field.required and (kept is None or kept == ""):
            raise _Wrong(REQUIRED)
        return kept
    value = READERS[field.type](field, given, zone)
    if field.readonly and before is not None and value != before:
        raise _Wrong(READONLY)
    return value


def _text(field: Field, given: Any, zone: tzinfo) -> str:
    if not isinstance(given, str):
        if isinstance(given, bool) or not isinstance(given, (int, Decimal)):
            raise _Wrong(NOT_TEXT)
        given = str(given)
    if _CONTROL.search(given):
        raise _Wrong(CONTROL)
    if field.type != "long_text":
        given = " ".join(given.split())
    most = field.max_length or (LONGEST_TEXT if field.type == "long_text" else LONGEST_LINE)
    if len(given) > most:
        raise _Wrong(TOO_LONG, most=most, length=len(given))
    if field.min_length and len(given) < field.min_length:
        raise _Wrong(TOO_SHORT, least=field.min_length)
    if field.pattern and not re.fullmatch(field.pattern, given):
        raise _Wrong(NO_MATCH)
    return given


def _integer(field: Field, given: Any, zone: tzinfo) -> int:
    number = _number(given, NOT_INTEGER)
    if number != number.to_integral_value():
        raise _Wrong(NOT_INTEGER)
    return int(_in_range(field, number))


def _decimal(field: Field, given: Any, zone: tzinfo) -> Decimal:
    return _in_range(field, _number(given, NOT_DECIMAL))


def _number(given: Any, problem: Text) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, (str, int, float, Decimal)):
        raise _Wrong(problem)
    text = str(given).replace(",", "").replace("，", "").strip()
    try:
        number = Decimal(text) if len(text) <= 2 * MOST_DIGITS else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS:
        raise _Wrong(problem)
    if abs(number.as_tuple().exponent) > MOST_DIGITS:
        raise _Wrong(problem)
    return number


def _in_range(field: Field, number: Decimal) -> Decimal:
    if field.minimum is not None and number < field.minimum:
        raise _Wrong(TOO_SMALL, least=field.minimum)
    if field.maximum is not None and number > field.maximum:
        raise _Wrong(TOO_GREAT, most=field.maximum)
    return number


def _boolean(field: Field, given: Any, zone: tzinfo) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).lower()
    if word not in TRUE + FALSE:
        raise _Wrong(NOT_BOOLEAN)
    return word in TRUE


def _date(field: Field, given: Any, zone: tzinfo) -> date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise _Wrong(NOT_DATE) from None


def _instant(field: Field, given: Any, zone: tzinfo) -> datetime:
    try:
        at = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Wrong(NOT_INSTANT) from None


def _choice(field: Field, given: Any, zone: tzinfo) -> str:
    value = str(given)
    if value not in {option.value for option in field.options}:
        raise _Wrong(NOT_A_CHOICE, options=_options(field))
    return value


def _options(field: Field) -> Text:
    return Text("、".join(o.label.zh for o in field.options), ", ".join(o.label.en for o in field.options))


def _phone(field: Field, given: Any, zone: tzinfo) -> str:
    text = _text(field, given, zone)
    if not _PHONE.fullmatch(text):
        raise _Wrong(NOT_A_PHONE)
    return text


def _email(field: Field, given: Any, zone: tzinfo) -> str:
    text = _text(field, given, zone)
    if not _EMAIL.fullmatch(text):
        raise _Wrong(NOT_AN_EMAIL)
    return text


READERS = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _instant,
    "choice": _choice,
    "phone": _phone,
    "email": _email,
}
