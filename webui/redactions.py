"""Deleting personal values at an administrator's word: of one case, or of a customer with all their cases."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain import commands as c
from engine.domain.actors import ADMIN, Actor
from engine.domain.case import case_number
from engine.domain.errors import Forbidden
from engine.handlers.cases import reason_in
from engine.handlers.redaction import ADMINS_ONLY, CustomerHasCases
from engine.runtime import Engine
from engine.store import customers
from webui.request import engine, execute

bp = Blueprint("redactions", __name__)


@bp.post("/cases/<case_id:case_id>/redaction")
def of_case(case_id: int) -> ResponseReturnValue:
    count = execute(c.RedactPersonalValues(case_id, request.form.get("reason", "")))["count"]
    flash(ngettext("%(num)s personal value was deleted.", "%(num)s personal values were deleted.", count))
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/customers/<customer_id:customer_id>/redaction")
def of_customer(customer_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    redact_cases_of(engine(), g.viewer, customer_id, reason)
    execute(c.RedactCustomer(customer_id, reason))
    flash(_("The customer’s record and the personal values of their cases were deleted."))
    return redirect(url_for("customers.index"), 303)


def redact_cases_of(its: Engine, actor: Actor, customer_id: int, reason: str) -> None:
    """Case by case; stopped in the middle, it is asked for again. Nothing happens while one of them is open."""
    if not actor.has(ADMIN):
        raise Forbidden(why=ADMINS_ONLY)
    reason_in(reason)
    with its.read() as conn:
        known = customers.cases_of(conn, customer_id)
    still_open = [case_number(one.id) for one in known if one.state == "open"]
    if still_open:
        raise CustomerHasCases(cases=", ".join(still_open[:5]), count=len(still_open))
    for one in known:
        its.execute(c.RedactPersonalValues(one.id, reason), actor)
