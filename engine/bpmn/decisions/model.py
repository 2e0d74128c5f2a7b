"""What is carried out of a DMN file: decision tables and literal expressions, their cells ready to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.expressions import Expression
from engine.bpmn.findings import Rule

LISTS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""Hit policies that give a list of results, unless they are added up."""


@dataclass(frozen=True, slots=True)
class Input:
    """`type` is what its values are declared to be: a text is read as such where it comes as one."""

    label: str
    expression: Expression
    type: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """`ranks` are its possible values, the most important first; `default` stands where no rule matches."""

    name: str
    ranks: tuple[Any, ...] = ()
    default: Expression | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: a test for each input, a value for each output (None for an empty cell)."""

    number: int
    tests: tuple[Expression, ...]
    values: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`aggregation` is SUM, MIN, MAX, COUNT, or empty."""

    hit: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """`names` are what other decisions may call its result by; `requires` the ids of those decided before it."""

    id: str
    name: str
    names: tuple[str, ...]
    logic: Table | Expression
    requires: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(o.name for o in self.logic.outputs) if isinstance(self.logic, Table) else self.names[:1]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about a decision file to be said; `decision` is None where no single decision is meant."""

    rule: Rule
    decision: str | None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """`decisions` by id, those with errors left out; `ids` are all there are, `requirements` what each requires."""

    name: str
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
