"""What there is to say about a file under review, as plain data: findings, repairs, the processes it could run."""

from __future__ import annotations

import hashlib
from typing import Any

from engine.bpmn import lint
from engine.bpmn.lint import Report
from engine.bpmn.model import Finding
from engine.bpmn.reader import Unreadable, read
from engine.domain.errors import NotReadable
from engine.domain.text import Text
from engine.handlers.mending import House, Material, mended, proposed
from engine.handlers.procedures import finding_to_dict

#: Of more repairs than this nobody is told ahead what they would come to.
MOST_TRIED = 200


def review(material: Material, house: House) -> dict[str, Any]:
    """The report of an upload, with the accepted repairs in it. Raises `NotReadable` for what is no BPMN file at all."""
    repairs = proposed(material, house)
    if not repairs:
        check_readable(material)
    data = mended(material, house)
    report = check(data, material, house, dry_run=house.rehearses)
    is_known = report.definition is not None
    return {
        "findings": [finding_to_dict(finding) for finding in report.findings],
        "errors": len(report.errors),
        "coverage": report.coverage.to_dict() if report.coverage is not None else None,
        "left": _left(report, repairs, material, house),
        "key": report.definition.main if is_known else None,
        "name": report.definition.procedure.name.to_dict() if is_known else None,
        "sha256": hashlib.sha256(data).hexdigest(),
        "candidates": _candidates(report),
        "repairs": repairs,
    }


def check(data: bytes, material: Material, house: House, *, dry_run: bool) -> Report:
    given = {"main": material.main, "beside": material.beside, "called_beside": house.called_beside}
    return lint.check(data, house.called, dry_run, people=house.organisation.people(), **given)


def check_readable(material: Material) -> None:
    try:
        read(material.data)
    except Unreadable as refusal:
        raise NotReadable(name=material.name, why=_in_words(refusal.findings)) from None


def _left(report: Report, repairs: list[dict[str, Any]], material: Material, house: House) -> int | None:
    """How many errors would be left if everything proposed were accepted; None where that takes too long to find out."""
    if len(repairs) > MOST_TRIED:
        return None
    everything = {one["id"]: one["default"] for one in repairs}
    accepted = {**everything, **(material.accepted or {})}
    if not report.errors or accepted == (material.accepted or {}):
        return len(report.errors)
    return len(check(mended(material, house, accepted), material, house, dry_run=False).errors)


def _in_words(findings: tuple[Finding, ...]) -> Text:
    """Each finding with what to do about it."""
    said = [text for finding in findings for text in (finding.message, finding.advice) if text is not None]
    return Text("".join(text.zh for text in said), " ".join(text.en for text in said))


def _candidates(report: Report) -> list[dict[str, Any]]:
    return [
        {"id": one.process_id, "name": one.name.to_dict(), "is_executable": one.is_executable, "tasks": one.tasks}
        for one in report.candidates
    ]
