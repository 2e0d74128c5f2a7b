"""Intervals against values worked out by hand or printed in the sources."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.statistics import Interval, Rate, newcombe, quantile, quantile_interval, wilson


@pytest.mark.parametrize(
    "count, of, low, high",
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (8, 10, 0.4902, 0.9433),
        (10, 10, 0.7225, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(count, of, low, high):
    found = wilson(Rate(count, of))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    "one, other, low, high",
    [  # Newcombe, "Interval estimation for the difference …" (1998), table II, method 10
        (Rate(56, 70), Rate(48, 80), 0.0524, 0.3339),
        (Rate(9, 10), Rate(3, 10), 0.1705, 0.8090),
        (Rate(6, 7), Rate(2, 7), 0.0582, 0.8062),
        (Rate(5, 56), Rate(0, 29), -0.0381, 0.1926),
        (Rate(0, 10), Rate(0, 20), -0.1611, 0.2775),
        (Rate(10, 10), Rate(0, 10), 0.6075, 1.0),
        (Rate(0, 0), Rate(1, 2), -1.0, 1.0),
    ],
)
def test_newcombe(one, other, low, high):
    found = newcombe(one, other)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    "n, share, low, high",
    [  # for the median by hand: P(B ≤ 1) = 11/1024 for n = 10, P(B ≤ 5) = 0.0207 for n = 20, 2/32 > 0.05 for n = 5;
        # for the ninth tenth of 50: P(B ≤ 40) = 0.0245 and P(B ≤ 49) = 1 - 0.9⁵⁰ = 0.9948
        (5, 0.5, None, None),
        (6, 0.5, 1, 6),
        (10, 0.5, 2, 9),
        (20, 0.5, 6, 15),
        (20, 0.9, 15, None),
        (50, 0.9, 41, 50),
        (0, 0.5, None, None),
    ],
)
def test_between_which_two_of_the_values_a_quantile_lies(n, share, low, high):
    assert quantile_interval(range(1, n + 1), share) == Interval(low, high)


@given(st.integers(1, 300), st.sampled_from([0.5, 0.9]))
def test_the_interval_of_a_quantile_has_the_confidence_it_claims(n, share):
    found = quantile_interval(range(1, n + 1), share)
    low, high = found.low or 0, found.high or n + 1
    covered = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(low, high))
    assert covered >= 0.95 - 1e-9 or (found.low is None and found.high is None)


@pytest.mark.parametrize("n, share, at", [(1, 0.5, 1), (2, 0.5, 1), (3, 0.5, 2), (10, 0.9, 9), (11, 0.9, 10), (10, 0.5, 5)])
def test_a_quantile_is_one_of_the_values(n, share, at):
    assert quantile(range(1, n + 1), share) == at
    assert quantile([], share) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_intervals_hold_the_figure_and_stay_where_figures_can_be(a, b, c, d):
    one, other = Rate(min(a, b), max(a, b)), Rate(min(c, d), max(c, d))
    found = wilson(one)
    assert 0 <= found.low <= (one.value or 0) + 1e-12 or one.value is None
    assert found.high <= 1
    if one.of and other.of:
        between = newcombe(one, other)
        assert -1 - 1e-9 <= between.low <= one.value - other.value <= between.high <= 1 + 1e-9
