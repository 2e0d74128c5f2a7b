"""`closeloop migrate`: running cases moved to another version, or only what would happen."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import click

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries import migrations as queries
from engine.runtime import Engine
from engine.store import migrations as store
from engine.store.session import Busy
from engine.worker.moves import move_one
from webui.api.addresses import case_id_of
from webui.cli.opening import engine
from webui.cli.words import in_words, say

MOST_SHOWN = 20


class Pair(click.ParamType):
    name = "OLD=NEW"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str | None]:
        old, sign, new = str(value).partition("=")
        if not old.strip() or not sign:
            self.fail("expected OLD=NEW, or OLD= where nothing takes its place", param, ctx)
        return old.strip(), new.strip() or None


class CaseReference(click.ParamType):
    name = "NUMBER"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        text = str(value).strip().upper()
        if not text.removeprefix("CL-").isdigit() or len(text) > 20:
            self.fail("expected a case such as CL-000017", param, ctx)
        return case_id_of(text)


@click.command()
@click.argument("key")
@click.option("--from", "from_", type=click.IntRange(1, 999_999_999), required=True, help="The version they run on.")
@click.option("--to", type=click.IntRange(1, 999_999_999), required=True, help="The version to move them to.")
@click.option("--map", "pairs", type=Pair(), multiple=True, help="What takes an element's place; instead of what is proposed.")
@click.option("--case", "cases", type=CaseReference(), multiple=True, help="Only this case.")
@click.option("--reason", default="", help="Why; it stands in the trail.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def migrate(
    key: str,
    from_: int,
    to: int,
    pairs: Sequence[tuple[str, str | None]],
    cases: Sequence[int],
    reason: str,
    *,
    dry_run: bool,
    form: str,
) -> None:
    """Move the running cases of version --from of the procedure KEY to version --to, each in a transaction of its own.

    Cases that cannot move stay and say why. May be stopped at any time: the worker goes on, and so does the same command.
    """
    mapping = dict(pairs) or None
    wanted = cases or None
    with engine() as opened:
        if dry_run:
            _predict(opened, key, (from_, to), mapping, wanted, form)
        else:
            begun = opened.execute(c.MigrateCases(key, from_, to, mapping, tuple(cases) or None, reason), SYSTEM)
            _move(opened, begun["id"], form)


COMMANDS = (migrate,)


def _predict(
    opened: Engine, key: str, numbers: tuple[int, int], mapping: dict | None, cases: Sequence[int] | None, form: str
) -> None:
    with opened.read() as conn:
        organisation, now = opened.organisations.current(conn), opened.clock.now()
        found = queries.preview(conn, SYSTEM, organisation, opened.versions, now, key, numbers, mapping, cases)
    stays = [(one.number, [in_words(obstacle.text) for obstacle in one.obstacles]) for one in found.predictions if not one.moves]
    if form == "json":
        told = {"dry_run": True, "moves": found.moving, "mapping": dict(found.pairs), "stays": dict(stays)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for old, new in found.pairs.items():
        click.echo(f"{old} → {new or '–'}")
    say("可移动 {moves} 个，将保留 {stays} 个", "{moves} would move, {stays} would stay", moves=found.moving, stays=found.staying)
    _list(stays)


def _move(opened: Engine, migration_id: int, form: str) -> None:
    """Workers may be at it as well: whoever comes first moves a case."""
    with opened.read() as conn:
        ids = store.planned_between(conn, migration_id, 0, 2**62)
    shows = form == "text" and sys.stderr.isatty()
    with click.progressbar(ids, file=sys.stderr) if shows else nullcontext(ids) as bar:
        for case_id in bar:
            _one(opened, case_id, migration_id)
    opened.execute(c.SettleMigration(migration_id), SYSTEM)
    with opened.read() as conn:
        counts = store.counts(conn, migration_id)
        rows = store.cases_page(conn, migration_id, (store.STAYED,), (0, 0), 2**31)
    stays = [(case_number(row.case_id), [_words(one["text"]) for one in row.why or ()]) for row in rows]
    if form == "json":
        click.echo(json.dumps({"id": migration_id, "counts": counts, "stayed": dict(stays)}, ensure_ascii=False, indent=1))
        return
    words = {"id": migration_id, "moved": counts[store.MOVED], "stayed": counts[store.STAYED]}
    say("迁移 {id}：移动 {moved} 个，保留 {stayed} 个", "Migration {id}: {moved} moved, {stayed} stayed", **words)
    _list(stays)


def _one(opened: Engine, case_id: int, migration_id: int) -> None:
    """What is held by somebody just now is left to the worker."""
    try:
        move_one(opened, case_id, migration_id)
    except Busy as refusal:
        click.echo(f"{case_number(case_id)}: {in_words(refusal.text)}", err=True)


def _words(text: dict[str, str]) -> str:
    return in_words(Text(**text))


def _list(stays: Sequence[tuple[str, list[str]]]) -> None:
    for number, why in stays[:MOST_SHOWN]:
        click.echo(f"  {number}: {' '.join(why)}")
    if len(stays) > MOST_SHOWN:
        say("  另有 {n} 个", "  and {n} more", n=len(stays) - MOST_SHOWN)
