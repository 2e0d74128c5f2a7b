"""Open a case: for whom, with which procedure, and its first form; then straight to the first task."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.bpmn.model import Form
from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, Refusal
from engine.domain.text import Text
from engine.handlers.customers import RECORD
from engine.queries import cases, catalogue, customers
from engine.store import procedures as procedures_store
from webui.cases import bp
from webui.errors import status_of
from webui.presenters import cases as presenter
from webui.presenters import forms, procedures
from webui.presenters.refusals import faults
from webui.request import Reading, execute, reading
from webui.routing import as_id

MOST_FOUND = 8
MOST_CASES = 5


@bp.get("/cases/new")
def new() -> ResponseReturnValue:
    return page(request.args)


@bp.post("/cases")
def create() -> ResponseReturnValue:
    wanted = {"procedure": request.form.get("procedure", ""), "customer": request.form.get("customer", "")}
    with reading() as r:
        start = _start_form(r, wanted["procedure"])
    typed = forms.given(start, request.form) if start is not None else {}
    command = c.StartCase(wanted["procedure"], typed, as_id(wanted["customer"]), channel=request.form.get("channel") or None)
    try:
        answer = execute(command, f"desk:{request.form.get('once', '')}"[:200])
    except Refusal as refusal:
        return page(wanted, typed=typed, refusal=refusal)
    if answer["next"]:
        return redirect(url_for("tasks.show", task_id=answer["next"]), 303)
    return redirect(url_for("cases.show", case_id=answer["id"]), 303)


def page(
    wanted: Mapping[str, str],
    *,
    typed: Mapping[str, str] | None = None,
    record: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> ResponseReturnValue:
    """`wanted`: q, customer, procedure, as the address has them. `typed` and `record` are put back into the forms."""
    with reading() as r:
        if not r.actor.has("employee", "lead", "admin"):
            raise Forbidden(why=Text("只有员工可以建立服务工单", "only employees open cases"))
        words = wanted.get("q", "").strip()[:200]
        customer = _customer(r, as_id(wanted.get("customer", "")))
        rows = [row for row in catalogue.all_procedures(r.conn, r.versions) if row.starts_by_hand]
        chosen = next((row for row in rows if row.key == wanted.get("procedure")), None)
        if chosen is None and len(rows) == 1:
            chosen = rows[0]
        found = _found(r, words) if words and customer is None else []
        wrong = faults(refusal) if refusal is not None else {}
        context = {
            "q": words,
            "found": found,
            "customer": customer,
            "change_customer_href": _href(procedure=chosen and chosen.key),
            "customer_fields": forms.fields(RECORD, record or _likely(words), wrong if record is not None else {}, "c"),
            "new_customer": record is not None or bool(words and not found),
            "procedures": [procedures.choice(r, row, row is chosen, customer and customer.id) for row in rows],
            "procedure": chosen,
            "fields": _fields(r, chosen, typed, wrong if typed is not None else {}),
            "refusal": refusal.text if refusal is not None and not isinstance(refusal, InvalidInput) else None,
            "once": request.form.get("once") or secrets.token_hex(16),
            "here": _href(procedure=chosen and chosen.key),
        }
        return render_template("case_new.html", **context), status_of(refusal) if refusal is not None else 200


def wanted_of(address: str) -> dict[str, str] | None:
    """What an address of this page asks for; None for any other address."""
    parts = urlsplit(address)
    return dict(parse_qsl(parts.query)) if parts.path == url_for("cases.new") else None


def _start_form(r: Reading, key: str) -> Form | None:
    row = procedures_store.find(r.conn, key)
    return r.versions.get(r.conn, row.released_id).procedure.start_form if row is not None and row.released_id else None


def _fields(
    r: Reading, chosen: catalogue.ProcedureRow | None, typed: Mapping[str, str] | None, wrong: Mapping[str, str]
) -> list[forms.FieldShown]:
    start = _start_form(r, chosen.key) if chosen is not None else None
    if start is None:
        return []
    return forms.fields(start, typed if typed is not None else forms.prefilled(start, None, {}, r.zone), wrong)


def _customer(r: Reading, customer_id: int | None) -> presenter.CustomerShown | None:
    if customer_id is None:
        return None
    row = customers.find(r.conn, customer_id)
    known = customers.matters(r.conn, r.actor, r.organisation, [customer_id]).get(customer_id, customers.Matters())
    recent = cases.page(r.conn, r.actor, r.organisation, customer_id=customer_id, limit=MOST_CASES)
    return presenter.customer(row, open_cases=known.open, cases=tuple(presenter.lines(recent.items)))


def _found(r: Reading, words: str) -> list[presenter.CustomerShown]:
    rows = customers.page(r.conn, words, limit=MOST_FOUND).items
    known = customers.matters(r.conn, r.actor, r.organisation, [row.id for row in rows])
    return [
        presenter.customer(row, open_cases=known.get(row.id, customers.Matters()).open, href=_href(customer=row.id))
        for row in rows
    ]


def _likely(words: str) -> dict[str, str]:
    """What was searched for is put into the record to be made: a number as the phone, anything else as the name."""
    if not words:
        return {}
    is_number = sum(c.isdigit() for c in words) >= 4 and not any(c.isalpha() for c in words)
    return {"phone": words} if is_number else {"name": words}


def _href(**changes: str | int | None) -> str:
    kept = {key: request.values.get(key) for key in ("procedure", "customer")} | changes
    return url_for("cases.new", **{key: value for key, value in kept.items() if value})
