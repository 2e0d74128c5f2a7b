"""`closeloop verify`: does the trail hold?"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.audit.checkpoint import Kept, read_file
from engine.audit.checkpoint import digest as checkpoint_digest
from engine.audit.verify import Fault, Verdict
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries import checkpoints, consistency
from engine.queries.verification import KINDS
from engine.queries.verification import verify as read_and_verify
from engine.runtime import Engine
from engine.store import trail as store
from webui.cli.opening import engine
from webui.cli.words import in_words, say

NUMBER = re.compile(r"(?:CL-)?0*([1-9]\d{0,17})", re.IGNORECASE)


class CaseNumber(click.ParamType):
    name = "number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = NUMBER.fullmatch(str(value).strip())
        if match is None:
            self.fail(f"“{value}” is not a case number such as CL-000017 or 17.", param, ctx)
        return int(match[1])


@click.command()
@click.option("--case", "case_id", type=CaseNumber(), metavar="NUMBER", help="One case alone, such as CL-000017.")
@click.option("--checkpoint", "file", type=click.File("rb"), metavar="FILE", help="Against this one, kept outside, too.")
@click.option("--since-checkpoint", "is_brief", is_flag=True, help="Only what was added to the newest checkpoint that holds.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def verify(case_id: int | None, file: BinaryIO | None, form: str, *, is_brief: bool) -> None:
    """Recompute every chain of the trail and name the first bad entry of each. Exit status 1 if there is one.

    The reading is itself recorded in the trail.
    """
    kept = _kept(file) if file is not None else None
    with engine() as opened:
        verdict = _verdict(opened, case_id, kept, is_brief=is_brief)
        _tell_as(form, verdict)
        word = "holds" if verdict.holds else "broken"
        scope = "all" if case_id is None else shown(case_id)
        digest = checkpoint_digest(kept.text).hex() if kept is not None else None
        opened.execute(c.RecordVerification(scope, verdict.entries, word, verdict.since, digest), SYSTEM)
    if not verdict.holds:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there too.")
@click.option("--prove", type=(click.IntRange(1), click.IntRange(1)), metavar="FROM TO",
              help="Make none, but prove that checkpoint TO continues checkpoint FROM.")  # fmt: skip
def checkpoint(out: Path | None, prove: tuple[int, int] | None) -> None:
    """Sign what the trail is now. Keep the file where nobody who runs Closeloop can reach it.

    CLOSELOOP_CHECKPOINTS names a folder each checkpoint is written to as well. A proof (--prove) is verified without us
    by `closeloop verify-export FILE`, or with the verify.py of any evidence pack.
    """
    if prove is not None:
        _prove(*prove, out)
        return
    with engine() as opened:
        number = opened.execute(c.MakeCheckpoint(), SYSTEM)["id"]
        with opened.read() as conn:
            made = checkpoints.find(conn, number)
    if out is not None:
        _write(out, made.file)
    note = made.said
    say("检查点 {number}：{chains} 条链、{entries} 条记录，根 {root}，密钥 {key}",
        "Checkpoint {number}: {chains} chain(s), {entries} entries, root {root}, key {key}",
        number=number, chains=note.chains, entries=note.entries, root=note.root.hex(), key=note.key)  # fmt: skip


def _prove(first: int, second: int, out: Path | None) -> None:
    with engine() as opened, opened.read() as conn:
        file = consistency.as_file(consistency.proof(conn, first, second))
    if out is None:
        click.echo(file, nl=False)
    else:
        _write(out, file)
        say("检查点 {second} 延续检查点 {first} 的证明已写入 {out}",
            "The proof that checkpoint {second} continues checkpoint {first} is in {out}",
            first=first, second=second, out=out)  # fmt: skip


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as problem:
        raise click.FileError(str(out), problem.strerror) from problem


COMMANDS = (verify, checkpoint)


def shown(case_id: int) -> str:
    """What people call a chain."""
    return f"CL-{case_id:06d}" if case_id else "system"


def _kept(file: BinaryIO) -> Kept:
    try:
        return read_file(file.read())
    except ValueError as problem:
        raise click.BadParameter(f"{file.name} is not a checkpoint: {problem}.", param_hint="--checkpoint") from problem


def _verdict(opened: Engine, case_id: int | None, kept: Kept | None, *, is_brief: bool) -> Verdict:
    is_long = case_id is None and not is_brief
    with opened.read(is_snapshot=True) as conn, _progress(store.count(conn) if is_long else 0) as told:
        verdict = read_and_verify(conn, case_id, told, kept, since_checkpoint=is_brief)
    if case_id is not None and not verdict.chains:
        raise NotFound(what=Text(f"服务工单 {shown(case_id)}", f"Case {shown(case_id)}"))
    return verdict


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on the terminal of whoever waits for many entries; nothing where nobody looks."""
    if total < 5000 or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(in_words(Text("正在核验", "Verifying")), total=total)
        yield lambda entries: bar.update(task, completed=entries)


def _tell_as(form: str, verdict: Verdict) -> None:
    if form == "text":
        _tell(verdict)
        return
    faults = [{"chain": shown(f.case_id), "case_id": f.case_id, "entry": f.seq, "kind": f.kind} for f in verdict.faults]
    said = {"holds": verdict.holds, "chains": verdict.chains, "entries": verdict.entries, "since_checkpoint": verdict.since}
    click.echo(json.dumps(said | {"faults": faults}, ensure_ascii=False))


def _tell(verdict: Verdict) -> None:
    if verdict.since is not None:
        say("仅核验检查点 {since} 之后新增的内容，此前的条目未再读取",
            "Only what was added since checkpoint {since}; what it holds was not read again", since=verdict.since)  # fmt: skip
    for fault in verdict.faults:
        say("{chain} 第 {seq} 条：{what}", "{chain}, entry {seq}: {what}",
            chain=_chain(fault), seq=fault.seq, what=KINDS.get(fault.kind, Text.same(fault.kind)))  # fmt: skip
    counted = {"chains": verdict.chains, "entries": verdict.entries, "faults": len(verdict.faults)}
    if verdict.holds:
        say(
            "{chains} 条链、{entries} 条记录：完整无误",
            "{chains} chain(s), {entries} entries: the trail holds",
            **counted,
        )
    else:
        say("{chains} 条链、{entries} 条记录：{faults} 条链已损坏",
            "{chains} chain(s), {entries} entries: {faults} chain(s) do not hold", **counted)  # fmt: skip


def _chain(fault: Fault) -> Text:
    return Text.same(shown(fault.case_id)) if fault.case_id else Text("系统链", "The system's chain")
