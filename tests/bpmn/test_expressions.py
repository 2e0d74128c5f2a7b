"""What expressions mean, in their three languages."""

import operator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.bpmn.expressions import (
    EvaluationError,
    ExpressionError,
    compile_expression,
    compile_script,
    compile_value,
    is_expression,
)

CASE = {
    "amount": 250,
    "price": Decimal("19.90"),
    "share": 0.1,
    "customer": {"level": "vip", "name": "李明", "phones": ["1", "2"]},
    "approved": True,
    "rejected": False,
    "nothing": None,
    "blank": "",
    "x": 3,
    "items": [1, 2, 3],
    "name": "Li",
    "金额": 5,
    "birthday": date(1990, 5, 1),
    "called_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    "answered_at": datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
}


def value(source):
    return compile_expression(source).evaluate(CASE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("amount > 100", True),
        ('amount > 100 and customer.level == "vip"', True),
        ("金额 * 2 == 10", True),
        ("0.1 + 0.2 == 0.3", True),
        ("share == 0.1", True),
        ("price * 3", Decimal("59.70")),
        ("price + share", Decimal("20.00")),
        ("10 / 4", Decimal("2.5")),
        ("1 / 3 < 0.3334", True),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("-7.5 % 2", Decimal("0.5")),
        ("1 < x <= 3", True),
        ("not x == 3", False),
        ("nothing is None", True),
        ("nothing is not None", False),
        ("x in [1, 2, 3]", True),
        ("x not in items", False),
        ('"v" in customer.level', True),
        ('"level" in customer', True),
        ("items[0] + items[-1]", 4),
        ('customer["name"]', "李明"),
        ("customer.phones[1]", "2"),
        ('"yes" if approved else "no"', "yes"),
        ("rejected or name", "Li"),
        ("true and not False", True),
        ("null == None", True),
        ("[1, [2, 3]]", [1, [2, 3]]),
        ('{"a": {"b": x}}', {"a": {"b": 3}}),
        ("max(items) - min(1, 2)", 2),
        ("sum(items) + len(name)", 8),
        ("round(2.345, 2)", Decimal("2.34")),
        ("round_half_up(2.345, 2)", Decimal("2.35")),
        ("round(2.5)", 2),
        ("int('42') + int(4.9)", 46),
        ("str(price) + '元'", "19.90元"),
        ("upper(name) + lower(name)", "LIli"),
        ("starts_with(name, 'L') and contains(name, 'i')", True),
        ("defined(missing)", False),
        ("defined(customer.level) and not defined(customer.zip)", True),
        ("default(missing, 7)", 7),
        ("default(nothing, 7)", 7),
        ('birthday < date("2000-01-01")', True),
        ("birthday.year", 1990),
        ('answered_at - called_at > duration("PT3H")', True),
        ('called_at + duration("PT2H") == datetime("2026-03-02T19:00:00+08:00")', True),
        ('date("2026-01-30") + duration("P2D")', date(2026, 2, 1)),
        ('"line\\nbreak \\u00e9"', "line\nbreak é"),
    ],
)
def test_plain(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("= amount > 100", True),
        ('= amount > 100 and customer.level = "vip"', True),
        ("= not(approved)", False),
        ("= x in [1..5]", True),
        ("= x in (3..5]", False),
        ("= x in (1, 2, 3)", True),
        ("= x in items", True),
        ("= x between 1 and 3 and approved", True),
        ("= nothing = null", True),
        ("= nothing and approved", False),
        ('= customer.level != "vip" or amount >= 250', True),
        ("= if x > 1 then x + 1 else 0", 4),
        ("= items[1]", 1),
        ("= items[-1]", 3),
        ("= amount * 1.1 > 200", True),
        ("= count(items) > 1", True),
        ('= string length("abc") + floor(2.7)', 5),
        ('= starts with(name, "L") and upper case(name) = "LI"', True),
        ("= list contains(items, 2)", True),
        ("= is defined(missing)", False),
        ("= get or else(missing, 3)", 3),
        ('= number("1.50")', Decimal("1.50")),
        ("= string(approved)", "true"),
        ('= @"2026-01-01" < date("2026-01-02")', True),
        ('= called_at < date and time("2026-03-02T10:00:00Z")', True),
        ('= {a: 1, "b": [2]}.b[1]', 2),
    ],
)
def test_feel(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${amount > 100}", True),
        ("#{approved}", True),
        ("${!approved || rejected}", False),
        ("${amount gt 100 and customer.level eq 'vip'}", True),
        ("${approved == true && amount <= 1000}", True),
        ("${empty blank and empty nothing and not empty name}", True),
        ("${x > 2 ? 'many' : 'few'}", "many"),
        ("${not rejected == approved}", True),
        ("${amount mod 100 eq 50 and amount div 2 eq 125}", True),
        ("${customer['phones'][0]}", "1"),
        ("${customer.name != null}", True),
    ],
)
def test_juel(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('${execution.getVariable("x") > 1}', "getVariable"),
        ('${"".getClass().forName("java.lang.Runtime")}', "getClass"),
        ("${bean:call(x)}", ":"),
        ("${a} and ${b}", "}"),
        ("= for i in items return i", "for"),
        ("= some i in items satisfies i > 1", "some"),
        ('= date("2026-01-01") < now()', "now"),
        ("= items[item > 1]", "[…]"),
        ("= 2 ** 3", "**"),
        ('= matches(name, "a+")', "matches"),
        ("= function(a) a", "function"),
        ("approved && rejected", "and"),
        ("approved = true", "=="),
        ("!approved", "not"),
        ("amount ＞ 100", ">"),
        ("name.startswith('L')", "startswith"),
        ("lambda: 1", "lambda"),
        ("x is 3", "=="),
        ("nope(3)", "nope"),
        ("len(1, 2)", "len"),
        ("'open", "quote"),
        ("", "empty"),
        ("= ", "empty"),
        ("${}", "empty"),
        ("amount >", "a value"),
    ],
)
def test_what_cannot_be_translated_is_refused_by_name(source, word):
    with pytest.raises(ExpressionError) as refusal:
        compile_expression(source)
    assert word in refusal.value.text.en
    assert refusal.value.text.zh and "{" not in refusal.value.text.zh.replace("${…}", "")
    assert refusal.value.source == source


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("missing + 1", "missing-variable"),
        ("customer.zip", "missing-key"),
        ("items[9]", "missing-key"),
        ("name > 1", "wrong-type"),
        ("nothing > 1", "wrong-type"),
        ("= nothing > 1", "wrong-type"),
        ("= name and approved", "wrong-type"),
        ("1 / 0", "division-by-zero"),
        ("1.5 % 0", "division-by-zero"),
        ('datetime("2026-01-01T10:00")', "bad-value"),
        ('date("2026-02-30")', "bad-value"),
        ('duration("P1M")', "bad-value"),
        ("date(called_at)", "wrong-type"),
        ("birthday < called_at", "wrong-type"),
        ("called_at.tzinfo", "wrong-type"),
        ("max([])", "bad-value"),
        ("opaque", "foreign-value"),
    ],
)
def test_what_cannot_be_computed_says_why(source, code):
    with pytest.raises(EvaluationError) as refusal:
        compile_expression(source).evaluate({**CASE, "opaque": object()})
    assert refusal.value.code == code
    assert refusal.value.text.zh and refusal.value.text.en


