"""Words where no request is: pages of an evidence pack in a language of the writer's choice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from flask import Flask
from flask_babel import force_locale

from webui import locales
from webui.presenters import time

#: By the name the files go by, and as the web knows it.
LANGUAGES = {"zh": "zh_CN", "en": "en"}


@contextmanager
def speaking(language: str) -> Iterator[Flask]:
    """Everything within is told in that language."""
    app = _app()
    with app.app_context(), force_locale(LANGUAGES[language]):
        yield app


@lru_cache(maxsize=1)
def _app() -> Flask:
    app = Flask("webui", static_folder=None)
    locales.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["text"] = lambda text: text.in_(locales.current())
    app.jinja_env.globals |= {"html_lang": locales.html_lang, "duration": time.duration}
    return app


