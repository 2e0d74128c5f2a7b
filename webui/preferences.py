"""Language and appearance, kept in the browser that asked for them."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webui.locales import COOKIE, LOCALES
from webui.request import safe_next
from webui.templating import THEMES

bp = Blueprint("preferences", __name__)

YEAR = 31_536_000


@bp.post("/preferences")
def update() -> ResponseReturnValue:
    response = redirect(safe_next(request.form.get("next"), url_for("desk.first")), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    if (language := request.form.get("lang")) in LOCALES:
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", secure=secure)
    theme = request.form.get("theme")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=secure)
    elif theme == "system":
        response.delete_cookie("theme")
    return response
