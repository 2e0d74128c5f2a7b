"""`closeloop diff`: what changed between two files or versions, in sentences."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from engine.bpmn.diff import Source, source_of
from engine.bpmn.diff import diff as compared
from engine.bpmn.reader import Unreadable
from engine.domain.text import Text
from engine.queries import catalogue, comparison
from webui.cli.opening import engine
from webui.cli.words import in_words, say

VERSION = re.compile(r"(?P<key>[^@/\\]+)@(?P<number>[1-9][0-9]{0,8})")
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


COMMANDS = (diff,)


def in_words_of(text: dict[str, str] | None) -> str | None:
    return in_words(Text(**text)) if text else None


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
