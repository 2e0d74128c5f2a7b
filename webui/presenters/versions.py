"""The versions of a procedure ready to show: who gets each, what runs on it, what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.domain.text import Text
from engine.queries.catalogue import VersionRow
from engine.queries.releases import ReleaseRow
from engine.store.organisation import Organisation
from webui.presenters.scopes import scope_words


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    picture: str


@dataclass(frozen=True, slots=True)
class RepairLine:
    element_id: str
    message: Text


@dataclass(frozen=True, slots=True)
class VersionLine:
    """`scopes` say who gets it now; `is_everyone`: the one everyone gets."""

    number: int
    tag: str | None
    state: str
    scopes: tuple[str, ...]
    deployed_at: datetime
    deployed_by: str
    note: str
    running: int
    repairs: tuple[RepairLine, ...]
    href: str
    links: tuple[Link, ...]
    is_everyone: bool


def line(row: VersionRow, organisation: Organisation, releases: Iterable[ReleaseRow] = (), other: int | None = None) -> VersionLine:
    """`other` is the version it is most worth comparing with."""
    deployed_by = organisation.by_login.get(row.deployed_by)
    names = {key: department.name for key, department in organisation.departments.items()}
    ever = [release for release in releases if release.version_id == row.id]
    mine = [release for release in ever if release.is_active]
    return VersionLine(
        number=row.number,
        tag=row.tag,
        state=row.state,
        scopes=tuple(scope_words(release.scope, names) for release in mine),
        deployed_at=row.deployed_at,
        deployed_by=deployed_by.name if deployed_by else row.deployed_by,
        note=row.note,
        running=row.running,
        repairs=tuple(_repair(one) for one in row.repairs),
        href=url_for("procedures.show", key=row.procedure, version=row.number),
        links=tuple(_links(row, other, ever)),
        is_everyone=any(release.scope.is_everyone for release in mine),
    )


def _links(row: VersionRow, other: int | None, ever: Iterable[ReleaseRow]) -> Iterable[Link]:
    if other is not None and other != row.number:
        older, newer = sorted((other, row.number))
        href = url_for("procedures.compare", key=row.procedure, **{"from": older, "to": newer})
        yield Link(_("Compare with v%(number)s", number=other), href, "arrows-diff")
    if any(not release.scope.is_everyone for release in ever):
        yield Link(_("How the pilot fares"), url_for("releases.comparison", key=row.procedure, b=row.number), "scale")
    yield Link(_("Who has read it"), url_for("training.show", key=row.procedure, number=row.number), "book-2")


def _repair(one: Mapping[str, Any]) -> RepairLine:
    return RepairLine(str(one.get("element_id") or ""), Text(**one["message"]) if "message" in one else Text.same(str(one["id"])))
