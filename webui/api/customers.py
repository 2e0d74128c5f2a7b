"""Customers: found by phone or name, one record each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain import commands as c
from engine.domain.actors import ROLES
from engine.domain.errors import Forbidden, NotFound
from engine.domain.text import Text
from engine.queries.paging import MOST
from engine.store import customers as store
from webui import redactions
from webui.api import schemas as s
from webui.api import shapes
from webui.api.calls import actor, engine, reading, run
from webui.api.endpoint import ADMIN, Resource

api = Resource("customers")
CUSTOMER = Text("客户", "The customer")
CHANGED = s.named("CustomerChanged")
WANTED = {
    "q": s.WORDS | {"description": "Part of the name, or four or more digits the phone begins or ends with."},
    "limit": s.LIMIT,
}


@api.get("/customers", Text("查找客户", "Find customers"), s.listing(s.named("Customer")), query=WANTED)
def index(query: Mapping[str, Any]) -> dict[str, Any]:
    """The best matches alone; whoever looks for one narrows the words."""
    _check_may_see()
    with reading() as (conn, _):
        rows = store.search(conn, query.get("q", ""), min(query.get("limit", s.LIMIT["default"]), MOST))
    return {"items": [shapes.customer(row) for row in rows], "next": None}


@api.post("/customers", Text("新建客户", "Make a customer's record"), CHANGED, status=201, body=s.CUSTOMER_SENT)
def create(body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.RegisterCustomer(**body)))


@api.get("/customers/{customer}", Text("客户档案", "One customer's record"), s.named("Customer"))
def show(customer_id: int) -> dict[str, Any]:
    _check_may_see()
    with reading() as (conn, _):
        row = store.find(conn, customer_id)
    if row is None:
        raise NotFound(what=CUSTOMER)
    return shapes.customer(row)


@api.put("/customers/{customer}", Text("更改客户档案", "Replace a customer's record"), CHANGED, body=s.CUSTOMER_SENT)
def update(customer_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(run(c.UpdateCustomer(customer_id, **body)))


@api.post(
    "/customers/{customer}/redaction",
    Text("删除客户档案及其工单中的个人信息", "Delete a customer's record and the personal values of their cases; all have to be closed"),
    s.named("CustomerRedacted"),
    scope=ADMIN,
    body=s.REASON_SENT,
)
def redact(customer_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    redactions.redact_cases_of(engine(), actor(), customer_id, body["reason"])
    return dict(run(c.RedactCustomer(customer_id, body["reason"])))


def _check_may_see() -> None:
    if not actor().has(*ROLES):
        raise Forbidden(why=Text("您的账号没有任何角色", "your account has no role"))
