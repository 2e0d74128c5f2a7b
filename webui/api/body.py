"""The body of a request, read strictly: JSON with exact numbers, nothing twice, nothing that cannot be kept."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain.text import Text
from webui.api.refusals import BadBody, BodyTooLarge, WrongContentType

MOST_BYTES = 1_000_000
MOST_DEPTH = 32
MOST_DIGITS = 30

NOT_UTF8 = Text("第 {at} 个字节起不是 UTF-8", "byte {at} is not UTF-8")
NOT_JSON = Text("第 {line} 行第 {column} 列不是有效的 JSON", "it is not JSON at line {line}, column {column}")
TWICE = Text("名称“{name}”出现了两次", "the name “{name}” occurs twice")
NO_NUMBER = Text("{name} 不是 JSON 中的数字", "{name} is not a number in JSON")
LONG_NUMBER = Text(
    "数字“{number}…”过长，最多 {most} 位，也可写成文字", "the number “{number}…” is too long: at most {most} digits"
)
TOO_DEEP = Text("嵌套超过 {most} 层", "it is nested more than {most} levels deep")
NOT_KEPT = Text("文字含有无法保存的字符（U+{code}）", "a text contains a character that cannot be kept (U+{code})")


def read_json(request: Request) -> Any:
    """The JSON of the body; no body at all reads as an empty object. Raises refusals that say what to change."""
    data = _bytes(request)
    if not data and not request.mimetype:
        return {}
    _check_type(request)
    value = _parse(_text(data)) if data.strip() else {}
    _check(value, 0)
    return value


def _bytes(request: Request) -> bytes:
    """One byte more than allowed is read: a body of unknown length is otherwise cut at the limit without a word."""
    request.max_content_length = MOST_BYTES + 1
    try:
        data = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise BodyTooLarge(most=MOST_BYTES) from None
    if len(data) > MOST_BYTES:
        raise BodyTooLarge(most=MOST_BYTES)
    return data


def _check_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    is_json = request.mimetype == "application/json" or request.mimetype.endswith("+json")
    if not is_json or charset not in ("utf-8", "utf8"):
        raise WrongContentType(wanted="application/json", given=(request.content_type or "")[:100])
    if request.content_encoding and request.content_encoding.lower() != "identity":
        raise WrongContentType(wanted="application/json", given=f"Content-Encoding: {request.content_encoding[:50]}")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadBody(why=NOT_UTF8.format(at=problem.start + 1)) from None


def _parse(text: str) -> Any:
    try:
        return json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as problem:
        raise BadBody(why=NOT_JSON.format(line=problem.lineno, column=problem.colno)) from None
    except RecursionError:
        raise BadBody(why=TOO_DEEP.format(most=MOST_DEPTH)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise BadBody(why=TWICE.format(name=_shown(name)))
    return found


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    parts = number.as_tuple()
    if not number.is_finite() or len(parts.digits) > MOST_DIGITS or abs(int(parts.exponent)) > MOST_DIGITS:
        raise BadBody(why=LONG_NUMBER.format(number=text[:20], most=MOST_DIGITS))
    return number


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise BadBody(why=LONG_NUMBER.format(number=text[:20], most=MOST_DIGITS))
    return int(text)


def _constant(name: str) -> Any:
    raise BadBody(why=NO_NUMBER.format(name=name))


def _check(value: Any, depth: int) -> None:
    """Depth is counted from the outermost object; texts hold nothing a database or the trail cannot keep."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, (dict, list)):
        if depth >= MOST_DEPTH:
            raise BadBody(why=TOO_DEEP.format(most=MOST_DEPTH))
        if isinstance(value, dict):
            for name in value:
                _check_text(name)
        for one in value.values() if isinstance(value, dict) else value:
            _check(one, depth + 1)


def _check_text(text: str) -> None:
    for character in text:
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise BadBody(why=NOT_KEPT.format(code=f"{ord(character):04X}"))


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "·" for c in name[:60])
