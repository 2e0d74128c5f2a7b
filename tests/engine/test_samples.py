"""Quality reviews: a sample drawn by a seed, reviewed by auditors who had no part in the case, closed with its figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.scorecard import USUAL
from engine.handlers.samples import CaseSettled, CasesLeft, NotImpartial, SampleClosed
from engine.queries import samples as queries
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, admin, auditor, clerk, colleague, lead, owner

DESK = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > e"))
OTHER = bpmn(sequence("other", task("take", "front-desk"), path="s > take > e"))
second, third = "qian.yu", "sun.wen"
GOOD = {one.key: "met" for one in USUAL.questions}
BAD = GOOD | {"truthful": "not-met"}


@pytest.fixture
def desk(office: Office) -> Office:
    """Thirty cases of last week: twenty of one procedure, ten of another; a lead assigned three of them."""
    office.deploy(DESK)
    office.deploy(OTHER)
    for login in (second, third):
        office.ask(c.SaveUser(login, name=login, roles=("auditor",), department="company"))
    for no in range(1, 31):
        case = office.start("other" if no % 3 == 0 else "desk")
        if no <= 3:
            case.task("take").assign(lead, colleague)
        case.task("take").complete(by=colleague if no <= 3 else clerk)
    office.wait("P7D")
    return office


def draw(desk: Office, by: str = auditor, **how) -> dict:
    asked = {"name": "三月质检", "size": 6, "method": "random", "seed": "2026-03", "from_at": desk.now - timedelta(days=8)}
    return desk.ask(c.DrawSample(**(asked | {"to_at": desk.now} | how)), by)


def sheet(desk: Office, sample_id: int, by: str = auditor) -> queries.Sample:
    with desk.engine.read() as conn:
        return queries.sheet(conn, sample_id, desk.actor(by).id)


def redrawn(desk: Office, sample_id: int) -> bool:
    with desk.engine.read() as conn:
        return queries.redraw(conn, queries.find(conn, sample_id))


def review(desk: Office, sample: dict, case_id: int, by: str = auditor, ratings=GOOD, note: str = "") -> dict:
    return desk.ask(c.ReviewCase(sample["id"], case_id, ratings, note), by)


def test_the_same_seed_draws_the_same_cases(desk):
    one, other = draw(desk), draw(desk)
    assert one["cases"] == other["cases"] and len(one["cases"]) == 6 and one["population"] == 30
    assert draw(desk, seed="another")["cases"] != one["cases"]
    made = draw(desk, seed="")
    assert len(made["seed"]) == 16 and redrawn(desk, made["id"])
    entry = desk.system_trail().last("SampleDrawn")
    assert (entry.by, entry["seed"], entry["size"], entry["population"]) == (auditor, made["seed"], 6, 30)
    assert entry["scorecard"]["questions"][0]["key"] == "reception"
    desk.system_trail().check()


def test_what_happened_since_does_not_change_what_was_drawn(desk):
    made = draw(desk)
    desk.start("desk").task("take").complete(by=clerk)
    assert redrawn(desk, made["id"])
    desk.ask(c.RedactPersonalValues(made["cases"][0], "asked for"), admin)
    assert redrawn(desk, made["id"]) is False  # the case weighs more now


def test_strata_and_weights(desk):
    strata = draw(desk, method="stratified", strata="procedure")
    assert sorted(one.stratum for one in sheet(desk, strata["id"]).cases) == ["desk"] * 4 + ["other"] * 2
    weighted = sheet(desk, draw(desk, size=30, method="weighted")["id"])
    assert [one.case_id for one in weighted.cases if "reassigned" in one.risks] == [1, 2, 3]
    assert [one.weight for one in weighted.cases[:4]] == [2, 2, 2, 1]
    assert draw(desk, procedure="other")["population"] == 10
    assert draw(desk, size=50, department="service")["population"] == 30


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"name": " "}, "name"),
        ({"size": 0}, "size"),
        ({"size": 1001}, "size"),
        ({"reviews": 4}, "reviews"),
        ({"method": "by hand"}, "method"),
        ({"method": "stratified"}, "strata"),
        ({"seed": "x" * 65}, "seed"),
        ({"procedure": "nothing"}, "from"),
        ({"scorecard": {"questions": []}}, "scorecard"),
        ({"scorecard": {"questions": [], "passes_at": 80}}, "scorecard"),
        ({"scorecard": {"questions": [{"key": "a", "zh": "", "en": "a", "points": 1, "critical": False}], "passes_at": 80}}, "scorecard"),
        ({"scorecard": {"questions": [{"key": "a", "zh": "甲", "en": "a", "points": 0, "critical": False}], "passes_at": 80}}, "scorecard"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_its_field(desk, how, field):
    with pytest.raises(InvalidInput) as refused:
        draw(desk, **how)
    assert list(refused.value.fields) == [field]


def test_the_time_has_to_be_over_and_in_order(desk):
    with pytest.raises(InvalidInput):
        draw(desk, to_at=desk.now + timedelta(hours=1))
    with pytest.raises(InvalidInput):
        draw(desk, to_at=desk.now - timedelta(days=30))


@pytest.mark.parametrize("login", [clerk, lead, owner, admin])
def test_auditors_alone_draw_and_review(desk, login):
    made = draw(desk)
    with pytest.raises(Forbidden):
        draw(desk, by=login)
    with pytest.raises(Forbidden):
        review(desk, made, made["cases"][0], by=login)
    with pytest.raises(Forbidden):
        desk.ask(c.CloseSample(made["id"], "enough"), login)


def test_a_review_stands_in_the_trail_of_its_case(desk):
    made = draw(desk)
    case_id = made["cases"][0]
    answer = review(desk, made, case_id, ratings=BAD, note="缺少退款凭证")
    assert (answer["score"], answer["verdict"], answer["settled"]) == (0, "failed", "failed")
    trail = desk.case(case_id).trail()
    trail.check()
    entry = trail.last("CaseReviewed")
    assert (entry.by, entry["sample"], entry["score"], entry["ratings"]["truthful"]) == (auditor, made["id"], 0, "not-met")
    shown = next(one for one in sheet(desk, made["id"]).cases if one.case_id == case_id)
    assert shown.reviews[0].note == "缺少退款凭证"
    desk.ask(c.RedactPersonalValues(case_id, "asked for"), admin)
    shown = next(one for one in sheet(desk, made["id"]).cases if one.case_id == case_id)
    assert shown.reviews[0].note is None and shown.reviews[0].score == 0


@pytest.mark.parametrize(
    ("ratings", "note", "field"),
    [
        ({}, "", "rating.reception"),
        (GOOD | {"need": "splendid"}, "", "rating.need"),
        (GOOD | {"weather": "met"}, "", "ratings"),
        (BAD, " ", "note"),
        (GOOD, "x" * 2001, "note"),
    ],
)
def test_what_is_no_rating_is_said_at_its_question(desk, ratings, note, field):
    made = draw(desk)
    with pytest.raises(InvalidInput) as refused:
        review(desk, made, made["cases"][0], ratings=ratings, note=note)
    assert field in refused.value.fields


def test_who_had_a_part_in_the_case_does_not_review_it(desk):
    made = draw(desk, size=30)
    desk.ask(c.SaveUser(clerk, roles=("auditor",)))
    with pytest.raises(NotImpartial):
        review(desk, made, 9, by=clerk)


def test_a_case_or_sample_that_is_not_there(desk):
    made = draw(desk)
    other = next(one for one in range(1, 31) if one not in made["cases"])
    with pytest.raises(NotFound):
        review(desk, made, other)
    with pytest.raises(NotFound):
        desk.ask(c.ReviewCase(99, made["cases"][0], GOOD), auditor)


def test_four_eyes_see_nothing_of_each_other_until_the_case_is_settled(desk):
    made = draw(desk, reviews=2)
    case_id = made["cases"][0]
    assert review(desk, made, case_id)["settled"] is None
    seen = next(one for one in sheet(desk, made["id"], second).cases if one.case_id == case_id)
    assert (seen.given, seen.reviews, seen.settled) == (1, (), None)
    assert review(desk, made, case_id, by=second, ratings=BAD, note="不实")["settled"] is None
    assert review(desk, made, case_id, by=third)["settled"] == "passed"
    seen = next(one for one in sheet(desk, made["id"], second).cases if one.case_id == case_id)
    assert [one.verdict for one in seen.reviews] == ["passed", "failed", "passed"]
    with pytest.raises(CaseSettled):
        review(desk, made, case_id, by=second)


def test_one_pair_of_eyes_may_think_again_but_counts_once(desk):
    made = draw(desk, reviews=2)
    case_id = made["cases"][0]
    review(desk, made, case_id)
    assert review(desk, made, case_id, ratings=BAD, note="不实")["settled"] is None
    mine = next(one for one in sheet(desk, made["id"]).cases if one.case_id == case_id)
    assert (mine.given, mine.reviews[0].verdict) == (1, "failed")
    assert desk.case(case_id).trail().types.count("CaseReviewed") == 2


def test_a_sample_is_closed_with_its_figures(desk):
    made = draw(desk, size=4)
    first, bad, *others = made["cases"]
    review(desk, made, first)
    review(desk, made, bad, ratings=BAD, note="不实")
    with pytest.raises(CasesLeft):
        desk.ask(c.CloseSample(made["id"]), auditor)
    for case_id in others:
        review(desk, made, case_id, ratings=GOOD | {"need": "partly"})
    figures = sheet(desk, made["id"]).figures
    assert (figures.passed.count, figures.passed.of, figures.mean) == (3, 4, 70)
    assert (figures.by_question["need"], figures.by_question["truthful"]) == (75, 75)
    assert figures.interval.low < 0.75 < figures.interval.high
    closed = desk.ask(c.CloseSample(made["id"]), auditor)
    assert closed == {"id": made["id"], "settled": 4, "passed": 3, "mean": 70}
    assert desk.system_trail().last("SampleClosed")["passed"] == 3
    with pytest.raises(SampleClosed):
        review(desk, made, first)


def test_a_sample_closed_early_says_why(desk):
    made = draw(desk, size=4)
    review(desk, made, made["cases"][0])
    assert desk.ask(c.CloseSample(made["id"], "季度结束"), auditor)["settled"] == 1
    assert desk.system_trail().last("SampleClosed")["reason"] == "季度结束"


def test_samples_are_listed_the_newest_first(desk):
    for no in range(3):
        draw(desk, name=f"sample {no}")
    with desk.engine.read() as conn:
        page = queries.page(conn, limit=2)
        rest = queries.page(conn, limit=2, cursor=page.next)
    assert [one.row.name for one in (*page.items, *rest.items)] == ["sample 2", "sample 1", "sample 0"]
