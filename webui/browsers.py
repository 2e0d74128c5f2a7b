"""Browsers in which somebody has logged in before: a signed cookie that says for whom, and nothing about them.

It lets nobody in. It only has the browser's attempts counted apart from those of strangers (`webui.attempts`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from webui import cookies
from webui.attempts import Try

COOKIE = "closeloop_known"
LONGEST_LOGIN = 100
LASTS = 180 * 24 * 3600
MOST = 8


def tried(login: str) -> Try:
    """Who tries to prove that they are whom, from where; by its mark where that person has logged in here before."""
    name = login.casefold()[:LONGEST_LOGIN]
    return Try(name, request.remote_addr or "", _marks().get(_who(name), ""))


def remember(response: Response, login: str) -> None:
    """This browser is known for the login from now on, by a new mark; a few people may share it."""
    marks = {who: one for who, one in _marks().items() if who != _who(login)}
    marks = dict(list(marks.items())[1 - MOST :]) | {_who(login): secrets.token_hex(8)}
    cookies.put(response, COOKIE, _signer().dumps(marks), lasts=LASTS)


def _marks() -> Mapping[str, str]:
    try:
        return _signer().loads(cookies.get(COOKIE) or "", max_age=LASTS)
    except BadData:
        return {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-browser")


def _who(login: str) -> str:
    return hashlib.sha256(login.casefold().encode()).hexdigest()[:16]
