"""What Camunda Modeler is answered, in the forms of Camunda 7's REST interface."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from engine.bpmn.model import Finding
from engine.domain.errors import NotDeployable, Refusal
from webui.api.words import reader_locale
from webui.camunda_files import Files

#: How Camunda begins what it says of a diagram it cannot read; the Modeler knows the beginning.
UNREADABLE = "ENGINE-09005 Could not parse BPMN process. Errors: "


def locale() -> str:
    """That of the request, else of the token's owner."""
    return reader_locale()


def deployment(row: Row) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": f"{row.procedure} v{row.number}",
        "source": row.note or None,
        "deploymentTime": written(row.deployed_at),
        "tenantId": None,
    }


def created(sent: Files, versions: Sequence[tuple[Row, str]], href: str) -> dict[str, Any]:
    """`versions`: each with what its procedure is called. The deployment goes by the id of the first."""
    first = versions[0][0]
    definitions = [_definition(row, name, sent, n) for n, (row, name) in enumerate(versions)]
    deployed = {one["id"]: one for one in definitions}
    return {
        "links": [{"method": "GET", "href": href, "rel": "self"}],
        "id": str(first.id),
        "name": sent.name or None,
        "source": sent.source or None,
        "deploymentTime": written(first.deployed_at),
        "tenantId": None,
        "deployedProcessDefinitions": deployed,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def of_refusal(refusal: Refusal, files: Files) -> dict[str, Any]:
    """Findings stand in the message line by line, each with its element: the Modeler shows nothing else."""
    if isinstance(refusal, NotDeployable):
        name = files.diagrams[0].name if len(files.diagrams) == 1 else None
        return _findings(refusal.findings, name or "diagram")
    fields = [f"{place}: {words.in_(locale())}" for place, words in refusal.fields.items()]
    kind = {"unauthenticated": "AuthenticationException", "forbidden": "AuthorizationException"}.get(refusal.kind)
    return error(kind or "InvalidRequestException", " ".join([refusal.text.in_(locale()), *fields]))


def error(type_: str, message: str) -> dict[str, Any]:
    return {"type": type_, "message": message, "code": None}


def asked_for(query: str) -> int | None:
    """The deployment named in `[{"type":"id","operator":"eq","value":"17"}]`."""
    try:
        value = json.loads(query)[0]["value"]
    except (ValueError, LookupError, TypeError):
        return None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16 else None


def written(at: datetime) -> str:
    """As Camunda writes instants: `2026-03-02T01:00:00.000+0000`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def _definition(row: Row, name: str, sent: Files, n: int) -> dict[str, Any]:
    return {
        "id": f"{row.procedure}:{row.number}:{row.id}",
        "key": row.procedure,
        "category": None,
        "description": None,
        "name": name or None,
        "version": row.number,
        "resource": sent.diagrams[n].name,
        "deploymentId": str(row.id),
        "diagram": None,
        "suspended": False,
        "tenantId": None,
        "versionTag": row.tag,
        "historyTimeToLive": None,
        "startableInTasklist": False,
    }


def _findings(findings: Sequence[Finding], name: str) -> dict[str, Any]:
    levels = {"error": [one for one in findings if one.level == "error"]}
    levels["warning"] = [one for one in findings if one.level == "warning"]
    lines = [f"* {_said(one)} | resource {name} | element {one.element_id or '–'}" for one in levels["error"]]
    problems = {f"{level}s": [_problem(one) for one in found] for level, found in levels.items()}
    body = error("ParseException", UNREADABLE + "\n" + "\n".join(lines))
    return body | {"details": {name: problems}}


def _problem(finding: Finding) -> dict[str, Any]:
    return {
        "message": _said(finding),
        "line": finding.line or 0,
        "column": 0,
        "mainElementId": finding.element_id,
        "elementIds": [finding.element_id] if finding.element_id else [],
    }


def _said(finding: Finding) -> str:
    parts = (finding.message, finding.advice)
    return " ".join(part.in_(locale()) for part in parts if part is not None)
