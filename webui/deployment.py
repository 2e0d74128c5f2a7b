"""BPMN files into procedures: checked together, deployed in the order in which they call one another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.bpmn import lint
from engine.bpmn.dialects import read_definition
from engine.bpmn.findings import ERROR, Rule
from engine.bpmn.lint import Report
from engine.bpmn.reader import Unreadable
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.text import Text
from engine.runtime import Engine
from engine.store import procedures

#: The procedures that come with Closeloop, beside the packages both in the source tree and in an installed wheel.
SHIPPED = Path(__file__).parents[1] / "processes"


@dataclass(frozen=True, slots=True)
class File:
    """A BPMN file and the decision tables and forms that lie beside it, by name. `problem`: it could not be read."""

    name: str
    data: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)
    problem: str | None = None


Checked = Sequence[tuple[File, Report]]

UNREADABLE = Rule(
    "file-not-read",
    ERROR,
    Text("无法读取该文件：{why}。", "The file cannot be read: {why}."),
    Text("请检查路径和权限。", "Check its path and permissions."),
)


def check(files: Sequence[File], released: Mapping[str, bytes] | None = None) -> Checked:
    """What is to be said about each file, given the other ones and the procedures `released` already."""
    return list(checking(files, released))


def checking(
    files: Sequence[File], released: Mapping[str, bytes] | None = None, *, dry_run: bool = True
) -> Iterator[tuple[File, Report]]:
    """The same, one after the other, in the order given; trial runs of several go on side by side."""
    others = {key: file for file in files if (key := _main(file)) is not None}
    called = dict(released or {}) | {key: file.data for key, file in others.items()}
    besides = {key: file.beside for key, file in others.items()}
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        yield from zip(files, pool.map(lambda file: _report(file, called, besides, dry_run), files), strict=True)


def _report(
    file: File, called: Mapping[str, bytes], besides: Mapping[str, Mapping[str, bytes]], dry_run: bool
) -> Report:
    if file.problem is not None:
        return Report(None, (UNREADABLE.at(why=file.problem),))
    return lint.check(file.data, called, dry_run=dry_run, beside=file.beside, called_beside=besides)


def _main(file: File) -> str | None:
    """The process a file is for; None where it cannot be read or runs nothing."""
    try:
        definition = read_definition(file.data, None, file.beside)
    except Unreadable:
        return None
    return definition.main if definition.procedures else None


def deploy(
    engine: Engine, checked: Checked, *, note: str = "", draft: bool = False
) -> Iterator[tuple[File, dict[str, Any]]]:
    """Each file with what the engine answered, those that are called before those that call them."""
    for file in _callers_last(checked):
        yield file, engine.execute(c.DeployVersion(file.data, note, draft, beside=file.beside), SYSTEM)


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
