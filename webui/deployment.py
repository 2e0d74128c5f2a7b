"""BPMN files into procedures: checked together, deployed in the order in which they call one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bpmn import lint
from engine.bpmn.lint import Report
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.runtime import Engine
from engine.store import procedures

#: The procedures that come with Closeloop, beside the packages both in the source tree and in an installed wheel.
SHIPPED = Path(__file__).parents[1] / "processes"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    data: bytes


Checked = Sequence[tuple[File, Report]]


def check(files: Sequence[File], released: Mapping[str, bytes] | None = None) -> Checked:
    """What is to be said about each file, given the other ones and the procedures `released` already."""
    alone = [(file, lint.check(file.data)) for file in files]
    called = dict(released or {}) | {r.definition.main: f.data for f, r in alone if r.definition is not None}
    return [(file, lint.check(file.data, called, dry_run=True)) for file in files]


def deploy(
    engine: Engine, checked: Checked, *, note: str = "", draft: bool = False
) -> Iterator[tuple[File, dict[str, Any]]]:
    """Each file with what the engine answered, those that are called before those that call them."""
    for file in _callers_last(checked):
        yield file, engine.execute(c.DeployVersion(file.data, note, draft), SYSTEM)


def released(engine: Engine) -> dict[str, bytes]:
    """The released file of every procedure."""
    with engine.read() as conn:
        return {row.key: engine.versions.get(conn, row.released_id).bpmn for row in procedures.released(conn)}


def deploy_shipped(engine: Engine) -> list[str]:
    """The procedures that come with Closeloop, where there is no procedure yet; returns the keys of those deployed."""
    with engine.read() as conn:
        if procedures.all_(conn):
            return []
    files = [File(str(path), path.read_bytes()) for path in sorted(SHIPPED.glob("*/procedure.bpmn"))]
    return [answer["key"] for _, answer in deploy(engine, check(files))]


def _callers_last(checked: Checked) -> list[File]:
    by_key = {report.definition.main: file for file, report in checked if report.definition is not None}
    calls = {r.definition.main: _calls(r) for _, r in checked if r.definition is not None}
    ordered: list[str] = []

    def take(key: str, above: tuple[str, ...] = ()) -> None:
        if key in by_key and key not in ordered and key not in above:
            for called in sorted(calls[key]):
                take(called, (*above, key))
            ordered.append(key)

    for key in by_key:
        take(key)
    return [by_key[key] for key in ordered]


def _calls(report: Report) -> set[str]:
    assert report.definition is not None
    return {key for procedure in report.definition.procedures.values() for key in procedure.calls}
