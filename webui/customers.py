"""Customers: found by phone or name, a record each, and all their matters."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import commands as c
from engine.domain.actors import ADMIN, EMPLOYEE, LEAD, Actor
from engine.domain.errors import InvalidInput
from engine.handlers.customers import RECORD
from engine.queries import cases, customers, path
from engine.queries.customers import Matters
from webui import case_opening, paging
from webui.presenters import cases as presenter
from webui.presenters import forms
from webui.presenters.refusals import faults
from webui.request import execute, reading, safe_next

bp = Blueprint("customers", __name__)


@bp.get("/customers")
def index() -> ResponseReturnValue:
    return _index()


@bp.get("/customers/<customer_id:customer_id>")
def show(customer_id: int) -> ResponseReturnValue:
    return _show(customer_id)


@bp.post("/customers")
def create() -> ResponseReturnValue:
    """Back to where the record was needed, with the new customer; else to the record."""
    typed = forms.given(RECORD, request.form)
    back = safe_next(request.form.get("next"), "")
    opening = case_opening.wanted_of(back)
    once = request.form.get("once")
    try:
        answer = execute(c.RegisterCustomer(**_complete(typed)), f"desk:{once}"[:200] if once else None)
    except InvalidInput as refusal:
        if opening is not None:
            return case_opening.page(opening, record=typed, refusal=refusal)
        return _index(typed, refusal), 422
    flash(_("The record of %(name)s was made.", name=answer["name"]))
    if opening is not None:
        kept = {"customer": answer["id"], "procedure": opening.get("procedure")}
        return redirect(url_for("cases.new", **{key: value for key, value in kept.items() if value}), 303)
    return redirect(url_for("customers.show", customer_id=answer["id"]), 303)


@bp.post("/customers/<customer_id:customer_id>/record")
def update(customer_id: int) -> ResponseReturnValue:
    typed = forms.given(RECORD, request.form)
    try:
        execute(c.UpdateCustomer(customer_id, **_complete(typed)))
    except InvalidInput as refusal:
        return _show(customer_id, typed, refusal), 422
    flash(_("The record was saved."))
    return redirect(url_for("customers.show", customer_id=customer_id), 303)


def _index(typed: dict[str, str] | None = None, refusal: InvalidInput | None = None) -> str:
    words = request.args.get("q", "").strip()[:200]
    with reading() as r:
        page = customers.page(r.conn, words, cursor=request.args.get("cursor"))
        known = customers.matters(r.conn, r.actor, r.organisation, [row.id for row in page.items])
        return render_template(
            "customers.html",
            q=words,
            customers=[presenter.customer(row, **presenter.counts(known.get(row.id, Matters()))) for row in page.items],
            customer_fields=_fields(typed or {}, refusal),
            new_customer=typed is not None,
            may_edit=_may_edit(r.actor),
            page=paging.links(page),
        )


def _show(customer_id: int, typed: dict[str, str] | None = None, refusal: InvalidInput | None = None) -> str:
    with reading() as r:
        row = customers.find(r.conn, customer_id)
        page = cases.page(
            r.conn, r.actor, r.organisation, customer_id=customer_id, cursor=request.args.get("cursor")
        )
        steps = path.current_steps(r.conn, r.versions, [one.id for one in page.items])
        values = typed if typed is not None else {key: getattr(row, key) for key in _complete({})}
        return render_template(
            "customer.html",
            customer=presenter.customer(row),
            cases=presenter.lines(page.items, steps),
            customer_fields=_fields(values, refusal),
            may_edit=_may_edit(r.actor),
            editing=typed is not None,
            page=paging.links(page),
        )


def _fields(values: dict[str, str], refusal: InvalidInput | None) -> list[forms.FieldShown]:
    return forms.fields(RECORD, values, faults(refusal) if refusal is not None else {}, "c")


def _complete(typed: dict[str, str]) -> dict[str, str]:
    return {field.key: typed.get(field.key, "") for field in RECORD.fields}


def _may_edit(actor: Actor) -> bool:
    return actor.has(EMPLOYEE, LEAD, ADMIN)
