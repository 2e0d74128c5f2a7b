"""The main menu: what this person has, and where they are."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for
from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    href: str
    label: str
    current: bool
    key: str = ""
    count: int = 0
    late: int = 0


def navigation() -> list[Item]:
    """Nothing without a person; `g.open_tasks` and `g.late_tasks`, where a page knows them, stand at the worklist."""
    viewer = g.get("viewer")
    if viewer is None:
        return []
    here = (request.endpoint or "").split(".")[0]
    sections = [
        ("worklist", "worklist.show", _("Worklist"), ("worklist", "tasks")),
        ("cases", "cases.index", _("Cases"), ("cases",)),
        ("customers", "customers.index", _("Customers"), ("customers",)),
        ("procedures", "procedures.index", _("Procedures"), ("procedures", "uploads")),
    ]
    if viewer.has("lead", "owner", "auditor", "admin"):
        sections.append(("trail", "trail.index", _("Trail"), ("trail",)))
    return [
        Item(
            url_for(endpoint),
            label,
            here in pages,
            key,
            g.get("open_tasks", 0) if key == "worklist" else 0,
            g.get("late_tasks", 0) if key == "worklist" else 0,
        )
        for key, endpoint, label, pages in sections
    ]
