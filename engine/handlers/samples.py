"""Samples of closed cases: drawn by a seed, reviewed by people who had no part in them, closed with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain import sampling, scorecard
from engine.domain.actors import AUDITOR
from engine.domain.errors import Forbidden, InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.sampling import Candidate
from engine.domain.scorecard import RATINGS, Scorecard
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.work import MOST_IDS, Work
from engine.store import samples

LONGEST_NAME, LONGEST_SEED, LONGEST_NOTE = 200, 64, 2_000
MOST_CASES, MOST_REVIEWS, MOST_QUESTIONS, MOST_POINTS = 1_000, 3, 30, 100
SEED_BYTES = 8
SAMPLE = Text("抽样", "The sample")
NEEDED = Text("请填写。", "Fill this in.")
A_NUMBER = Text("应为 {least} 至 {most} 的整数。", "Should be a whole number from {least} to {most}.")
ONE_OF = Text("应为其中之一：{known}。", "Should be one of: {known}.")
OVER = Text("抽样期间必须已经结束，这样才能重新抽出同样的工单。", "The time has to be over, so that the same cases can be drawn again.")
BACKWARDS = Text("结束时间应晚于开始时间。", "The end should be after the beginning.")
NO_CASE = Text("该期间没有符合条件的已结工单。", "No case that fits was closed in that time.")
RATE = Text("请评分：{known}。", "Rate this: {known}.")
WHY_FAILED = Text("不合格时请写明问题所在。", "Say what was wrong when a case has failed.")


class SampleClosed(Refusal):
    code, kind = "sample-closed", "conflict"
    sentence = Text("抽样“{name}”已结束，不能再评分。", "The sample “{name}” is closed; nothing is rated any more.")


class CaseSettled(Refusal):
    code, kind = "case-settled", "conflict"
    sentence = Text("该工单已有定论，不能再改评分。", "The case is settled; ratings no longer change.")


class NotImpartial(Refusal):
    code, kind = "not-impartial", "forbidden"
    sentence = Text(
        "您参与过工单 {number} 的办理，须由他人评审。", "You had a part in case {number}: somebody else has to review it."
    )


class CasesLeft(Refusal):
    code, kind = "cases-left", "conflict"
    sentence = Text("还有 {left} 个工单没有定论；如仍要结束，请说明原因。", "{left} case(s) are not settled; give a reason to close the sample all the same.")


@dataclass(frozen=True, slots=True)
class Population:
    candidates: tuple[Candidate, ...]
    digest: str


def look(command: c.DrawSample, ahead: Ahead) -> Population:
    """What is drawn from. The time is over, so nothing of it can change before the sample is written."""
    _check_auditor(ahead.actor)
    _check(command)
    with ahead.read() as conn:
        found = samples.population(
            conn, procedure=command.procedure, department=command.department, from_at=command.from_at,
            to_at=command.to_at, strata=command.strata if command.method == sampling.STRATIFIED else "",
        )  # fmt: skip
    return Population(tuple(found), sampling.digest(found))


def draw(command: c.DrawSample, work: Work) -> Mapping[str, Any]:
    if command.to_at > work.now:
        raise InvalidInput(fields={"to": OVER})
    among: Population = work.prepared
    if not among.candidates:
        raise InvalidInput(fields={"from": NO_CASE})
    seed = command.seed.strip() or work.random(SEED_BYTES).hex()
    cases = sampling.draw(among.candidates, command.size, command.method, seed)
    card = scorecard.from_json(command.scorecard) if command.scorecard else scorecard.USUAL
    wanted = wanted_of(command)
    values = {
        "user_id": work.actor.id, "name": command.name.strip(), "method": command.method, "seed": seed, "wanted": wanted,
        "scorecard": card.as_json(), "reviews": command.reviews, "size": command.size,
        "population": len(among.candidates), "digest": among.digest, "drawn_at": work.now,
    }  # fmt: skip
    sample_id = samples.add(work.conn, values, cases)
    told = {key: values[key] for key in ("name", "method", "seed", "population", "digest", "wanted", "reviews", "scorecard")}
    work.record_system(EventType.SampleDrawn, sample=sample_id, size=len(cases), **told)
    return {"id": sample_id, "seed": seed, "population": len(among.candidates), "cases": [one.case_id for one in cases]}


def wanted_of(command: c.DrawSample) -> dict[str, Any]:
    """What was drawn from, as it is kept."""
    wanted = {"procedure": command.procedure, "department": command.department, "strata": command.strata or None}
    wanted |= {"from": command.from_at.isoformat(), "to": command.to_at.isoformat()}
    return {key: value for key, value in wanted.items() if value is not None}


def review(command: c.ReviewCase, work: Work) -> Mapping[str, Any]:
    _check_auditor(work.actor)
    row = _open_sample(work, command.sample_id)
    case = work.lock(command.case_id)
    if all(one.case_id != case.id for one in samples.cases(work.conn, row.id)):
        raise NotFound(what=Text("抽样中的该工单", "The case in this sample"))
    if samples.has_worked_on(work.conn, work.actor.id, case.id):
        raise NotImpartial(number=case.number)
    if scorecard.settled(_verdicts(work, row, case.id), row.reviews):
        raise CaseSettled()
    card, note = scorecard.from_json(row.scorecard), command.note.strip()
    _check_ratings(card, command.ratings, note)
    ratings = {one.key: command.ratings[one.key] for one in card.questions}
    score, verdict = card.score(ratings), card.verdict(ratings)
    work.record(
        EventType.CaseReviewed, personal=[("note",)] if note else [], sample=row.id, verdict=verdict, ratings=ratings,
        score=score, note=note or None,
    )  # fmt: skip
    values = {"sample_id": row.id, "case_id": case.id, "user_id": work.actor.id, "ratings": ratings, "score": score}
    samples.save_review(work.conn, values | {"verdict": verdict, "seq": case.head.seq + 1, "at": work.now})
    settled = scorecard.settled(_verdicts(work, row, case.id), row.reviews)
    return {"sample": row.id, "case_id": case.id, "score": score, "verdict": verdict, "settled": settled}


def close(command: c.CloseSample, work: Work) -> Mapping[str, Any]:
    _check_auditor(work.actor)
    row, reason = _open_sample(work, command.sample_id), command.reason.strip()[:LONGEST_NOTE]
    rows = samples.reviews(work.conn, [row.id])
    verdicts = {one.case_id: [] for one in samples.cases(work.conn, row.id)}
    for one in rows:
        verdicts[one.case_id].append(one.verdict)
    settled = {case: found for case, all_ in verdicts.items() if (found := scorecard.settled(all_, row.reviews))}
    left = len(verdicts) - len(settled)
    if left and not reason:
        raise CasesLeft(left=left)
    scores = [one.score for one in rows if one.case_id in settled and one.score is not None]
    passed = sum(found == scorecard.PASSED for found in settled.values())
    figures = {"settled": len(settled), "passed": passed, "mean": round(sum(scores) / len(scores)) if scores else None}
    samples.close(work.conn, row.id, work.now, figures)
    work.record_system(EventType.SampleClosed, sample=row.id, reason=reason or None, **figures)
    return {"id": row.id, **figures}


def _open_sample(work: Work, sample_id: int) -> Row:
    row = samples.find(work.conn, sample_id, lock=True) if 0 < sample_id < MOST_IDS else None
    if row is None:
        raise NotFound(what=SAMPLE)
    if row.closed_at is not None:
        raise SampleClosed(name=row.name)
    return row


def _verdicts(work: Work, row: Row, case_id: int) -> list[str]:
    return [one.verdict for one in samples.reviews(work.conn, [row.id], case_id)]


def _check_auditor(actor: Any) -> None:
    if not actor.has(AUDITOR):
        raise Forbidden(why=Text("抽样评审由审计人员进行", "samples are drawn and reviewed by auditors"))


def _check(command: c.DrawSample) -> None:
    faults: dict[str, Text] = {}
    if not 0 < len(command.name.strip()) <= LONGEST_NAME:
        faults["name"] = NEEDED
    if not 1 <= command.size <= MOST_CASES:
        faults["size"] = A_NUMBER.format(least=1, most=MOST_CASES)
    if not 1 <= command.reviews <= MOST_REVIEWS:
        faults["reviews"] = A_NUMBER.format(least=1, most=MOST_REVIEWS)
    if command.method not in sampling.METHODS:
        faults["method"] = ONE_OF.format(known=", ".join(sampling.METHODS))
    if command.method == sampling.STRATIFIED and command.strata not in samples.STRATA:
        faults["strata"] = ONE_OF.format(known=", ".join(samples.STRATA))
    if len(command.seed.strip()) > LONGEST_SEED or not command.seed.isprintable():
        faults["seed"] = Text(f"最多 {LONGEST_SEED} 个可见字符。", f"At most {LONGEST_SEED} visible characters.")
    if command.from_at >= command.to_at:
        faults["to"] = BACKWARDS
    if command.scorecard is not None and (fault := _card_fault(command.scorecard)):
        faults["scorecard"] = fault
    if faults:
        raise InvalidInput(fields=faults)


def _card_fault(given: Mapping[str, Any]) -> Text | None:
    try:
        card = scorecard.from_json(given)
    except (KeyError, TypeError, ValueError):
        return Text("评分表由问题（questions：key、zh、en、整数 points、critical）和合格线（passes_at）组成。", "A scorecard has questions (key, zh, en, points as a whole number, critical) and a pass mark (passes_at).")
    keys = [one.key for one in card.questions]
    if not 1 <= len(keys) <= MOST_QUESTIONS or len(set(keys)) < len(keys):
        return Text(f"应有 1 至 {MOST_QUESTIONS} 个键各不相同的问题。", f"There should be 1 to {MOST_QUESTIONS} questions, each with a key of its own.")
    if any(not one.name.zh.strip() or not one.name.en.strip() for one in card.questions):
        return Text("每个问题都要有中英文名称。", "Every question needs its words in both languages.")
    if any(not 0 <= one.points <= MOST_POINTS for one in card.questions) or not 1 <= card.passes_at <= scorecard.FULL:
        return Text("分值应为 0 至 100，合格线应为 1 至 100。", "Points are from 0 to 100, the pass mark from 1 to 100.")
    if not any(one.points or one.is_critical for one in card.questions):
        return Text("至少一个问题要有分值或为否决项。", "At least one question needs points or has to be critical.")
    return None


def _check_ratings(card: Scorecard, ratings: Mapping[str, str], note: str) -> None:
    known = RATE.format(known=", ".join(RATINGS))
    faults = {f"rating.{one.key}": known for one in card.questions if ratings.get(one.key) not in RATINGS}
    unknown = sorted(set(ratings) - {one.key for one in card.questions})
    if unknown:
        faults["ratings"] = Text(f"评分表没有“{unknown[0]}”。", f"The scorecard has no “{unknown[0]}”.")
    if len(note) > LONGEST_NOTE:
        faults["note"] = Text(f"最多 {LONGEST_NOTE} 个字。", f"At most {LONGEST_NOTE} characters.")
    elif not faults and not note and card.verdict(ratings) == scorecard.FAILED:
        faults["note"] = WHY_FAILED
    if faults:
        raise InvalidInput(fields=faults)
