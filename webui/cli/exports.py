"""`closeloop export` takes the trail away; `closeloop verify-export` verifies such a file without any database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import BadZipFile

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.audit import offline
from engine.audit.exports import forms
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain.actors import SYSTEM
from engine.domain.text import Text
from engine.queries import exports as query
from engine.queries.exports import Wanted
from webui import exports
from webui.cli.opening import engine
from webui.cli.trail import CaseNumber
from webui.cli.words import in_words, locale, note, say

INSTANT = click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"))


@click.command()
@click.option("--format", "form", type=click.Choice(tuple(forms.FORMS)), required=True)
@click.option("--case", "case_id", type=CaseNumber(), metavar="NUMBER", help="One case alone, such as CL-000017.")
@click.option("--procedure", metavar="KEY", help="The cases of one procedure.")
@click.option("--from", "first", type=INSTANT, metavar="INSTANT", help="Cases opened since then (a day: from midnight UTC).")
@click.option("--to", "last", type=INSTANT, metavar="INSTANT", help="Cases opened before then.")
@click.option("--sample", type=click.IntRange(min=1), metavar="NUMBER", help="The cases of one sample.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False, writable=True), required=True, metavar="FILE")
def export(
    form: str, case_id: int | None, procedure: str | None, first: datetime | None, last: datetime | None,
    sample: int | None, out: Path,
) -> None:  # fmt: skip
    """Write the trail to a file. That it was taken is itself recorded in the trail.

    jsonl can be verified anywhere (verify-export); csv and xlsx are for spreadsheets; xes and ocel for process mining;
    evidence is a signed pack of one case (--case) or a sample (--sample) that verifies itself.
    Without --case, --procedure, --from and --to the system's own chain is in it too.
    """
    wanted = Wanted(case_id, procedure, _aware(first), _aware(last), sample=sample)
    with engine() as opened:
        with opened.read() as conn:
            query.found(conn, wanted)
        begun = exports.begin(opened, SYSTEM, form, wanted, locale())
        try:
            _write(begun, out)
        except OSError as problem:
            out.unlink(missing_ok=True)
            told = Text("无法写入 {out}：{why}", "{out} cannot be written: {why}")
            raise click.ClickException(in_words(told.format(out=out, why=problem.strerror or problem))) from problem
    note("{cases} 个服务工单、{entries} 条记录已写入 {out}", "{cases} case(s), {entries} entries written to {out}",
         cases=begun.cases, entries=begun.entries, out=out)  # fmt: skip


@click.command("verify-export")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--checkpoint", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="The checkpoint you have kept: the file must continue the history it fixed.")  # fmt: skip
def verify_export(file: Path, checkpoint: Path | None) -> None:
    """Verify an export (JSONL) or an evidence pack without any database.

    Exit status 1 and the first bad entry of each chain if it does not hold. An export is held against --checkpoint
    where it is one of everything.
    """
    try:
        trail = offline.verify(file, checkpoint)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, BadZipFile) as problem:
        told = Text("{file} 无法读取：{why}", "{file} cannot be read: {why}").format(file=file, why=repr(problem))
        raise click.ClickException(in_words(told)) from problem
    for where, no, kind in trail.faults:
        zh, en = offline.KINDS[kind].split(" / ")
        at = Text(f"{where} 第 {no} 条", f"{where}, entry {no}") if no else Text.same(where)
        say("{at}：{kind}：{what}", "{at}: {kind}: {what}", at=at, kind=kind, what=Text(zh, en))
    counted = {"chains": trail.chains, "entries": trail.entries}
    if trail.faults:
        say("{chains} 条链、{entries} 条记录：文件有问题", "{chains} chain(s), {entries} entries: the export does not hold", **counted)
        raise click.exceptions.Exit(1)
    say("{chains} 条链、{entries} 条记录：完整无误", "{chains} chain(s), {entries} entries: the export holds", **counted)


COMMANDS = (export, verify_export)


def _write(begun: exports.Export, out: Path) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    hidden = begun.entries < 5000 or not sys.stderr.isatty()
    with out.open("wb") as file, Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(in_words(Text("正在导出", "Exporting")), total=begun.entries)

        def counted() -> Iterator[Line | ChainEnd]:
            for line in begun.lines:
                yield line
                bar.advance(task, isinstance(line, Line))

        for piece in replace(begun, lines=counted()).pieces():
            file.write(piece)


def _aware(at: datetime | None) -> datetime | None:
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
