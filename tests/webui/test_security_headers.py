"""What every answer carries, whichever page or call it is to and whoever asks; and cookies no other host can plant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import webui
from engine.store.session import Database
from tests.office import admin, auditor, clerk
from tests.webui import asking as office
from tests.webui.probes import PROBES
from tests.webui.providers import settings_of
from tests.webui.web import Web
from webui.app import create_app
from webui.config import Settings

READ = sorted(name for name, (method, _, _) in PROBES.items() if method == "GET" and name not in ("live.stream", "static"))
#: Camunda's modeler calls these from a page of its own, with a token and never with a cookie.
WITHOUT_COOKIES = frozenset(name for name in PROBES if name.startswith("camunda."))
#: A version's diagram says nothing of anybody and is the same for ever; only the reader's own browser keeps it.
NEVER_CHANGE = frozenset({"procedures.bpmn", "procedures.source", "procedures.diagram"})


@pytest.fixture(scope="module")
def asking(sqlite_files, tmp_path_factory) -> Iterator[office.Asking]:
    folder = tmp_path_factory.mktemp("headers")
    database = Database(sqlite_files.copy_to(folder / "furnished.db"))
    tokens = office.furnish(database)
    database.close()
    made = office.Asking(folder, folder / "furnished.db", tokens)
    yield made
    made.close()


@pytest.mark.parametrize("name", READ)
def test_every_answer_is_sealed(asking, name):
    for login in (None, clerk, office.MINE, auditor, admin):
        answer = asking.answer(name, login)
        headers, csp = answer.headers, answer.headers["Content-Security-Policy"]
        assert "'unsafe" not in csp and "default-src 'none'" in csp and "frame-ancestors 'none'" in csp
        assert "sandbox" in csp or ("object-src 'none'" in csp and "base-uri 'none'" in csp)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers or name in WITHOUT_COOKIES
        assert "no-store" in headers["Cache-Control"] or (name in NEVER_CHANGE and "private" in headers["Cache-Control"])
        assert not headers.get("Server", "").startswith(("gunicorn", "waitress"))
        if answer.mimetype.startswith("text/") and answer.data:
            assert answer.mimetype_params.get("charset", "").lower() == "utf-8", answer.content_type
        answer.close()


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/cases", "/static/closeloop.css"])
def test_nobody_is_shown_their_own_request(asking, method, path):
    answer = asking.web.client.open(path, method=method, headers={"X-Secret": "of a proxy"})
    assert answer.status_code in (401, 405)
    assert "of a proxy" not in answer.text


@pytest.fixture
def secure(sqlite_url) -> Iterator[Web]:
    database = Database(sqlite_url)
    web = Web.of(database)
    web.app = create_app(web.office.engine, Settings(secret_key="a secret of tests", https=True))
    yield web.another()
    database.close()


def test_under_https_cookies_belong_to_this_host_alone(secure):
    https = {"base_url": "https://localhost"}
    page = secure.client.get("/login", **https).text
    token = page.split('data-csrf="')[1].split('"')[0]
    sent = {"csrf_token": token, "login": clerk, "password": secure.with_password(clerk)}
    answers = [
        secure.client.post("/session", data=sent, headers={"Referer": "https://localhost/login"}, **https),
        secure.client.post("/preferences", data={"csrf_token": token}, headers={"Referer": "https://localhost/"}, **https),
    ]
    assert answers[0].status_code == 303
    token = secure.client.get("/account", **https).text.split('data-csrf="')[1].split('"')[0]
    told = {"csrf_token": token, "lang": "en", "theme": "dark"}
    answers.append(secure.client.post("/preferences", data=told, headers={"Referer": "https://localhost/"}, **https))
    page = secure.client.get("/account", **https).text
    assert 'data-bs-theme="dark"' in page and 'data-cookies="__Host-"' in page
    answers.append(secure.client.post("/session/end", data=told, headers={"Referer": "https://localhost/"}, **https))
    set_ = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.split("=")[0] for cookie in set_} == {
        f"__Host-{name}" for name in ("closeloop_page", "closeloop_login", "closeloop_known", "lang", "theme")
    }
    for cookie in set_:
        assert "Secure" in cookie and "Path=/" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie
        assert "HttpOnly" in cookie or cookie.startswith("__Host-theme="), cookie


def test_a_cookie_without_the_prefix_lets_nobody_in_under_https(secure):
    with secure.app.test_request_context():
        token = secure.app.extensions["logins"].begin(secure.office.actor(clerk).id, "password")
    secure.client.set_cookie("closeloop_login", token)
    assert secure.client.get("/cases", base_url="https://localhost").status_code == 303
    secure.client.set_cookie("__Host-closeloop_login", token, secure=True)
    assert secure.client.get("/cases", base_url="https://localhost").status_code == 200


def test_who_logs_out_leaves_nothing_in_the_browser(sqlite_url):
    web = Web.of(Database(sqlite_url)).log_in(clerk)
    answer = web.post("/session/end")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    web.office.engine.database.close()


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "10.0.0.9")])
def test_a_proxy_is_believed_as_far_as_the_settings_say(sqlite_url, proxies, address):
    """Whoever is asked for by a stranger is written down with the stranger's address, not with one they made up."""
    web = Web.of(Database(sqlite_url))
    web.app = create_app(web.office.engine, Settings(secret_key="s", proxies=proxies))
    web = web.another()
    told = {"X-Forwarded-For": "6.6.6.6, 10.0.0.9", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    web.post("/session", {"login": clerk, "password": "wrong"}, token=web.token("/login"), headers=told)
    assert web.office.system_trail().last("LogInRefused")["address"] == address
    web.office.engine.database.close()


@pytest.mark.parametrize(("mode", "status"), [("navigate", 403), ("no-cors", 403), ("cors", 401)])
def test_no_form_of_another_site_deploys_with_a_token_the_browser_remembers(asking, mode, status):
    told = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
    assert asking.web.client.post("/engine-rest/deployment/create", headers=told).status_code == status


def test_no_script_of_ours_keeps_anything_in_the_browser():
    """But for the appearance, in its cookie."""
    scripts = sorted((Path(webui.__file__).parent / "static" / "js").rglob("*.js"))
    kept = re.compile(r"\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie)\b")
    assert len(scripts) > 5
    assert {script.name for script in scripts if kept.search(script.read_text(encoding="utf-8"))} == {"theme.js"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_begins_no_log_in_at_the_provider(sqlite_url, site):
    web = Web.of(Database(sqlite_url))
    web.app = create_app(web.office.engine, Settings(secret_key="s", oidc=settings_of("http://127.0.0.1:9")))
    answer = web.another().get("/login/provider?next=/cases", headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, answer.location) == (303, "/login?next=/cases")
    web.office.engine.database.close()
