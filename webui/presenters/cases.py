"""Cases ready to show: a line of a list, the head of a case, the customer beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, url_for

from engine.domain.text import Text
from engine.queries.cases import CaseRow
from engine.queries.customers import Matters
from engine.queries.path import CurrentStep
from engine.store.organisation import Organisation
from webui.presenters import time
from webui.presenters.time import Due

CHANNELS = {
    "phone": Text("电话", "phone"),
    "counter": Text("柜台", "counter"),
    "web": Text("网页", "web form"),
    "email": Text("邮件", "e-mail"),
    "api": Text("接口", "interface"),
    "desk": Text("服务台", "desk"),
}


@dataclass(frozen=True, slots=True)
class CaseLine:
    number: str
    href: str
    title: str
    customer: str
    procedure: Text
    state: str
    owner: str
    opened_at: datetime
    step: Text | None
    more_steps: int
    due: Due | None


@dataclass(frozen=True, slots=True)
class CaseHead:
    id: int
    number: str
    href: str
    title: str
    state: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    channel: Text | None
    business_key: str | None
    procedure: Text
    department: Text | None


@dataclass(frozen=True, slots=True)
class CustomerShown:
    """`cases` are the matters shown with the customer."""

    id: int
    name: str
    phone: str
    email: str
    segment: str
    note: str
    href: str
    created_at: datetime
    open_cases: int = 0
    cases_total: int = 0
    last_at: datetime | None = None
    cases: tuple[CaseLine, ...] = ()


def lines(rows: Iterable[CaseRow], steps: Mapping[int, CurrentStep] | None = None) -> list[CaseLine]:
    """`steps`: what has to be done now in each case."""
    return [_line(row, (steps or {}).get(row.id)) for row in rows]


def head(row: CaseRow, organisation: Organisation) -> CaseHead:
    department = organisation.departments.get(row.department or "")
    return CaseHead(
        id=row.id,
        number=row.number,
        href=href(row.id),
        title=row.title,
        state=row.state,
        owner=row.owner,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        channel=CHANNELS.get(row.channel or "", row.channel and Text.same(row.channel)) or None,
        business_key=row.business_key,
        procedure=row.procedure_name,
        department=department.name if department else None,
    )


def customer(row: Any, **more: Any) -> CustomerShown:
    """A row of the customer table; `more` are the fields that are not in it."""
    names = ("id", "name", "phone", "email", "segment", "note", "created_at")
    kept = {name: getattr(row, name) for name in names}
    return CustomerShown(**kept, **{"href": url_for("customers.show", customer_id=row.id), **more})


def counts(matters: Matters) -> dict[str, Any]:
    return {"open_cases": matters.open, "cases_total": matters.total, "last_at": matters.last_at}


def href(case_id: int) -> str:
    return url_for("cases.show", case_id=case_id)


def _line(row: CaseRow, step: CurrentStep | None) -> CaseLine:
    due = time.due(step.due_at, g.now, g.zone, warn_at=step.warn_at, paused=step.waits) if step else None
    return CaseLine(
        number=row.number,
        href=href(row.id),
        title=row.title,
        customer=row.customer,
        procedure=row.procedure_name,
        state=row.state,
        owner=row.owner,
        opened_at=row.opened_at,
        step=step.name if step else None,
        more_steps=step.more if step else 0,
        due=due,
    )
