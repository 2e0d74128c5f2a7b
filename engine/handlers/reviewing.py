"""What there is to say about a file under review, as plain data: findings, repairs, the processes it could run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn import lint
from engine.bpmn.lint import Report
from engine.bpmn.model import Finding
from engine.bpmn.reader import Unreadable, read
from engine.domain.errors import NotReadable
from engine.domain.text import Text
from engine.handlers.ahead import Ahead
from engine.handlers.procedures import finding_to_dict
from engine.store import procedures

Accepted = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Material:
    """What is reviewed. `accepted` are the repairs taken so far, each with the choice made for it."""

    data: bytes
    name: str
    beside: Mapping[str, bytes]
    main: str | None = None
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What the file is held against: released procedures, by key, and who is in which group."""

    called: Mapping[str, bytes]
    members: Mapping[str, frozenset[str]]
    rehearses: bool

    @classmethod
    def ahead(cls, ahead: Ahead) -> House:
        with ahead.read() as conn:
            called = {row.key: ahead.versions.get(conn, row.released_id).bpmn for row in procedures.released(conn)}
            return cls(called, ahead.organisations.current(conn).members(), ahead.rehearses)


def review(material: Material, house: House) -> dict[str, Any]:
    """The report of an upload. Raises `NotReadable` for what is no BPMN file at all."""
    check_readable(material)
    report = lint.check(material.data, house.called, house.rehearses, main=material.main, beside=material.beside)
    return {
        "findings": [finding_to_dict(finding) for finding in report.findings],
        "errors": len(report.errors),
        "key": report.definition.main if report.definition else None,
        "name": report.definition.procedure.name.to_dict() if report.definition else None,
        "sha256": hashlib.sha256(material.data).hexdigest(),
        "candidates": _candidates(report),
    }


def check_readable(material: Material) -> None:
    try:
        read(material.data)
    except Unreadable as refusal:
        raise NotReadable(name=material.name, why=_in_words(refusal.findings)) from None


def _in_words(findings: tuple[Finding, ...]) -> Text:
    """Each finding with what to do about it."""
    said = [text for finding in findings for text in (finding.message, finding.advice) if text is not None]
    return Text("".join(text.zh for text in said), " ".join(text.en for text in said))


def _candidates(report: Report) -> list[dict[str, Any]]:
    return [
        {"id": one.process_id, "name": one.name.to_dict(), "is_executable": one.is_executable, "tasks": one.tasks}
        for one in report.candidates
    ]
