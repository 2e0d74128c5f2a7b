"""`closeloop lint`: BPMN files and folders of them, checked and tried out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from engine.bpmn.lint import Report
from engine.bpmn.trial.coverage import Coverage
from engine.domain.text import Text
from engine.handlers.procedures import finding_to_dict
from webui import deployment
from webui.cli import words
from webui.deployment import File

PLACES = click.Path(exists=True, readable=True, path_type=Path)
BPMN, BESIDE = (".bpmn", ".bpmn2", ".bpmn20.xml"), (".dmn", ".form", ".json")
MOST_BYTES = 64_000_000
COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
WORDS = {"error": Text("错误", "error"), "warning": Text("警告", "warning"), "info": Text("提示", "info")}


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=PLACES)
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--dry-run/--no-dry-run", default=True, show_default=True, help="Try each file out in every way.")
@click.option("--beside", is_flag=True, help="Take decision tables and forms from the folders of the files too.")
@click.option("--locale", type=click.Choice(("zh-CN", "en")), help="Language of the words; that of the terminal if not given.")
def lint(paths: Sequence[Path], form: str, locale: str | None, *, dry_run: bool, beside: bool) -> None:
    """Check BPMN files without deploying them: everything that is wrong with them, by element.

    A folder stands for all BPMN files in it. Files that call one another are checked together; decision tables (.dmn)
    and forms (.form, .json) named too belong to the BPMN files in their folders. No database is needed. Exit status 1
    if a file has errors.
    """
    locale = locale or words.locale()
    files = found(paths, beside=beside)
    checked: list[tuple[File, Report]] = []
    for file, report in with_progress(deployment.checking(files, dry_run=dry_run), files):
        checked.append((file, report))
        if form == "text":
            show(file, dicts(report), locale)
            sum_up(file, report, locale)
    if form == "json":
        click.echo(json.dumps(as_json(checked, locale), ensure_ascii=False, indent=1))
    elif len(checked) > 1:
        good = sum(report.is_deployable for _, report in checked)
        told = Text("{count} 个文件，{good} 个可以部署", "{count} files, {good} can be deployed")
        click.echo(told.format(count=len(checked), good=good).in_(locale))
    if not all(report.is_deployable for _, report in checked):
        raise click.exceptions.Exit(1)


COMMANDS = (lint,)


def found(paths: Sequence[Path], *, beside: bool = False) -> list[File]:
    """The BPMN files named and those in the folders named, each once, with what belongs to them."""
    named = [path for path in paths if path.suffix.lower() not in BESIDE or path.is_dir()]
    extra = [path for path in paths if path.suffix.lower() in BESIDE and path.is_file()]
    places = list(dict.fromkeys(place for path in named for place in (_inside(path) if path.is_dir() else [path])))
    if not places:
        empty = Text("“{place}”中没有 BPMN 文件（.bpmn）。", "There are no BPMN files (.bpmn) in “{place}”.")
        raise click.UsageError(words.in_words(empty.format(place=", ".join(map(str, paths)))))
    return [_file(place, [p for p in extra if p.parent == place.parent] + (_near(place) if beside else [])) for place in places]


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.name.lower().endswith(BPMN) and path.is_file())


def _near(place: Path) -> list[Path]:
    return sorted(path for path in place.parent.glob("*") if path.suffix.lower() in BESIDE and path.is_file())


def _file(place: Path, beside: Iterable[Path]) -> File:
    """A file, or why it cannot be read; of one that is far too large only as much as it takes to say so."""
    try:
        return File(str(place), _bytes(place), {path.name: _bytes(path) for path in beside})
    except OSError as problem:
        return File(str(place), b"", problem=f"{problem.filename or place}: {problem.strerror}")


def _bytes(place: Path) -> bytes:
    with place.open("rb") as opened:
        return opened.read(MOST_BYTES)


def with_progress(checked: Iterator[tuple[File, Report]], files: Sequence[File]) -> Iterator[tuple[File, Report]]:
    """The same; at a terminal with a line of its own on standard error that says how far it is."""
    stream = sys.stderr
    if not stream.isatty():
        yield from checked
        return
    for number, (file, report) in enumerate(checked, 1):
        stream.write("\r\033[K")
        yield file, report
        stream.write(f"\r\033[K[{number}/{len(files)}] {Path(file.name).name[:60]}" if number < len(files) else "")
        stream.flush()


def dicts(report: Report) -> list[dict[str, Any]]:
    return [finding_to_dict(finding) for finding in report.findings]


def show(file: File, findings: Sequence[Mapping[str, Any]], locale: str | None = None) -> None:
    """A line for each finding: where, how bad, what, and what to do. Coloured only at a terminal."""
    locale = locale or words.locale()
    for finding in findings:
        at = f" {finding['element_id']}" if finding["element_id"] else ""
        line = f":{finding['line']}" if finding["line"] else ""
        texts = " ".join(Text(**text).in_(locale) for text in (finding["message"], finding["advice"]) if text)
        level = click.style(WORDS[finding["severity"]].in_(locale), fg=COLOURS[finding["severity"]])
        click.echo(f"{file.name}{line}: {level}{at}: {texts} [{finding['rule']}]", color=colours())


def colours() -> bool | None:
    """None leaves it to whether there is a terminal; `NO_COLOR` says no."""
    return False if os.environ.get("NO_COLOR") else None


def sum_up(file: File, report: Report, locale: str | None = None) -> None:
    locale = locale or words.locale()
    counts = {"name": file.name, "errors": len(report.errors)}
    counts["warnings"] = sum(1 for finding in report.findings if finding.level == "warning")
    if report.is_deployable:
        told = Text("{name}：可以部署，{warnings} 条警告", "{name}: can be deployed, {warnings} warning(s)")
    else:
        told = Text(
            "{name}：不能部署，{errors} 处错误，{warnings} 条警告",
            "{name}: cannot be deployed, {errors} error(s), {warnings} warning(s)",
        )
    tried = tried_out(report.coverage).in_(locale) if report.coverage is not None else ""
    click.echo(told.format(**counts).in_(locale) + tried)


def tried_out(coverage: Coverage) -> Text:
    if coverage.runs_to_end:
        told = Text("；试运行走到结束，经过 {covered}/{total} 个元素与连线", "; tried out to the end, {covered} of {total} elements and flows passed")
    else:
        told = Text("；试运行经过 {covered}/{total} 个元素与连线，有的路径未能结束", "; tried out, {covered} of {total} elements and flows passed, some ways did not end")
    return told.format(covered=coverage.covered, total=coverage.total)


def as_json(checked: Sequence[tuple[File, Report]], locale: str) -> dict[str, Any]:
    """The shape of a finding is the API's, with its file; words in the reader's language."""
    findings = []
    for file, report in checked:
        for finding in dicts(report):
            texts = {name: Text(**finding[name]).in_(locale) if finding[name] else None for name in ("message", "advice")}
            findings.append({"file": file.name, **finding, **texts})
    files = [{"file": file.name, "deployable": report.is_deployable, "coverage": coverage_in(report, locale)} for file, report in checked]
    return {"files": files, "errors": sum(len(report.errors) for _, report in checked), "findings": findings}


def coverage_in(report: Report, locale: str) -> dict[str, Any] | None:
    if report.coverage is None:
        return None
    why = {ident: text.in_(locale) for ident, text in report.coverage.why.items()}
    return {**report.coverage.to_dict(), "why": why}
