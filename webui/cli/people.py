"""`closeloop users …` and `closeloop token …`: what somebody at the server does to accounts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

import click

from engine.domain import commands as c
from engine.domain.actors import ROLES, SYSTEM
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.handlers.access import SCOPES
from engine.store import people
from engine.store.organisation import Organisation
from webui.cli.opening import engine, settings
from webui.cli.words import note, say


@click.group()
def users() -> None:
    """The people who work here."""


@users.command()
@click.argument("login")
@click.option("--name", help="The name others see.")
@click.option("--role", "roles", multiple=True, help=f"May be repeated: {', '.join(ROLES)}.")
@click.option("--group", "groups", multiple=True, help="May be repeated: the groups whose tasks the person may claim.")
@click.option("--department", help="The department the person belongs to.")
@click.option("--email")
@click.option("--language", "locale", help="zh-CN or en.")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of standard input.")
def add(
    login: str,
    name: str | None,
    roles: Sequence[str],
    groups: Sequence[str],
    department: str | None,
    email: str | None,
    locale: str | None,
    *,
    password_stdin: bool,
) -> None:
    """Make an account, or change what is given of the one that has this login.

    Groups and departments that do not exist yet are made, with their key as their name.
    """
    password = _password() if password_stdin else None
    save = c.SaveUser(
        login=login,
        name=name,
        email=email,
        password=password,
        roles=tuple(roles) or None,
        groups=tuple(groups) or None,
        department=department,
        locale=locale,
    )
    with engine() as opened:
        with opened.read() as conn:
            known = opened.organisations.current(conn)
        is_new, made = login not in known.by_login, _missing(known, groups, department)
        opened.execute_together((*made, save))
    for command in made:
        note("“{key}”是新建的", "“{key}” is new here", key=command.key)
    if is_new:
        say("已新建用户 {login}", "Made the account {login}", login=login)
    else:
        say("已更新用户 {login}", "Changed the account {login}", login=login)
    if is_new and password is None:
        note(
            "没有密码的账户不能登录，可用 --password-stdin 设置",
            "Without a password nobody can log in; set one by --password-stdin",
        )


@users.command()
@click.argument("login")
@click.argument("subject")
@click.option("--issuer", help="Default: CLOSELOOP_OIDC_ISSUER.")
def link(login: str, subject: str, issuer: str | None) -> None:
    """Let the account LOGIN in when the OpenID provider vouches for SUBJECT, as the provider calls the person."""
    oidc = settings().oidc
    issuer = issuer or (oidc.issuer if oidc else None)
    if issuer is None:
        raise click.UsageError("No provider is set up: give --issuer, or set CLOSELOOP_OIDC_ISSUER.")
    with engine() as opened:
        opened.execute(c.LinkAccount(login, issuer, subject), SYSTEM)
    say("用户 {login} 现在可通过 {issuer} 登录", "{login} may now log in at {issuer}", login=login, issuer=issuer)


@users.command("end-sessions")
@click.argument("login")
def end_sessions(login: str) -> None:
    """Log somebody out everywhere."""
    with engine() as opened:
        count = opened.execute(c.EndSessions(login), SYSTEM)["count"]
    say("已结束 {login} 的 {count} 个会话", "Ended {count} session(s) of {login}", login=login, count=count)


@users.command("reset-second-factor")
@click.argument("login")
def reset_second_factor(login: str) -> None:
    """The device is lost: no code is asked for until the person sets up another."""
    with engine() as opened:
        opened.execute(c.RemoveSecondFactor(login), SYSTEM)
    say("已重置 {login} 的第二因素", "Reset the second factor of {login}", login=login)


@click.group()
def token() -> None:
    """Tokens by which programs use the API in a person's name."""


@token.command()
@click.argument("login")
@click.option("--scope", "scopes", multiple=True, help=f"May be repeated: {', '.join(SCOPES)}. Default: read and work.")
@click.option("--name", default="", help="What the token is for.")
@click.option("--days", type=int, help="How long it is good for. Default: until it is revoked.")
def create(login: str, scopes: Sequence[str], name: str, days: int | None) -> None:
    """Print a new token, and nothing else. It is shown this once."""
    with engine() as opened:
        click.echo(opened.execute(c.CreateToken(login, tuple(scopes), name, days), SYSTEM)["token"])


@token.command("list")
@click.argument("login")
def list_(login: str) -> None:
    """The tokens somebody has: number, scopes, made, good until, last used, what for."""
    with engine() as opened, opened.read() as conn:
        row = people.user(conn, login)
        if row is None:
            raise NotFound(what=Text("用户", "The person"))
        for one in people.tokens_of(conn, row.id):
            until = "revoked" if one.revoked_at else _day(one.expires_at)
            click.echo("\t".join((str(one.id), " ".join(one.scopes), _day(one.created_at), until, _day(one.used_at), one.name)))


@token.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """From now on the token is good for nothing."""
    with engine() as opened:
        opened.execute(c.RevokeToken(number), SYSTEM)
    say("已撤销令牌 {number}", "Revoked the token {number}", number=number)


COMMANDS = (users, token)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at is not None else "-"


def _password() -> str:
    try:
        line = sys.stdin.buffer.readline(1000).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise click.UsageError("--password-stdin: standard input is not UTF-8.") from None
    if not line:
        raise click.UsageError("--password-stdin: standard input is empty.")
    return line


def _missing(
    known: Organisation, groups: Sequence[str], department: str | None
) -> list[c.DefineGroup | c.DefineDepartment]:
    """What has to be made first, because nothing else on the command line makes it."""
    made: list[c.DefineGroup | c.DefineDepartment] = []
    if department is not None and department not in known.departments:
        made.append(c.DefineDepartment(department, department, department))
    for group in dict.fromkeys(groups):
        if group not in known.groups:
            made.append(c.DefineGroup(group, group, group))
    return made
