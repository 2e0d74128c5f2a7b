"""Which regular expressions of a file are safe to match against what people type.

The matcher tries every way to divide a text among repetitions; nested or neighbouring ones can take years. So a
repetition may hold no repetition, and there are no references, lookarounds or flags.
"""

from __future__ import annotations

import re
from re import _constants as codes
from re import _parser as regex
from typing import Any

from engine.domain.text import Text

MAX_PATTERN = 200
MAX_OPEN_REPEATS = 3
FAULTY = Text("不是正确的正则表达式。", "it is not a correct regular expression.")
LONG = Text("过长。", "it is too long.")
NESTED = Text("重复中嵌套了重复，匹配可能永远不结束。", "a repetition inside a repetition might never finish matching.")
MANY = Text("不限次数的重复过多。", "it has too many unbounded repetitions.")
FANCY = Text("不能使用引用、断言或标志。", "references, assertions and flags are not available.")
SIMPLE = {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.AT, codes.RANGE, codes.CATEGORY, codes.NEGATE}


def why_not(pattern: str) -> Text | None:
    """Why a pattern may not be used; None when it may."""
    if len(pattern) > MAX_PATTERN:
        return LONG
    try:
        re.compile(pattern)
        parsed = regex.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return FAULTY
    if parsed.state.flags & ~re.UNICODE.value:
        return FANCY
    seen: list[bool] = []
    problem = _problem(parsed, False, seen)
    return problem or (MANY if sum(seen) > MAX_OPEN_REPEATS else None)


def _problem(parsed: Any, inside: bool, repeats: list[bool]) -> Text | None:
    for code, argument in parsed:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, body = argument
            wide = high is codes.MAXREPEAT or high - low > 20
            variable = high is codes.MAXREPEAT or high != low
            if inside and variable:
                return NESTED
            repeats.append(wide)
            problem = _problem(body, inside or high is codes.MAXREPEAT or high > 20, repeats)
        elif code is codes.SUBPATTERN:
            problem = FANCY if argument[1] or argument[2] else _problem(argument[3], inside, repeats)
        elif code is codes.BRANCH:
            problem = next((p for b in argument[1] if (p := _problem(b, inside, repeats))), None)
        else:
            problem = None if code in SIMPLE else FANCY
        if problem:
            return problem
    return None
