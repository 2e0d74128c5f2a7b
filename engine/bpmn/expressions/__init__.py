"""Expressions and scripts of uploaded files, computed without running any code of theirs.

Three languages, one safe back end: plain (`amount > 100`), FEEL (`= amount > 100`), JUEL (`${amount > 100}`).
A source is read once into nodes (`parser`) that cannot say anything but arithmetic, comparison, data access and the
functions of `functions`, and compiled to closures. No loops, no methods, no attributes; sizes are bounded throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import DecimalException
from functools import lru_cache
from typing import Any

from engine.bpmn.expressions.closures import Closure, closure
from engine.bpmn.expressions.errors import EvaluationError, ExpressionError, Trouble
from engine.bpmn.expressions.feel import Feel
from engine.bpmn.expressions.juel import Juel
from engine.bpmn.expressions.nodes import Constant, Node
from engine.bpmn.expressions.plain import Plain
from engine.bpmn.expressions.statements import statements
from engine.bpmn.expressions.values import kind_of, weighed

__all__ = [
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Script",
    "compile_expression",
    "compile_script",
    "compile_value",
    "is_expression",
    "read_expression",
]


@dataclass(frozen=True, slots=True)
class Expression:
    """`names` are the variables it reads at the top level; `constant` says it reads none and is one literal."""

    source: str
    names: frozenset[str]
    constant: bool = field(repr=False)
    closure: Closure = field(repr=False, compare=False)

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """The value with these variables, which are not changed. Raises `EvaluationError`."""
        try:
            return self.closure(variables)
        except Trouble as trouble:
            raise EvaluationError(trouble.code, self.source, **trouble.params) from None
        except ZeroDivisionError:
            raise EvaluationError("division-by-zero", self.source) from None
        except (ArithmeticError, DecimalException, ValueError, TypeError, LookupError, RecursionError) as error:
            raise EvaluationError("failed", self.source, why=type(error).__name__) from None


@dataclass(frozen=True, slots=True)
class Script:
    """Assignments in order; each sees what those before it assigned."""

    source: str
    steps: tuple[tuple[str, Expression], ...]

    @property
    def assigns(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.steps)

    @property
    def names(self) -> frozenset[str]:
        """Variables it needs from outside: read before the script itself assigns them."""
        needed: set[str] = set()
        given: set[str] = set()
        for name, expression in self.steps:
            needed |= expression.names - given
            given.add(name)
        return frozenset(needed)

    def run(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """What it assigns, by name. Raises `EvaluationError`; `variables` is not changed."""
        seen, assigned = dict(variables), {}
        for name, expression in self.steps:
            value = expression.evaluate(seen)
            if type(value) is timedelta:
                raise EvaluationError("not-storable", self.source, name=name, got=kind_of(value))
            seen[name] = assigned[name] = value
        try:
            weighed(list(assigned.values()))
        except Trouble as trouble:
            raise EvaluationError(trouble.code, self.source, **trouble.params) from None
        return assigned


def is_expression(source: str) -> bool:
    """Whether a text that may also be a literal is marked as an expression: `=…`, `${…}` or `#{…}`."""
    return _language(source.strip()) is not Plain


def compile_value(source: str) -> Expression:
    """A text as attributes carry it: an expression when marked as one, otherwise the text itself."""
    return compile_expression(source) if is_expression(source) else _literal(source)


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """The expression, ready to compute. Raises `ExpressionError` saying what cannot be read, in both languages."""
    names: set[str] = set()
    try:
        node = read_expression(source)
        run = closure(node, names)
    except ExpressionError as error:
        error.source = source
        raise
    except RecursionError:
        raise ExpressionError("too-deep", source) from None
    return Expression(source, frozenset(names), isinstance(node, Constant), run)


def read_expression(source: str) -> Node:
    """What an expression is made of, for those who want to talk about it. Raises `ExpressionError`."""
    written = source.strip()
    language = _language(written)
    body = " " + written[1:] if language is Feel else "  " + written[2:-1] if language is Juel else written
    return language(source, body).parse()


@lru_cache(maxsize=1024)
def compile_script(source: str) -> Script:
    """Lines of `name = expression`. Raises `ExpressionError`."""
    return Script(source, tuple((name, compile_expression(body)) for name, body in statements(source)))


def _language(written: str) -> type[Plain | Feel | Juel]:
    if written.startswith("=") and not written.startswith("=="):
        return Feel
    return Juel if written.startswith(("${", "#{")) and written.endswith("}") else Plain


def _literal(text: str) -> Expression:
    return Expression(text, frozenset(), True, lambda variables: text)
