"""The real application on an office, and a browser without scripts: follows forms as they stand on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from engine.domain import commands as c
from engine.store.session import Database
from tests.office import Office
from webui.app import create_app
from webui.config import Settings

PASSWORD, FIRST_PASSWORD = "correct horse battery", "given by administrators"


class Web:
    """One person's browser. `office` has the engine the application stands on."""

    def __init__(self, office: Office, app: Any = None, language: str = "en") -> None:
        self.office = office
        self.app = app or create_app(office.engine, Settings(secret_key="a secret of tests", is_demo=office.engine.is_demo))
        self.client = self.app.test_client()
        self.client.set_cookie("lang", language)

    @classmethod
    def of(cls, database: Database, **how: Any) -> Web:
        return cls(Office(database, **how))

    def another(self, login: str | None = None, language: str = "en") -> Web:
        """Another browser on the same application."""
        other = Web(self.office, self.app, language)
        return other.log_in(login) if login else other

    def log_in(self, login: str) -> Web:
        """Logged in, whatever the password: through a session made on the server."""
        with self.app.test_request_context():
            token = self.app.extensions["logins"].begin(self.office.actor(login).id, "password")
        self.client.set_cookie("closeloop_login", token)
        return self

    def with_password(self, login: str) -> str:
        """Has the person choose a password and says it."""
        self.office.ask(c.SaveUser(login, password=FIRST_PASSWORD))
        self.office.ask(c.ChangePassword(FIRST_PASSWORD, PASSWORD), login)
        return PASSWORD

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, **how)

    def post(self, path: str, data: dict | None = None, *, token: str | None = None, **how: Any) -> TestResponse:
        """With the token of this browser's pages."""
        sent = {"csrf_token": token or self.token()} | (data or {})
        return self.client.post(path, data=sent, **how)

    def token(self, page: str = "/about-nothing") -> str:
        found = re.search(r'data-csrf="([^"]+)"', self.get(page).text)
        assert found, "the page has no token"
        return unescape(found.group(1))

    def follow(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 303, answer.status
        return self.get(answer.location)


def field_value(html: str, name: str) -> str | None:
    """What stands in a field of the page; None where there is none."""
    if found := re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', html, re.DOTALL):
        return unescape(found.group(1))
    if chosen := re.search(rf'<select[^>]*name="{name}".*?<option value="([^"]*)" selected', html, re.DOTALL):
        return unescape(chosen.group(1))
    for tag in re.findall(rf'<input[^>]*name="{name}"[^>]*>', html):
        if 'type="radio"' in tag or 'type="checkbox"' in tag:
            if " checked" in tag:
                return unescape(re.search(r'value="([^"]*)"', tag).group(1))
            continue
        return unescape(re.search(r'value="([^"]*)"', tag).group(1))
    return None


def in_order(html: str, words: Iterable[str]) -> bool:
    """Whether these words stand on the page one after the other."""
    at = 0
    for one in words:
        at = html.find(one, at)
        if at < 0:
            return False
        at += len(one)
    return True
