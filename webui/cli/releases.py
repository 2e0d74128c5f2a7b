"""`closeloop release` and `closeloop withdraw`: who gets which version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.release import PLACES, Scope, parse
from engine.domain.text import Text
from engine.domain.training import TRAININGS
from webui.cli.opening import engine
from webui.cli.words import say

EVERYONE = Text("所有人", "everyone")
SHARE = Text("{percent:g} % 的客户", "{percent:g} % of the customers")


@click.command()
@click.argument("key", metavar="KEY")
@click.argument("number", metavar="N", type=click.IntRange(1))
@click.option("--department", "departments", metavar="D", multiple=True, help="Only for this department; may be repeated.")
@click.option("--share", metavar="0.1", help="Only for this share of the customers, each of them always or never.")
@click.option("--training", type=click.Choice(TRAININGS), help="Whether its people are asked, or required, to read it.")
@click.option("--guard", metavar="on_time=0.9,incidents=0.05,cases=20", help="Limits that end a pilot by itself.")
@click.option("--note", default="", help="What those who work with it should know.")
def release(
    key: str,
    number: int,
    departments: Sequence[str],
    share: str | None,
    training: str | None,
    guard: str | None,
    note: str,
) -> None:
    """Give version N of the procedure KEY to everyone, to departments or to a share of the customers.

    Cases that run keep the version they have.
    """
    if departments and share is not None:
        raise click.UsageError("give either --department or --share")
    scope = {"departments": list(departments)} if departments else {"share": share} if share is not None else {"all": True}
    command = c.ReleaseVersion(key, number, scope, training, _guard(guard), note)
    with engine() as opened:
        answer = opened.execute(command, SYSTEM)
        say("流程“{key}”第 {version} 版已发布给{scope}", "version {version} of “{key}”: released to {scope}",
            key=key, version=answer["version"], scope=_words(opened, parse(answer["scope"])))  # fmt: skip


@click.command()
@click.argument("key", metavar="KEY")
@click.argument("number", metavar="N", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why, for the trail and for the others.")
def withdraw(key: str, number: int, reason: str) -> None:
    """Take version N of the procedure KEY back: no new case gets it. The version before it takes its place."""
    with engine() as opened:
        answer = opened.execute(c.WithdrawVersion(key, number, reason), SYSTEM)
    names = {"key": key, "version": number, "by": answer["replaced_by"]}
    if answer["replaced_by"] is None:
        say("流程“{key}”第 {version} 版已收回，现在没有可用的版本",
            "version {version} of “{key}”: taken back; nothing of it is released to everyone now", **names)  # fmt: skip
    else:
        say("流程“{key}”第 {version} 版已收回，由第 {by} 版接替",
            "version {version} of “{key}”: taken back; version {by} takes its place", **names)  # fmt: skip


COMMANDS = (release, withdraw)


def _guard(given: str | None) -> dict[str, str] | None:
    if given is None:
        return None
    parts = [part.partition("=") for part in given.split(",") if part.strip()]
    return {name.strip(): value.strip() for name, _, value in parts}


def _words(opened: Any, scope: Scope) -> Text:
    if scope.share is not None:
        return SHARE.format(percent=100 * scope.share / PLACES)
    if not scope.departments:
        return EVERYONE
    with opened.read() as conn:
        known = opened.organisations.current(conn).departments
    names = [known[key].name for key in scope.departments]
    return Text("、".join(name.zh or name.en for name in names), ", ".join(name.en or name.zh for name in names))
