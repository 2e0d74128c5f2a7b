"""Customer records, found by phone while the customer is on the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from engine.store.schema import customer, service_case


def digits(phone: str) -> str:
    """A phone number as it is compared: its digits alone."""
    return "".join(c for c in phone if c.isascii() and c.isdigit())


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    row = {**values, "phone_digits": digits(values["phone"])}
    return conn.execute(insert(customer).returning(customer.c.id), row).scalar_one()


def save(conn: Connection, customer_id: int, values: Mapping[str, Any]) -> None:
    row = {**values, "phone_digits": digits(values["phone"])}
    conn.execute(update(customer).where(customer.c.id == customer_id).values(**row))


def drop(conn: Connection, customer_id: int) -> None:
    conn.execute(delete(customer).where(customer.c.id == customer_id))


def cases_of(conn: Connection, customer_id: int) -> Sequence[Row]:
    """The cases that know the customer: `id` and `state`."""
    of = service_case.c.customer_id == customer_id
    return conn.execute(select(service_case.c.id, service_case.c.state).where(of).order_by(service_case.c.id)).all()


def find(conn: Connection, customer_id: int) -> Row | None:
    return conn.execute(select(customer).where(customer.c.id == customer_id)).one_or_none()


def search(conn: Connection, words: str, limit: int = 20) -> Sequence[Row]:
    """By part of the name, or by the beginning or end of the phone number (four digits or more)."""
    like = _escaped(words.strip().lower())
    matches = [func.lower(customer.c.name).like(f"%{like}%", escape="\\")]
    if len(number := digits(words)) >= 4:
        matches += [customer.c.phone_digits.like(f"{number}%"), customer.c.phone_digits.like(f"%{number}")]
    return conn.execute(select(customer).where(or_(*matches)).order_by(customer.c.name).limit(limit)).all()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
