"""What the command line says: refusals as sentences in the reader's language, never a traceback."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from engine.domain.errors import Refusal
from engine.domain.text import Text


class Refused(click.ClickException):
    """A refusal as the command line shows it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(in_words(refusal.text))
        self.refusal = refusal

    def show(self, file: Any = None) -> None:
        click.echo(f"closeloop: {self.message}", err=True)
        for name, text in self.refusal.fields.items():
            click.echo(f"  {name}: {in_words(text)}", err=True)


class RefusalsInWords(click.Group):
    """Every command below this group may raise a `Refusal`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise Refused(refusal) from refusal
        except DBAPIError as problem:
            why = str(problem.orig).strip().splitlines()[0][:300]
            told = Text("数据库报告错误：{why}", "The database reports: {why}").format(why=why)
            raise click.ClickException(in_words(told)) from problem


def in_words(text: Text) -> str:
    return text.in_(locale())


def locale(environ: Mapping[str, str] = os.environ) -> str:
    """`zh-CN` where the terminal is Chinese, else `en`."""
    wish = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh-CN" if wish.lower().startswith("zh") else "en"


def say(zh: str, en: str, **params: object) -> None:
    """A line on standard output."""
    click.echo(in_words(Text(zh, en).format(**params)))


def note(zh: str, en: str, **params: object) -> None:
    """A line on standard error: for a person, not for the program that reads the output."""
    click.echo(in_words(Text(zh, en).format(**params)), err=True)
