"""What a deployment of Camunda Modeler brings: diagrams, and the decisions and forms beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Request, g
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain.errors import Refusal
from engine.domain.text import Text
from webui.api.refusals import BodyTooLarge, WrongContentType

MOST_BYTES, MOST_FILES = 5_500_000, 20
DIAGRAMS, BESIDE = (".bpmn", ".bpmn20.xml"), (".dmn", ".form", ".json")
LONGEST_NAME = 255


class NoDiagram(Refusal):
    code, kind = "no-diagram", "invalid"
    sentence = Text(
        "部署中没有 BPMN 文件。决策（DMN）和表单请与使用它的 BPMN 一起部署：在部署对话框的“Include additional files”中添加。",
        "There is no BPMN file in this deployment. Deploy a decision (DMN) or form together with the BPMN that uses it: add "
        "it under “Include additional files” of the dialog.",
    )


class NotTaken(Refusal):
    code, kind = "not-taken", "invalid"
    sentence = Text("{what}：Closeloop 不支持。{advice}", "{what}: Closeloop does not take this. {advice}")


TENANT = Text("Closeloop 没有租户，请将“Tenant ID”留空。", "Closeloop has no tenants; leave “Tenant ID” empty.")
LATER = Text("版本何时生效由发布决定。", "A version begins when it is released.")
KINDS = Text("可附带 .dmn、.form 和 .json 文件。", "Files beside a diagram are .dmn, .form and .json.")
TWICE = Text("每个文件名只能出现一次。", "Each file needs a name of its own.")
MANY = Text("一次最多 {most} 个文件。", "At most {most} files at once.")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """`name` and `source` are the deployment's own; `beside` are the decisions and forms by file name."""

    name: str = ""
    source: str = ""
    diagrams: tuple[File, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def note(self) -> str:
        return ": ".join(part for part in (self.source, self.name) if part)


def files_of(request: Request) -> Files:
    """What was sent. Raises a refusal for what has no place in Closeloop; `g.deployed_files` names the files then."""
    if request.mimetype != "multipart/form-data":
        raise WrongContentType(wanted="multipart/form-data", given=(request.content_type or "")[:100])
    request.max_content_length = MOST_BYTES
    try:
        form, sent = request.form, request.files
    except RequestEntityTooLarge:
        raise BodyTooLarge(most=MOST_BYTES) from None
    parts = [File(_name(part.filename or key), part.read()) for key, part in sent.items(multi=True)]
    g.deployed_files = Files(
        form.get("deployment-name", "").strip(),
        form.get("deployment-source", "").strip(),
        tuple(file for file in parts if file.name.lower().endswith(DIAGRAMS)),
        {file.name: file.data for file in parts if file.name.lower().endswith(BESIDE)},
    )
    _check(g.deployed_files, parts, form.get("tenant-id", ""), form.get("deployment-activation-time", ""))
    return g.deployed_files


def _check(files: Files, parts: list[File], tenant: str, activation: str) -> None:
    if tenant.strip():
        raise NotTaken(what="tenant-id", advice=TENANT)
    if activation.strip():
        raise NotTaken(what="deployment-activation-time", advice=LATER)
    if len(parts) > MOST_FILES:
        raise NotTaken(what=Text.same(str(len(parts))), advice=MANY.format(most=MOST_FILES))
    names = [file.name for file in parts]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise NotTaken(what=twice, advice=TWICE)
    if other := next((name for name in names if not name.lower().endswith(DIAGRAMS + BESIDE)), None):
        raise NotTaken(what=other, advice=KINDS)
    if not files.diagrams:
        raise NoDiagram()


def _name(written: str) -> str:
    """The name alone, whatever folder it comes from."""
    return written.replace("\\", "/").rsplit("/", 1)[-1][:LONGEST_NAME]
