"""The limits of a pilot: read strictly, and crossed only by enough cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain.errors import InvalidInput
from engine.domain.guard import Breach, Guard, Tally, broken, parse


@pytest.mark.parametrize(
    "given, guard",
    [
        ({"on_time": "0.9"}, Guard(Decimal("0.9"))),
        ({"incidents": 0.05, "cases": 5}, Guard(None, Decimal("0.05"), 5)),
        ({"on_time": Decimal(1), "incidents": "0", "cases": "30"}, Guard(Decimal(1), Decimal(0), 30)),
        ({"on_time": "", "incidents": "0.1", "cases": None}, Guard(None, Decimal("0.1"))),
    ],
)
def test_guards_are_read_and_written(given, guard):
    assert parse(given) == guard
    assert parse(guard.to_dict()) == guard


@pytest.mark.parametrize(
    "given",
    [{}, {"cases": 20}, {"on_time": 2}, {"on_time": "-0.1"}, {"on_time": "most"}, {"on_time": True}, {"incidents": "NaN"},
     {"on_time": 1, "cases": 4}, {"on_time": 1, "cases": "many"}, {"on_time": 1, "cases": 5.5}, {"on_time": 1, "x": 1}],
    ids=repr,
)  # fmt: skip
def test_what_is_no_guard_is_refused_in_words(given):
    with pytest.raises(InvalidInput) as told:
        parse(given)
    assert told.value.fields["guard"].zh and told.value.fields["guard"].en


@pytest.mark.parametrize(
    "guard, tally, breach",
    [
        (Guard(Decimal("0.9")), Tally(19, 0, 19, 0), None),
        (Guard(Decimal("0.9")), Tally(20, 18, 40, 40), None),
        (Guard(Decimal("0.9")), Tally(20, 17, 40, 0), Breach("on_time", 17, 20, Decimal("0.9"))),
        (Guard(None, Decimal("0.1")), Tally(0, 0, 20, 2), None),
        (Guard(None, Decimal("0.1")), Tally(0, 0, 20, 3), Breach("incidents", 3, 20, Decimal("0.1"))),
        (Guard(None, Decimal(0), 5), Tally(0, 0, 4, 4), None),
        (Guard(Decimal(1), Decimal(0), 5), Tally(5, 5, 5, 1), Breach("incidents", 1, 5, Decimal(0))),
    ],
)
def test_a_limit_is_crossed_by_enough_cases(guard, tally, breach):
    assert broken(guard, tally) == breach
    if breach is not None:
        assert Breach.from_dict(breach.to_dict()) == breach
        assert str(breach.of) in breach.text.en and str(breach.of) in breach.text.zh
