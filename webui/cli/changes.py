"""`closeloop diff`, `effect` and `replay`: what changed between two versions, and what the new one would do to cases."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection

from engine.bpmn.diff import Source, source_of
from engine.bpmn.diff import diff as compared
from engine.bpmn.errors import Unrunnable
from engine.bpmn.reader import Unreadable
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries import catalogue, comparison, replays
from engine.queries import effect as effects
from engine.runtime import Engine
from engine.versions import Version
from webui.api.comparison import effected, replayed
from webui.cli.opening import engine
from webui.cli.words import in_words, say

VERSION = re.compile(r"(?P<key>[^@/\\]+)@(?P<number>[1-9][0-9]{0,8})")
MOST = 100_000
MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def diff(old: str, new: str, form: str) -> None:
    """Say what changed from OLD to NEW: each a BPMN file, or a version of a procedure such as inquiry@2.

    Ids that a tool renumbered, the order of elements and spaces are no change. Files need no database.
    """
    found = compared(_source(old), _source(new))
    if form == "json":
        told = found.to_dict()
        for change in told["changes"]:
            change |= {n: in_words_of(change[n]) for n in ("step", "before", "after", "sentence")}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif found.is_empty:
        say("没有变化", "Nothing changed")
    else:
        for change in found.changes:
            click.echo(f"{MARKS[change.kind]} {in_words(change.sentence)}")


@click.command()
@click.argument("new", metavar="NEW")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def effect(new: str, form: str) -> None:
    """Say which running cases could move to NEW, and why the others could not. Nothing is changed.

    NEW is a BPMN file, deployed or not, or a version of a procedure such as inquiry@2.
    """
    with engine() as opened, opened.read() as conn, _progress(Text("正在查看在办工单", "Looking at cases"), None) as told:
        candidate = _version(opened, conn, new)
        organisation, now = opened.organisations.current(conn), opened.clock.now()
        found = effects.of_candidate(conn, opened.versions, organisation, candidate, now, most=MOST, go_on=told)
    if form == "json":
        click.echo(json.dumps(effected(found, in_words), ensure_ascii=False, indent=1))
        return
    say("在办 {running} 个流程实例（已在该版本上的 {there} 个另计）：{able} 个可以转入，{rest} 个不能",
        "{running} instances run on other versions ({there} are on it already): {able} could move, {rest} could not",
        running=found.running, there=found.there, able=found.can_move, rest=found.cannot)  # fmt: skip
    for one in found.standing:
        say("  第 {version} 版 {name}：{count}（可转入 {able}）", "  version {version}, {name}: {count} ({able} could move)",
            version=one.version, name=one.name, count=one.count, able=one.can_move)  # fmt: skip
    for why in found.stays:
        say("  {count} 个不能：{why}（{cases}）", "  {count} cannot: {why} ({cases})",
            count=why.count, why=why.why, cases=_cases(why.case_ids))  # fmt: skip


@click.command()
@click.argument("new", metavar="NEW")
@click.option("--limit", type=click.IntRange(1, 100_000), default=replays.USUAL, show_default=True, help="How many cases.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def replay(new: str, limit: int, form: str) -> None:
    """Drive the latest finished cases again on NEW: which would have gone another way, which limits broken.

    NEW is a BPMN file, deployed or not, or a version of a procedure such as inquiry@2. Nothing is changed.
    """
    with engine() as opened, opened.read() as conn, _progress(Text("正在重演", "Driving again"), limit) as told:
        candidate, organisation = _version(opened, conn, new), opened.organisations.current(conn)
        found = replays.of_procedure(conn, opened.versions, organisation, candidate, limit=limit, go_on=told)
    if form == "json":
        click.echo(json.dumps(replayed(found, in_words), ensure_ascii=False, indent=1))
        return
    say("已办结 {finished} 个工单，重演 {cases} 个：{same} 个走同样的路，{other} 个走不同的路，{unknown} 个无法得知",
        "{finished} finished cases, {cases} driven again: {same} the same way, {other} another way, {unknown} unknown",
        finished=found.finished, cases=found.cases, same=found.same, other=found.other, unknown=found.unknown)  # fmt: skip
    for way in found.ways:
        say("  {count} 个：{what}（{cases}）", "  {count}: {what} ({cases})",
            count=way.count, what=way.sentence, cases=_cases(way.case_ids))  # fmt: skip
    for limit_ in found.limits:
        say("  时限：{what}", "  Limit: {what}", what=limit_.sentence)
    for reason in found.reasons:
        say("  {count} 个无法得知：{why}（{cases}）", "  {count} unknown: {why} ({cases})",
            count=reason.count, why=reason.why, cases=_cases(reason.case_ids))  # fmt: skip
    for name, count in found.assumed:
        say("  新步骤{name}视为立即完成（{count} 次）", "  New step {name} taken to be done at once ({count} times)",
            name=name, count=count)  # fmt: skip


COMMANDS = (diff, effect, replay)


def in_words_of(text: dict[str, str] | None) -> str | None:
    return in_words(Text(**text)) if text else None


def _version(opened: Engine, conn: Connection, given: str) -> Version:
    """A version, or the one a file would be."""
    path = Path(given)
    if path.is_file():
        source = _file(path)
        found = comparison.not_deployed(conn, opened.versions, source.data)
        catalogue.procedure(conn, opened.versions, found.key)
        try:
            found.spec  # noqa: B018  (built here, so that what cannot run is said before anything else)
        except Unrunnable as problem:
            raise click.ClickException(f"{path}: {problem.element_id}: {in_words(problem.text)}") from problem
        return found
    named = VERSION.fullmatch(given)
    if named is None:
        raise click.BadParameter(f"{given!r} is neither a file nor a version such as inquiry@2")
    return catalogue.version(conn, opened.versions, named["key"], int(named["number"]))


@contextmanager
def _progress(what: Text, total: int | None) -> Iterator[Callable[[int], bool]]:
    """A bar on the terminal of whoever waits; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _: True
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(in_words(what), total=total)

        def told(done: int) -> bool:
            bar.update(task, completed=done)
            return True

        yield told


def _cases(ids: tuple[int, ...]) -> str:
    return ", ".join(case_number(id_) for id_ in ids)


def _source(given: str) -> Source:
    path = Path(given)
    if path.is_file():
        return _file(path)
    named = VERSION.fullmatch(given)
    if named is None:
        raise click.BadParameter(f"{given!r} is neither a file nor a version such as inquiry@2")
    with engine() as opened, opened.read() as conn:
        return comparison.source_of(catalogue.version(conn, opened.versions, named["key"], int(named["number"])))


def _file(path: Path) -> Source:
    try:
        return source_of(path.read_bytes())
    except OSError as problem:
        raise click.ClickException(f"{path}: {problem.strerror}") from problem
    except Unreadable as problem:
        told = "\n".join(f"{path}: {in_words(finding.message)}" for finding in problem.findings)
        raise click.ClickException(told) from problem
