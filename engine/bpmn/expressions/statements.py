"""A script task's text → its assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.expressions.errors import ExpressionError

MAX_SCRIPT = 20_000
MAX_STATEMENTS = 100
ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", re.DOTALL)
RESERVED = frozenset(
    {"True", "False", "None", "true", "false", "null", "and", "or", "not", "in", "is", "if", "else", "for", "while"}
    | {"import", "lambda", "def", "class"}
)


def statements(source: str) -> list[tuple[str, str]]:
    """Pairs of name and expression text. A line continues while a bracket is open; `;` separates too; `#` comments."""
    if len(source) > MAX_SCRIPT:
        raise ExpressionError("too-long", source, limit=MAX_SCRIPT)
    found = [_assignment(line, source) for line in _lines(source) if line.strip()]
    if not found:
        raise ExpressionError("empty", source)
    if len(found) > MAX_STATEMENTS:
        raise ExpressionError("too-many-parts", source, limit=MAX_STATEMENTS)
    return found


def _assignment(line: str, source: str) -> tuple[str, str]:
    match = ASSIGNMENT.fullmatch(line)
    if not match or match[1] in RESERVED:
        raise ExpressionError("not-an-assignment", source, found=line.strip()[:80])
    if match[1].startswith("_"):
        raise ExpressionError("private-name", source, found=match[1])
    return match[1], match[2].strip()


def _lines(source: str) -> Iterator[str]:
    start, depth, quote, at = 0, 0, "", 0
    parts: list[str] = []
    while at < len(source):
        character = source[at]
        if quote:
            at += 2 if character == "\\" else 1
            quote = "" if character == quote else quote
            continue
        if character == "#" and source[at + 1 : at + 2] != "{":
            end = source.find("\n", at)
            end = len(source) if end < 0 else end
            parts.append(source[start:at])
            start = at = end
            continue
        if character in "\"'":
            quote = character
        depth += (character in "([{") - (character in ")]}")
        if character in "\n;" and depth <= 0:
            yield "".join([*parts, source[start:at]])
            parts, start, depth = [], at + 1, 0
        at += 1
    yield "".join([*parts, source[start:]])