def test_a_missing_variable_is_named():
    with pytest.raises(EvaluationError) as refusal:
        value("missing > 1")
    assert refusal.value.missing == "missing"
    assert "missing" in refusal.value.text.zh


def test_names_are_the_variables_read():
    assert compile_expression("amount > 1 and customer.level == name").names == {"amount", "customer", "name"}
    assert compile_expression("= get or else(zip, 1) + max(1, 2)").names == {"zip"}


def test_values_as_attributes_carry_them():
    assert is_expression("${clerk}") and is_expression("= clerk") and not is_expression("clerk")
    assert compile_value("second line").evaluate({}) == "second line"
    assert compile_value("${name}").evaluate(CASE) == "Li"
    assert compile_value("second line").constant and not compile_value("=name").constant


def test_python_reads_whole_numbers_the_same_way():
    names = {"a": 7, "b": -3, "c": 2}
    for left in ("a", "b", "-c"):
        for one in ("+", "-", "*", "//", "%"):
            for other in ("+", "*", "%", "==", "<", "in [1, 2] or", "and", "or not"):
                source = f"{left} {one} b {other} c - 1"
                assert compile_expression(source).evaluate(names) == eval(source, {}, names), source


def test_a_script_assigns_and_leaves_its_argument_alone():
    script = compile_script("""
        # what we owe
        refund = price * 2 ; vat = refund * 0.13
        rows = [refund,
                vat]       # goes on while a bracket is open
        note = "a; b # c"
        big = ${refund gt 10}
        small = = refund < 10
    """)
    before = dict(CASE)
    assert script.run(CASE) == {
        "refund": Decimal("39.80"),
        "vat": Decimal("5.1740"),
        "rows": [Decimal("39.80"), Decimal("5.1740")],
        "note": "a; b # c",
        "big": True,
        "small": False,
    }
    assert before == CASE
    assert script.assigns == {"refund", "vat", "rows", "note", "big", "small"}
    assert script.names == {"price"}


@pytest.mark.parametrize(
    "source", ["", "# nothing", "x", "x == 1", "x += 1", "x.y = 1", "import os", "_x = 1", "if = 1", "x = "]
)
def test_a_script_is_only_assignments(source):
    with pytest.raises(ExpressionError):
        compile_script(source)


def test_a_script_may_not_store_a_duration():
    with pytest.raises(EvaluationError) as refusal:
        compile_script("wait = duration('PT1H')").run({})
    assert refusal.value.code == "not-storable"
    assert compile_expression("duration('PT1H')").evaluate({}) == timedelta(hours=1)


def test_compiling_is_done_once():
    assert compile_expression("amount > 1000") is compile_expression("amount > 1000")
    assert operator.eq(compile_script("a = 1"), compile_script("a = 1"))
