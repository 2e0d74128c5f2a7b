"""`closeloop conformance`: were the procedures followed?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection

from engine.domain.case import case_number
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries import conformance as queries
from engine.queries.conformance import Verdict
from engine.runtime import Engine
from webui.api.conformance import shape
from webui.cli.opening import engine
from webui.cli.trail import CaseNumber
from webui.cli.words import in_words, say


@click.command()
@click.option("--case", "case_id", type=CaseNumber(), metavar="NUMBER", help="One case alone, such as CL-000017.")
@click.option("--procedure", metavar="KEY", help="Cases in which this procedure ran.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def conformance(case_id: int | None, procedure: str | None, form: str) -> None:
    """Hold the trail of every case against the version it ran on. Exit status 1 if one deviates.

    What administrators did by hand is told as an intervention, which is no deviation.
    """
    looked_at = deviating = 0
    with engine() as opened, opened.read() as conn:
        for verdict in _verdicts(opened, conn, case_id, procedure):
            looked_at, deviating = looked_at + 1, deviating + (not verdict.conforms)
            if form == "json":
                click.echo(json.dumps(shape(verdict, in_words), ensure_ascii=False))
            else:
                _tell(verdict)
    if form == "text":
        say("{cases} 个服务工单，{deviating} 个有偏差", "{cases} case(s), {deviating} with deviations",
            cases=looked_at, deviating=deviating)  # fmt: skip
    if deviating:
        raise click.exceptions.Exit(1)


COMMANDS = (conformance,)


def _verdicts(opened: Engine, conn: Connection, case_id: int | None, procedure: str | None) -> Iterator[Verdict]:
    if case_id is not None:
        verdict = queries.check(conn, opened.versions, case_id, opened.clock.now())
        if not verdict.entries:
            number = case_number(case_id)
            raise NotFound(what=Text(f"服务工单 {number}", f"Case {number}"))
        yield verdict
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = sys.stderr.isatty() and procedure is None
    cursor = None
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task(in_words(Text("正在检查", "Checking")), total=queries.count(conn) if shown else None)
        while True:
            page = queries.search(conn, opened.versions, procedure=procedure, cursor=cursor, now=opened.clock.now())
            for verdict in page.items:
                bar.advance(task)
                yield verdict
            if page.next is None:
                return
            cursor = page.next


def _tell(verdict: Verdict) -> None:
    number = case_number(verdict.case_id)
    for one in (*verdict.deviations, *verdict.interventions):
        mark = "!" if one in verdict.deviations else "~"
        click.echo(f"{mark} {number} #{one.seq} {one.at:%Y-%m-%d %H:%M}Z {one.kind}: {in_words(one.sentence)}")
