"""Nodes → closures: computing is calling them with the variables. Nothing else is ever executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.bpmn.expressions.errors import Trouble
from engine.bpmn.expressions.functions import FUNCTIONS
from engine.bpmn.expressions.nodes import (
    Asked,
    Binary,
    Call,
    Choice,
    Compare,
    Constant,
    Item,
    ListOf,
    Logic,
    MapOf,
    Member,
    Name,
    Node,
    Unary,
)
from engine.bpmn.expressions.values import ARITHMETIC, COMPARISONS, PLAIN, SIGNS, settled, weighed, wrong

Closure = Callable[[Mapping[str, Any]], Any]
DATE_PARTS = ("year", "month", "day")
INSTANT_PARTS = (*DATE_PARTS, "hour", "minute", "second")


def closure(node: Node, names: set[str]) -> Closure:
    """A function of the variables; the top-level names it reads are added to `names`."""
    return COMPILERS[type(node)](node, names)


def _constant(node: Constant, names: set[str]) -> Closure:
    value = node.value
    return lambda variables: value


def _name(node: Name, names: set[str]) -> Closure:
    name = node.name
    names.add(name)

    def read(variables: Mapping[str, Any]) -> Any:
        try:
            value = variables[name]
        except KeyError:
            raise Trouble("missing-variable", name=name) from None
        if type(value) not in PLAIN:
            raise Trouble("foreign-value", name=name)
        return value

    return read


def _member(node: Member, names: set[str]) -> Closure:
    of, name = closure(node.of, names), node.name
    owner = f"“{node.of.name}”" if isinstance(node.of, Name) else "…"

    def read(variables: Mapping[str, Any]) -> Any:
        value = of(variables)
        kind = type(value)
        if kind is dict:
            if name in value:
                return _plain(value[name], name)
            raise Trouble("missing-key", name=name, of=owner)
        if (kind is date and name in DATE_PARTS) or (kind is datetime and name in INSTANT_PARTS):
            return getattr(value, name)
        raise wrong(f".{name}", value)

    return read


def _item(node: Item, names: set[str]) -> Closure:
    of, index = closure(node.of, names), closure(node.index, names)

    def read(variables: Mapping[str, Any]) -> Any:
        value, key = of(variables), index(variables)
        if type(value) is dict and type(key) is str:
            if key in value:
                return _plain(value[key], key)
            raise Trouble("missing-key", name=key[:60], of="…")
        if type(value) in (list, tuple, str) and type(key) is int:
            if -len(value) <= key < len(value):
                return _plain(value[key], str(key))
            raise Trouble("missing-key", name=key, of="…")
        raise wrong("[…]", value, key)

    return read


def _plain(value: Any, name: str) -> Any:
    if type(value) not in PLAIN:
        raise Trouble("foreign-value", name=name)
    return value


def _unary(node: Unary, names: set[str]) -> Closure:
    operand = closure(node.operand, names)
    if node.operator == "not":
        if node.strict:
            return lambda variables: not _yes(operand(variables))
        return lambda variables: not operand(variables)
    operation = SIGNS[node.operator]
    return lambda variables: operation(operand(variables))


def _binary(node: Binary, names: set[str]) -> Closure:
    operation, left, right = ARITHMETIC[node.operator], closure(node.left, names), closure(node.right, names)
    return lambda variables: operation(left(variables), right(variables))


def _compare(node: Compare, names: set[str]) -> Closure:
    first = closure(node.first, names)
    rest = [(COMPARISONS[symbol], closure(operand, names)) for symbol, operand in node.rest]
    if len(rest) == 1:
        only, operand = rest[0]
        return lambda variables: only(first(variables), operand(variables))

    def compared(variables: Mapping[str, Any]) -> bool:
        left = first(variables)
        for holds, operand in rest:
            right = operand(variables)
            if not holds(left, right):
                return False
            left = right
        return True

    return compared


def _logic(node: Logic, names: set[str]) -> Closure:
    operands = [closure(operand, names) for operand in node.operands]
    stop = node.operator == "or"
    if node.strict:

        def strictly(variables: Mapping[str, Any]) -> bool:
            for operand in operands:
                if _yes(operand(variables)) is stop:
                    return stop
            return not stop

        return strictly

    def loosely(variables: Mapping[str, Any]) -> Any:
        value = None
        for operand in operands:
            value = operand(variables)
            if bool(value) is stop:
                return value
        return value

    return loosely


def _yes(value: Any) -> bool:
    if value is True:
        return True
    if value is False or value is None:
        return False
    raise wrong("and/or/not", value)


def _choice(node: Choice, names: set[str]) -> Closure:
    test, then, otherwise = closure(node.test, names), closure(node.then, names), closure(node.otherwise, names)
    return lambda variables: then(variables) if test(variables) else otherwise(variables)


def _call(node: Call, names: set[str]) -> Closure:
    if node.function in ("defined", "default"):
        return _may_be_missing(node, names)
    function, _, _ = FUNCTIONS[node.function]
    arguments = [closure(argument, names) for argument in node.arguments]
    if len(arguments) == 1:
        only = arguments[0]
        return lambda variables: settled(function(only(variables)))
    return lambda variables: settled(function(*[argument(variables) for argument in arguments]))


def _asked(node: Asked, names: set[str]) -> Closure:
    within: set[str] = set()
    value, test = closure(node.value, names), closure(node.test, within)
    names |= within - {"?"}
    return lambda variables: test({**variables, "?": value(variables)})


def _may_be_missing(node: Call, names: set[str]) -> Closure:
    """`defined(x)`: is there an x at all? `default(x, 0)`: x, or 0 when it is missing or empty."""
    first = closure(node.arguments[0], names)

    def value_or_none(variables: Mapping[str, Any]) -> tuple[bool, Any]:
        try:
            return True, first(variables)
        except Trouble as trouble:
            if trouble.args[0] in ("missing-variable", "missing-key"):
                return False, None
            raise

    if node.function == "defined":
        return lambda variables: value_or_none(variables)[0]
    otherwise = closure(node.arguments[1], names)

    def default(variables: Mapping[str, Any]) -> Any:
        value = value_or_none(variables)[1]
        return otherwise(variables) if value is None else value

    return default


def _list(node: ListOf, names: set[str]) -> Closure:
    items = [closure(item, names) for item in node.items]
    return lambda variables: weighed([item(variables) for item in items])


def _map(node: MapOf, names: set[str]) -> Closure:
    entries = [(closure(key, names), closure(value, names)) for key, value in node.entries]

    def mapping(variables: Mapping[str, Any]) -> dict[str, Any]:
        result = {}
        for key_of, value_of in entries:
            key = key_of(variables)
            if type(key) is not str:
                raise wrong("{…}", key)
            result[key] = value_of(variables)
        return weighed(result)

    return mapping


COMPILERS: dict[type, Callable[[Any, set[str]], Closure]] = {
    Constant: _constant, Name: _name, Member: _member, Item: _item, Unary: _unary, Binary: _binary, Compare: _compare,
    Logic: _logic, Choice: _choice, Call: _call, Asked: _asked, ListOf: _list, MapOf: _map,
}  # fmt: skip
