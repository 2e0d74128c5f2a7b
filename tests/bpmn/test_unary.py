"""What the cells of decision tables mean."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.bpmn.expressions import EvaluationError, ExpressionError, compile_expression
from engine.bpmn.expressions.cells import compile_feel, compile_test

CASE = {"limit": 10, "levels": ["gold", "silver"], "flag": True, "none": None}


def passes(cell, value):
    return compile_test(cell).evaluate({**CASE, "?": value})


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("< 5", [4, Decimal("4.99")], [5, None]),
        (">= 5", [5], [4, None]),
        ("!= 5", [4, None], [5]),
        ("= 5", [5], [6]),
        ("5", [5, Decimal("5.0")], [6, None]),
        ("-5", [-5], [5]),
        ("[1..10]", [1, 10], [0, 11, None]),
        ("(1..10)", [2], [1, 10]),
        ("]1..10[", [2], [1, 10]),
        ("[1..10)", [1], [10]),
        ('"a","b"', ["a", "b"], ["c", None]),
        ('not("a","b")', ["c", None], ["a", "b"]),
        ("not(< 5, > 10)", [5, 10], [4, 11]),
        ("< 5, [20..30], 100", [1, 25, 100], [5, 50]),
        ("-", [1, None, "x"], []),
        ("", [1, None], []),
        ("null", [None], [0, ""]),
        ("true", [True], [False, None]),
        ("false", [False], [True]),
        ("limit", [10], [11]),
        ("< limit * 2", [19], [20]),
        ("levels", ["gold"], ["iron"]),
        ('["x", "y"]', ["x"], ["z"]),
        ('? = "a" or starts with(?, "b")', ["a", "bc"], ["c"]),
        ("limit > 5", ["anything", 3], []),
        ("? in [1..3]", [1], [4]),
        ("? in (< 3, > 7)", [2, 8, ], [5]),
        ("(limit)", [10], [9]),
        ("if limit > 5 then 1 else 2", [1], [2]),
        ('< date("2026-05-01")', [date(2026, 4, 30)], [date(2026, 5, 1)]),
        ('[date("2026-01-01")..@"2026-12-31"]', [date(2026, 12, 31)], [date(2027, 1, 1)]),
        ('>= @"2026-01-01T00:00:00Z"', [datetime(2026, 1, 1, tzinfo=UTC)], [datetime(2025, 1, 1, tzinfo=UTC)]),
        ('"("', ["("], [")"]),
    ],
)  # fmt: skip
def test_a_cell(cell, good, bad):
    assert [passes(cell, value) for value in good] == [True] * len(good)
    assert [passes(cell, value) for value in bad] == [False] * len(bad)


def test_names_are_those_of_variables_only():
    assert compile_test("? > limit").names == {"limit"}
    assert compile_test("-").constant and not compile_test("> 5").constant


@pytest.mark.parametrize("cell", ["< ", "[1..", "[1..2", "5 5", "not(", 'for x in y return x', "a ? b", "< 5,", "__x", "?.x()"])
def test_what_cannot_be_read_is_refused(cell):
    with pytest.raises(ExpressionError) as refusal:
        compile_test(cell)
    assert refusal.value.text.zh and refusal.value.source == cell


def test_a_value_of_the_wrong_kind_is_an_error_rather_than_a_no():
    with pytest.raises(EvaluationError):
        passes("< 5", "four")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("limit in (< 5, > 9)", True),
        ("limit in (1, [20..30])", False),
        ("limit in (5..10]", True),
        ("limit in [10..20[", True),
        ("none in (< 5)", False),
        ("limit in (10, 11)", True),
        ("flag in (false)", False),
    ],
)
def test_tests_within_an_expression(source, expected):
    assert compile_feel(source).evaluate(CASE) is expected


def test_nested_tests_are_read_in_time():
    source = "limit"
    for _ in range(20):
        source = f"({source}) in (< 1, > 2)"
    assert compile_expression(f"={source}").evaluate(CASE) in (True, False)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('substring("order", 2, 3)', "rde"),
        ('substring("order", -2)', "er"),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ("concatenate([1], [2, 3])", [1, 2, 3]),
        ("append([1], 2)", [1, 2]),
        ("odd(limit)", False),
        ("even(limit)", True),
        ('trim(" a ")', "a"),
    ],
)
def test_functions_of_feel(source, expected):
    assert compile_feel(source).evaluate(CASE) == expected


@pytest.mark.parametrize("source", ['substring("a", 0)', "substring(1, 1)", "append(1, 2)", "odd(1.5)", 'string join([1], "")', "concatenate(1)"])
def test_functions_of_feel_given_something_else(source):
    with pytest.raises(EvaluationError):
        compile_feel(source).evaluate(CASE)
