"""Quality reviews for programs: draw a sample, read it, rate its cases, close it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain import sampling, scorecard
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries import samples as queries
from engine.queries.samples import Review, Sample, SampledCase
from engine.store.samples import STRATA
from webui.api import checking, shapes
from webui.api import schemas as s
from webui.api.addresses import case_id_of
from webui.api.calls import actor, reading, run
from webui.api.endpoint import WORK, Resource
from webui.api.words import iso

api = Resource("samples")
VERDICT = s.choice(scorecard.PASSED, scorecard.FAILED)
RATING = s.choice(*scorecard.RATINGS)
SCORE = {"type": "integer", "minimum": 0, "maximum": scorecard.FULL}
QUESTION = s.record({"key": s.LINE, "zh": s.LINE, "en": s.LINE, "points": SCORE, "critical": s.YES_NO})
CARD = s.record({"questions": s.items(QUESTION), "passes_at": SCORE})
RATINGS = {"type": "object", "additionalProperties": RATING, "maxProperties": 50}
SEED = {"type": "string", "maxLength": 64}
DRAW = s.record(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "size": {"type": "integer", "minimum": 1, "maximum": 1000},
        "method": s.choice(*sampling.METHODS),
        "from": s.INSTANT,
        "to": s.INSTANT,
    },
    {
        "seed": SEED,
        "strata": s.choice(*STRATA),
        "procedure": s.LINE,
        "department": s.LINE,
        "reviews": {"type": "integer", "minimum": 1, "maximum": 3},
        "scorecard": CARD,
    },
)
DRAWN = s.record({"id": s.ID, "seed": s.TEXT, "population": s.WHOLE, "cases": s.items(s.WHOLE)})
REVIEW = s.record({"by": s.WHOLE, "at": s.INSTANT, "ratings": RATINGS, "score": s.maybe(SCORE), "verdict": VERDICT, "note": s.maybe(s.TEXT)})
SAMPLED = s.record(
    {
        "case_id": s.WHOLE,
        "case_number": s.TEXT,
        "stratum": s.TEXT,
        "risks": s.items(s.TEXT),
        "weight": s.WHOLE,
        "reviews_given": s.WHOLE,
        "settled": s.maybe(s.TEXT),
        "reviews": s.items(REVIEW),
    }
)
BRIEF = {
    "id": s.ID,
    "name": s.TEXT,
    "method": s.TEXT,
    "seed": s.TEXT,
    "wanted": {"type": "object", "additionalProperties": True},
    "population": s.WHOLE,
    "digest": s.TEXT,
    "size": s.WHOLE,
    "reviews": s.WHOLE,
    "drawn_at": s.INSTANT,
    "closed_at": s.maybe(s.INSTANT),
    "settled": s.WHOLE,
    "passed": s.WHOLE,
    "mean": s.maybe(s.WHOLE),
}
SAMPLE = s.record(BRIEF | {"scorecard": CARD, "cases": s.items(SAMPLED)})
RATED = s.record({"sample": s.ID, "case_id": s.WHOLE, "score": s.maybe(SCORE), "verdict": VERDICT, "settled": s.maybe(s.TEXT)})
CLOSED = s.record({"id": s.ID, "settled": s.WHOLE, "passed": s.WHOLE, "mean": s.maybe(s.WHOLE)})


@api.post("/audit/samples", Text("抽取质检样本", "Draw a sample of closed cases to be reviewed"), DRAWN, status=201, scope=WORK, body=DRAW)
def draw(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same seed draws the same cases again. For auditors; the time has to be over."""
    first, last = (checking.instant(body[name]) for name in ("from", "to"))
    more = {name: body[name] for name in ("seed", "strata", "procedure", "department", "reviews", "scorecard") if name in body}
    return dict(run(c.DrawSample(body["name"], body["size"], body["method"], first, last, **more)))


@api.get("/audit/samples", Text("质检样本，最新的在前", "Samples, the newest first"), s.listing(s.record(BRIEF)), query=s.PAGING)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    queries.check_may_read(actor())
    with reading() as (conn, _):
        found = queries.page(conn, limit=query.get("limit", s.LIMIT["default"]), cursor=query.get("cursor"))
    return shapes.page(found, _brief)


@api.get("/audit/samples/{sample}", Text("一个样本及其工单与评分", "One sample with its cases and their reviews"), SAMPLE)
def show(sample_id: int) -> dict[str, Any]:
    """Reviews of others are shown when the case is settled."""
    queries.check_may_read(actor())
    with reading() as (conn, _):
        found = queries.sheet(conn, sample_id, actor().id)
    return _brief(found) | {"scorecard": found.card.as_json(), "cases": [_case(one) for one in found.cases]}


@api.post(
    "/audit/samples/{sample}/reviews",
    Text("为样本中的工单评分", "Rate a case of the sample"),
    RATED,
    status=201,
    scope=WORK,
    body=s.record({"case": s.CASE_REFERENCE, "ratings": RATINGS}, {"note": s.NOTE}),
)
def review(sample_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.ReviewCase(sample_id, case_id_of(body["case"]), body["ratings"], body.get("note", ""))))


@api.post(
    "/audit/samples/{sample}/closure",
    Text("结束样本评审", "Close the sample; its figures stand"),
    CLOSED,
    scope=WORK,
    body=s.record({}, {"reason": s.NOTE}),
)
def close(sample_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.CloseSample(sample_id, body.get("reason", ""))))


def _brief(sample: Sample) -> dict[str, Any]:
    row, figures = sample.row, sample.figures
    told = {name: getattr(row, name) for name in ("id", "name", "method", "seed", "wanted", "population", "digest", "reviews")}
    counted = {"size": len(sample.cases), "settled": figures.settled, "passed": figures.passed.count, "mean": figures.mean}
    return {**told, **counted, "drawn_at": iso(row.drawn_at), "closed_at": iso(row.closed_at)}


def _case(one: SampledCase) -> dict[str, Any]:
    told = {"case_id": one.case_id, "case_number": case_number(one.case_id), "stratum": one.stratum, "risks": list(one.risks)}
    given = {"reviews_given": one.given, "settled": one.settled, "reviews": [_review(found) for found in one.reviews]}
    return {**told, "weight": one.weight, **given}


def _review(one: Review) -> dict[str, Any]:
    told = {"by": one.user_id, "at": iso(one.at), "ratings": dict(one.ratings)}
    return {**told, "score": one.score, "verdict": one.verdict, "note": one.note}
