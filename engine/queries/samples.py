"""Samples as those who review see them: how far they are, what was found, and whether they can be drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.domain import sampling, scorecard
from engine.domain.actors import OVERSEERS, Actor
from engine.domain.errors import Forbidden, NotFound
from engine.domain.sampling import RISKS
from engine.domain.scorecard import NOT_APPLICABLE, PARTS, PASSED, Scorecard
from engine.domain.statistics import Interval, Rate, wilson
from engine.domain.text import Text
from engine.queries.paging import USUAL, Page, cut, read_cursor
from engine.store import samples, trail

SAMPLE = Text("抽样", "The sample")
MAY_NOT = Text("抽样评审仅供审计、流程负责人和管理员查看", "samples are for auditors, process owners and administrators")


@dataclass(frozen=True, slots=True)
class Review:
    """`note` is None where there is none, or where it was redacted."""

    user_id: int
    at: datetime
    ratings: Mapping[str, str]
    score: int | None
    verdict: str
    note: str | None


@dataclass(frozen=True, slots=True)
class SampledCase:
    """`reviews` are those the reader may see: their own, and once the case is settled all; `given` counts them all."""

    case_id: int
    title: str
    procedure: str
    stratum: str
    risks: tuple[str, ...]
    given: int
    settled: str | None
    reviews: tuple[Review, ...]

    @property
    def weight(self) -> int:
        return 1 + sum(RISKS[risk] for risk in self.risks)


@dataclass(frozen=True, slots=True)
class Figures:
    """`passed` of the settled cases, with its interval; `by_question`: the mean of a hundred of what applied."""

    settled: int
    passed: Rate
    interval: Interval[float]
    mean: int | None
    by_question: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Sample:
    row: Row
    card: Scorecard
    cases: tuple[SampledCase, ...]
    figures: Figures


def check_may_read(actor: Actor) -> None:
    if not actor.has(*OVERSEERS):
        raise Forbidden(why=MAY_NOT)


def find(conn: Connection, sample_id: int) -> Row:
    row = samples.find(conn, sample_id) if 0 < sample_id < 2**63 else None
    if row is None:
        raise NotFound(what=SAMPLE)
    return row


def page(conn: Connection, *, limit: int = USUAL, cursor: str | None = None) -> Page[Sample]:
    """The newest first; with their figures and without their cases."""
    after = read_cursor(cursor, 1)
    rows = samples.newest(conn, limit + 1, after[0] if after else None)
    shown, following = cut(rows, limit, lambda row: (row.id,))
    of_sample: dict[int, list[Row]] = {row.id: [] for row in shown}
    for one in samples.reviews(conn, of_sample):
        of_sample[one.sample_id].append(one)
    return Page(tuple(_sample(row, of_sample[row.id]) for row in shown), following)


def sheet(conn: Connection, sample_id: int, reader_id: int) -> Sample:
    """One sample as its reader may see it."""
    row = find(conn, sample_id)
    reviews = samples.reviews(conn, [row.id])
    of_case = _by_case(reviews)
    cases = tuple(_case(conn, row, one, of_case.get(one.case_id, []), reader_id) for one in samples.cases(conn, row.id))
    return _sample(row, reviews, cases)


def redraw(conn: Connection, row: Row) -> bool:
    """Whether the seed draws the same cases again, from the same."""
    wanted = row.wanted
    found = samples.population(
        conn, procedure=wanted.get("procedure"), department=wanted.get("department"),
        from_at=datetime.fromisoformat(wanted["from"]), to_at=datetime.fromisoformat(wanted["to"]),
        strata=wanted.get("strata", "") if row.method == sampling.STRATIFIED else "",
    )  # fmt: skip
    again = [one.case_id for one in sampling.draw(found, row.size, row.method, row.seed)]
    return sampling.digest(found) == row.digest and again == [one.case_id for one in samples.cases(conn, row.id)]


def _sample(row: Row, reviews: Sequence[Row], cases: tuple[SampledCase, ...] = ()) -> Sample:
    card = scorecard.from_json(row.scorecard)
    return Sample(row, card, cases, _figures(card, row.reviews, _by_case(reviews)))


def _by_case(reviews: Sequence[Row]) -> Mapping[int, list[Row]]:
    of_case: dict[int, list[Row]] = {}
    for one in reviews:
        of_case.setdefault(one.case_id, []).append(one)
    return of_case


def _case(conn: Connection, row: Row, one: Row, reviews: Sequence[Row], reader_id: int) -> SampledCase:
    settled = scorecard.settled([review.verdict for review in reviews], row.reviews)
    seen = [r for r in reviews if settled or row.closed_at or r.user_id == reader_id]
    words = trail.personal_values_of(conn, [(r.case_id, r.seq) for r in seen])
    shown = tuple(
        Review(r.user_id, r.at, r.ratings, r.score, r.verdict, words.get((r.case_id, r.seq, "note"))) for r in seen
    )
    return SampledCase(
        one.case_id, one.title, one.procedure, one.stratum, tuple(one.risks), len(reviews), settled, shown
    )


def _figures(card: Scorecard, needed: int, of_case: Mapping[int, Sequence[Row]]) -> Figures:
    """Of the cases that as many have reviewed as need to."""
    verdicts = {case_id: scorecard.settled([r.verdict for r in given], needed) for case_id, given in of_case.items()}
    settled = {case_id: verdict for case_id, verdict in verdicts.items() if verdict}
    counted = [review for case_id in settled for review in of_case[case_id]]
    passed = Rate(sum(verdict == PASSED for verdict in settled.values()), len(settled))
    means = {one.key: _mean_of(one.key, counted) for one in card.questions}
    return Figures(len(settled), passed, wilson(passed), _mean([r.score for r in counted if r.score is not None]), means)


def _mean_of(key: str, reviews: Sequence[Any]) -> int | None:
    return _mean([int(PARTS[r.ratings[key]] * 100) for r in reviews if r.ratings[key] != NOT_APPLICABLE])


def _mean(values: Sequence[int]) -> int | None:
    return round(sum(values) / len(values)) if values else None
