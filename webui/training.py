"""What is to be read before it is worked on, and for the owner: who has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import commands as c
from engine.domain.actors import EMPLOYEE, LEAD, OVERSEERS
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.domain.training import NONE, REQUIRED
from engine.queries import training
from engine.queries.training import Reader, ToRead
from webui.request import Reading, execute, reading, safe_next

bp = Blueprint("training", __name__)

VERSION = Text("流程版本", "The version")


@dataclass(frozen=True, slots=True)
class Notice:
    """One version to be read. `changes` in sentences; `compare_href` None where nothing came before it.

    `action` takes the word of whoever works on tasks; those who only look on have none.
    """

    key: str
    name: Text
    version: int
    before: int | None
    note: str
    required: bool
    released_at: datetime | None
    changes: tuple[Text, ...]
    href: str
    compare_href: str | None
    action: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What the worklist says of it."""

    name: Text
    version: int
    required: bool
    href: str


@bp.get("/training")
def index() -> ResponseReturnValue:
    with reading() as r:
        found = training.to_read(r.conn, r.actor, r.organisation, r.versions)
        return render_template("training.html", notices=[_notice(r, one) for one in found])


@bp.get("/procedures/<key>/versions/<no:number>/training")
def show(key: str, number: int) -> ResponseReturnValue:
    with reading() as r:
        wanted = training.find(r.conn, r.versions, key, number)
        if wanted.training == NONE:
            raise NotFound(what=VERSION)
        return render_template(
            "training_version.html",
            notice=_notice(r, wanted),
            read_at=training.read_at(r.conn, wanted.id, r.actor.id),
            readers=_readers(r, wanted),
        )


@bp.post("/procedures/<key>/versions/<no:number>/acknowledgement")
def acknowledge(key: str, number: int) -> ResponseReturnValue:
    execute(c.AcknowledgeVersion(key, number))
    flash(_("Noted: you have read it."), "success")
    return redirect(safe_next(request.form.get("next"), url_for("training.index")), 303)


def lines(r: Reading) -> list[Line]:
    """What the viewer has still to read."""
    found = training.to_read(r.conn, r.actor, r.organisation, r.versions)
    return [Line(one.name, one.version, one.training == REQUIRED, href(one.procedure, one.version)) for one in found]


def href(key: str, number: int) -> str:
    return url_for("training.show", key=key, number=number)


def _notice(r: Reading, wanted: ToRead) -> Notice:
    at = {"key": wanted.procedure, "number": wanted.version}
    compare = None
    if wanted.before is not None:
        ends = {"from": wanted.before, "to": wanted.version}
        compare = url_for("procedures.compare", key=wanted.procedure, **ends)
    return Notice(
        key=wanted.procedure,
        name=wanted.name,
        version=wanted.version,
        before=wanted.before,
        note=wanted.note,
        required=wanted.training == REQUIRED,
        released_at=wanted.released_at,
        changes=training.changes(r.conn, r.versions, wanted),
        href=href(wanted.procedure, wanted.version),
        compare_href=compare,
        action=url_for("training.acknowledge", **at) if r.actor.has(EMPLOYEE, LEAD) else None,
    )


def _readers(r: Reading, wanted: ToRead) -> Sequence[Reader] | None:
    """Who has read it, for those who answer for that: owners, auditors and administrators all, leads their people."""
    if not r.actor.has(LEAD, *OVERSEERS):
        return None
    return visible(r, training.roster(r.conn, r.organisation, r.versions, wanted.procedure, wanted.version).people)


def visible(r: Reading, people: Sequence[Reader]) -> list[Reader]:
    if r.actor.has(*OVERSEERS):
        return list(people)
    known = r.organisation.by_login
    return [one for one in people if known[one.login].department in r.actor.departments]
