"""What no page can make sense of is refused before any page sees it: control characters, endless parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain.errors import Refusal
from engine.domain.text import Text

LONGEST_PARAMETER = 2_000
LONGEST_FIELD = 50_000
LARGEST_FORM, MOST_FIELDS = 1_000_000, 1_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

View = TypeVar("View", bound=Callable)


class Unusable(Refusal):
    """Control characters: no keyboard makes them, and the database does not take them."""

    code, kind = "unusable-characters", "malformed"
    sentence = Text("“{name}”含有不可见的控制字符，无法使用。请删除后重新提交。", "“{name}” contains invisible control characters. Remove them and send again.")


class TooLong(Refusal):
    code, kind = "too-long", "too-large"
    sentence = Text("“{name}”有 {length} 个字，最多 {most} 个。请缩短后重新提交。", "“{name}” has {length} characters and takes at most {most}. Shorten it and send again.")


ADDRESS = Text("网址", "The address")


def checks_itself(view: View) -> View:
    """The view says of each field of its form what is wrong with it; only its address is looked at here."""
    view.checks_itself = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    @app.before_request
    def check() -> None:
        if request.path.startswith("/api/"):
            return
        if CONTROL.search(request.path):
            raise Unusable(name=ADDRESS)
        for name, value in request.args.items(multi=True):
            _check(name, value, LONGEST_PARAMETER)
        if request.method == "POST":
            _check_form()


def _check_form() -> None:
    if request.mimetype == "application/x-www-form-urlencoded":
        # Such a form is read into memory as a whole; the limit on parts of other forms does not hold for it.
        request.max_content_length = LARGEST_FORM
    if len(request.form) > MOST_FIELDS:
        raise RequestEntityTooLarge()
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "checks_itself", False):
        for name, value in request.form.items(multi=True):
            _check(name, value, LONGEST_FIELD)


def _check(name: str, value: str, most: int) -> None:
    if CONTROL.search(name):
        raise Unusable(name=CONTROL.sub("�", name[:60]))
    if CONTROL.search(value):
        raise Unusable(name=name[:60])
    if len(value) > most or len(name) > most:
        raise TooLong(name=name[:60], length=max(len(value), len(name)), most=most)
