"""Files of a case: put beside it, taken home, removed. What leaves is a file to keep, never a page to look at."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine.domain import commands as c
from engine.domain.errors import NotFound
from engine.handlers.attachments import FILE, LARGEST
from engine.queries import attachments, cases
from engine.queries.attachments import Attachment
from webui.request import execute, reading
from webui.routing import TaskId, task_id

bp = Blueprint("attachments", __name__)

#: A file somewhat too large is still read, so that the answer can say so by its name.
LARGEST_UPLOAD = LARGEST + 2_000_000
#: Whatever the file is, a browser that shows it after all runs nothing of it.
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


@bp.url_value_preprocessor
def allow_files(_endpoint: str | None, _values: object) -> None:
    request.max_content_length = LARGEST_UPLOAD


@bp.post("/cases/<case_id:case_id>/attachments")
def create(case_id: int) -> ResponseReturnValue:
    task = _task(case_id)
    execute(command_of(case_id, request.files.get("file"), task.no if task else None))
    flash(_("The file was added."), "success")
    return _back(case_id, task)


@bp.get("/cases/<case_id:case_id>/attachments/<no:no>")
def download(case_id: int, no: int) -> ResponseReturnValue:
    with reading() as r:
        cases.find(r.conn, r.actor, r.organisation, case_id)
        found = next((one for one in attachments.of_case(r.conn, case_id) if one.no == no), None)
        data = attachments.data(r.conn, case_id, no)
    return sent(found, data)


@bp.post("/cases/<case_id:case_id>/attachments/<no:no>/removal")
def remove(case_id: int, no: int) -> ResponseReturnValue:
    execute(c.RemoveAttachment(case_id, no, request.form.get("reason", "")))
    flash(_("The file was removed."))
    return _back(case_id, _task(case_id))


def command_of(case_id: int, file: FileStorage | None, task_no: int | None) -> c.AddAttachment:
    if file is None:
        return c.AddAttachment(case_id, b"", "", task_no)
    return c.AddAttachment(case_id, file.stream.read(LARGEST + 1), file.filename or "", task_no)


def sent(found: Attachment | None, data: bytes | None) -> Response:
    if found is None or data is None:
        raise NotFound(what=FILE)
    response = send_file(BytesIO(data), found.media_type, as_attachment=True, download_name=found.name, etag=False)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _task(case_id: int) -> TaskId | None:
    """The task the page is about; what cannot be one of this case is none."""
    try:
        found = task_id(request.form.get("task", ""))
    except ValueError:
        return None
    return found if found.case_id == case_id else None


def _back(case_id: int, task: TaskId | None) -> ResponseReturnValue:
    if task is not None:
        return redirect(url_for("tasks.show", task_id=task, _anchor="files"), 303)
    return redirect(url_for("cases.show", case_id=case_id, _anchor="files"), 303)
