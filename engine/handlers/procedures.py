"""Deploy a BPMN file as a version of its procedure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from engine.bpmn import lint
from engine.bpmn.lint import Report
from engine.bpmn.model import Definition, Finding
from engine.domain import commands as c
from engine.domain.actors import ADMIN, OWNER
from engine.domain.errors import Forbidden, NotDeployable, NotFound, UploadSettled
from engine.domain.events import EventType
from engine.domain.procedure import check_may_change_procedure
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.releases import give_to_everyone
from engine.handlers.work import Work
from engine.store import procedures, suggestions, uploads

LONGEST_NOTE = 2_000


def examine(command: c.DeployVersion, ahead: Ahead) -> Report | None:
    """Everything that is to be said about the file; None for somebody who may not deploy it."""
    if not ahead.actor.has(OWNER, ADMIN):
        return None
    with ahead.read() as conn:
        released = {row.key: ahead.versions.get(conn, row.released_id) for row in procedures.released(conn)}
        people = ahead.organisations.current(conn).people()
    called, besides = {k: v.bpmn for k, v in released.items()}, {k: v.beside for k, v in released.items()}
    given = {"main": command.main, "beside": command.beside, "called_beside": besides}
    return lint.check(command.data, called, ahead.rehearses, people=people, **given)


def deploy(command: c.DeployVersion, work: Work) -> Mapping[str, Any]:
    """Every finding together, or the version. The same bytes answer with the version they already are."""
    _check_may_deploy(work)
    report = work.prepared
    if report.definition is None or any(f.level == "error" for f in report.findings):
        raise NotDeployable(report.findings)
    definition, key = report.definition, report.definition.main
    findings = [finding_to_dict(f) for f in report.findings]
    _own(work, key, definition)
    sha256 = digest(command.data, command.beside)
    known = procedures.version_by_hash(work.conn, key, sha256)
    if known is not None:
        _settle_upload(command, work, known.id)
        return _answer(key, known.number, known.state, findings, is_new=False)
    number, version_id = _add(command, work, report, findings, sha256)
    _settle_upload(command, work, version_id)
    if not command.draft:
        give_to_everyone(work, procedures.version(work.conn, version_id))
    return _answer(key, number, "draft" if command.draft else "released", findings, is_new=True)


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.level,
        "rule": finding.rule,
        "element_id": finding.element_id,
        "message": finding.message.to_dict(),
        "advice": finding.advice.to_dict() if finding.advice else None,
        "line": finding.line,
        "witness": list(finding.witness),
        "also": list(finding.also),
    }


def digest(data: bytes, beside: Mapping[str, bytes]) -> str:
    """What makes a version the version it is: its bytes, and those beside it where there are any."""
    if not beside:
        return hashlib.sha256(data).hexdigest()
    parts = [b"bpmn", data, *(part for name in sorted(beside) for part in (name.encode(), beside[name]))]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _own(work: Work, key: str, definition: Definition) -> None:
    """A procedure belongs to the department of the owner who brings it; others do not change it."""
    row = procedures.find(work.conn, key)
    known = work.organisation.departments.get(row.department) if row is not None else None
    check_may_change_procedure(work.actor, row, known.name if known else None)
    if row is None:
        name = definition.procedure.name
        procedures.add(work.conn, key, name.zh or name.en or key, name.en or name.zh or key, work.actor.department)


def _add(
    command: c.DeployVersion, work: Work, report: Report, findings: list[dict[str, Any]], sha256: str
) -> tuple[int, int]:
    definition, key = report.definition, report.definition.main
    number, note = procedures.next_number(work.conn, key), command.note.strip()[:LONGEST_NOTE]
    row = {"procedure": key, "number": number, "tag": definition.procedure.version_tag, "sha256": sha256}
    row |= {"bpmn": command.data, "note": note, "state": "draft", "scope": None, "findings": findings}
    row |= {"bound": _bindings(work, definition), "deployed_at": work.now, "deployed_by": work.actor.login}
    row |= {"source": command.source, "repairs": [dict(one) for one in command.repairs] or None}
    version_id = procedures.add_version(work.conn, row, command.beside)
    taken_up = suggestions.take_up(work.conn, command.suggestions, key, version_id) if command.suggestions else []
    work.record_system(
        EventType.VersionDeployed,
        procedure=key,
        version=number,
        sha256=sha256,
        note=note or None,
        findings=len(findings),
        draft=command.draft,
        source=hashlib.sha256(command.source).hexdigest() if command.source is not None else None,
        repairs=[one["id"] for one in command.repairs],
        suggestions=taken_up,
        files={name: hashlib.sha256(data).hexdigest() for name, data in sorted(command.beside.items())},
    )
    return number, version_id


def _settle_upload(command: c.DeployVersion, work: Work, version_id: int) -> None:
    """The review the version comes from is over."""
    if command.upload_id is None:
        return
    row = uploads.find(work.conn, command.upload_id, work.actor.id)
    if row is None:
        raise NotFound(what=uploads.UPLOAD)
    if row.version_id is not None:
        raise UploadSettled()
    uploads.change(work.conn, command.upload_id, {"version_id": version_id, "changed_at": work.now}, None)


def _bindings(work: Work, definition: Definition) -> dict[str, int]:
    """The version of each called procedure as released now; the caller keeps it for good."""
    called = {key for one in definition.procedures.values() for key in one.calls} - definition.procedures.keys()
    released = {row.key: row.released_id for row in procedures.released(work.conn)}
    return {key: released[key] for key in sorted(called) if key in released}


def _check_may_deploy(work: Work) -> None:
    if not work.actor.has(OWNER, ADMIN):
        raise Forbidden(why=Text("只有流程负责人或管理员可以部署流程", "only process owners and administrators deploy procedures"))


def _answer(key: str, number: int, state: str, findings: list[dict[str, Any]], *, is_new: bool) -> dict[str, Any]:
    return {"key": key, "version": number, "state": state, "findings": findings, "is_new": is_new}
