"""Tasks: the worklist, one task, and what is done with it. Each action is a resource made or removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import ADMIN, LEAD, OVERSEERS
from engine.domain.errors import Forbidden
from engine.domain.text import Text
from engine.queries import task, worklist
from webui.api import schemas as s
from webui.api import shapes
from webui.api.addresses import case_id_of
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import WORK, Resource

api = Resource("tasks")
TASK = s.named("Task")
CHANGED = s.named("TaskChanged")
DRAFT_SENT = s.record({"variables": s.DRAFT_VALUES})
COMPLETION_SENT = s.record({}, {"variables": s.VARIABLES})
WANTED = {
    "view": s.VIEW,
    "case": s.CASE_REFERENCE,
    "procedure": s.WORDS,
    "due_before": s.INSTANT,
    "q": s.WORDS | {"description": "Words of the case's number, title, business key, customer's name or phone."},
    "sort": s.SORT,
    **s.PAGING,
}
#: Who has these views besides `mine` and `available`, which everybody has.
VIEWERS = {"team": (LEAD, ADMIN), "all": (LEAD, *OVERSEERS)}


@api.get("/tasks", Text("任务列表，最紧急的在前", "The worklist, most urgent first"), s.listing(s.named("TaskLine")), query=WANTED)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    view = _view(query)
    wanted = worklist.Filter(
        case_id=case_id_of(query["case"]) if "case" in query else None,
        procedure=query.get("procedure"),
        due_before=query.get("due_before"),
        words=query.get("q"),
        sort=query.get("sort", "due"),
    )
    paging = {"limit": query.get("limit", s.LIMIT["default"]), "cursor": query.get("cursor")}
    with reading() as (conn, organisation):
        found = worklist.page(conn, actor(), organisation, engine().versions, view, wanted, **paging)
        return shapes.page(found, lambda row: shapes.task_line(row, organisation))


@api.get("/tasks/count", Text("各列表的任务数", "How many tasks each view holds"), s.named("TaskCount"), query={"view": s.VIEW})
def count(query: Mapping[str, Any]) -> dict[str, Any]:
    view = _view(query)
    with reading() as (conn, organisation):
        views = worklist.counts(conn, actor(), organisation)
        urgency = worklist.urgency(conn, actor(), organisation, view, engine().clock.now())
    return {"view": view, "count": views[view], "views": views, **urgency}


@api.post("/tasks/next", Text("领取最紧急的任务", "Take the most urgent task offered to you"), CHANGED)
def take_next() -> dict[str, Any]:
    return _changed(run(c.TakeNextTask()), assignee=actor().login)


@api.get("/tasks/{task}", Text("一项任务及其表单", "One task with its form"), TASK)
def show(task_: tuple[int, int]) -> dict[str, Any]:
    with reading() as (conn, organisation):
        return shapes.task(task.find(conn, actor(), organisation, engine().versions, *task_), organisation)


@api.post("/tasks/{task}/claim", Text("领取任务", "Claim a task"), CHANGED)
def claim(task_: tuple[int, int]) -> dict[str, Any]:
    return _changed(run(c.ClaimTask(*task_)), assignee=actor().login)


@api.delete("/tasks/{task}/claim", Text("退回任务", "Release a task"), CHANGED)
def release(task_: tuple[int, int]) -> dict[str, Any]:
    return _changed(run(c.ReleaseTask(*task_)), assignee=None)


@api.post(
    "/tasks/{task}/completion",
    Text("完成任务", "Complete a task; one nobody holds is claimed in passing"),
    CHANGED,
    body=COMPLETION_SENT,
)
def complete(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    answer = run(c.CompleteTask(*task_, body.get("variables", {})))
    return _changed(answer, state="completed") | {"next": answer["next"]}


@api.post("/tasks/{task}/delegation", Text("转交给同事", "Pass a task you hold on to a colleague"), CHANGED, body=s.HANDED_ON)
def delegate(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    return _changed(run(c.DelegateTask(*task_, body["to"], body.get("note", ""))), assignee=body["to"])


@api.post("/tasks/{task}/assignment", Text("指派任务", "Give a task to somebody, as a lead"), CHANGED, body=s.HANDED_ON)
def assign(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    return _changed(run(c.AssignTask(*task_, body["to"], body.get("note", ""))), assignee=body["to"])


@api.post("/tasks/{task}/draft", Text("保存草稿", "Keep what was typed so far"), CHANGED, body=DRAFT_SENT)
def save_draft(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    return _changed(run(c.SaveDraft(*task_, {key: _typed(value) for key, value in body["variables"].items()})))


@api.put("/tasks/{task}/draft", Text("保存草稿", "Keep what was typed so far"), CHANGED, scope=WORK, body=DRAFT_SENT)
def replace_draft(task_: tuple[int, int], body: Mapping[str, Any]) -> dict[str, Any]:
    return save_draft(task_, body)


def _view(query: Mapping[str, Any]) -> str:
    view = query.get("view", "mine")
    if view in VIEWERS and not actor().has(*VIEWERS[view]):
        raise Forbidden(why=Text("该列表仅供主管、审计和管理员使用", "that view is for leads, auditors and administrators"))
    return view


def _changed(answer: Mapping[str, Any], state: str = "open", **more: Any) -> dict[str, Any]:
    """What the engine answered, under the names of the API."""
    where = {"case_id": answer["case"], "case_number": answer["number"], "case_state": answer["state"]}
    return {"id": answer["task"], **where, "state": state, **more}


def _typed(value: Any) -> str:
    """A value as somebody would have typed it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
