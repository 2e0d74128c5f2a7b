"""Values to try a condition with: from the constants it compares with, the bounds and options of the form's fields.

A condition that compares single variables with constants is settled by finitely many values: one for each constant,
one between each two, one beyond each end. `Trials.exact` says whether that is so for all that was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine.bpmn.expressions import ExpressionError, read_expression
from engine.bpmn.expressions.closures import closure
from engine.bpmn.expressions.errors import Trouble
from engine.bpmn.expressions.nodes import Call, Choice, Compare, Constant, ListOf, Logic, Member, Name, Node, Unary
from engine.bpmn.model import Definition, Field

Path = tuple[str, ...]
"""A variable, or a part of one: `("customer", "level")`."""

TODAY = date(2026, 3, 2)
NUMBERS = ("integer", "decimal")
OTHER = "…"
MOST_POINTS = 24


@dataclass(slots=True)
class Trials:
    """What is known about each variable from the conditions that ask for it."""

    constants: dict[Path, list[Any]] = field(default_factory=dict)
    truths: set[Path] = field(default_factory=set)
    exact: bool = True

    def read(self, source: str) -> None:
        """Takes in one more condition; one that cannot be read settles nothing."""
        try:
            self.truth(read_expression(source))
        except (ExpressionError, RecursionError):
            self.exact = False

    def truth(self, node: Node) -> None:
        """A node whose value is used as true or false."""
        if isinstance(node, Logic):
            for operand in node.operands:
                self.truth(operand)
        elif isinstance(node, Unary) and node.operator == "not":
            self.truth(node.operand)
        elif (path := path_of(node)) is not None:
            self.truths.add(path)
            self.constants.setdefault(path, [])
        elif isinstance(node, Compare):
            self.compare(node)
        elif isinstance(node, Call) and node.function == "one_of":
            self.pair(node.arguments[0], node.arguments[1])
        elif isinstance(node, Choice):
            for part in (node.test, node.then, node.otherwise):
                self.truth(part)
        elif not isinstance(node, Constant):
            self.loose(node)

    def compare(self, node: Compare) -> None:
        left = node.first
        for _, right in node.rest:
            self.pair(left, right)
            left = right

    def pair(self, left: Node, right: Node) -> None:
        one, other = path_of(left), path_of(right)
        if one is not None and (found := constants_of(right)) is not None:
            self.note(one, found)
        elif other is not None and (found := constants_of(left)) is not None:
            self.note(other, found)
        elif constants_of(left) is None or constants_of(right) is None:
            self.loose(left, right)

    def loose(self, *nodes: Node) -> None:
        """Anything else: its constants are worth trying for its variables, but settle nothing."""
        self.exact = False
        parts = [part for node in nodes for part in within(node)]
        paths = [path for part in parts if (path := path_of(part)) is not None]
        paths = [path for path in paths if not any(len(other) > len(path) and other[: len(path)] == path for other in paths)]
        found = [value for part in parts for value in constants_of(part) or ()]
        more = [scaled for value in found if is_number(value) for scaled in (value * 10, -value, 0)]
        lengths = ["x" * (value + 1) for value in found if type(value) is int and 0 <= value <= 200]
        for path in paths:
            self.note(path, [*found, *more, *lengths] or [0, 1, OTHER])

    def note(self, path: Path, values: Sequence[Any]) -> None:
        known = self.constants.setdefault(path, [])
        known.extend(value for value in values if not any(same(value, other) for other in known))

    def points(self, path: Path, entry: Field | None = None) -> list[Any]:
        """Values that settle every comparison with the variable, as far as its field allows them."""
        return points(self.constants.get(path, []), path in self.truths, entry)


def points(constants: Sequence[Any], truth: bool, entry: Field | None) -> list[Any]:
    if entry is not None and entry.options:
        return [option.value for option in entry.options]
    if (entry is not None and entry.type == "boolean") or truth or any(isinstance(c, bool) for c in constants):
        return [True, False]
    numbers = sorted({c for c in constants if is_number(c)})
    found: list[Any] = []
    if numbers or (entry is not None and entry.type in NUMBERS):
        found += number_points(numbers, entry)
    texts = [c for c in constants if isinstance(c, str)]
    if texts and (entry is None or entry.type not in NUMBERS):
        found += [*dict.fromkeys(texts), OTHER]
    for kind, step in ((datetime, timedelta(hours=1)), (date, timedelta(days=1))):
        days = sorted({c for c in constants if type(c) is kind})
        found += sorted({day + move for day in days for move in (-step, timedelta(0), step)})
    if any(c is None for c in constants):
        found = [*(found or [OTHER]), None]
    return found[:MOST_POINTS] or [sample(entry)]


def number_points(constants: list[Any], entry: Field | None) -> list[Any]:
    low = entry.minimum if entry is not None else None
    high = entry.maximum if entry is not None else None
    whole = entry is not None and entry.type == "integer"
    wanted: set[Any] = set()
    for one, other in pairwise(constants):
        wanted.add((Decimal(one) + Decimal(other)) / 2)
    for constant in constants:
        wanted |= {constant - 1, constant, constant + 1}
    wanted |= {bound for bound in (low, high) if bound is not None}
    kept = [n for n in sorted(wanted) if (low is None or n >= low) and (high is None or n <= high)]
    if whole:
        kept = [int(n) for n in kept if n == int(n)]
    return list(dict.fromkeys(kept)) or [low if low is not None else high if high is not None else 1]


def sample(entry: Field | None) -> Any:
    """Something of the right type that the field takes."""
    if entry is None:
        return OTHER
    if entry.options:
        return entry.options[0].value
    match entry.type:
        case "integer" | "decimal":
            number = entry.minimum if entry.minimum is not None else min(Decimal(1), entry.maximum or Decimal(1))
            return int(number) if entry.type == "integer" else Decimal(number)
        case "boolean":
            return True
        case "date":
            return TODAY
        case "datetime":
            return datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
        case "phone":
            return "13800138000"
        case "email":
            return "name@example.com"
        case _:
            return (entry.default or OTHER).ljust(min(entry.min_length or 0, 1_000), "x")


def path_of(node: Node) -> Path | None:
    """The variable, or part of one, that a node is."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Member) and (before := path_of(node.of)) is not None:
        return (*before, node.name)
    return None


