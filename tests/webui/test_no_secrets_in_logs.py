"""People log in in every way there is, and one programs in; everything the process says while they do is searched."""

from __future__ import annotations

import io
import json
import logging
import re
from html import unescape

import pyotp
import pytest
import requests

from engine.store.session import Database
from tests.webui.providers import agreed, real
from tests.webui.serving import started
from tests.webui.terminal import Terminal
from tests.webui.web import Web
from webui import logs
from webui.config import Settings

FIRST, OWN, WRONG = "given-by-an-administrator", "chosen-by-oneself-alone", "not-the-right-one-at-all"
KEY, CLIENT_SECRET = "the-key-of-this-installation", "shared-with-the-provider"
MAPPING = json.dumps({"desk": {"roles": ["employee"]}})


class Browser:
    """A person's, over HTTP; `secrets` are all that was sent or came back and lets somebody in."""

    def __init__(self, address: str) -> None:
        self.address, self.session, self.secrets = address, requests.Session(), set()

    def page(self, path: str) -> str:
        answer = self.session.get(self.address + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, page: str, **data: str) -> requests.Response:
        token = unescape(re.search(r'data-csrf="([^"]+)"', self.page(page)).group(1))
        answer = self.session.post(self.address + path, {"csrf_token": token, **data}, timeout=30, allow_redirects=False)
        self.secrets |= {token, *data.values(), *(cookie.value for cookie in self.session.cookies)}
        return answer


def test_nothing_that_lets_somebody_in_is_ever_written_down(sqlite_url, tmp_path):
    (tmp_path / "provider").mkdir()
    terminal = Terminal(sqlite_url)
    terminal.ok("users", "add", "anna", "--language", "en", "--password-stdin", typed=f"{FIRST}\n")
    with real(tmp_path / "provider") as issuer:
        settings = {"ISSUER": issuer, "CLIENT_ID": "closeloop", "CLIENT_SECRET": CLIENT_SECRET, "MAPPING": MAPPING}
        environ = {f"CLOSELOOP_OIDC_{name}": value for name, value in settings.items()}
        environ |= {"CLOSELOOP_LOG_LEVEL": "debug", "CLOSELOOP_SECRET_KEY": KEY, "DATABASE_URL": sqlite_url}
        with started(tmp_path, "run", "--port", "0", CLOSELOOP_LOG_FORMAT="json", **environ) as process:
            address = process.address()
            secrets = {FIRST, OWN, WRONG, KEY, CLIENT_SECRET}
            secrets |= with_password_and_device(Browser(address)) | by_the_provider(Browser(address))
            process.until(lambda: "/login/provider/callback" in process.err)
            said = process.out + process.err
    assert len(secrets) > 15
    told = [secret for secret in secrets if len(secret) >= 6 and secret in said]
    assert told == []
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {"POST /session 303", "POST /session 403", "GET /api/v1/me 200", "GET /api/v1/me 401"} <= {
        f"{line['method']} {line['path']} {line['status']}" for line in lines if line["event"] == "request"
    }


def with_password_and_device(browser: Browser) -> set[str]:
    def log_in(password: str) -> int:
        return browser.post("/session", "/login", login="anna", password=password).status_code

    assert log_in(WRONG) == 403
    assert log_in(FIRST) == 303
    chosen = {"old": FIRST, "new": OWN, "again": OWN}
    assert browser.post("/account/password", "/account/password", **chosen).status_code == 303
    assert browser.post("/account/second-factor", "/account/second-factor", password=OWN).status_code == 303
    (secret,) = re.findall(r'<span class="mono">([A-Z2-7 ]+)</span>', browser.page("/account/second-factor"))
    device = pyotp.TOTP(secret.replace(" ", ""))
    shown = browser.post("/account/second-factor/confirmation", "/account/second-factor", code=device.now()).text
    recovery = re.findall(r"<li>([A-Z2-7-]{29})</li>", shown)
    assert len(recovery) == 8
    made = browser.post("/account/tokens", "/account", name="reports", days="30", scope="read", once="first")
    (token,) = set(re.findall(r"clp_[0-9a-f]{64}", made.text))
    for value, status in ((token, 200), (f"{token}x", 401)):
        headers = {"Authorization": f"Bearer {value}"}
        assert requests.get(f"{browser.address}/api/v1/me", headers=headers, timeout=30).status_code == status
    assert browser.post("/session/end", "/account").status_code == 303
    assert log_in(OWN) == 303
    assert browser.post("/session/code", "/session/code", code="000000").status_code in (403, 422)
    assert browser.post("/session/code", "/session/code", code=recovery[0]).status_code == 303
    return browser.secrets | {secret, secret.replace(" ", ""), token, *recovery}


def by_the_provider(browser: Browser) -> set[str]:
    away = browser.session.get(f"{browser.address}/login/provider", allow_redirects=False, timeout=30).headers["Location"]
    back = agreed(away, "u-1", preferred_username="li.na", groups=["desk"])
    assert browser.session.get(back, allow_redirects=False, timeout=30).status_code == 303
    page = browser.post("/session/end", "/account")
    id_token = re.search(r"id_token_hint=([\w.-]+)", page.headers["Refresh"]).group(1)
    codes = re.findall(r"(?:state|nonce|code_challenge|code)=([^&]+)", away + "&" + back)
    return browser.secrets | {id_token, id_token.split(".")[2], *codes}


@pytest.mark.parametrize("form", ["json", "text"])
def test_not_even_when_something_breaks(sqlite_url, monkeypatch, form):
    """A trace tells where it happened, not with what; nor does the database's own complaint."""
    database = Database(sqlite_url)
    web = Web.of(database)
    token, written = web.token("/login"), io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        logs.configure(Settings(log_format=form, log_level="debug"))
        with database.write() as conn:
            conn.exec_driver_sql("ALTER TABLE user_account RENAME TO elsewhere")
        web.app.config["PROPAGATE_EXCEPTIONS"] = False
        sent = {"csrf_token": token, "login": "the-login-of-somebody", "password": OWN}
        assert web.client.post("/session", data=sent).status_code == 500
    finally:
        root.handlers, _ = before[0], root.setLevel(before[1])
        database.close()
    said = written.getvalue()
    assert "no such table: user_account" in said and "OperationalError" in said
    assert OWN not in said and token not in said and "the-login-of-somebody" not in said
