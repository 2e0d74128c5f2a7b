"""Decision tables on the way to a choice: what they would decide, and values that meet their rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.bpmn.decisions import decide
from engine.bpmn.decisions.model import Table
from engine.bpmn.rule_tasks import DecisionTask

NUMBER, TEXT = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?"), re.compile(r'"([^"]*)"')


@dataclass(frozen=True, eq=False, slots=True)
class Ruling:
    """A business rule task, seen as something that computes variables."""

    task: DecisionTask

    def run(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """What it would set. Raises `StepFault` or `EvaluationError`."""
        return self.task.values(decide(self.task.decisions, self.task.decision, seen))

    @property
    def assigns(self) -> frozenset[str]:
        decision = self.task.decisions.get(self.task.decision)
        return frozenset({self.task.result} if self.task.result else decision.outputs if decision is not None else ())

    def tested(self) -> Iterator[tuple[str, list[Any]]]:
        """The variables its tables look at, with the constants their cells compare them with."""
        for decision in self.task.decisions.values():
            if not isinstance(decision.logic, Table):
                continue
            for at, entry in enumerate(decision.logic.inputs):
                cells = [row.tests[at].source for row in decision.logic.rows]
                for name in entry.expression.names:
                    yield name, constants(cells)


def constants(cells: list[str]) -> list[Any]:
    found: list[Any] = []
    for cell in cells:
        found += TEXT.findall(cell)
        bare = TEXT.sub("", cell)
        found += [int(number) if "." not in number else Decimal(number) for number in NUMBER.findall(bare)]
        found += [word == "true" for word in re.findall(r"\b(true|false)\b", bare)]
    return list(dict.fromkeys(found))
