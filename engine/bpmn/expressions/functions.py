"""The functions an expression may call. Nothing reads the clock, chance or the outside world."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from engine.bpmn.expressions.errors import Trouble
from engine.bpmn.expressions.feel_functions import FEEL_FUNCTIONS
from engine.bpmn.expressions.values import (
    EXACT,
    NUMBERS,
    add,
    contains,
    divide,
    equal,
    modulo,
    ordering,
    settled,
    wrong,
)

MAX_TEXT_NUMBER = 60
DURATION = re.compile(
    r"(-)?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6}(?:\.\d{1,6})?)H)?(?:(\d{1,6}(?:\.\d{1,6})?)M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
less, more = ordering("min", lambda a, b: a < b), ordering("max", lambda a, b: a > b)


def length(value: Any) -> int:
    if type(value) in (str, list, tuple, dict):
        return len(value)
    raise wrong("len", value)


def smallest(*values: Any) -> Any:
    return _best("min", less, values)


def largest(*values: Any) -> Any:
    return _best("max", more, values)


def total(*values: Any) -> Any:
    result: Any = 0
    for value in _spread("sum", values):
        if type(value) not in NUMBERS:
            raise wrong("sum", value)
        result = add(result, value)
    return result


def mean(*values: Any) -> Any:
    return divide(total(*values), len(_spread("mean", values)))


def absolute(value: Any) -> Any:
    if type(value) in NUMBERS:
        return settled(value.copy_abs() if type(value) is Decimal else abs(value))
    if type(value) is timedelta:
        return abs(value)
    raise wrong("abs", value)


def rounded(value: Any, digits: Any = 0) -> Any:
    """To so many decimals (0 to 12), halves to the even neighbour; without decimals a whole number."""
    return _rounded("round", value, digits, ROUND_HALF_EVEN)


def rounded_half_up(value: Any, digits: Any = 0) -> Any:
    """As people round money: halves away from zero."""
    return _rounded("round_half_up", value, digits, ROUND_HALF_UP)


def floor(value: Any) -> Any:
    return _rounded("floor", value, 0, ROUND_FLOOR)


def ceiling(value: Any) -> Any:
    return _rounded("ceil", value, 0, ROUND_CEILING)


def integer(value: Any) -> int:
    """A whole number; parts after the point are cut off."""
    return int(settled(_number("int", value)))


def floating(value: Any) -> float:
    return settled(float(_number("float", value)))


def decimal(value: Any) -> Decimal:
    """An exact decimal, from a number or its text."""
    number = _number("decimal", value)
    return settled(Decimal(repr(number)) if type(number) is float else Decimal(number))


def text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return value
    if kind is Decimal:
        return format(settled(value), "f")
    if kind in (int, float, bool, type(None)):
        return str(settled(value))
    if kind in (date, datetime):
        return value.isoformat()
    raise wrong("str", value)


def feel_text(value: Any) -> str:
    return {True: "true", False: "false", None: "null"}[value] if value is None or type(value) is bool else text(value)


def truth(value: Any) -> bool:
    return bool(value)


def text_function(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function on texts only."""

    def on_texts(*values: Any) -> Any:
        if any(type(v) is not str for v in values):
            raise wrong(name, *values)
        return settled(function(*values))

    return on_texts


def day(value: Any) -> date:
    """A date from its text. Not from an instant: which day that is depends on a time zone."""
    if type(value) is date:
        return value
    if type(value) is not str:
        raise wrong("date", value)
    return _parsed("date", date.fromisoformat, value)


def instant(value: Any) -> datetime:
    """An instant from its text, which must carry its offset from UTC."""
    if type(value) is datetime:
        return value
    if type(value) is not str:
        raise wrong("datetime", value)
    found = _parsed("datetime", datetime.fromisoformat, value)
    if found.tzinfo is None:
        raise Trouble("bad-value", what="datetime", found=value)
    return found


