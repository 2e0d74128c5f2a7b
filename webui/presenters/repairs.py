"""The repairs proposed for a file under review: what they do, what may be chosen, what they change on the diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.bpmn.repairs.typed import FREE_WORDS
from engine.domain.text import Text
from engine.handlers.mending import House, Material
from engine.handlers.mending import mended as mend
from engine.queries.uploads import UploadRow
from webui import locales
from webui.presenters.diagrams import Diagram
from webui.request import Reading

LONGEST_CHOICE = 200


@dataclass(frozen=True, slots=True)
class OptionShown:
    value: str
    label: Text
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RepairShown:
    """`typed` is what was typed instead of one of the options, `free` what may be typed.

    Not `is_settled`: nothing is chosen and nothing is the obvious thing to choose, so that it is done only once chosen.
    """

    id: str
    n: int
    element_id: str
    level: str
    message: Text
    why: Text
    options: tuple[OptionShown, ...]
    is_settled: bool
    free: Text | None
    typed: str
    accepted: bool
    href: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two diagrams of one repair, or of all."""

    title: Text | None
    before: Diagram
    after: Diagram


def shown(upload: UploadRow, wanted: str | None) -> list[RepairShown]:
    return [_repair(upload, n, one, wanted) for n, one in enumerate(upload.report["repairs"], 1)]


def comparison(upload: UploadRow, wanted: str | None) -> Comparison | None:
    """Before and after the repair that is asked for, together with those it builds upon; of all for `all`."""
    listed = upload.report["repairs"]
    places = [n for n, one in enumerate(listed) if one["id"] == wanted]
    if wanted == "all" and listed:
        meant, through = listed, listed
    elif places:
        meant, through = [listed[places[0]]], listed[: places[0] + 1]
    else:
        return None
    adds, changes, removes = (_ids(meant, what) for what in ("adds", "changes", "removes"))
    touched = [*changes, *removes] or [one["element_id"] for one in meant]
    before = Diagram(
        diagram_href(upload, "before"),
        {"changed": changes, "removed": removes, "show": touched},
        name="marks-before",
        label=_("As it was uploaded"),
    )
    after = Diagram(
        diagram_href(upload, "after", [one["id"] for one in through]),
        {"added": adds, "changed": changes, "show": [*adds, *changes] or touched},
        name="marks-after",
        label=_("As it would be"),
    )
    return Comparison(Text(**meant[0]["message"]) if wanted != "all" else None, before, after)


def accepted(upload: UploadRow, form: MultiDict[str, str]) -> dict[str, str | None]:
    """The repairs that are ticked, or all that change how it runs, each with what was chosen or typed for it."""
    ticked, everything = set(form.getlist("accept")), "all" in form
    return {
        one["id"]: _choice(n, form) or one["choice"]
        for n, one in enumerate(upload.report["repairs"], 1)
        if one["id"] in ticked or (everything and one["level"] != "info")
    }


def mended(r: Reading, upload: UploadRow, more: Sequence[str] = ()) -> bytes:
    """The file with the accepted repairs and these others, each of those as it is proposed."""
    defaults = {one["id"]: one["default"] for one in upload.report["repairs"]}
    wanted = {id_: defaults[id_] for id_ in more if id_ in defaults} | dict(upload.repairs)
    material = Material(upload.data, upload.name, upload.beside, upload.main, wanted)
    return mend(material, House.of(r.conn, r.versions, r.organisation))


def diagram_href(upload: UploadRow, side: str, more: Sequence[str] = ()) -> str:
    language = "en" if locales.current() == "en" else "zh"
    return url_for("uploads.diagram", upload_id=upload.id, side=side, language=language, **({"with": list(more)} if more else {}))


def _repair(upload: UploadRow, n: int, one: Mapping[str, Any], wanted: str | None) -> RepairShown:
    values = [choice["value"] for choice in one["choices"]]
    chosen = one["choice"] if one["choice"] is not None else one["default"]
    return RepairShown(
        id=one["id"],
        n=n,
        element_id=one["element_id"],
        level=one["level"],
        message=Text(**one["message"]),
        why=Text(**one["why"]),
        options=tuple(OptionShown(c["value"], Text(**c["label"]), c["value"] == chosen) for c in one["choices"]),
        is_settled=chosen is not None,
        free=FREE_WORDS[one["free"]] if one["free"] else None,
        typed=chosen if one["free"] and chosen is not None and chosen not in values else "",
        accepted=one["accepted"],
        href=url_for("uploads.show", upload_id=upload.id, repair=one["id"], _anchor="before-after"),
        is_shown=one["id"] == wanted,
    )


def _choice(n: int, form: MultiDict[str, str]) -> str | None:
    """What was typed goes before what was chosen."""
    return (form.get(f"typed-{n}", "").strip() or form.get(f"choice-{n}", "").strip())[:LONGEST_CHOICE] or None


def _ids(repairs: Sequence[Mapping[str, Any]], what: str) -> list[str]:
    return list(dict.fromkeys(id_ for one in repairs for id_ in one[what]))
