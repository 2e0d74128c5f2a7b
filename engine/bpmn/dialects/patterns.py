"""Which regular expressions of a file are safe to match against what people type.

The matcher may try every way to divide a text among the parts of a pattern. `ways` is an upper bound on how many there
are for a line of 1,000 characters; a pattern with too many is refused. References, lookarounds and flags are too.
"""

from __future__ import annotations

import re
from re import _constants as codes
from re import _parser as regex
from typing import Any

from engine.domain.text import Text

MAX_PATTERN = 200
MAX_WAYS = 10_000_000
LINE = 1_000
FAULTY = Text("不是正确的正则表达式。", "it is not a correct regular expression.")
LONG = Text("过长。", "it is too long.")
TOO_MANY_WAYS = Text("重复过多或嵌套，匹配可能永远不结束。", "it repeats so much that matching might never finish.")
FANCY = Text("不能使用引用、断言或标志。", "references, assertions and flags are not available.")
SIMPLE = {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.AT, codes.CATEGORY}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class Unavailable(Exception):
    """The pattern has a part that is not among the simple ones."""


def why_not(pattern: str) -> Text | None:
    """Why a pattern may not be used; None when it may."""
    if len(pattern) > MAX_PATTERN:
        return LONG
    try:
        re.compile(pattern)
        parsed = regex.parse(pattern)
        if parsed.state.flags & ~re.UNICODE.value:
            return FANCY
        return TOO_MANY_WAYS if ways(parsed) > MAX_WAYS else None
    except Unavailable:
        return FANCY
    except (re.error, RecursionError, OverflowError):
        return FAULTY


def ways(parsed: Any) -> int:
    """In how many ways the parts of a pattern could share a line between them, at most (and never above a bound)."""
    total = 1
    for code, argument in parsed:
        if code in REPEATS:
            low, high, body = argument
            most = LINE if high is codes.MAXREPEAT else min(high, LINE)
            once = ways(body)
            total *= max(most - low + 1, 1) * (once if once == 1 else once ** min(most, 40))
        elif code is codes.SUBPATTERN and not argument[1] and not argument[2]:
            total *= ways(argument[3])
        elif code is codes.BRANCH:
            total *= sum(ways(branch) for branch in argument[1])
        elif code not in SIMPLE:
            raise Unavailable
        total = min(total, MAX_WAYS + 1)
    return total
