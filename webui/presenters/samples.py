"""Samples and scorecards in words: what is drawn, from what, how far it is, and what was found."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from engine.audit.exports.tables import safe
from engine.bpmn.model import Field, Form, Option
from engine.domain import sampling, scorecard
from engine.domain.case import case_number
from engine.domain.errors import NotFound
from engine.domain.scorecard import FAILED, PASSED, USUAL, Question
from engine.domain.text import Text
from engine.queries.samples import Sample, SampledCase
from engine.store import procedures
from webui.locales import current
from webui.request import Reading

METHODS = {
    sampling.RANDOM: Text("简单随机", "at random"),
    sampling.STRATIFIED: Text("分层", "in strata"),
    sampling.WEIGHTED: Text("按风险加权", "weighted by risk"),
}
STRATA = {
    "procedure": Text("流程", "by procedure"),
    "department": Text("部门", "by department"),
    "channel": Text("渠道", "by channel"),
    "owner": Text("负责人", "by owner of the case"),
}
RISKS = {
    "deviation": Text("偏离流程", "deviates"),
    "late": Text("超时", "late"),
    "intervention": Text("人工干预", "intervention"),
    "repeated": Text("步骤返工", "a step repeated"),
    "reassigned": Text("转办", "handed on"),
}
RATINGS = {
    scorecard.MET: Text("符合", "met"),
    scorecard.PARTLY: Text("部分符合", "partly"),
    scorecard.NOT_MET: Text("不符合", "not met"),
    scorecard.NOT_APPLICABLE: Text("不适用", "does not apply"),
}
SPARE_ROWS, USUAL_SIZE, USUAL_DAYS = 3, 10, 30
ALL, NONE = Option("", Text("全部", "All")), Option("", Text("不分层", "None"))
CASE = Text("抽样中的该工单", "The case in this sample")


@dataclass(frozen=True, slots=True)
class SampleShown:
    id: int
    name: str
    how: str
    seed: str
    digest: str
    period: tuple[date, date]
    by: str
    drawn_at: datetime
    closed_at: datetime | None
    size: int
    population: int
    reviews: int
    passes_at: int
    settled: int
    passed: str
    interval: str
    mean: int | None


@dataclass(frozen=True, slots=True)
class CaseShown:
    id: int
    number: str
    title: str
    procedure: Text
    stratum: str
    weight: int
    risks: tuple[str, ...]
    given: int
    settled: str | None
    mine: bool
    reviews: tuple[Any, ...]


def draw_form(r: Reading) -> Form:
    known = [Option(row.key, Text(row.name_zh, row.name_en)) for row in procedures.all_(r.conn)]
    departments = [Option(one.key, one.name) for one in r.organisation.departments.values()]
    reviews = [Option(str(n), Text(f"{n} 人", str(n))) for n in (1, 2, 3)]
    return Form(
        (
            Field("name", Text("名称", "Name"), required=True, max_length=200),
            Field("size", Text("抽取数量", "How many cases"), "integer", required=True, minimum=Decimal(1), maximum=Decimal(1000)),
            Field("from", Text("结案日期自", "Closed from"), "date", required=True),
            Field("to", Text("至（含当日）", "Until, that day included"), "date", required=True),
            Field("method", Text("抽样方法", "How they are drawn"), "choice", required=True, options=_options(METHODS)),
            Field("strata", Text("分层依据", "Strata"), "choice", options=(NONE, *_options(STRATA)), hint=Text("仅用于分层抽样", "for samples in strata")),
            Field("procedure", Text("仅此流程", "This procedure alone"), "choice", options=(ALL, *known)),
            Field("department", Text("仅此部门", "This department alone"), "choice", options=(ALL, *departments)),
            Field("reviews", Text("需几人意见一致", "How many have to agree"), "choice", required=True, options=tuple(reviews)),
            Field("seed", Text("随机种子", "Seed"), max_length=64, hint=Text("留空则自动生成；同一种子可重抽出同样的工单。", "Empty: one is made. The same seed draws the same cases again.")),
        )
    )  # fmt: skip


def at_first(r: Reading) -> dict[str, str]:
    """The thirty days before today."""
    yesterday = r.now.astimezone(r.zone).date() - timedelta(days=1)
    first = yesterday - timedelta(days=USUAL_DAYS - 1)
    values = {"from": first.isoformat(), "to": yesterday.isoformat(), "size": str(USUAL_SIZE)}
    return values | {"method": sampling.RANDOM, "reviews": "1"}


def card_rows(sent: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The questions as they stand in the form: those that were sent, else the usual ones, and empty rows below."""
    if sent is None:
        rows = [{"key": q.key, "zh": q.name.zh, "en": q.name.en, "points": str(q.points), "critical": q.is_critical} for q in USUAL.questions]
        return rows + [{"key": "", "zh": "", "en": "", "points": "", "critical": False}] * SPARE_ROWS
    count = len(USUAL.questions) + SPARE_ROWS
    return [
        {name: sent.get(f"q{no}.{name}", "").strip() for name in ("key", "zh", "en", "points")} | {"critical": f"q{no}.critical" in sent}
        for no in range(count)
    ]


def card_of(sent: Mapping[str, str]) -> dict[str, Any] | None:
    """The scorecard that was sent; rows without words are no questions, and one language does for both."""
    if "q0.zh" not in sent:
        return None
    rows = [one for one in card_rows(sent) if one["zh"] or one["en"]]
    questions = [
        {"key": one["key"] or f"own-{no}", "zh": one["zh"] or one["en"], "en": one["en"] or one["zh"], "points": one["points"] or 0, "critical": one["critical"]}
        for no, one in enumerate(rows, 1)
    ]
    return {"questions": questions, "passes_at": sent.get("passes_at", "").strip() or USUAL.passes_at}


