"""The customer record: one for each customer, personal throughout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import forms
from engine.bpmn.model import Field, Form
from engine.domain import commands as c
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers.work import Work
from engine.store import customers

RECORD = Form(
    (
        Field("name", Text("姓名", "Name"), required=True, max_length=200),
        Field("phone", Text("电话", "Phone"), "phone"),
        Field("email", Text("邮箱", "E-mail"), "email", max_length=254),
        Field("segment", Text("客户等级", "Segment"), max_length=64),
        Field("note", Text("备注", "Note"), "long_text", max_length=2_000),
    )
)
KEYS = tuple(field.key for field in RECORD.fields)


def register(command: c.RegisterCustomer, work: Work) -> Mapping[str, Any]:
    values = _values(command, work)
    customer_id = customers.add(work.conn, values | {"created_at": work.now})
    _record(work, EventType.CustomerRegistered, customer_id, values)
    return {"id": customer_id, "name": values["name"]}


def update(command: c.UpdateCustomer, work: Work) -> Mapping[str, Any]:
    if customers.find(work.conn, command.customer_id) is None:
        raise NotFound(what=Text("客户", "The customer"))
    values = _values(command, work)
    customers.save(work.conn, command.customer_id, values)
    _record(work, EventType.CustomerUpdated, command.customer_id, values)
    return {"id": command.customer_id, "name": values["name"]}


def _values(command: c.RegisterCustomer | c.UpdateCustomer, work: Work) -> dict[str, str]:
    if not work.actor.has(EMPLOYEE, LEAD, ADMIN):
        raise Forbidden(why=Text("只有员工可以更改客户档案", "only employees change customer records"))
    filled = forms.fill(RECORD, {key: getattr(command, key) for key in KEYS})
    if filled.errors:
        raise InvalidInput(fields=filled.errors)
    return {key: filled.values.get(key) or "" for key in KEYS}


def _record(work: Work, type_: EventType, customer_id: int, values: Mapping[str, str]) -> None:
    given = {key: value for key, value in values.items() if value}
    work.record_system(type_, personal=[(key,) for key in given], customer=customer_id, **given)
