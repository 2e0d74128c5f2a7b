"""The main menu: what this person has, and where they are; below it the auditor's own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import gettext as _

from engine.domain.actors import OVERSEERS, Actor
from webui import permissions
from webui.presenters.sentences import N_

#: The pages of the auditor's desk, in their order: endpoint and what it is called. One of them is shown where it
#: exists and its row in `webui.permissions` lets the viewer in; the words are translated when they are shown.
AUDIT_TABS: tuple[tuple[str, str], ...] = (
    ("audit.index", N_("Exceptions")),
    ("conformance.index", N_("Conformance")),
    ("samples.index", N_("Samples")),
    ("logs.index", N_("Imported logs")),
    ("checkpoints.index", N_("Checkpoints")),
    ("trail.index", N_("Trail")),
    ("exported.index", N_("Exports")),
)


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
    if viewer.has(*OVERSEERS):
        sections.append(("audit", "audit.index", _("Audit"), tuple(name.split(".")[0] for name, _label in AUDIT_TABS)))
    elif viewer.has("lead"):
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


def audit_tabs() -> list[Item]:
    """What of the auditor's desk the viewer may see; the one whose blueprint this page belongs to is current."""
    viewer = g.get("viewer")
    if viewer is None or not viewer.has(*OVERSEERS):
        return []
    here = (request.endpoint or "").split(".")[0]
    return [
        Item(url_for(endpoint), _(label), here == endpoint.split(".")[0])
        for endpoint, label in AUDIT_TABS
        if endpoint in current_app.view_functions and _may_enter(viewer, endpoint)
    ]


def _may_enter(viewer: Actor, endpoint: str) -> bool:
    row = permissions.rows().get(endpoint)
    return row is not None and any(getattr(row, role, permissions.NO) != permissions.NO for role in viewer.roles)
