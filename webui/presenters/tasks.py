"""Rows of a worklist ready to show, in bands: late, soon, in time, waiting for the customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _

from engine.domain.actors import EMPLOYEE, LEAD, Actor
from engine.domain.case import case_number
from engine.domain.text import Text
from engine.queries.worklist import TaskRow
from webui.presenters import time
from webui.presenters.time import Due
from webui.request import Reading

BANDS = ("late", "soon", "fine", "paused")


@dataclass(frozen=True, slots=True)
class RowShown:
    """`for_whom`: the absent colleague the viewer stands in for, where that alone makes it the viewer's concern.

    `read_href`: what the viewer has to read before they may claim it.
    """

    id: str
    href: str
    name: Text
    due: Due
    draft: bool
    for_whom: str | None
    title: str
    customer: str
    segment: str
    case_number: str
    case_href: str
    procedure: Text
    version: int
    priority: int
    assignee: str
    mine: bool
    may_claim: bool
    read_href: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Band:
    """`label` is empty where the list is not sorted by urgency and so has one band only."""

    kind: str
    label: str
    count: int
    rows: list[RowShown]


def bands(
    rows: Sequence[TaskRow], r: Reading, *, by_urgency: bool, read_first: Collection[tuple[str, int]] = ()
) -> list[Band]:
    """`read_first`: the versions, by procedure and number, whose tasks the viewer may not take before reading."""
    shown = [row_shown(row, r, (row.procedure, row.version) in read_first) for row in rows]
    if not by_urgency:
        return [Band("", "", len(shown), shown)] if shown else []
    shown.sort(key=lambda row: BANDS.index(_band(row)))
    found = [(kind, list(group)) for kind, group in groupby(shown, key=_band)]
    return [Band(kind, _label(kind), len(group), group) for kind, group in found]


def row_shown(row: TaskRow, r: Reading, is_to_read: bool = False) -> RowShown:
    offered = may_claim(row, r.actor)
    at = {"key": row.procedure, "number": row.version}
    return RowShown(
        id=row.id,
        href=url_for("tasks.show", task_id=row.id),
        name=row.name,
        due=task_due(row, r),
        draft=row.has_draft,
        for_whom=for_whom(row, r.actor),
        title=row.case_title,
        customer=row.customer,
        segment=row.segment,
        case_number=case_number(row.case_id),
        case_href=url_for("cases.show", case_id=row.case_id),
        procedure=row.procedure_name,
        version=row.version,
        priority=row.priority,
        assignee=row.assignee,
        mine=row.assignee_id == r.actor.id,
        may_claim=offered and not is_to_read,
        read_href=url_for("training.show", **at) if offered and is_to_read else None,
        created_at=row.created_at,
    )


def task_due(row: TaskRow, r: Reading) -> Due:
    """A step that waits for the customer is not urgent until its own limit is past."""
    is_late = row.due_at is not None and row.due_at <= r.now
    return time.due(row.due_at, r.now, r.zone, warn_at=row.warn_at, paused=row.waits and not is_late)


def may_claim(row: TaskRow, actor: Actor) -> bool:
    """Whether to offer the button; the rules themselves, four eyes among them, are asked when it is pressed."""
    if row.state != "open" or row.assignee_id == actor.id:
        return False
    if row.assignee_id is not None:
        return row.assignee_id in actor.acts_as
    if not row.groups:
        return actor.has(EMPLOYEE, LEAD)
    return not actor.all_groups.isdisjoint(row.groups)


def for_whom(row: TaskRow, actor: Actor) -> str | None:
    if row.assignee_id == actor.id:
        return None
    if row.assignee_id is not None:
        return next((s.name for s in actor.stands_in_for if s.user_id == row.assignee_id), None)
    if not row.groups or not actor.groups.isdisjoint(row.groups):
        return None
    return next((s.name for s in actor.stands_in_for if not s.groups.isdisjoint(row.groups)), None)


def _band(row: RowShown) -> str:
    return "fine" if row.due.level == "none" else row.due.level


def _label(kind: str) -> str:
    labels = {"late": _("Late"), "soon": _("Due soon"), "fine": _("In time"), "paused": _("Waiting for the customer")}
    return labels[kind]


def reasons(refused: Iterable[tuple[str, str]]) -> list[str]:
    """“CL-000017 Calm the customer: …”, the same reason once for all it holds for."""
    by_reason: dict[str, list[str]] = {}
    for what, why in refused:
        by_reason.setdefault(why, []).append(what)
    return [f"{', '.join(what)}: {why}" for why, what in by_reason.items()]
