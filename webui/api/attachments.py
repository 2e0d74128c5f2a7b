"""Files of a case: list, add, take, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import attachments, cases
from engine.queries.attachments import Attachment
from engine.store.organisation import Organisation
from webui import attachments as files
from webui.api import schemas as s
from webui.api.calls import actor, reading, run
from webui.api.checking import MISSING
from webui.api.endpoint import Answer, Resource
from webui.api.parts import read_parts
from webui.api.words import iso

api = Resource("attachments")
PARTS = ("file", "task")
UPLOAD = s.record(
    {"file": {"type": "string", "contentMediaType": "application/octet-stream", "description": "The file, with its name."}},
    {"task": s.TASK_ID | {"description": "The task of this case it belongs to."}},
)
NOT_OF_CASE = Text("应为该服务工单的任务，如 17-4。", "Should be a task of this case, such as 17-4.")
NO_FILE = Text("请以 file 字段上传文件，并带文件名。", "Upload the file in the field “file”, with its name.")


@api.get("/cases/{case}/attachments", Text("服务工单的文件", "The files of a case"), s.listing(s.named("Attachment")))
def index(case_id: int) -> dict[str, Any]:
    """Removed ones too; the bytes of those are gone."""
    with reading() as (conn, organisation):
        cases.find(conn, actor(), organisation, case_id)
        found = attachments.of_case(conn, case_id)
    return {"items": [_shown(one, case_id, organisation) for one in found], "next": None}


@api.post(
    "/cases/{case}/attachments",
    Text("添加文件（类型由内容判定）", "Add a file; what it is is told by its contents"),
    s.named("Attachment"),
    status=201,
    body=UPLOAD,
    is_upload=True,
)
def create(case_id: int) -> dict[str, Any]:
    no = run(_upload(case_id))["no"]
    with reading() as (conn, organisation):
        found = next(one for one in attachments.of_case(conn, case_id) if one.no == no)
    return _shown(found, case_id, organisation)


@api.get(
    "/cases/{case}/attachments/{no}",
    Text("取得文件", "The very bytes that were added"),
    None,
    media="application/octet-stream",
)
def show(case_id: int, no: int) -> Answer:
    with reading() as (conn, organisation):
        cases.find(conn, actor(), organisation, case_id)
        found = next((one for one in attachments.of_case(conn, case_id) if one.no == no), None)
        data = attachments.data(conn, case_id, no)
    kept = ("Content-Disposition", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy")
    answer = files.sent(found, data)
    headers = {name: answer.headers[name] for name in kept} | {"Content-Type": "application/octet-stream"}
    return Answer(data, headers=headers)


@api.post(
    "/cases/{case}/attachments/{no}/removal",
    Text("移除文件；其哈希与原因留在轨迹中", "Delete a file; its hash and the reason stay in the trail"),
    s.named("CaseChanged"),
    body=s.REASON_SENT,
)
def remove(case_id: int, no: int, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = run(c.RemoveAttachment(case_id, no, body["reason"]))
    return {name: answer[name] for name in ("id", "number", "state")}


def _upload(case_id: int) -> c.AddAttachment:
    form, given, wrong = read_parts(PARTS, files.LARGEST_UPLOAD)
    if "file" not in given:
        wrong["file"] = NO_FILE if "file" in form else MISSING
    task_case, _, task_no = form.get("task", f"{case_id}-").partition("-")
    is_number = task_no.isascii() and task_no.isdigit() and len(task_no) < 10
    if "task" in form and (task_case != str(case_id) or not is_number):
        wrong["task"] = NOT_OF_CASE
    if wrong:
        raise InvalidInput(fields=wrong)
    return files.command_of(case_id, given["file"], int(task_no) if task_no else None)


def _shown(one: Attachment, case_id: int, organisation: Organisation) -> dict[str, Any]:
    def login(user_id: int | None) -> str | None:
        user = organisation.users.get(user_id or -1)
        return user.login if user else None

    return {
        "no": one.no,
        "name": one.name or None,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "task": f"{case_id}-{one.task_no}" if one.task_no else None,
        "added_at": iso(one.added_at),
        "added_by": login(one.added_by),
        "removed_at": iso(one.removed_at),
        "removed_by": login(one.removed_by),
    }
