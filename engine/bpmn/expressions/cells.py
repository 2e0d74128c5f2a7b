"""The cells of a decision table, ready to compute: inputs are tested, outputs are values."""

from __future__ import annotations

from functools import lru_cache

from engine.bpmn.expressions import Expression, compile_expression
from engine.bpmn.expressions.closures import closure
from engine.bpmn.expressions.errors import ExpressionError
from engine.bpmn.expressions.feel import UnaryTests
from engine.bpmn.expressions.nodes import Constant
from engine.bpmn.expressions.unary import ASKED

__all__ = ["ASKED", "compile_feel", "compile_test"]


@lru_cache(maxsize=4096)
def compile_test(source: str) -> Expression:
    """True or false of the variable `?`; an empty cell is always true. Raises `ExpressionError`."""
    names: set[str] = set()
    written = source if source.strip() else "-"
    try:
        node = UnaryTests(source, written).parse()
        run = closure(node, names)
    except ExpressionError as error:
        error.source = source
        raise
    except RecursionError:
        raise ExpressionError("too-deep", source) from None
    return Expression(source, frozenset(names - {ASKED}), isinstance(node, Constant), run)


def compile_feel(source: str) -> Expression:
    """An expression in a place where FEEL is meant without saying so by an `=`."""
    return compile_expression(f"={source}")
