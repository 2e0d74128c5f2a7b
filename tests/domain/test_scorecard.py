"""Scorecards: points, parts of points, what does not apply, and what must not be failed."""

from __future__ import annotations

import json

import pytest

from engine.domain.scorecard import FAILED, PASSED, USUAL, Question, Scorecard, from_json
from engine.domain.text import Text

CARD = Scorecard(
    (
        Question("a", Text.same("a"), 60),
        Question("b", Text.same("b"), 40),
        Question("c", Text.same("c"), 0, is_critical=True),
    )
)


@pytest.mark.parametrize(
    ("a", "b", "c", "score", "verdict"),
    [
        ("met", "met", "met", 100, PASSED),
        ("met", "partly", "met", 80, PASSED),
        ("partly", "met", "met", 70, FAILED),
        ("met", "not-met", "partly", 60, FAILED),
        ("met", "n/a", "n/a", 100, PASSED),
        ("n/a", "partly", "met", 50, FAILED),
        ("met", "met", "not-met", 0, FAILED),
        ("n/a", "n/a", "met", None, PASSED),
        ("n/a", "n/a", "not-met", 0, FAILED),
    ],
)
def test_a_case_is_scored(a, b, c, score, verdict):
    ratings = {"a": a, "b": b, "c": c}
    assert (CARD.score(ratings), CARD.verdict(ratings)) == (score, verdict)


def test_the_usual_card_adds_up_to_a_hundred():
    assert sum(one.points for one in USUAL.questions) == 100
    assert all(one.name.zh and one.name.en for one in USUAL.questions)


def test_a_card_survives_being_written():
    assert from_json(json.loads(json.dumps(USUAL.as_json()))) == USUAL
