"""Procedures: the catalogue, versions and their very bytes, deploy."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import send_file

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.text import Text
from engine.queries import catalogue, releases
from webui.api import schemas as s
from webui.api import shapes
from webui.api.calls import actor, engine, reading, run
from webui.api.checking import MISSING
from webui.api.endpoint import DEPLOY, READ, Answer, Resource
from webui.api.parts import read_parts
from webui.api.problems import finding_in_words

api = Resource("procedures")
READERS = {"scopes": (READ, DEPLOY)}
MOST_BYTES = 5_500_000
LONGEST_NOTE = 2_000
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")
A_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
UPLOAD = s.record(
    {"file": A_FILE | {"description": "The BPMN file."}},
    {
        "beside": {"type": "array", "items": A_FILE, "description": "Decision tables (DMN) and forms it names."},
        "process": {"type": "string", "description": "The id of the process to run, where the file has several."},
        "note": s.NOTE,
        "suggestions": {"type": "string", "description": "Ids of the suggestions it takes up, separated by commas."},
        "draft": s.choice("true", "false", default="false", description="A draft is not released to anybody yet."),
    },
)
NOT_IDS = Text("应为以逗号分隔的编号，如 3,7。", "Should be numbers separated by commas, such as 3,7.")
NOT_YES_NO = Text("应为 true 或 false。", "Should be true or false.")
NO_FILE = Text("请以 file 字段上传 BPMN 文件。", "Upload the BPMN file in the field “file”.")
LONG_NOTE = Text("最多 {most} 个字。", "At most {most} characters.")
BAD_BESIDE = Text("最多 {most} 个附带文件，文件名不能相同。", "At most {most} files beside it, each with a name of its own.")
VERSION = Text("流程版本", "The version")
PARTS = ("file", "beside", "process", "note", "suggestions", "draft")
MOST_BESIDE, LONGEST_NAME = 20, 255


@api.get("/procedures", Text("流程目录", "The catalogue"), s.listing(s.named("ProcedureLine")), **READERS)
def index() -> dict[str, Any]:
    with reading() as (conn, _):
        rows = catalogue.all_procedures(conn, engine().versions)
    return {"items": [shapes.procedure(row) for row in rows], "next": None}


@api.post(
    "/procedures",
    Text("部署 BPMN 文件；相同的文件得到相同的版本", "Deploy a BPMN file; the same bytes give the same version"),
    s.named("Deployed"),
    status=201,
    scope=DEPLOY,
    body=UPLOAD,
    is_upload=True,
    also={200: s.named("Deployed")},
)
def deploy() -> Answer:
    answer = dict(run(_upload()))
    status = 201 if answer.pop("is_new") else 200
    return Answer(answer | {"findings": [finding_in_words(finding) for finding in answer["findings"]]}, status)


@api.get(
    "/procedures/{key}",
    Text("一个流程及调用者部门的起始表单", "One procedure and the form a case of the caller's department starts with"),
    s.named("Procedure"),
    **READERS,
)
def show(key: str) -> dict[str, Any]:
    with reading() as (conn, organisation):
        row = catalogue.procedure(conn, engine().versions, key)
        startable = releases.versions_for(conn, engine().versions, organisation, department=actor().department)
        form = shapes.form(startable[key].procedure.start_form) if key in startable else None
    return shapes.procedure(row) | {"start_form": form}


@api.get("/procedures/{key}/versions", Text("流程的各版本", "The versions, newest first"), s.listing(s.named("Version")), **READERS)
def versions(key: str) -> dict[str, Any]:
    with reading() as (conn, _):
        catalogue.procedure(conn, engine().versions, key)
        rows = catalogue.versions_of(conn, key)
    return {"items": [shapes.version(row) for row in rows], "next": None}


@api.get("/procedures/{key}/versions/{number}", Text("一个版本", "One version"), s.named("Version"), **READERS)
def show_version(key: str, number: int) -> dict[str, Any]:
    with reading() as (conn, _):
        row = next((row for row in catalogue.versions_of(conn, key) if row.number == number), None)
    if row is None:
        raise NotFound(what=VERSION)
    return shapes.version(row)


@api.get("/procedures/{key}/versions/{number}/bpmn", Text("部署时的原始文件", "The very bytes that were deployed"), None, **READERS)
def bpmn(key: str, number: int) -> Answer:
    with reading() as (conn, _):
        version = catalogue.version(conn, engine().versions, key, number)
    name = f"{key}-v{number}.bpmn"
    sent = send_file(BytesIO(version.bpmn), "application/xml", as_attachment=True, download_name=name, etag=False)
    kept = ("Content-Disposition", "Content-Type")
    headers = {header: sent.headers[header] for header in kept} | {"X-Content-Type-Options": "nosniff"}
    return Answer(version.bpmn, headers=headers)


def _upload() -> c.DeployVersion:
    """The file's bytes, those beside it, the process that is to run, the note, and whether it stays a draft."""
    form, files, wrong = read_parts(PARTS, MOST_BYTES)
    file, note, draft = files.get("file"), form.get("note", ""), form.get("draft", "").strip().lower()
    beside = [one for one in files.getlist("beside") if one.filename]
    if file is None:
        wrong["file"] = NO_FILE if "file" in form else MISSING
    if len(beside) > MOST_BESIDE or len({name_of(one.filename) for one in beside}) < len(beside):
        wrong["beside"] = BAD_BESIDE.format(most=MOST_BESIDE)
    if len(note) > LONGEST_NOTE:
        wrong["note"] = LONG_NOTE.format(most=LONGEST_NOTE)
    taken_up = [one.strip() for one in form.get("suggestions", "").split(",") if one.strip()]
    if not all(one.isascii() and one.isdigit() and len(one) < 16 for one in taken_up):
        wrong["suggestions"] = NOT_IDS
    if draft not in YES + NO:
        wrong["draft"] = NOT_YES_NO
    if wrong or file is None:
        raise InvalidInput(fields=wrong)
    besides = {name_of(one.filename): one.read() for one in beside}
    main = form.get("process", "").strip() or None
    return c.DeployVersion(file.read(), note, draft in YES, main, besides, suggestions=tuple(int(one) for one in taken_up))


def name_of(filename: str | None) -> str:
    """The name alone, whatever folder it comes from."""
    return (filename or "").replace("\\", "/").rsplit("/", 1)[-1][:LONGEST_NAME]
