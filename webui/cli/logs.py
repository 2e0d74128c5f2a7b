"""`closeloop check-log`: past cases of another system held against a procedure, before it goes live."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from engine.bpmn.logs import mapping as mappings
from engine.bpmn.logs.check import check
from engine.bpmn.logs.event import Columns, Log
from engine.bpmn.logs.reading import read
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import catalogue
from engine.queries.imported_logs import usual_version
from engine.versions import Version
from webui.cli.opening import engine
from webui.cli.words import in_words, note, say

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NO_SUCH = Text("没有名为“{name}”的{what}。", "There is no {what} called “{name}”.")
ELEMENT, ACTIVITY, COLUMN = Text("元素", "element"), Text("活动", "activity"), Text("列用途", "use of a column")
USES = [field.name for field in fields(Columns)]


@click.command("check-log")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--procedure", "key", required=True, metavar="KEY", help="The procedure the cases are held against.")
@click.option("--version", "number", type=int, metavar="N", help="One of its versions; else the released one, else the newest.")
@click.option("--map", "pairs", multiple=True, metavar="ACTIVITY=ELEMENT", help="This activity is that element; nothing after = leaves it out.")
@click.option("--column", "columns", multiple=True, metavar="USE=NAME", help=f"Which column or attribute tells what: {', '.join(USES)}.")
@click.option("--time-format", default="", metavar="FORMAT", help="How a table writes times, such as %d/%m/%Y.")
@click.option("--strict", is_flag=True, help="What the log or the diagram alone knows counts as a deviation.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def check_log(
    path: Path, key: str, number: int | None, pairs: Sequence[str], columns: Sequence[str], time_format: str, form: str,
    *, strict: bool,
) -> None:  # fmt: skip
    """Hold the cases of a log (XES, plain or .gz, or CSV) against a procedure. Exit status 1 if one deviates.

    Activities are matched to elements by name; --map says it otherwise. The log is read and forgotten: nothing is stored.
    """
    log = read(path.read_bytes(), Columns(**_pairs(columns, USES, COLUMN)), time_format)
    with engine() as opened, opened.read() as conn:
        number = number or usual_version(conn, opened.versions, key)
        version = catalogue.version(conn, opened.versions, key, number)
    names = mappings.names(version.net, version.name_of)
    mapping = mappings.propose(log.activities(), names) | _pairs(pairs, log.activities(), ACTIVITY)
    if unknown := next((element for element in mapping.values() if element and element not in names), None):
        raise InvalidInput(fields={"--map": NO_SUCH.format(name=unknown, what=ELEMENT)})
    found = _with_progress(log, version, names, mapping, strict=strict)
    if form == "json":
        told = {"procedure": key, "version": number, "mapping": mapping, **found}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell(log, key, number, mapping, names, found)
    if found["fitting"] < found["cases"]:
        raise click.exceptions.Exit(1)


COMMANDS = (check_log,)


def _pairs(given: Sequence[str], known: Any, what: Text) -> dict[str, str]:
    """`NAME=VALUE`, the name being one of those known; a name may have = in it."""
    found = {}
    for pair in given:
        name, _, value = pair.rpartition("=")
        if name not in known:
            raise InvalidInput(fields={pair: NO_SUCH.format(name=name or pair, what=what)})
        found[name] = value
    return found


def _with_progress(
    log: Log, version: Version, names: Mapping[str, Text], mapping: Mapping[str, str], *, strict: bool
) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(in_words(Text("正在检查", "Checking")), total=len(log.traces))

        def name(element: str) -> Text:
            return names.get(element) or version.name_of(element)

        return check(log, version.net, name, mapping, strict=strict, progress=lambda done: bar.update(task, completed=done))


def _tell(log: Log, key: str, number: int, mapping: Mapping[str, str], names: Mapping[str, Text], found: dict[str, Any]) -> None:
    for bad in log.bad[:20]:
        note("略过：{where}：{why}", "left out: {where}: {why}", where=bad.where, why=bad.why)
    if log.bad_count > 20:
        note("……共 {count} 行略过", "… {count} rows left out in all", count=log.bad_count)
    if log.time_format:
        say("时间按 {format} 读取", "times are read as {format}", format=log.time_format)
    for activity, element in mapping.items():
        say("{activity} → {element}", "{activity} → {element}", activity=activity,
            element=names[element] if element else Text("（不检查）", "(not judged)"))  # fmt: skip
    for one in found["unseen"]:
        say("日志中没有“{name}”（不检查）", "nothing in the log is “{name}” (not judged)", name=Text(**one["name"]))
    for one in found["deviations"]:
        say("! {cases} 个工单：{sentence}（如 {examples}）", "! {cases} case(s): {sentence} (such as {examples})",
            cases=one["cases"], sentence=Text(**one["sentence"]), examples=", ".join(one["examples"][:3]))  # fmt: skip
    for one in found["steps"]:
        if one["waited"]:
            say("“{name}”等待：中位数 {median}，九成不超过 {p90}", "“{name}” waited: median {median}, nine in ten no longer than {p90}",
                name=Text(**one["name"]), median=_spent(one["waited"]["median"]), p90=_spent(one["waited"]["p90"]))  # fmt: skip
    say(
        "流程“{key}”第 {number} 版：{cases} 个工单中 {fitting} 个符合，符合度 {fitness:.3f}，{variants} 种走法",
        "“{key}” v{number}: {fitting} of {cases} cases keep to it, fitness {fitness:.3f}, {variants} variant(s)",
        key=key, number=number, cases=found["cases"], fitting=found["fitting"], fitness=found["fitness"],
        variants=found["variant_count"],
    )  # fmt: skip
    if found["mapped_events"] < found["events"]:
        say("只检查了 {events} 个事件中的 {judged} 个；其余活动没有对应的元素", "{judged} of {events} events are judged: the others belong to no element",
            judged=found["mapped_events"], events=found["events"])  # fmt: skip
    if found["perhaps_nearer"]:
        say("其中 {count} 个工单的偏差可能比所列更少", "for {count} case(s) there may be fewer deviations than told", count=found["perhaps_nearer"])


def _spent(seconds: float) -> Text:
    """Two units at most: 2 d 3 h, 3 h 5 min."""
    minutes = round(seconds / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分钟", "min")]
    kept = [part for part in parts if part[0]][:2] or parts[-1:]
    return Text(" ".join(f"{n} {zh}" for n, zh, _ in kept), " ".join(f"{n} {en}" for n, _, en in kept))
