"""Suggestions of those who do the work: made at a step, answered by the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain import user_task as rules
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, OWNER
from engine.domain.errors import Forbidden, InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.procedure import check_may_change_procedure
from engine.domain.text import Text
from engine.handlers.retention import check_not_forgotten
from engine.handlers.user_tasks import facts_of
from engine.handlers.work import MOST_IDS, Work
from engine.store import procedures, suggestions

LONGEST = 2_000
VERDICTS = (suggestions.ACCEPTED, suggestions.DECLINED)
SUGGESTION = Text("建议", "The suggestion")
WORDS = Text("请填写 1 至 2000 个字。", "Write between 1 and 2,000 characters.")
VERDICT = Text("应为 accepted 或 declined。", "Should be accepted or declined.")


class SuggestionTakenUp(Refusal):
    code, kind = "suggestion-taken-up", "conflict"
    sentence = Text("该建议已被第 {version} 版采纳，不能再改为不采纳。", "Version {version} has taken this suggestion up; it can no longer be declined.")


def make(command: c.MakeSuggestion, work: Work) -> Mapping[str, Any]:
    """By anybody who may see the task, also when it is done: often one knows better afterwards."""
    text = _words("text", command.text)
    row = work.lock_with_task(command.case_id, command.no)
    version = work.versions.get(work.conn, row.task_version_id)
    rules.check_visible(work.actor, facts_of(work, row, version))
    if not work.actor.has(EMPLOYEE, LEAD, OWNER, ADMIN):
        raise Forbidden(why=Text("审计人员只读", "auditors read and change nothing"))
    check_not_forgotten(work)
    values = {"procedure": version.key, "version_id": version.id, "element_id": row.task_element_id, "text": text}
    values |= {"case_id": row.case_id, "task_no": row.task_no, "author_id": work.actor.id, "at": work.now}
    made = suggestions.add(work.conn, values)
    work.record(
        EventType.SuggestionMade,
        personal=[("text",)],
        suggestion=made,
        task=row.task_no,
        element=row.task_element_id,
        text=text,
    )
    return {"id": made, "state": suggestions.OPEN}


def answer(command: c.AnswerSuggestion, work: Work) -> Mapping[str, Any]:
    """By who may change the procedure; an answer may be changed until a version has taken the suggestion up."""
    row = suggestions.find(work.conn, command.suggestion_id) if 0 < command.suggestion_id < MOST_IDS else None
    if row is None:
        raise NotFound(what=SUGGESTION)
    procedure = procedures.find(work.conn, row.procedure)
    known = work.organisation.departments.get(procedure.department or "")
    check_may_change_procedure(work.actor, procedure, known.name if known else None)
    if command.verdict not in VERDICTS:
        raise InvalidInput(fields={"verdict": VERDICT})
    words = _words("answer", command.answer)
    if row.taken_up_id is not None and command.verdict == suggestions.DECLINED:
        raise SuggestionTakenUp(version=row.taken_up_in)
    suggestions.answer(work.conn, row.id, command.verdict, words, work.actor.id, work.now)
    work.record_system(
        EventType.SuggestionAnswered, suggestion=row.id, procedure=row.procedure, verdict=command.verdict, answer=words
    )
    return {"id": row.id, "state": command.verdict}


def _words(field: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise InvalidInput(fields={field: WORDS})
    return text
