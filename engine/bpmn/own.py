"""Variables of a task's own: its input and output mappings, and the scripts SpiffWorkflow runs before and after it.

The inputs are seen by the task alone. When it is done, its outputs become variables around it. In Camunda 8 nothing else
does where there are outputs; otherwise, and in Camunda 7, everything the task set does, but for its inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.bpmn.errors import StepFault
from engine.bpmn.expressions import EvaluationError, Expression, Script
from engine.bpmn.token import Scope, Token
from engine.domain.text import Text

OWN = "own"
NOT_KEPT = Text("“{name}”是时长，不能保存。", "“{name}” is a duration, which cannot be stored.")


@dataclass(frozen=True, slots=True)
class Own:
    """`keeps_all` says that what the task sets is kept besides its outputs."""

    inputs: Mapping[str, Expression]
    outputs: Mapping[str, Expression]
    keeps_all: bool = True
    before: Script | None = None
    after: Script | None = None


def enter(own: Own, token: Token) -> None:
    """The task begins: its inputs are computed, each seeing those before it."""
    if own.before is not None:
        token.set_data(**own.before.run(token.data))
    if own.inputs or own.outputs:
        values = mapped(own.inputs, token.data)
        token.internal_data[OWN] = sorted(values)
        token.scope = Scope(values, token.scope)


def leave(own: Own | None, token: Token) -> None:
    """The task is done: its outputs go to the variables around it. Also for a task that has lost its mapping."""
    inputs = token.internal_data.get(OWN)
    if inputs is not None and token.scope.outer is not None:
        around, inside = token.scope.outer, token.scope
        found = mapped(own.outputs, inside.visible(), see=False) if own is not None else {}
        kept = own is None or own.keeps_all or not own.outputs
        values = {n: v for n, v in inside.local.items() if n not in inputs} if kept else {}
        around.local.update({**values, **found})
        token.scope = around
        del token.internal_data[OWN]
    if own is not None and own.after is not None:
        token.set_data(**own.after.run(token.data))


def mapped(mapping: Mapping[str, Expression], variables: Mapping[str, Any], *, see: bool = True) -> dict[str, Any]:
    """The values of a mapping; with `see`, each one sees those before it. What is not there is empty, as in FEEL."""
    seen, found = dict(variables), {}
    for name, expression in mapping.items():
        try:
            value = expression.evaluate(seen)
        except EvaluationError as error:
            if error.code not in ("missing-variable", "missing-key"):
                raise
            value = None
        if type(value) is timedelta:
            raise StepFault(NOT_KEPT.format(name=name), expression.source)
        found[name] = value
        if see:
            seen[name] = value
    return found