def duration(value: Any) -> timedelta:
    """An ISO 8601 length of elapsed time in weeks, days, hours, minutes, seconds; months and years have no fixed length."""
    if type(value) is timedelta:
        return value
    if type(value) is not str:
        raise wrong("duration", value)
    match = DURATION.fullmatch(value)
    if not match or value.endswith("T") or not any(match.groups()[1:]):
        raise Trouble("bad-value", what="duration", found=value[:60])
    weeks, days, hours, minutes, seconds = (float(g or 0) for g in match.groups()[1:])
    length_ = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length_ if match[1] else length_


def empty(value: Any) -> bool:
    return value is None or (type(value) in (str, list, tuple, dict) and not value)


def one_of(value: Any, choices: Any) -> bool:
    return contains(choices, value) if isinstance(choices, list | tuple) else equal(value, choices)


def fits(value: Any, test: Any) -> bool:
    """Whether a value passes a bare value as a test: equal to it, among a list, or the test itself is true."""
    if type(test) is bool and type(value) is not bool:
        return test
    return one_of(value, test)


def _best(name: str, better: Callable[[Any, Any], bool], values: tuple) -> Any:
    items = _spread(name, values)
    if not items:
        raise Trouble("bad-value", what=name, found="[]")
    best = items[0]
    for item in items[1:]:
        if better(item, best):
            best = item
    return best


def _spread(name: str, values: tuple) -> Any:
    """Both `max(a, b)` and `max(list)`."""
    if len(values) != 1:
        return values
    if not isinstance(values[0], list | tuple):
        raise wrong(name, values[0])
    return values[0]


def _rounded(name: str, value: Any, digits: Any, way: str) -> Any:
    if type(value) not in NUMBERS:
        raise wrong(name, value)
    if type(digits) is not int or not 0 <= digits <= 12:
        raise Trouble("bad-value", what=name, found=str(digits)[:60])
    exact = settled(Decimal(repr(value)) if type(value) is float else Decimal(value))
    if digits == 0:
        return int(exact.to_integral_value(way, EXACT))
    near = exact.quantize(Decimal(1).scaleb(-digits), way, EXACT)
    return float(near) if type(value) is float else near


def _number(name: str, value: Any) -> Any:
    if type(value) in NUMBERS:
        return value
    if type(value) is not str:
        raise wrong(name, value)
    if len(value) > MAX_TEXT_NUMBER or not re.fullmatch(
        r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?\s*", value, re.ASCII
    ):
        raise Trouble("bad-value", what=name, found=value[:60])
    return Decimal(value.strip())


def _parsed(name: str, parse: Callable[[str], Any], value: str) -> Any:
    try:
        return parse(value.strip())
    except ValueError:
        raise Trouble("bad-value", what=name, found=value[:60]) from None


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "len": (length, 1, 1),
    "min": (smallest, 1, 50),
    "max": (largest, 1, 50),
    "sum": (total, 1, 50),
    "mean": (mean, 1, 50),
    "abs": (absolute, 1, 1),
    "round": (rounded, 1, 2),
    "round_half_up": (rounded_half_up, 1, 2),
    "floor": (floor, 1, 1),
    "ceil": (ceiling, 1, 1),
    "modulo": (modulo, 2, 2),
    "int": (integer, 1, 1),
    "float": (floating, 1, 1),
    "decimal": (decimal, 1, 1),
    "str": (text, 1, 1),
    "text": (feel_text, 1, 1),
    "bool": (truth, 1, 1),
    "contains": (contains, 2, 2),
    "one_of": (one_of, 2, 2),
    "fits": (fits, 2, 2),
    "one_of_list": (contains, 2, 2),
    "starts_with": (text_function("starts_with", str.startswith), 2, 2),
    "ends_with": (text_function("ends_with", str.endswith), 2, 2),
    "upper": (text_function("upper", str.upper), 1, 1),
    "lower": (text_function("lower", str.lower), 1, 1),
    "strip": (text_function("strip", str.strip), 1, 1),
    "date": (day, 1, 1),
    "datetime": (instant, 1, 1),
    "duration": (duration, 1, 1),
    "empty": (empty, 1, 1),
    **FEEL_FUNCTIONS,
}
"""name → (function, fewest, most arguments)"""

SPECIAL = {"defined": (1, 1), "default": (2, 2)}
"""Functions whose first argument may be missing; compiled in `closures`."""
