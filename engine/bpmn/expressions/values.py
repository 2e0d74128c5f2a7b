"""Arithmetic and comparison on plain data: exact on decimals, closed over a bounded set of values.

A float that meets a Decimal is taken as the number a person reads (`0.1`), so mixed figures stay exact.
Every result is checked: no number beyond 10^30, no text or list beyond 10,000.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from engine.bpmn.expressions.errors import Trouble
from engine.domain.text import Text

MAX_INTEGER = 10**30
MAX_LENGTH = 10_000
MAX_WEIGHT = 10_000
MAX_NESTING = 30
EXACT = Context(prec=60, Emax=9999, Emin=-9999, traps=[InvalidOperation, DivisionByZero, Overflow])
QUOTIENT = Context(prec=34, Emax=9999, Emin=-9999, traps=[InvalidOperation, DivisionByZero, Overflow])
PLAIN = frozenset({str, int, float, bool, type(None), list, dict, tuple, Decimal, date, datetime, timedelta})
NUMBERS = frozenset({int, float, bool, Decimal})
KINDS = {
    str: Text("文本", "a text"), int: Text("数", "a number"), float: Text("数", "a number"), Decimal: Text("数", "a number"),
    bool: Text("真假值", "true or false"), type(None): Text("空值", "an empty value"), list: Text("列表", "a list"),
    tuple: Text("列表", "a list"), dict: Text("一组值", "a group of values"), date: Text("日期", "a date"),
    datetime: Text("时刻", "an instant"), timedelta: Text("时长", "a duration"),
}  # fmt: skip


def kind_of(value: Any) -> Text:
    return KINDS.get(type(value), Text("未知的值", "an unknown value"))


def wrong(what: str, *values: Any) -> Trouble:
    """The refusal of an operation, naming the kinds of value it was given."""
    kinds = [kind_of(v) for v in values]
    got = Text("与".join(k.zh for k in kinds), " and ".join(k.en for k in kinds))
    return Trouble("wrong-type", what=what, got=got)


def settled(value: Any) -> Any:
    """The value itself when it is plain and within bounds; otherwise `Trouble`."""
    kind = type(value)
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise Trouble("too-large")
    elif kind is float:
        if not math.isfinite(value):
            raise Trouble("too-large")
    elif kind is Decimal:
        if not value.is_finite() or value.adjusted() > 30:
            raise Trouble("too-large")
    elif kind in (str, list, dict, tuple) and len(value) > MAX_LENGTH:
        raise Trouble("too-large")
    return value


def weighed(value: Any) -> Any:
    """A list or mapping whose whole content is bounded, counted as it would be written out."""
    waiting, weight = [(value, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        weight += 1
        if weight > MAX_WEIGHT or depth > MAX_NESTING:
            raise Trouble("too-large")
        if isinstance(part, dict):
            waiting.extend((v, depth + 1) for v in part.values())
        elif isinstance(part, list | tuple):
            waiting.extend((v, depth + 1) for v in part)
    return value


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Both numbers as they are, or a float beside a Decimal as the decimal it is written as."""
    if type(left) is float and type(right) is Decimal:
        return Decimal(repr(left)), right
    if type(right) is float and type(left) is Decimal:
        return left, Decimal(repr(right))
    return left, right


def add(left: Any, right: Any) -> Any:
    kinds = {type(left), type(right)}
    if kinds == {str}:
        if len(left) + len(right) > MAX_LENGTH:
            raise Trouble("too-large")
        return left + right
    if kinds <= NUMBERS:
        return _calculated(operator.add, EXACT.add, left, right)
    if timedelta in kinds and kinds <= {timedelta, date, datetime}:
        return _moved(left, right) if type(right) is timedelta else _moved(right, left)
    raise wrong("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    kinds = type(left), type(right)
    if NUMBERS.issuperset(kinds):
        return _calculated(operator.sub, EXACT.subtract, left, right)
    if kinds[1] is timedelta and kinds[0] in (timedelta, date, datetime):
        return _moved(left, -right)
    if kinds in ((date, date), (datetime, datetime)):
        return left - right
    raise wrong("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    kinds = {type(left), type(right)}
    if kinds <= NUMBERS:
        return _calculated(operator.mul, EXACT.multiply, left, right)
    if kinds == {timedelta, int}:
        return left * right
    raise wrong("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """Never a float unless one is: 10 / 4 is the exact 2.5, 1 / 3 has 34 digits."""
    left, right = _numbers("/", left, right)
    if type(left) is float or type(right) is float:
        return settled(left / right)
    return settled(QUOTIENT.divide(Decimal(left), Decimal(right)))


def modulo(left: Any, right: Any) -> Any:
    """The remainder with the sign of the divisor, for decimals too."""
    left, right = _numbers("%", left, right)
    if type(left) is not Decimal and type(right) is not Decimal:
        return settled(left % right)
    rest = EXACT.remainder(Decimal(left), Decimal(right))
    return settled(EXACT.add(rest, right) if rest and (rest < 0) != (right < 0) else rest)


def floor_divide(left: Any, right: Any) -> Any:
    left, right = _numbers("//", left, right)
    if type(left) is not Decimal and type(right) is not Decimal:
        return settled(left // right)
    whole = EXACT.subtract(Decimal(left), modulo(left, right))
    return settled(EXACT.divide(whole, Decimal(right)).to_integral_value(context=EXACT))


def negate(value: Any) -> Any:
    if type(value) is Decimal:
        return value.copy_negate()
    if type(value) in (int, float, bool, timedelta):
        return settled(-value)
    raise wrong("-", value)


def keep_sign(value: Any) -> Any:
    if type(value) in NUMBERS:
        return value
    raise wrong("+", value)


def equal(left: Any, right: Any) -> bool:
    left, right = alike(left, right)
    return bool(left == right)


def contains(container: Any, value: Any) -> bool:
    if type(container) is str and type(value) is str:
        return value in container
    if isinstance(container, list | tuple):
        return any(equal(value, item) for item in container)
    if type(container) is dict:
        return type(value) is str and value in container
    raise wrong("in", container)


def ordering(symbol: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        kinds = {type(left), type(right)}
        if kinds <= NUMBERS:
            left, right = alike(left, right)
        elif len(kinds) > 1 or kinds & {list, tuple, dict, type(None)}:
            raise wrong(symbol, left, right)
        return compare(left, right)

    return ordered


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda a, b: not equal(a, b),
    "in": lambda a, b: contains(b, a),
    "not in": lambda a, b: not contains(b, a),
    "<": ordering("<", operator.lt),
    "<=": ordering("<=", operator.le),
    ">": ordering(">", operator.gt),
    ">=": ordering(">=", operator.ge),
}
ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "//": floor_divide, "%": modulo}
SIGNS = {"-": negate, "+": keep_sign}


def _numbers(symbol: str, left: Any, right: Any) -> tuple[Any, Any]:
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise wrong(symbol, left, right)
    if right == 0:
        raise Trouble("division-by-zero")
    return alike(left, right)


def _calculated(plain: Callable, exact: Callable, left: Any, right: Any) -> Any:
    left, right = alike(left, right)
    if type(left) is Decimal or type(right) is Decimal:
        return settled(exact(left, right))
    return settled(plain(left, right))


def _moved(start: Any, by: timedelta) -> Any:
    if type(start) is date and by % timedelta(days=1):
        raise Trouble("bad-value", what="date + duration", found=by)
    return start + by
