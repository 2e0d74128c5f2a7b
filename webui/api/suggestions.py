"""Suggestions: made at a task, read and answered by the owner, followed by whoever made them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.errors import NotFound
from engine.domain.procedure import check_may_change_procedure
from engine.domain.text import Text
from engine.store import procedures, suggestions
from engine.store.organisation import Organisation
from webui.api import schemas as s
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import WORK, Resource
from webui.api.words import iso, said

api = Resource("suggestions")
MOST_OWN = 500
STATE = s.choice(suggestions.OPEN, suggestions.ACCEPTED, suggestions.DECLINED)
WORDS = {"type": "string", "minLength": 1, "maxLength": 2000}
SUGGESTION = s.record(
    {
        "id": s.ID,
        "procedure": s.TEXT,
        "version": s.WHOLE,
        "element_id": s.TEXT,
        "step": s.TEXT,
        "task_id": s.TASK_ID,
        "text": s.TEXT,
        "author": s.maybe(s.TEXT),
        "made_at": s.INSTANT,
        "state": STATE,
        "answer": s.maybe(s.TEXT),
        "answered_by": s.maybe(s.TEXT),
        "answered_at": s.maybe(s.INSTANT),
        "taken_up_in": s.maybe(s.WHOLE),
    }
)
CHANGED = s.record({"id": s.ID, "state": STATE})
ANSWER = s.record({"verdict": s.choice(suggestions.ACCEPTED, suggestions.DECLINED), "answer": WORDS})
PROCEDURE = Text("流程", "The procedure")


@api.post(
    "/tasks/{task}/suggestions",
    Text("对此步骤提出改进建议", "Suggest what would be better done at this step"),
    CHANGED,
    status=201,
    scope=WORK,
    body=s.record({"text": WORDS}),
)
def create(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.MakeSuggestion(*task_, body["text"])))


@api.get("/suggestions", Text("我提出的建议", "What the caller suggested, the newest first"), s.listing(SUGGESTION))
def mine() -> dict[str, Any]:
    with reading() as (conn, organisation):
        rows = suggestions.of_author(conn, actor().id, MOST_OWN)
        return {"items": [_shown(row, conn, organisation) for row in rows], "next": None}


@api.get(
    "/procedures/{key}/suggestions",
    Text("对流程的建议，待答复的在前", "The suggestions on a procedure, open ones first; for its owners"),
    s.listing(SUGGESTION),
)
def index(key: str) -> dict[str, Any]:
    with reading() as (conn, organisation):
        row = procedures.find(conn, key)
        if row is None:
            raise NotFound(what=PROCEDURE)
        department = organisation.departments.get(row.department or "")
        check_may_change_procedure(actor(), row, department.name if department else None)
        rows = suggestions.of_procedure(conn, key)
        return {"items": [_shown(one, conn, organisation) for one in rows], "next": None}


@api.post(
    "/suggestions/{suggestion}/answer",
    Text("答复建议", "Accept or decline a suggestion, with words"),
    CHANGED,
    scope=WORK,
    body=ANSWER,
)
def answer(suggestion_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.AnswerSuggestion(suggestion_id, body["verdict"], body["answer"])))


def _shown(row: Row, conn: Any, organisation: Organisation) -> dict[str, Any]:
    def login(user_id: int | None) -> str | None:
        user = organisation.users.get(user_id) if user_id is not None else None
        return user.login if user else None

    return {
        "id": row.id,
        "procedure": row.procedure,
        "version": row.version,
        "element_id": row.element_id,
        "step": said(engine().versions.get(conn, row.version_id).name_of(row.element_id)),
        "task_id": f"{row.case_id}-{row.task_no}",
        "text": row.text,
        "author": login(row.author_id),
        "made_at": iso(row.at),
        "state": row.state,
        "answer": row.answer,
        "answered_by": login(row.answered_by),
        "answered_at": iso(row.answered_at),
        "taken_up_in": row.taken_up_in,
    }
