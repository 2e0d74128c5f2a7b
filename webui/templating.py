"""What every template may use: icons, static files by content, texts in the reader's language, times in words.

Pages read three things from `g`: `now` (the organisation's clock), `zone` (its time zone), `viewer` (who reads).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, request, url_for
from markupsafe import Markup

from engine.domain.text import Text
from webui import cookies, locales
from webui.assets import VENDOR
from webui.navigation import audit_tabs, navigation
from webui.presenters import time
from webui.presenters.markdown import markdown

THEMES = ("light", "dark")
#: What the shipped procedures call a customer; other words are shown as they are.
SEGMENTS = {
    "standard": Text("普通", "standard"),
    "star": Text("星级客户", "star customer"),
    "care": Text("需特别关怀", "special care"),
}


def install(app: Flask) -> None:
    static = Path(app.static_folder or "")

    @lru_cache(maxsize=256)
    def fingerprint(name: str) -> str:
        return hashlib.sha256((static / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        """The address of a static file; it changes with the content, so browsers may keep it for ever."""
        return url_for("static", filename=name, v=fingerprint(name))

    @app.after_request
    def keep_static(response):
        if request.endpoint == "static" and request.args.get("v"):
            response.cache_control.public, response.cache_control.no_cache = True, None
            response.cache_control.max_age, response.cache_control.immutable = 31_536_000, True
        return response

    app.jinja_env.globals.update(asset=asset, icon=icon, due=_due, meter=meter, audit_tabs=audit_tabs, LOCALES=locales.LOCALES)
    app.jinja_env.filters.update(
        t=words,
        md=lambda text: markdown(words(text)),
        duration=time.duration,
        moment=_in_zone(time.moment),
        day=_in_zone(time.day),
        ago=lambda at: time.ago(at, g.now),
        clock_time=lambda at: time.clock_time(at, g.zone),
        limit=time.limit,
        stamp=lambda at: time.stamp(at, g.zone),
        absolute=lambda at: time.absolute(at, g.zone),
        initials=initials,
        segment=lambda key: words(SEGMENTS.get(key, key)),
    )

    @app.context_processor
    def surroundings() -> dict[str, object]:
        theme, viewer = cookies.get("theme"), g.get("viewer")
        return {
            "theme": theme if theme in THEMES else None,
            "cookie_prefix": cookies.prefix(),
            "html_lang": locales.html_lang(),
            "locale": locales.current(),
            "viewer": viewer,
            "viewer_title": g.get("viewer_title"),
            "may_start": viewer is not None and viewer.has("employee", "lead"),
            "nav": navigation(),
            "now": g.get("now"),
            "demo": g.get("demo"),
        }


def words(text: Text | str | None) -> str:
    """A `Text` in the reader's language; a plain string as it is."""
    if isinstance(text, Text):
        return text.in_(locales.current())
    return "" if text is None else str(text)


@lru_cache(maxsize=128)
def icon(name: str, kind: str = "") -> Markup:
    """A decorative picture: read out by no screen reader, so words must stand beside it."""
    source = (VENDOR / "tabler-icons" / f"{name}.svg").read_text(encoding="utf-8")
    drawing = re.sub(r"\s*\n\s*", "", source[source.index(">") + 1 : source.rindex("</svg>")])
    return Markup(
        f'<svg class="icon {kind}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{drawing}</svg>'
    )


def meter(share: float, level: str) -> Markup:
    """A thin bar filled by `share` (0 to 1); decorative, the words beside it say the same."""
    filled = round(max(0.0, min(1.0, float(share))) * 100, 1)
    return Markup(
        '<svg class="meter meter-{}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="meter-track" width="100" height="4"/><rect class="meter-fill" width="{}" height="4"/></svg>'
    ).format(level, filled)


def initials(name: str) -> str:
    """“Lin Yue” gives LY; a Chinese name its last character but for two-character ones, which give both."""
    parts = name.split()
    if len(parts) > 1:
        return (parts[0][:1] + parts[-1][:1]).upper()
    return name[-2:] if name and not name.isascii() else name[:2].upper()


def _due(due_at: datetime | None, **how: object) -> time.Due:
    return time.due(due_at, g.now, g.zone, **how)


def _in_zone(present: Callable[..., str]) -> Callable[[datetime], str]:
    return lambda at: present(at, g.now, g.zone)
