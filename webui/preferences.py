"""Language and appearance, kept in the browser that asked for them."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webui import cookies
from webui.locales import COOKIE, LOCALES
from webui.request import safe_next
from webui.templating import THEMES

bp = Blueprint("preferences", __name__)

YEAR = 31_536_000


@bp.post("/preferences")
def update() -> ResponseReturnValue:
    response = redirect(safe_next(request.form.get("next"), url_for("desk.first")), 303)
    if (language := request.form.get("lang")) in LOCALES:
        cookies.put(response, COOKIE, language, lasts=YEAR)
    theme = request.form.get("theme")
    if theme in THEMES:
        cookies.put(response, "theme", theme, lasts=YEAR, for_scripts=True)
    elif theme == "system":
        cookies.drop(response, "theme")
    return response
