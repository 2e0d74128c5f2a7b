"""Customer records with what is known of their matters: as many of them as this person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from engine.domain.actors import Actor
from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries.paging import MOST, USUAL, Page, cut, read_cursor
from engine.store import customers
from engine.store.organisation import Organisation
from engine.store.schema import customer, service_case
from engine.store.visibility import visible_cases

CUSTOMER = Text("客户", "The customer")


@dataclass(frozen=True, slots=True)
class Matters:
    """How many cases a customer has, and when the latest was opened."""

    open: int = 0
    total: int = 0
    last_at: datetime | None = None


def find(conn: Connection, customer_id: int) -> Row[Any]:
    """Raises `NotFound`."""
    row = customers.find(conn, customer_id)
    if row is None:
        raise NotFound(what=CUSTOMER)
    return row


def page(conn: Connection, words: str = "", *, limit: int = USUAL, cursor: str | None = None) -> Page[Row[Any]]:
    """By part of the name, the e-mail address, or the beginning or end of the phone number; the newest first."""
    limit = max(1, min(limit, MOST))
    query = select(customer).order_by(customer.c.id.desc())
    if words.strip():
        query = query.where(or_(*_ways(words)))
    if after := read_cursor(cursor, 1):
        query = query.where(customer.c.id < after[0])
    shown, following = cut(conn.execute(query.limit(limit + 1)).all(), limit, lambda row: (row.id,))
    return Page(tuple(shown), following)


def matters(conn: Connection, actor: Actor, organisation: Organisation, ids: Iterable[int]) -> Mapping[int, Matters]:
    """Of these customers: counted over the cases this person may see."""
    ids = list(ids)
    if not ids:
        return {}
    case = service_case.c
    columns = (
        case.customer_id,
        func.count().filter(case.state == "open").label("open"),
        func.count().label("total"),
        func.max(case.opened_at).label("last_at"),
    )
    query = select(*columns).where(case.customer_id.in_(ids), visible_cases(conn, actor, organisation))
    rows = conn.execute(query.group_by(case.customer_id))
    return {row.customer_id: Matters(row.open, row.total, row.last_at) for row in rows}


def _ways(words: str) -> list[Any]:
    words = words.strip().lower()[:200]
    ways: list[Any] = [
        func.lower(column).contains(words, autoescape=True, escape="\\") for column in (customer.c.name, customer.c.email)
    ]
    if len(number := customers.digits(words)) >= 4:
        ways += [customer.c.phone_digits.like(f"{number}%"), customer.c.phone_digits.like(f"%{number}")]
    return ways
