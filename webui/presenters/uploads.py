"""A file under review ready to show: one sentence first, then what was found and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain import commands as c
from engine.domain.procedure import may_change_procedure
from engine.domain.text import Text
from engine.handlers.procedures import digest
from engine.queries.uploads import UploadLine, UploadRow
from engine.store import procedures, suggestions
from webui import locales
from webui.presenters import repairs
from webui.presenters.diagrams import Diagram
from webui.presenters.procedures import FindingLine, finding
from webui.presenters.upload_changes import changes
from webui.request import Reading

KINDS = {"error": "late", "warning": "soon", "info": "count"}


@dataclass(frozen=True, slots=True)
class LineShown:
    name: str
    href: str
    procedure: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Headline:
    """What Closeloop will do with the file. `may_save`: it can become a version as it is."""

    kind: str
    picture: str
    words: str
    more: str = ""
    href: str | None = None
    may_save: bool = False


def line(row: UploadLine) -> LineShown:
    return LineShown(row.name, url_for("uploads.show", upload_id=row.id), row.procedure, row.changed_at)


def page(r: Reading, upload: UploadRow, repair: str | None) -> dict[str, Any]:
    """Everything the review page shows."""
    found = [finding(one) for one in upload.report["findings"]]
    main = upload.main or upload.report["key"]
    return {
        "upload": upload,
        "headline": headline(r, upload),
        "misnamed": _misnamed(r, upload),
        "diagram": _diagram(upload, found),
        "findings": found,
        "counts": {level: sum(1 for one in found if one.level == level) for level in KINDS},
        "repairs": repairs.shown(upload, repair),
        "comparison": repairs.comparison(upload, repair),
        "candidates": [one | {"name": Text(**one["name"]), "current": one["id"] == main} for one in upload.report["candidates"]],
        "changes": changes(r, upload),
        "missed": _missed(upload),
        "suggestions": _suggestions(r, upload),
    }


def headline(r: Reading, upload: UploadRow) -> Headline:
    if upload.version is not None:
        key, number = upload.version
        href = url_for("procedures.show", key=key, version=number)
        return Headline("fine", "circle-check", _("It became version %(number)s of “%(key)s”.", number=number, key=key), href=href)
    if upload.report["errors"]:
        return _stopped(upload)
    key, name = upload.report["key"], Text(**upload.report["name"]).in_(locales.current())
    row = procedures.find(r.conn, key)
    if not may_change_procedure(r.actor, row):
        department = r.organisation.departments.get(row.department)
        whose = department.name.in_(locales.current()) if department else row.department
        words = _("“%(name)s” belongs to %(department)s: only its owners and administrators may change it.", name=name, department=whose)
        return Headline("late", "lock", words)
    if row is None:
        words = _("It can be released: version 1 of the new procedure “%(name)s”.", name=name)
        return Headline("fine", "circle-check", words, may_save=True)
    known = procedures.version_by_hash(r.conn, key, digest(repairs.mended(r, upload), upload.beside))
    if known is not None:
        href = url_for("procedures.show", key=key, version=known.number)
        words = _("The very same file is version %(number)s of “%(name)s” already.", number=known.number, name=name)
        return Headline("info", "info-circle", words, href=href)
    number = procedures.next_number(r.conn, key)
    words = _("It can be released: new version %(number)s of “%(name)s”.", number=number, name=name)
    return Headline("fine", "circle-check", words, may_save=True)


def deployment(r: Reading, upload: UploadRow, taken_up: Iterable[int]) -> c.DeployVersion:
    """The command that makes a draft version of the file with its accepted repairs."""
    data = repairs.mended(r, upload)
    accepted = [one for one in upload.report["repairs"] if one["accepted"]]
    told = ("id", "rule", "element_id", "choice", "message")
    return c.DeployVersion(
        data,
        upload.note,
        draft=True,
        main=upload.main,
        beside=upload.beside,
        source=upload.data if data != upload.data else None,
        repairs=tuple({name: one[name] for name in told} for one in accepted),
        suggestions=tuple(taken_up),
        upload_id=upload.id,
    )


def next_href(key: str, number: int, state: str) -> str:
    """On to the release of a draft; to what is in use already."""
    if state == "draft":
        return url_for("releases.new", key=key, number=number)
    return url_for("procedures.show", key=key, version=number)


def plain(upload: UploadRow) -> dict[str, Any]:
    """The review for a program."""
    kept = {"id": upload.id, "name": upload.name, "main": upload.main, "note": upload.note}
    version = {"key": upload.version[0], "number": upload.version[1]} if upload.version else None
    return kept | {"beside": sorted(upload.beside), "version": version} | dict(upload.report)


def _stopped(upload: UploadRow) -> Headline:
    errors, left = upload.report["errors"], upload.report["left"]
    words = ngettext("%(num)s thing stops it", "%(num)s things stop it", errors)
    if left is None:
        proposed = len(upload.report["repairs"])
        more = ngettext("; %(num)s repair is proposed.", "; %(num)s repairs are proposed.", proposed)
    elif left == 0:
        more = _("; all of it can be repaired for you.")
    elif left < errors:
        more = ngettext("; %(num)s can be repaired for you.", "; %(num)s can be repaired for you.", errors - left)
    else:
        more = _("; please correct it in your modelling tool and upload it again.")
    return Headline("late", "alert-triangle", words + more)


def _misnamed(r: Reading, upload: UploadRow) -> str | None:
    """The file was meant as a revision of one procedure and is another one."""
    key, meant = upload.report["key"], upload.procedure
    if meant is None or key is None or key == meant:
        return None
    row = procedures.find(r.conn, meant)
    name = Text(row.name_zh, row.name_en).in_(locales.current()) if row is not None else meant
    return _(
        "It was uploaded as a revision of “%(name)s”, but its process is called “%(key)s” and becomes a procedure of its own. "
        "If it is meant as the next version, give the process the id “%(meant)s” and upload it again.",
        name=name,
        key=key,
        meant=meant,
    )


def _diagram(upload: UploadRow, found: Sequence[FindingLine]) -> Diagram:
    """The file as it would be saved, each finding at its element."""
    at: dict[str, list[FindingLine]] = {}
    for one in found:
        if one.element_id:
            at.setdefault(one.element_id, []).append(one)
    marks = {element: {"words": _mark(those), "kind": KINDS[those[0].level]} for element, those in at.items()}
    faulty = [element for element, those in at.items() if those[0].level == "error"]
    return Diagram(repairs.diagram_href(upload, "after"), {"counts": marks} | ({"show": faulty} if faulty else {}), tall=True)


def _mark(found: Sequence[FindingLine]) -> str:
    """What stands on the shape: the gravest level, and how many there are."""
    words = {"error": _("error"), "warning": _("warning"), "info": _("note")}[found[0].level]
    return words if len(found) == 1 else f"{words} +{len(found) - 1}"


def _missed(upload: UploadRow) -> list[dict[str, Any]]:
    """What the trial run did not pass, and why not."""
    coverage = upload.report.get("coverage") or {"missed": [], "why": {}}
    return [
        {"element_id": id_, "why": Text(**coverage["why"][id_]) if id_ in coverage["why"] else Text("", "")}
        for id_ in coverage["missed"]
    ]


def _suggestions(r: Reading, upload: UploadRow) -> list[dict[str, Any]]:
    """What employees would do better in this procedure and no version has taken up yet."""
    key = upload.report["key"]
    rows = suggestions.of_procedure(r.conn, key) if key else []
    waiting = (row for row in rows if row.state in ("open", "accepted") and row.taken_up_id is None)
    return [{"id": row.id, "text": row.text, "who": r.organisation.name_of(row.author_id), "at": row.at} for row in waiting]
