"""The search in the head of every page: a case number leads to the case, one customer to their record."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import NotFound
from engine.queries import cases, customers, path
from webui.desk import bp
from webui.presenters import cases as presenter
from webui.request import Reading, reading

MOST = 20
NUMBER = re.compile(r"(?:cl-?)?0*([1-9]\d{0,14})", re.IGNORECASE | re.ASCII)


@bp.get("/find")
def find() -> ResponseReturnValue:
    words = " ".join(request.args.get("q", "").split())[:200]
    if not words:
        return redirect(url_for("cases.index"), 303)
    with reading() as r:
        if case_id := _case(r, words):
            return redirect(presenter.href(case_id), 303)
        people = customers.page(r.conn, words, limit=MOST).items
        found = cases.page(r.conn, r.actor, r.organisation, words=words, limit=MOST).items
        if len(people) == 1 and all(row.customer_id == people[0].id for row in found):
            return redirect(url_for("customers.show", customer_id=people[0].id), 303)
        if len(found) == 1 and not people:
            return redirect(presenter.href(found[0].id), 303)
        steps = path.current_steps(r.conn, r.versions, [row.id for row in found])
        return render_template(
            "find.html",
            q=words,
            customers=[presenter.customer(row) for row in people],
            cases=presenter.lines(found, steps),
        )


def _case(r: Reading, words: str) -> int | None:
    """The case with exactly this number, if it is there for this person to see."""
    number = NUMBER.fullmatch(words)
    if number is None:
        return None
    try:
        return cases.find(r.conn, r.actor, r.organisation, int(number[1])).id
    except NotFound:
        return None