def constants_of(node: Node) -> list[Any] | None:
    """The value of a node that reads no variables; the entries of a list of such."""
    if isinstance(node, ListOf):
        found = [constants_of(item) for item in node.items]
        return None if any(value is None for value in found) else [v for values in found for v in values or ()]
    names: set[str] = set()
    try:
        run = closure(node, names)
        return None if names else [run({})]
    except (Trouble, ArithmeticError, ValueError, TypeError, KeyError):
        return None


def within(node: Any) -> Iterator[Node]:
    """The node and all its parts."""
    yield node
    for part in fields(node):
        value = getattr(node, part.name)
        for one in value if isinstance(value, tuple) else (value,):
            for each in one if isinstance(one, tuple) else (one,):
                if is_dataclass(each):
                    yield from within(each)


def assembled(values: Mapping[Path, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Variables from their parts, on top of what they hold already."""
    found: dict[str, Any] = {}
    for path, value in sorted(values.items(), key=lambda item: len(item[0])):
        if len(path) == 1:
            found[path[0]] = value
            continue
        owner = found.setdefault(path[0], dict(before[path[0]]) if isinstance(before.get(path[0]), dict) else {})
        for name in path[1:-1]:
            owner = owner.setdefault(name, {}) if isinstance(owner, dict) else {}
        if isinstance(owner, dict):
            owner[path[-1]] = value
    return found


def fields_of(definition: Definition) -> dict[str, Field]:
    """The fields of all forms by key. What differs from form to form is taken together: all options, the widest bounds."""
    found: dict[str, Field] = {}
    for procedure in definition.procedures.values():
        for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
            for entry in form.fields:
                found[entry.key] = entry if entry.key not in found else widened(found[entry.key], entry)
    return found


def widened(one: Field, other: Field) -> Field:
    if one.type != other.type:
        return replace(one, type="text", options=(), minimum=None, maximum=None)
    known = {option.value for option in one.options}
    bounds = (one.minimum, other.minimum), (one.maximum, other.maximum)
    low, high = (None if None in pair else pick(pair) for pick, pair in zip((min, max), bounds, strict=True))
    return replace(one, options=(*one.options, *(o for o in other.options if o.value not in known)), minimum=low, maximum=high)


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other
