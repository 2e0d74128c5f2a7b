"""How far a figure of a few cases can be trusted: intervals for rates, for their difference, and for quantiles.

Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212;
R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven methods",
Statistics in Medicine 17 (1998) 873-890, method 10; H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed. (2003), 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

CONFIDENCE = 0.95
#: So many standard deviations below its mean a binomial count never is: the chance is below 10**-20.
FAR = 12.0
Number = TypeVar("Number")


@dataclass(frozen=True, slots=True)
class Interval(Generic[Number]):
    """From `low` to `high`; None where so few cases set no bound on that side."""

    low: Number | None
    high: Number | None


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of`."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None


def wilson(rate: Rate, confidence: float = CONFIDENCE) -> Interval[float]:
    """The rates p for which |p̂ - p| ≤ z √(p(1-p)/n): (2np̂ + z² ± z √(z² + 4np̂(1-p̂))) / (2(n + z²)); [0, 1] for n = 0.

    Never outside 0 and 1, and of use for few cases and for rates near 0 and 1, where p̂ ± z √(p̂(1-p̂)/n) is not.
    """
    n, x, z = rate.of, rate.count, _z(confidence)
    if n == 0:
        return Interval(0.0, 1.0)
    middle, spread = 2 * x + z * z, z * sqrt(z * z + 4 * x * (n - x) / n)
    low, high = ((middle - spread) / (2 * (n + z * z)), (middle + spread) / (2 * (n + z * z)))
    return Interval(0.0 if x == 0 else low, 1.0 if x == n else high)


def newcombe(one: Rate, other: Rate, confidence: float = CONFIDENCE) -> Interval[float]:
    """For p₁ - p₂, from the Wilson intervals (lᵢ, uᵢ): from d - √((p̂₁-l₁)² + (u₂-p̂₂)²) to d + √((u₁-p̂₁)² + (p̂₂-l₂)²)."""
    if not one.of or not other.of:
        return Interval(-1.0, 1.0)
    p, q = one.count / one.of, other.count / other.of
    a, b = wilson(one, confidence), wilson(other, confidence)
    return Interval(p - q - sqrt((p - a.low) ** 2 + (b.high - q) ** 2), p - q + sqrt((a.high - p) ** 2 + (q - b.low) ** 2))


def quantile(ordered: Sequence[Number], share: float) -> Number | None:
    """The value of which at least that share of the cases is not above: the ⌈n·share⌉-th; None without cases."""
    return ordered[max(ceil(len(ordered) * share - 1e-9), 1) - 1] if ordered else None


def quantile_interval(ordered: Sequence[Number], share: float, confidence: float = CONFIDENCE) -> Interval[Number]:
    """Between two of the values themselves, whatever the distribution.

    The number of cases below the true quantile is binomial (n, share). The l-th and the u-th smallest are taken, l the
    largest with P(B ≤ l-1) ≤ α/2 and u the smallest with P(B ≤ u-1) ≥ 1-α/2, so that X(l) ≤ quantile ≤ X(u) with at
    least the confidence asked for. Where there is no such case, that side has no bound.
    """
    n, tail = len(ordered), (1 - confidence) / 2
    first = max(1, int(n * share - FAR * sqrt(n * share * (1 - share))))
    below, low, high = 0.0, first - 1, 0
    for k in range(first, n + 1):
        below += _binomial(k - 1, n, share)
        if below <= tail:
            low = k
        if below >= 1 - tail:
            high = k
            break
    return Interval(ordered[low - 1] if low else None, ordered[high - 1] if high else None)


def _binomial(k: int, n: int, p: float) -> float:
    """P(B = k)."""
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)
