"""Open a case: for whom, with which procedure, and its first form; then straight to the first task."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, Refusal
from engine.domain.text import Text
from engine.handlers.customers import RECORD
from engine.queries import cases, catalogue, customers, releases
from engine.store import procedures as procedures_store
from engine.versions import Version
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
    wanted = {name: request.form.get(name, "") for name in ("procedure", "customer", "version")}
    with reading() as r:
        shown = _version(r, wanted, _versions(r, as_id(wanted["customer"])))
    typed = forms.given(shown.procedure.start_form, request.form) if shown is not None else {}
    command = c.StartCase(wanted["procedure"], typed, as_id(wanted["customer"]), channel=request.form.get("channel") or None)
    try:
        answer = execute(command, f"desk:{request.form.get('once', '')}"[:200])
    except Refusal as refusal:
        return page(wanted | {"version": str(refusal.params.get("version", ""))}, typed=typed, refusal=refusal)
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
    """`wanted`: q, customer, procedure, as the address has them, and the version whose form is asked for.

    `typed` and `record` are put back into the forms.
    """
    with reading() as r:
        if not r.actor.has("employee", "lead", "admin"):
            raise Forbidden(why=Text("只有员工可以建立服务工单", "only employees open cases"))
        words = wanted.get("q", "").strip()[:200]
        customer = _customer(r, as_id(wanted.get("customer", "")))
        startable = _versions(r, as_id(wanted.get("customer", "")))
        rows = [row for row in catalogue.all_procedures(r.conn, r.versions) if row.key in startable]
        chosen = next((row for row in rows if row.key == wanted.get("procedure")), None)
        if chosen is None and len(rows) == 1:
            chosen = rows[0]
        shown = _version(r, {"procedure": chosen.key, "version": wanted.get("version", "")}, startable) if chosen else None
        found = _found(r, words) if words and customer is None else []
        wrong = faults(refusal) if refusal is not None else {}
        context = {
            "q": words,
            "found": found,
            "customer": customer,
            "change_customer_href": _href(procedure=chosen and chosen.key),
            "customer_fields": forms.fields(RECORD, record or _likely(words), wrong if record is not None else {}, "c"),
            "new_customer": record is not None or bool(words and not found),
            "procedures": [
                procedures.choice(row, startable[row.key], row is chosen, customer and customer.id) for row in rows
            ],
            "procedure": chosen,
            "version": shown,
            "fields": _fields(r, shown, typed, wrong if typed is not None else {}),
            "refusal": refusal.text if refusal is not None and not isinstance(refusal, InvalidInput) else None,
            "once": request.form.get("once") or secrets.token_hex(16),
            "here": _href(procedure=chosen and chosen.key),
        }
        return render_template("case_new.html", **context), status_of(refusal) if refusal is not None else 200


def wanted_of(address: str) -> dict[str, str] | None:
    """What an address of this page asks for; None for any other address."""
    parts = urlsplit(address)
    return dict(parse_qsl(parts.query)) if parts.path == url_for("cases.new") else None


def _versions(r: Reading, customer_id: int | None) -> dict[str, Version]:
    """What a case of that customer, opened by this person, would get."""
    of = {"customer_id": customer_id, "department": r.actor.department}
    return releases.versions_for(r.conn, r.versions, r.organisation, **of)


def _version(r: Reading, wanted: Mapping[str, str], startable: Mapping[str, Version]) -> Version | None:
    """The version whose form is shown: the one it was refused by, else the one it would get."""
    number = as_id(wanted.get("version", ""))
    row = procedures_store.version_by_number(r.conn, wanted["procedure"], number) if number else None
    return r.versions.get(r.conn, row.id) if row is not None else startable.get(wanted["procedure"])


def _fields(
    r: Reading, version: Version | None, typed: Mapping[str, str] | None, wrong: Mapping[str, str]
) -> list[forms.FieldShown]:
    if version is None:
        return []
    start = version.procedure.start_form
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