def of(sample: Sample, r: Reading) -> SampleShown:
    row, figures = sample.row, sample.figures
    wanted = row.wanted
    first, last = (datetime.fromisoformat(wanted[name]).astimezone(r.zone) for name in ("from", "to"))
    low, high = figures.interval.low or 0, figures.interval.high or 0
    return SampleShown(
        id=row.id,
        name=row.name,
        how=_how(row, r),
        seed=row.seed,
        digest=row.digest,
        period=(first.date(), (last - timedelta(microseconds=1)).date()),
        by=r.organisation.name_of(row.user_id),
        drawn_at=row.drawn_at,
        closed_at=row.closed_at,
        size=len(sample.cases),
        population=row.population,
        reviews=row.reviews,
        passes_at=sample.card.passes_at,
        settled=figures.settled,
        passed=f"{figures.passed.count} / {figures.passed.of}",
        interval=f"{low * 100:.0f}–{high * 100:.0f} %" if figures.settled else "",
        mean=figures.mean,
    )


def cases(sample: Sample, r: Reading) -> list[CaseShown]:
    names = {row.key: Text(row.name_zh, row.name_en) for row in procedures.all_(r.conn)}
    return [_case(one, names, sample, r) for one in sample.cases]


def case(sample: Sample, case_id: int, r: Reading, ratings: Mapping[str, str] | None, note: str) -> dict[str, Any]:
    """One case to be rated: what was typed, else the reviewer's own earlier review."""
    found = next((one for one in cases(sample, r) if one.id == case_id), None)
    if found is None:
        raise NotFound(what=CASE)
    mine = next(one for one in sample.cases if one.case_id == case_id).reviews
    own = next((one for one in mine if one.user_id == r.actor.id), None)
    given = ratings if ratings is not None else dict(own.ratings) if own else {}
    rows = [{"question": one, "rating": given.get(one.key, ""), "name": f"rating.{one.key}"} for one in sample.card.questions]
    options = [{"value": key, "label": words} for key, words in RATINGS.items()]
    return {"case": found, "rows": rows, "options": options, "note": note if ratings is not None else (own.note or "") if own else ""}


def questions(sample: Sample) -> list[tuple[Question, int | None]]:
    return [(one, sample.figures.by_question[one.key]) for one in sample.card.questions]


def next_case(sample: Sample, reader_id: int, after: int) -> int | None:
    """The next one that waits for this reviewer, round the list."""
    waiting = [one.case_id for one in sample.cases if not one.settled and all(r.user_id != reader_id for r in one.reviews)]
    return next((one for one in waiting if one > after), waiting[0] if waiting else None)


def outcome(answer: Mapping[str, Any]) -> str:
    score = "–" if answer["score"] is None else str(answer["score"])
    said = _("passed") if answer["verdict"] == PASSED else _("not passed")
    return _("Rated: %(score)s of 100, %(verdict)s.", score=score, verdict=said)


def worksheet(sample: Sample, r: Reading) -> bytes:
    """One row a case, a column for each question still to be filled in."""
    file = io.StringIO()
    writer = csv.writer(file)
    asked = [safe(one.name.in_(current())) for one in sample.card.questions]
    writer.writerow([_("Case"), _("Matter"), _("Procedure"), _("Stratum"), _("Weight"), _("Reasons"), *asked, _("Result"), _("Score")])
    for one in cases(sample, r):
        scores = [str(review["score"]) for review in one.reviews if review["score"] is not None]
        row = [one.number, one.title, one.procedure.in_(current()), one.stratum, str(one.weight), ", ".join(one.risks)]
        writer.writerow([*map(safe, row), *[""] * len(asked), {PASSED: _("passed"), FAILED: _("not passed")}.get(one.settled or "", ""), " ".join(scores)])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _how(row: Any, r: Reading) -> str:
    told = [METHODS[row.method].in_(current())]
    if row.method == sampling.STRATIFIED:
        told.append(STRATA[row.wanted["strata"]].in_(current()))
    if key := row.wanted.get("procedure"):
        found = procedures.find(r.conn, key)
        told.append(Text(found.name_zh, found.name_en).in_(current()) if found else key)
    if key := row.wanted.get("department"):
        known = r.organisation.departments.get(key)
        told.append(known.name.in_(current()) if known else key)
    return " · ".join(told)


def _case(one: SampledCase, names: Mapping[str, Text], sample: Sample, r: Reading) -> CaseShown:
    reviews = tuple(
        {"by": r.organisation.name_of(v.user_id), "at": v.at, "score": v.score, "verdict": v.verdict, "note": v.note}
        for v in one.reviews
    )
    return CaseShown(
        id=one.case_id,
        number=case_number(one.case_id),
        title=one.title,
        procedure=names.get(one.procedure, Text.same(one.procedure)),
        stratum=_stratum(one.stratum, sample, names, r),
        weight=one.weight,
        risks=tuple(RISKS[risk].in_(current()) for risk in one.risks),
        given=one.given,
        settled=one.settled,
        mine=any(v.user_id == r.actor.id for v in one.reviews),
        reviews=reviews,
    )


def _stratum(key: str, sample: Sample, names: Mapping[str, Text], r: Reading) -> str:
    by = sample.row.wanted.get("strata")
    if not key or not by:
        return ""
    if by == "owner":
        return r.organisation.name_of(int(key)) or key
    known = {k: d.name for k, d in r.organisation.departments.items()} if by == "department" else names
    return known[key].in_(current()) if key in known else key


def _options(words: Mapping[str, Text]) -> tuple[Option, ...]:
    return tuple(Option(key, label) for key, label in words.items())
