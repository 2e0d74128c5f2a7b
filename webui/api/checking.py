"""Does a value have the form its schema asks for? The same schemas stand in the OpenAPI document.

Understands what those schemas use: type, properties, required, additionalProperties, items, enum, const, anyOf, the
usual limits, pattern and date-time. Every place with a problem is named, all at once, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.domain.text import Text

Schema = Mapping[str, Any]
WHOLE = "body"

MISSING = Text("此项必填。", "This is required.")
UNKNOWN = Text("没有此项。可用：{known}。", "There is no such field. There are: {known}.")
NOTHING_KNOWN = Text("此处不接受任何内容。", "Nothing is expected here.")
NOT_TYPE = Text("应为{wanted}。", "Should be {wanted}.")
NOT_ONE_OF = Text("应为下列之一：{options}。", "Should be one of: {options}.")
TOO_LONG = Text("最多 {most} 个字。", "At most {most} characters.")
TOO_SHORT = Text("至少 {least} 个字。", "At least {least} characters.")
TOO_SMALL = Text("不能小于 {least}。", "At least {least}.")
TOO_GREAT = Text("不能大于 {most}。", "At most {most}.")
TOO_MANY = Text("最多 {most} 项。", "At most {most} entries.")
TOO_FEW = Text("至少 {least} 项。", "At least {least} entries.")
NO_MATCH = Text("格式不符，应形如 {example}。", "Not of the form asked for, such as {example}.")
NOT_INSTANT = Text(
    "应为带时区的日期和时间，例如 2026-03-31T14:30:00+08:00（网址中“+”写作 %2B）。",
    "Should be a date and time with its zone, such as 2026-03-31T06:30:00Z.",
)

TYPES: Mapping[str, Text] = {
    "object": Text("对象", "an object"),
    "array": Text("列表", "a list"),
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "null": Text("null", "null"),
}


def problems(schema: Schema, value: Any, place: str = "") -> dict[str, Text]:
    """What is wrong, by place (`scope.all`, `items.0`); empty where nothing is."""
    if "anyOf" in schema:
        return _any_of(schema["anyOf"], value, place)
    if "const" in schema or "enum" in schema:
        return _one_of(schema.get("enum") or [schema["const"]], value, place)
    types = _types(schema)
    if types and not any(_is(value, name) for name in types):
        wanted = Text("或".join(TYPES[t].zh for t in types), " or ".join(TYPES[t].en for t in types))
        return {place or WHOLE: NOT_TYPE.format(wanted=wanted)}
    if isinstance(value, dict):
        return _object(schema, value, place)
    if isinstance(value, list):
        return _array(schema, value, place)
    wrong = _text(schema, value) if isinstance(value, str) else _number(schema, value)
    return {place or WHOLE: wrong} if wrong else {}


def instant(text: str) -> datetime | None:
    """The instant a text means; None where it is none, or says no zone."""
    try:
        at = datetime.fromisoformat(text)
        return at if at.utcoffset() is not None and 1971 <= at.year <= 9000 else None
    except ValueError:
        return None


def _any_of(schemas: list[Schema], value: Any, place: str) -> dict[str, Text]:
    """The problems of the alternative that comes closest: one of the same type, if there is one."""
    found = [problems(schema, value, place) for schema in schemas]
    if not all(found):
        return {}
    alike = (wrong for schema, wrong in zip(schemas, found, strict=True) if any(_is(value, t) for t in _types(schema)))
    names = [name for schema in schemas for name in _types(schema)]
    wanted = Text("或".join(TYPES[t].zh for t in names), " or ".join(TYPES[t].en for t in names))
    return next(alike, {place or WHOLE: NOT_TYPE.format(wanted=wanted)})


def _one_of(options: list[Any], value: Any, place: str) -> dict[str, Text]:
    if any(value == option and isinstance(value, bool) == isinstance(option, bool) for option in options):
        return {}
    listed = ", ".join(str(option).lower() if isinstance(option, bool) else str(option) for option in options)
    return {place or WHOLE: NOT_ONE_OF.format(options=listed)}


def _object(schema: Schema, value: dict[str, Any], place: str) -> dict[str, Text]:
    known: Mapping[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    wrong: dict[str, Text] = {}
    if len(value) > (most := schema.get("maxProperties", len(value))):
        wrong[place or WHOLE] = TOO_MANY.format(most=most)
    if len(value) < (least := schema.get("minProperties", 0)):
        wrong[place or WHOLE] = TOO_FEW.format(least=least)
    for name in schema.get("required", ()):
        if name not in value:
            wrong[_at(place, name)] = MISSING
    for name, one in value.items():
        if name in known:
            wrong |= problems(known[name], one, _at(place, name))
        elif rest is False:
            wrong[_at(place, name)] = UNKNOWN.format(known=", ".join(known)) if known else NOTHING_KNOWN
        elif rest is not True:
            wrong |= problems(rest, one, _at(place, name))
    return wrong


def _array(schema: Schema, value: list[Any], place: str) -> dict[str, Text]:
    if len(value) > (most := schema.get("maxItems", len(value))):
        return {place or WHOLE: TOO_MANY.format(most=most)}
    wrong: dict[str, Text] = {}
    for index, one in enumerate(value):
        wrong |= problems(schema.get("items", {}), one, _at(place, str(index)))
    return wrong


def _text(schema: Schema, value: str) -> Text | None:
    if len(value) > (most := schema.get("maxLength", len(value))):
        return TOO_LONG.format(most=most)
    if len(value) < (least := schema.get("minLength", 0)):
        return TOO_SHORT.format(least=least)
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return NO_MATCH.format(example=", ".join(str(one) for one in schema.get("examples", [schema["pattern"]])))
    if schema.get("format") == "date-time" and instant(value) is None:
        return NOT_INSTANT
    return None


def _number(schema: Schema, value: Any) -> Text | None:
    if value is None or isinstance(value, bool):
        return None
    if value < (least := schema.get("minimum", value)):
        return TOO_SMALL.format(least=least)
    if value > (most := schema.get("maximum", value)):
        return TOO_GREAT.format(most=most)
    return None


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _is(value: Any, name: str) -> bool:
    """Of a JSON type; a number without a fraction is a whole number, however it is written."""
    if isinstance(value, bool) or value is None:
        return name == {True: "boolean", False: "boolean", None: "null"}[value]
    if isinstance(value, Decimal):
        return name == "number" or (name == "integer" and value == value.to_integral_value())
    if isinstance(value, int):
        return name in ("integer", "number")
    return name == {str: "string", dict: "object", list: "array"}[type(value)]


def _at(place: str, name: str) -> str:
    return f"{place}.{name}"[:200] if place else name[:200]
