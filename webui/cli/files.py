"""`closeloop lint` and `closeloop deploy`: BPMN files, checked and taken into use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from engine.bpmn.lint import Report
from engine.domain.text import Text
from engine.handlers.procedures import finding_to_dict
from webui import deployment
from webui.cli.opening import engine
from webui.cli.words import in_words, say
from webui.deployment import File

FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
MOST_BYTES = 64_000_000


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILES)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def lint(paths: Sequence[Path], form: str) -> None:
    """Check BPMN files without deploying them: everything that is wrong with them, by element.

    Files that call one another are checked together. No database is needed. Exit status 1 if a file has errors.
    """
    checked = deployment.check(_read(paths))
    if form == "json":
        click.echo(json.dumps(_as_json(checked), ensure_ascii=False, indent=1))
    else:
        for file, report in checked:
            _show(file, _dicts(report))
            _sum_up(file, report)
    if not all(report.is_deployable for _, report in checked):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=FILES)
@click.option("--note", default="", help="What changed, for those who work with the procedure.")
@click.option("--draft", is_flag=True, help="Store the version without releasing it.")
def deploy(paths: Sequence[Path], note: str, *, draft: bool) -> None:
    """Store BPMN files as new versions and release them to everyone. The same bytes give the version they already are.

    If any file has errors, none is deployed and the exit status is 1.
    """
    given = _read(paths)
    with engine() as opened:
        checked = deployment.check(given, deployment.released(opened))
        if wrong := [(file, report) for file, report in checked if not report.is_deployable]:
            for file, report in wrong:
                _show(file, _dicts(report))
                _sum_up(file, report)
            raise click.exceptions.Exit(1)
        for file, answer in deployment.deploy(opened, checked, note=note, draft=draft):
            _show(file, answer["findings"])
            _announce(file, answer)


COMMANDS = (lint, deploy)


def _read(paths: Sequence[Path]) -> list[File]:
    """The files; of one that is far too large only as much as it takes to say so."""
    files = []
    for path in paths:
        try:
            with path.open("rb") as opened:
                files.append(File(str(path), opened.read(MOST_BYTES)))
        except OSError as problem:
            raise click.ClickException(f"{path}: {problem.strerror}") from problem
    return files


def _dicts(report: Report) -> list[dict[str, Any]]:
    return [finding_to_dict(finding) for finding in report.findings]


def _show(file: File, findings: Sequence[Mapping[str, Any]]) -> None:
    for finding in findings:
        at = f" {finding['element_id']}" if finding["element_id"] else ""
        line = f":{finding['line']}" if finding["line"] else ""
        words = " ".join(in_words(Text(**text)) for text in (finding["message"], finding["advice"]) if text)
        click.echo(f"{file.name}{line}: {finding['severity']}{at}: {words} [{finding['rule']}]")


def _sum_up(file: File, report: Report) -> None:
    warnings = sum(1 for finding in report.findings if finding.level == "warning")
    if report.is_deployable:
        say("{name}：可以部署，{warnings} 条警告", "{name}: can be deployed, {warnings} warning(s)",
            name=file.name, warnings=warnings)  # fmt: skip
    else:
        say("{name}：不能部署，{errors} 处错误，{warnings} 条警告",
            "{name}: cannot be deployed, {errors} error(s), {warnings} warning(s)",
            name=file.name, errors=len(report.errors), warnings=warnings)  # fmt: skip


def _announce(file: File, answer: dict[str, Any]) -> None:
    names = {"name": file.name, "key": answer["key"], "version": answer["version"]}
    if not answer["is_new"]:
        say("{name}：与流程“{key}”的第 {version} 版相同", "{name}: is version {version} of “{key}” already", **names)
    elif answer["state"] == "draft":
        say("{name}：流程“{key}”第 {version} 版（草稿）", "{name}: version {version} of “{key}”, a draft", **names)
    else:
        say("{name}：流程“{key}”第 {version} 版已发布", "{name}: version {version} of “{key}”, released", **names)


def _as_json(checked: Sequence[tuple[File, Report]]) -> dict[str, Any]:
    """The shape of a finding is the API's, with its file; words in the reader's language."""
    findings = []
    for file, report in checked:
        for finding in _dicts(report):
            words = {name: in_words(Text(**finding[name])) if finding[name] else None for name in ("message", "advice")}
            findings.append({"file": file.name, **finding, **words})
    files = [{"file": file.name, "deployable": report.is_deployable} for file, report in checked]
    return {"files": files, "errors": sum(len(report.errors) for _, report in checked), "findings": findings}
