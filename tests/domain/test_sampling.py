"""Drawing cases: the same seed draws the same ones, strata have their places, weights count."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.sampling import METHODS, RISKS, Candidate, digest, draw, lot, shares

CASES = [Candidate(no, "ab"[no % 3 == 0], ("late",) if no % 10 == 0 else ()) for no in range(1, 201)]


@st.composite
def candidates(draws: st.DrawFn) -> list[Candidate]:
    ids = draws(st.lists(st.integers(1, 10**9), unique=True, max_size=60))
    risks = st.lists(st.sampled_from(sorted(RISKS)), unique=True).map(tuple)
    return [Candidate(one, draws(st.sampled_from(["", "a", "b", "c"])), draws(risks)) for one in ids]


@given(candidates(), st.integers(0, 80), st.sampled_from(METHODS), st.text(max_size=20))
def test_as_many_as_asked_for_each_once_and_the_same_again(cases, size, method, seed):
    drawn = draw(cases, size, method, seed)
    assert len(drawn) == min(size, len(cases)) == len({one.case_id for one in drawn})
    assert draw(list(reversed(cases)), size, method, seed) == drawn
    assert set(drawn) <= set(cases)


@given(candidates(), st.integers(0, 60), st.sampled_from(["random", "weighted"]), st.text(max_size=20))
def test_a_greater_sample_holds_the_smaller_one(cases, size, method, seed):
    assert set(draw(cases, size, method, seed)) <= set(draw(cases, size + 5, method, seed))


def test_anybody_can_work_the_lot_out():
    worked_out = int(hashlib.sha256(b"2026-Q1:17").hexdigest()[:16], 16)
    assert lot("2026-Q1", 17) == (worked_out + 0.5) / 2**64


def test_another_seed_draws_others():
    assert draw(CASES, 20, "random", "one") != draw(CASES, 20, "random", "two")


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 500), max_size=8), st.integers(0, 600))
def test_strata_have_places_in_proportion(counts, places):
    given_ = shares(counts, places)
    total = sum(counts.values())
    assert sum(given_.values()) == min(places, total)
    assert all(given_[name] <= counts[name] for name in counts)
    if places >= len(counts):
        assert all(given_.values())
    if places >= total:
        assert given_ == counts


def test_strata_as_one_would_reckon():
    assert shares({"a": 60, "b": 30, "c": 10}, 10) == {"a": 6, "b": 3, "c": 1}
    assert shares({"a": 50, "b": 30, "c": 20}, 7) == {"a": 4, "b": 2, "c": 1}
    assert shares({"a": 1000, "b": 1}, 10) == {"a": 9, "b": 1}


def test_of_a_stratum_the_cases_with_the_smallest_lots_are_drawn():
    drawn = draw(CASES, 30, "stratified", "s")
    assert Counter(one.stratum for one in drawn) == {"a": 20, "b": 10}
    threes = [one for one in CASES if one.stratum == "b"]
    assert {one for one in drawn if one.stratum == "b"} == set(draw(threes, 10, "random", "s"))


def test_weight_counts():
    """Of 20 late cases with weight 4 and 180 with weight 1, a draw of 10 has (4·20)/(4·20+180) ≈ 31 % late ones."""
    late = sum(bool(one.risks) for seed in range(300) for one in draw(CASES, 10, "weighted", str(seed)))
    assert late / 3000 == pytest.approx(0.31, abs=0.04)
    plain = sum(bool(one.risks) for seed in range(300) for one in draw(CASES, 10, "random", str(seed)))
    assert plain / 3000 == pytest.approx(0.10, abs=0.03)


def test_what_was_drawn_from_is_told_by_its_digest():
    assert digest(CASES) == digest(list(reversed(CASES))) != digest(CASES[:-1])
    assert digest([Candidate(1, "a", ("late",))]) == hashlib.sha256(b"1 a 4\n").hexdigest()
