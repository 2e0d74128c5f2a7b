"""A task ready to show: what stands around the form of the step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.domain.actors import SYSTEM
from engine.domain.text import Text
from engine.queries import cases as case_queries
from engine.queries import task, trail
from engine.queries.names import of_versions
from engine.queries.task import TaskView
from engine.store import customers
from webui.presenters import attachments, cases, clocks, history, values
from webui.presenters.cases import CustomerShown
from webui.presenters.tasks import task_due
from webui.presenters.time import Due
from webui.presenters.values import ValueShown
from webui.request import Reading

MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")
MOST_BEFORE, MOST_EARLIER, MOST_PEOPLE, MOST_VALUES = 5, 4, 100, 10


@dataclass(frozen=True, slots=True)
class TaskShown:
    id: str
    name: Text
    state: str
    assignee: str
    mine: bool
    due: Due
    procedure: Text
    version: int
    created_at: datetime
    for_whom: str | None
    priority: int


@dataclass(frozen=True, slots=True)
class PersonShown:
    """`load`: how many open tasks they hold."""

    login: str
    name: str
    load: int


def shown(view: TaskView, r: Reading) -> TaskShown:
    row = view.row
    return TaskShown(
        id=row.id,
        name=row.name,
        state=row.state,
        assignee=row.assignee,
        mine=row.assignee_id == r.actor.id,
        due=task_due(row, r) if row.state == "open" else Due("none", "", "", None),
        procedure=row.procedure_name,
        version=row.version,
        created_at=row.created_at,
        for_whom=view.stands_in_for.name if view.stands_in_for else None,
        priority=row.priority,
    )


def around(view: TaskView, r: Reading) -> dict[str, Any]:
    """The case, its customer, clocks and values, and what happened before. Who sees the task sees these."""
    case = case_queries.find(r.conn, SYSTEM, r.organisation, view.row.case_id)
    explained = case_queries.explained_clocks(r.conn, r.organisation, r.versions, case.id, r.now)
    concerned = [one for one in explained if one.task_no == view.row.no or (one.task_no is None and _matters(one))]
    before = trail.of_case(r.conn, case.id, limit=MOST_BEFORE, newest_first=True)
    near, far = _values(view, r)
    row = customers.find(r.conn, case.customer_id) if case.customer_id else None
    return {
        "case": cases.head(case, r.organisation),
        "customer": _customer(row, case.id, r) if row else None,
        "clocks": clocks.shown(concerned, r),
        "values": near[:MOST_VALUES],
        "more_values": near[MOST_VALUES:] + far,
        "history": history.entries(r, before.items),
        **attachments.of_case(r, case, view.row.id),
    }


def spoken(script: Text | None, number: str, customer: str | None) -> Text | None:
    """What to say, with the case's number and the customer's name where it leaves room for them: {number}, {name}.

    Other words in braces are the speaker's to fill in.
    """
    if script is None:
        return None
    known = {"{number}": number, "{工单号}": number, "{name}": customer, "{称呼}": customer}
    return Text(_filled(script.zh, known), _filled(script.en, known))


def people(view: TaskView, r: Reading) -> list[PersonShown]:
    """Whom the task could be handed to."""
    able = task.receivers(r.organisation, r.actor, view.row)[:MOST_PEOPLE]
    load = task.load_of(r.conn, able)
    return [PersonShown(user.login, user.name, load.get(user.id, 0)) for user in able]


def _values(view: TaskView, r: Reading) -> tuple[list[ValueShown], list[ValueShown]]:
    """What the case knows beside the form: what this procedure asked for, and what those before it asked for."""
    run = case_queries.instances(r.conn, r.versions, view.row.case_id)
    versions = [r.versions.get(r.conn, one.version_id) for one in run]
    own = of_versions([one for one in versions if one.key == view.row.procedure])
    shown = values.shown(
        view.variables, of_versions(versions), r.now, r.zone, [field.key for field in view.form.fields]
    )
    return [one for one in shown if one.key in own.fields], [one for one in shown if one.key not in own.fields]


def _filled(words: str, known: Mapping[str, str | None]) -> str:
    for place, value in known.items():
        if value:
            words = words.replace(place, MARKDOWN.sub(r"\\\g<0>", value))
    return words


def _matters(clock: case_queries.ClockView) -> bool:
    return clock.stopped_at is None or clock.breached_at is not None


def _customer(row: Row, without: int, r: Reading) -> CustomerShown:
    """The record, with the latest other matters of this customer the viewer may see."""
    found = case_queries.page(r.conn, r.actor, r.organisation, customer_id=row.id, limit=MOST_EARLIER + 1)
    earlier = [case for case in found.items if case.id != without][:MOST_EARLIER]
    return cases.customer(row, cases=tuple(cases.lines(earlier)))
