"""Files of a case: added by whoever works on it, removed with a reason, each in the trail by its hash."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain import commands as c
from engine.domain.case import may_note, may_remove
from engine.domain.errors import Forbidden, InvalidInput, NotFound, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import file_types
from engine.handlers.ahead import Ahead
from engine.handlers.cases import check_may_see, reason_in
from engine.handlers.retention import check_not_forgotten
from engine.handlers.work import Work
from engine.store import attachments, tasks

LARGEST, LARGEST_IN_WORDS = 10_000_000, "10 MB"
MOST, MOST_BYTES, MOST_BYTES_IN_WORDS = 50, 100_000_000, "100 MB"
LONGEST_NAME = 200

FILE = Text("文件", "The file")
NO_NAME = Text("请选择一个文件。", "Choose a file.")
LONG_NAME = Text("文件名最长 {most} 个字。", "The name of a file has at most {most} characters.")
EMPTY = Text("该文件是空的。", "The file is empty.")
READ_ONLY = Text("审计人员只读", "auditors read and change nothing")
NOT_YOURS = Text(
    "只有添加者本人在工单未关闭时、本部门主管或管理员可以移除文件",
    "a file is removed by whoever added it while the case is open, by a lead of its department or an administrator",
)


class FileTooLarge(Refusal):
    code, kind = "file-too-large", "too-large"
    sentence = Text("“{name}”过大，单个文件最大 {most}。", "“{name}” is too large; a file has at most {most}.")


class TooManyFiles(Refusal):
    code = "too-many-files"
    sentence = Text(
        "一个服务工单最多 {most} 个文件、共 {size}，请先移除不再需要的文件。",
        "A case has at most {most} files of {size} together; remove what is no longer needed first.",
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was examined before the transaction."""

    name: str
    media_type: str
    sha256: str


def examine(command: c.AddAttachment, _ahead: Ahead) -> File:
    name = _plain(command.name)
    if not name:
        raise InvalidInput(fields={"file": NO_NAME})
    if len(name) > LONGEST_NAME:
        raise InvalidInput(fields={"file": LONG_NAME.format(most=LONGEST_NAME)})
    if not command.data:
        raise InvalidInput(fields={"file": EMPTY})
    if len(command.data) > LARGEST:
        raise FileTooLarge(name=name, most=LARGEST_IN_WORDS)
    return File(name, file_types.media_type(name, command.data), hashlib.sha256(command.data).hexdigest())


def add(command: c.AddAttachment, work: Work) -> Mapping[str, Any]:
    file: File = work.prepared
    case = work.lock(command.case_id)
    check_may_see(work)
    if not may_note(work.actor):
        raise Forbidden(why=READ_ONLY)
    check_not_forgotten(work)
    task = tasks.find(work.conn, case.id, command.task_no) if command.task_no is not None else None
    if command.task_no is not None and task is None:
        raise NotFound(what=Text("任务", "The task"))
    count, size = attachments.tally(work.conn, case.id)
    if count >= MOST or size + len(command.data) > MOST_BYTES:
        raise TooManyFiles(most=MOST, size=MOST_BYTES_IN_WORDS)
    no = work.number()
    row = {"name": file.name, "media_type": file.media_type, "size": len(command.data), "sha256": file.sha256}
    of = {"case_id": case.id, "no": no, "task_no": command.task_no, "stored": work.random(24).hex()}
    attachments.add(work.conn, of | row | {"added_at": work.now, "added_by": work.actor.id}, command.data)
    about_task = {"task": task.no, "element": task.element_id} if task is not None else {}
    work.record(EventType.AttachmentAdded, personal=[("name",)], attachment=no, **row, **about_task)
    return {"id": case.id, "number": case.number, "state": case.state, "no": no}


def remove(command: c.RemoveAttachment, work: Work) -> Mapping[str, Any]:
    reason = reason_in(command.reason)
    case = work.lock(command.case_id)
    check_may_see(work)
    row = attachments.find(work.conn, case.id, command.no)
    if row is None or row.removed_at is not None:
        raise NotFound(what=FILE)
    if not may_remove(work.actor, row.added_by, case.state, case.department):
        raise Forbidden(why=NOT_YOURS)
    attachments.remove(work.conn, row, work.now, work.actor.id)
    work.record(EventType.AttachmentRemoved, personal=[("reason",)], attachment=row.no, sha256=row.sha256, reason=reason)
    return {"id": case.id, "number": case.number, "state": case.state, "no": row.no}


def _plain(name: str) -> str:
    """The name alone, without the folders it comes from and without what cannot be seen (or turns the line round)."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    return " ".join("".join(one for one in name if unicodedata.category(one)[0] != "C").split())
