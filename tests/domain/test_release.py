"""One rule decides which version a new instance gets: even, sticky, the same in whatever order it is asked."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import InvalidInput
from engine.domain.release import (
    EVERYONE,
    PLACES,
    TO_DEPARTMENT,
    TO_EVERYONE,
    TO_SHARE,
    Release,
    Scope,
    allot,
    choose,
    parse,
    place,
    subject_of,
)

CURRENT = Release(1, 101, EVERYONE)
PILOT = Release(2, 102, Scope(share=1_000), ((0, 1_000),))
OTHER = Release(3, 103, Scope(share=2_500), ((1_000, 3_500),))
STARTS = 10_000


def version_of(releases, subject, departments=(), procedure="inquiry"):
    found, _ = choose(releases, procedure, subject, departments)
    return found.version_id if found else None


@pytest.mark.parametrize(
    "given, scope",
    [
        ({"all": True}, EVERYONE),
        ({"departments": ["a", "b", "a"]}, Scope(departments=("a", "b"))),
        ({"share": "0.1"}, Scope(share=1_000)),
        ({"share": 0.25}, Scope(share=2_500)),
        ({"share": Decimal("0.0001")}, Scope(share=1)),
        ({"share": " 0.9999 "}, Scope(share=9_999)),
        ({"all": True, "share": None}, EVERYONE),
    ],
)
def test_scopes_are_read_and_written(given, scope):
    assert parse(given, {"a", "b"}) == scope
    assert parse(scope.to_dict()) == scope


@pytest.mark.parametrize(
    "given",
    [
        {}, {"all": False}, {"all": 1.0, "share": 0.1}, {"departments": []}, {"departments": "a"}, {"departments": ["c"]},
        {"share": 0}, {"share": 1}, {"share": "-0.1"}, {"share": "0.00001"}, {"share": "a tenth"}, {"share": True},
        {"share": "NaN"}, {"share": "Infinity"}, {"some": 1}, {"all": True, "departments": ["a"]}, {"share": [1]},
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_scope_is_refused_in_words(given):
    with pytest.raises(InvalidInput) as told:
        parse(given, {"a", "b"})
    assert told.value.fields["scope"].zh and told.value.fields["scope"].en


@pytest.mark.parametrize("releases", list(permutations([CURRENT, PILOT, OTHER])), ids=str)
def test_ten_thousand_starts_fall_within_binomial_bounds(releases):
    """Within 3.3 standard deviations of np; the customers are fixed, so this passes always or never."""
    got = [version_of(releases, subject_of(customer, None)) for customer in range(STARTS)]
    for version, share in ((101, 0.65), (102, 0.1), (103, 0.25)):
        assert abs(got.count(version) - STARTS * share) < 3.3 * sqrt(STARTS * share * (1 - share))


def test_every_place_is_as_likely_as_another():
    """Chi-squared over a hundred classes of a hundred places each: 99 degrees of freedom, 99.9 % below 148.2."""
    counts = [0] * 100
    for customer in range(STARTS):
        counts[place("inquiry", f"customer:{customer}") // 100] += 1
    assert sum((count - 100) ** 2 / 100 for count in counts) < 148.2


def test_the_places_of_two_procedures_have_nothing_to_do_with_each_other():
    both = sum(place("a", str(n)) < 1_000 and place("b", str(n)) < 1_000 for n in range(STARTS))
    assert 60 < both < 140


@given(st.integers(1, 10**12), st.lists(st.sampled_from([CURRENT, PILOT, OTHER]), unique=True))
def test_the_same_customer_always_gets_the_same_in_any_order(customer, releases):
    subject = subject_of(customer, None)
    got = {version_of(order, subject) for order in permutations(releases)}
    assert len(got) == 1
    if PILOT in releases and place("inquiry", subject) < 1_000:
        assert got == {102}


def test_customer_before_business_key_before_the_case_itself():
    assert subject_of(7, "A-1", 3) == subject_of(7, None, 4) == "customer:7"
    assert subject_of(None, "A-1", 3) == subject_of(None, "A-1", 4) == "key:A-1"
    assert subject_of(None, None, 3) != subject_of(None, "", 4)
    assert subject_of(None, None) is None


def test_departments_come_first_and_the_nearest_of_them():
    above, here = Release(5, 105, Scope(departments=("company",))), Release(4, 104, Scope(departments=("service", "x")))
    everything = [CURRENT, Release(2, 102, Scope(share=9_999), ((0, 9_999),)), above, here]
    assert choose(everything, "p", "customer:1", ("service", "company")) == (here, TO_DEPARTMENT)
    assert choose(everything, "p", "customer:1", ("billing", "company")) == (above, TO_DEPARTMENT)
    assert choose(everything, "p", "customer:1", ())[1] == TO_SHARE
    assert choose([CURRENT, above], "p", None, ()) == (CURRENT, TO_EVERYONE)
    newer = Release(9, 109, Scope(departments=("service",)))
    assert choose([newer, *everything], "p", None, ("service",))[0] is newer


def test_nothing_for_somebody_nothing_is_released_to():
    assert choose([Release(1, 1, Scope(departments=("a",)))], "p", "customer:1", ("b",))[0] is None
    assert choose([], "p", None)[0] is None


def test_a_share_takes_the_first_free_places():
    assert allot(1_000, [], []) == ((0, 1_000),)
    assert allot(1_000, [], [(0, 2_500)]) == ((2_500, 3_500),)
    assert allot(3_000, [(0, 1_000)], [(1_000, 2_000)]) == ((0, 1_000), (2_000, 4_000))
    assert allot(3_000, [(1_000, 2_000)], []) == ((1_000, 4_000),)
    assert allot(500, [(1_000, 2_000)], []) == ((1_000, 1_500),)
    with pytest.raises(InvalidInput, match="correct") as told:
        allot(9_000, [], [(0, 2_500)])
    assert "0.75" in told.value.fields["scope"].en


stretches = st.lists(st.integers(0, PLACES), min_size=0, max_size=8, unique=True).map(
    lambda points: [(a, b) for a, b in zip(sorted(points)[::2], sorted(points)[1::2], strict=False)]
)


@given(stretches, st.integers(1, PLACES - 1), st.integers(1, PLACES - 1))
def test_who_is_in_stays_in_when_a_share_grows(others, first, second):
    free = PLACES - sum(end - start for start, end in others)
    small, large = sorted((first, second))
    if large > free:
        with pytest.raises(InvalidInput):
            allot(large, [], others)
        return
    before = set(places_of(allot(small, [], others)))
    after = set(places_of(allot(large, allot(small, [], others), others)))
    taken = set(places_of(others))
    assert (len(before), len(after)) == (small, large)
    assert before <= after
    assert not after & taken
    assert set(places_of(allot(small, allot(large, [], others), others))) <= set(places_of(allot(large, [], others)))


def places_of(stretches):
    return [one for start, end in stretches for one in range(start, end)]
