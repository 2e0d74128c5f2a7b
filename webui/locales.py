"""Which language a page is in: what the person chose, else what the browser asks for, else Chinese."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale

from webui import cookies

LOCALES = {"zh_CN": "简体中文", "en": "English"}
DEFAULT = "zh_CN"
COOKIE = "lang"


def install(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=chosen, timezone_selector=lambda: g.get("zone"))


def chosen() -> str:
    """The locale of this request, one of `LOCALES`."""
    if not has_request_context():
        return DEFAULT
    for wish in (cookies.get(COOKIE), getattr(g.get("viewer"), "locale", None)):
        if wish and (locale := wish.replace("-", "_")) in LOCALES:
            return locale
    return _asked_by_browser() or DEFAULT


def current() -> str:
    """`zh_CN` or `en`, also outside a request and under `force_locale`."""
    return "en" if str(get_locale() or DEFAULT).startswith("en") else "zh_CN"


def html_lang() -> str:
    return "en" if current() == "en" else "zh-CN"


def _asked_by_browser() -> str | None:
    for wish in request.accept_languages.values():
        if wish.lower().startswith("zh"):
            return "zh_CN"
        if wish.lower().startswith("en"):
            return "en"
    return None
