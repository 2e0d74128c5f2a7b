"""The only things an expression can be made of. What has no node here cannot be said, hence cannot be run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a mapping or a part of a date; never an attribute of an object."""

    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    of: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Unary:
    """`operator` is one of + - not."""

    operator: str
    operand: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    """`operator` is one of + - * / // %."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain such as `1 < x <= 5`; every operand is computed once."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`operator` is and/or. Strict logic (FEEL, JUEL) takes only true, false and null and gives true or false."""

    operator: str
    operands: tuple[Node, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A test of a value, which is called `?` in the test and computed once."""

    value: Node
    test: Node


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    entries: tuple[tuple[Node, Node], ...]


Node = Constant | Name | Member | Item | Unary | Binary | Compare | Logic | Choice | Call | Asked | ListOf | MapOf
