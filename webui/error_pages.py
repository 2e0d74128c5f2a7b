"""What went wrong, in words: every refusal and HTTP error as a page, or as a note in place for the swapping script.

What was typed into a form that could not be taken stands on the page, so that nobody has to type it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from engine.domain.errors import Refusal
from engine.domain.text import Text
from webui.auth import LoggedOut, is_desk
from webui.edge import CONTROL
from webui.errors import status_of, title_of
from webui.presenters.refusals import faults, refusal_words
from webui.request import is_htmx, safe_next, wants_json

UNKEPT = frozenset("csrf_token password once next then lang theme".split())
LONGEST_KEPT = 20_000
MOST_KEPT = 60


@dataclass(frozen=True, slots=True)
class Typed:
    name: str
    value: str


def install(app: Flask) -> None:
    app.register_error_handler(LoggedOut, lambda _error: _logged_out())
    app.register_error_handler(CSRFError, lambda _error: _stale_page())
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(DataError, lambda _error: _page(400, _("Something in the request cannot be used here."), ""))
    app.register_error_handler(HTTPException, _http_error)


def _refused(refusal: Refusal) -> Response:
    wrong = [Typed(name, words) for name, words in faults(refusal).items()]
    return _page(status_of(refusal), refusal_words(refusal), "", wrong=wrong)


def _logged_out() -> Response:
    back = safe_next(request.referrer and request.referrer.partition(request.host)[2], "")
    if is_htmx():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("sessions.new", next=back or None)
        return response
    words = _("You are not logged in any more, so nothing was changed.")
    return _page(401, words, _("Log in and send it again. What you typed stands below."), next_href=back)


def _stale_page() -> Response:
    words = _("This page is too old or came from elsewhere, so nothing was changed.")
    return _page(400, words, _("Open the page again and send once more. What you typed stands below."))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    words, advice = _words(status)
    response = _page(status, words, advice)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.add(name, value)
    return response


def _words(status: int) -> tuple[str | Text, str]:
    known = {
        400: (_("The request could not be read."), _("Go back, reload the page and try again.")),
        403: (_("You may not do this."), _("Ask your lead or an administrator if you need to.")),
        404: (_("This page was not found."), _("Check the address. It may also be something you may not see.")),
        405: (_("This address cannot be used in this way."), _("Go back and use the buttons of the page.")),
        413: (_("This is too large to be taken."), _("Shorten the text or choose a smaller file, then send again.")),
        414: (_("The address is too long."), _("Go back and use a shorter search.")),
        415: (_("This kind of content is not taken here."), _("Go back and use the form of the page.")),
        429: (_("Too many attempts."), _("Wait a minute, then try again.")),
        500: (_("Something went wrong on our side; it was recorded."), _("Try again. If it happens again, tell an administrator the reference below.")),
        503: (_("The system is busy."), _("Try again in a moment.")),
    }
    return known.get(status) or (title_of(status), "")


def _page(
    status: int, words: str | Text, advice: str, *, wrong: list[Typed] | None = None, next_href: str = ""
) -> Response:
    if is_htmx():
        response = make_response(render_template("partials/problem.html", words=words, advice=advice), status)
        response.headers.update({"HX-Retarget": "#flashes", "HX-Reswap": "innerHTML"})
        return response
    if wants_json() or not is_desk():
        return make_response({"status": status, "words": words.in_("en") if isinstance(words, Text) else words}, status)
    context = {
        "status": status,
        "words": words,
        "advice": advice,
        "wrong": wrong or [],
        "typed": _typed(),
        "next_href": next_href,
        "reference": g.get("request_id") if status >= 500 else None,
    }
    return make_response(render_template("error.html", **context), status)


def _typed() -> list[Typed]:
    """What the person typed, as far as it was small enough to be read."""
    if request.method != "POST":
        return []
    try:
        given = list(request.form.items(multi=True))
    except HTTPException:
        return []
    kept = [(CONTROL.sub("�", k[:100]), CONTROL.sub("�", v)) for k, v in given if k not in UNKEPT and v.strip()]
    return [Typed(name, value[:LONGEST_KEPT]) for name, value in kept[:MOST_KEPT]]
