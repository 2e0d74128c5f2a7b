"""Text of an expression → tokens, for all three languages; each brings its own operators and quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.bpmn.expressions.errors import ExpressionError

MAX_SOURCE = 2000
MAX_DIGITS = 30
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?(?![\w])", re.ASCII)
NAME = re.compile(r"[^\W\d]\w*")
ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t", "r": "\r", "/": "/"}
FULL_WIDTH = dict(zip("（），＞＜＝“”‘’：；！［］｛｝＋－＊／％＂＇．　", "(),><=\"\"'':;![]{}+-*/%\"'. ", strict=True))


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, operator or end; `value` the number or text meant; `at` counts from 1."""

    kind: str
    text: str
    at: int
    value: Any = None

    def shown(self) -> str:
        return self.text or "…"


def tokens(source: str, operators: tuple[str, ...], quotes: str) -> list[Token]:
    """All tokens and an end mark. `operators` lists longer ones first. Raises `ExpressionError`."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError("too-long", source, limit=MAX_SOURCE)
    found: list[Token] = []
    at = 0
    while at < len(source):
        character = source[at]
        if character in " \t\r\n":
            at += 1
            continue
        token, at = _next(source, at, operators, quotes)
        found.append(token)
    if not found:
        raise ExpressionError("empty", source)
    return [*found, Token("end", "", len(source) + 1)]


def _next(source: str, at: int, operators: tuple[str, ...], quotes: str) -> tuple[Token, int]:
    if match := NAME.match(source, at):
        return Token("name", match[0], at + 1), match.end()
    if match := NUMBER.match(source, at):
        return Token("number", match[0], at + 1, _number(match[0], source)), match.end()
    if source[at] in quotes:
        return _text(source, at)
    for operator in operators:
        if source.startswith(operator, at):
            return Token("operator", operator, at + 1), at + len(operator)
    if instead := FULL_WIDTH.get(source[at]):
        raise ExpressionError("full-width", source, found=source[at], instead=instead, at=at + 1)
    raise ExpressionError("unknown-character", source, found=source[at], at=at + 1)


def _number(text: str, source: str) -> int | Decimal:
    """Whole numbers are int, all others Decimal: what is written is what is meant, to the last digit."""
    value = int(text) if text.isdigit() and len(text) <= MAX_DIGITS else Decimal(text)
    too_long = len(text) > MAX_DIGITS + 8
    if value and (too_long or (isinstance(value, Decimal) and not -MAX_DIGITS <= value.adjusted() < MAX_DIGITS)):
        raise ExpressionError("literal-too-large", source, found=text[:40])
    return value


def _text(source: str, start: int) -> tuple[Token, int]:
    quote, at, parts = source[start], start + 1, []
    while at < len(source):
        character = source[at]
        if character == quote:
            return Token("text", source[start : at + 1], start + 1, "".join(parts)), at + 1
        if character == "\\":
            character, at = _escape(source, at)
            parts.append(character)
            continue
        parts.append(character)
        at += 1
    raise ExpressionError("open-text", source, at=start + 1)


def _escape(source: str, at: int) -> tuple[str, int]:
    kind = source[at + 1 : at + 2]
    if kind in ESCAPES:
        return ESCAPES[kind], at + 2
    digits = source[at + 2 : at + 6]
    if kind == "u" and re.fullmatch("[0-9a-fA-F]{4}", digits) and not 0xD800 <= int(digits, 16) <= 0xDFFF:
        return chr(int(digits, 16)), at + 6
    raise ExpressionError("unknown-escape", source, found="\\" + kind)
