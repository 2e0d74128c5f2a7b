"""What holds for every call: tokens and scopes, bodies, keys, languages, headers, addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.store.session import Database
from tests.office import admin, clerk, colleague, lead
from tests.webui.caller import Desk
from webui.api import ENDPOINTS
from webui.api.addresses import places_in


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


@pytest.fixture(scope="module")
def shared(sqlite_files, tmp_path_factory) -> Iterator[Desk]:
    """One desk for tests that change nothing and ask the database nothing of their own."""
    opened = Database(sqlite_files.copy_to(tmp_path_factory.mktemp("desk") / "closeloop.db"))
    yield Desk(opened)
    opened.close()


SAMPLE = {"case": "1", "task": "1-3", "customer": "1", "no": "1", "number": "1", "key": "refund", "suggestion": "1", "migration": "1", "sample": "1", "export": "1", "log": "1"}


def every_call():
    for endpoint in ENDPOINTS:
        path = endpoint.path
        for name in places_in(path):
            path = path.replace(f"{{{name}}}", SAMPLE[name])
        yield pytest.param(endpoint, path, id=endpoint.name)


# Tokens


@pytest.mark.parametrize(("endpoint", "path"), list(every_call()))
def test_no_call_without_a_token_or_its_scope(shared, endpoint, path):
    assert shared.stranger().ask(endpoint.method, path, 401).json["code"] == "token-missing"
    others = {"read", "work", "deploy"} - set(endpoint.scopes) - ({"work"} if "read" in endpoint.scopes else set())
    if others:
        caller = shared.caller(admin, *others)
        refused = caller.ask(endpoint.method, path, 403)
        assert refused.json["code"] == "scope-missing" and endpoint.scopes[0] in refused.json["detail"]
        assert "insufficient_scope" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Bearer ", "Bearer clp_", "Basic emhhbmc6", "Bearer clp_" + "0" * 64, "Bearer clp_" + "é" * 9,
        "Bearer x" * 500, "clp_" + "0" * 64, "Bearer clp_ 1", "Bearer \x7f",
    ],
)  # fmt: skip
def test_what_is_no_token(shared, authorization):
    refused = shared.stranger(authorization).ask("GET", "/me", 401)
    assert refused.json["code"] in ("token-missing", "token-refused")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_has_expired_or_was_revoked_or_whose_owner_left(desk):
    call = desk.caller(clerk)
    desk.change_tokens(expires_at=desk.office.now + timedelta(seconds=1))
    assert call.get("/me")["login"] == clerk
    desk.office.clock.move(timedelta(seconds=1))
    assert call.get("/me", 401)["detail"] == "The token is not valid: it has expired."
    desk.change_tokens(expires_at=None)
    desk.office.ask(c.SaveUser(clerk, active=False))
    assert call.get("/me", 401)["detail"] == "The token is not valid: the account it belongs to is not active."
    desk.office.ask(c.SaveUser(clerk, active=True))
    desk.office.ask(c.RevokeToken(1), clerk)
    assert call.get("/me", 401)["detail"] == "The token is not valid: it was revoked."


def test_scopes_of_a_token(desk):
    assert desk.caller(clerk, "work").get("/tasks") == {"items": [], "next": None}
    assert desk.caller(clerk, "read").get("/me")["scopes"] == ["read"]
    assert desk.caller(clerk, "deploy").get("/procedures")["items"]
    assert desk.caller(clerk, "deploy").get("/cases", 403)
    assert desk.caller(clerk, "admin").get("/cases")
    assert desk.caller(clerk, "read").post("/cases", {"procedure": "refund"}, 403)["code"] == "scope-missing"


def test_a_token_is_the_person_as_they_may_act_now(desk):
    call = desk.caller(clerk)
    assert call.get("/me")["groups"] == ["front-desk"]
    desk.office.ask(c.SaveUser(clerk, groups=("stock",)))
    assert call.get("/me")["groups"] == ["stock"]


# Bodies


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "body-unreadable"),
        (b"{'a': 1}", "application/json", 400, "body-unreadable"),
        (b'{"procedure": "refund", "procedure": "other"}', "application/json", 400, "body-unreadable"),
        (b'{"variables": {"amount": NaN}}', "application/json", 400, "body-unreadable"),
        (b'{"variables": {"amount": -Infinity}}', "application/json", 400, "body-unreadable"),
        (b'{"variables": {"amount": 1e999999}}', "application/json", 400, "body-unreadable"),
        (b'{"variables": {"amount": ' + b"9" * 5000 + b"}}", "application/json", 400, "body-unreadable"),
        (b"[" * 40 + b"]" * 40, "application/json", 400, "body-unreadable"),
        (b"[" * 100_000, "application/json", 400, "body-unreadable"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", 400, "body-unreadable"),
        (b'"\xff\xfe"', "application/json", 400, "body-unreadable"),
        ("{}".encode("utf-16"), "application/json", 400, "body-unreadable"),
        (b'{"procedure": "\\u0000"}', "application/json", 400, "body-unreadable"),
        (b'{"procedure": "\\ud800"}', "application/json", 400, "body-unreadable"),
        (b'{"\\u0000": 1}', "application/json", 400, "body-unreadable"),
        (b"{}", "text/plain", 415, "content-type-unsupported"),
        (b"{}", "", 415, "content-type-unsupported"),
        (b"{}", "application/json; charset=gbk", 415, "content-type-unsupported"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "content-type-unsupported"),
        (b" " * 1_000_001, "application/json", 413, "body-too-large"),
        (b"", "application/json", 422, "invalid-input"),
        (b"", "", 422, "invalid-input"),
        (b"null", "application/json", 422, "invalid-input"),
        (b"{}", "application/json; charset=UTF-8", 422, "invalid-input"),
    ],
)
def test_a_body_that_cannot_be_read(shared, body, content_type, status, code):
    for language in ("en", "zh-CN"):
        call = shared.caller(clerk, language=language)
        refused = call.ask("POST", "/cases", status, data=body, content_type=content_type or None).json
        assert refused["code"] == code and refused["detail"]


def test_a_body_of_unknown_length_is_still_limited(shared):
    unknown = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    call = shared.caller(clerk)
    call.ask("POST", "/cases", 413, data=b" " * 2_000_000, content_type="application/json", environ_overrides=unknown)


def test_the_place_of_an_error_is_named(shared):
    call = shared.caller(clerk)
    refused = call.ask("POST", "/cases", 400, data=b'{\n "a": tru\n}', content_type="application/json").json
    assert "line 2, column 7" in refused["detail"]


# Keys


def test_the_same_request_with_the_same_key_happens_once(desk):
    call = desk.caller(clerk)
    body = {"procedure": "refund", "variables": {"amount": "1.50"}}
    first = call.ask("POST", "/cases", 201, json=body, headers={"Idempotency-Key": "k-1"})
    again = call.ask("POST", "/cases", 201, json=body, headers={"Idempotency-Key": "k-1"})
    assert "Idempotent-Replay" not in first.headers and again.headers["Idempotent-Replay"] == "true"
    assert first.data == again.data and len(call.get("/cases")["items"]) == 1
    other = call.ask("POST", "/cases", 422, json=body | {"title": "other"}, headers={"Idempotency-Key": "k-1"})
    assert other.json["code"] == "idempotency-key-reused"
    assert desk.caller(colleague).post("/cases", body, 201, key="k-1")["id"] == 2


def test_every_post_replays_its_answer(desk):
    call = desk.caller(clerk)
    task = call.post("/cases", {"procedure": "refund"}, 201)["next"]
    posts = [
        ("/tasks/next", {}),
        (f"/tasks/{task}/draft", {"variables": {"amount": "1"}}),
        (f"/tasks/{task}/delegation", {"to": colleague}),
        (f"/tasks/{task}/claim", {}),
        (f"/tasks/{task}/completion", {"variables": {"amount": "1"}}),
        ("/cases/1/notes", {"text": "once"}),
        ("/customers", {"name": "Once"}),
        ("/cases/1/cancellation", {"reason": "once"}),
    ]
    for number, (path, body) in enumerate(posts):
        if path.endswith("/claim"):
            desk.caller(colleague).delete(path)
        key = {"Idempotency-Key": f"key-{number}"}
        status = 201 if path.endswith(("notes", "customers")) else 200
        first = call.ask("POST", path, status, json=body, headers=key)
        again = call.ask("POST", path, status, json=body, headers=key)
        assert first.data == again.data and again.headers["Idempotent-Replay"] == "true", path
    assert [e["type"] for e in call.get("/cases/1/trail", limit=200)["items"]].count("NoteAdded") == 1


def test_a_refused_request_leaves_its_key_free(desk):
    call = desk.caller(clerk)
    call.post("/cases", {"procedure": "refund", "variables": {"amount": "x"}}, 422, key="k")
    call.post("/cases", {"procedure": "refund", "variables": {"amount": "1"}}, 201, key="k")


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "é", "\t"])
def test_what_is_no_key(shared, key):
    refused = shared.caller(clerk).ask("POST", "/cases", 422, json={"procedure": "refund"}, headers={"Idempotency-Key": key})
    assert refused.json["errors"].keys() == {"Idempotency-Key"}


# Addresses and methods


@pytest.mark.parametrize("path", ["/nothing", "", "/", "/tasks/", "/cases/1/", "/cases/one", "/tasks/1-1/claim/now", "/%00", "//"])
def test_an_address_that_leads_nowhere(shared, path):
    refused = shared.caller(clerk).ask("GET", path, 404).json
    assert refused["code"] == "http-404" and "/api/docs" in refused["detail"]


def test_a_method_that_is_not_there(shared):
    refused = shared.caller(clerk).ask("DELETE", "/cases", 405)
    assert "GET, POST" in refused.json["detail"] and "POST" in refused.headers["Allow"]
    assert shared.caller(clerk).ask("PATCH", "/tasks/1-3/draft", 405)
    zh = shared.caller(clerk, language="zh").ask("PUT", "/cases/1", 405)
    assert zh.json["title"] == "不支持该方法"


@pytest.mark.parametrize("query", ["q=%00", "q=a%0Ab", "%00=1", "procedure=%1F"])
def test_control_characters_in_an_address(shared, query):
    assert shared.caller(clerk).ask("GET", f"/tasks?{query}", 400).json["code"] == "address-unreadable"


def test_words_that_only_look_dangerous_are_words(desk):
    for words in ("'; DROP TABLE entry; --", "%", "_", "\\", "😀", "<script>", "{0}", "%s"):
        assert desk.caller(clerk).get("/cases", q=words)["items"] == []
        assert desk.caller(clerk).get("/customers", q=words)["items"] == []


# Headers


def test_headers_of_an_answer(shared):
    response = shared.caller(clerk).ask("GET", "/me", 200)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Language"] == "en"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert {"Accept-Language", "Authorization"} <= {name.strip() for name in response.headers["Vary"].split(",")}
    assert "Set-Cookie" not in response.headers
    refused = shared.caller(clerk).ask("GET", "/cases/1", 404)
    assert refused.headers["Cache-Control"] == "no-store" and refused.headers["Content-Language"] == "en"
    assert refused.json["instance"] == "/api/v1/cases/1"


def test_a_failure_of_ours_says_so_and_no_more(shared, monkeypatch):
    monkeypatch.setattr(shared.app, "testing", False)
    monkeypatch.setattr("engine.queries.cases.find", _fail)
    failed = shared.caller(lead).ask("GET", "/cases/1", 500)
    assert failed.json["code"] == "failed" and "secret" not in failed.get_data(as_text=True)


def test_the_description_and_its_reader(shared):
    client = shared.app.test_client()
    found = client.get("/api/openapi.json", headers={"Accept-Language": "en"})
    assert found.json["openapi"] == "3.1.0" and found.json["info"]["title"] == "Closeloop API"
    assert "Closeloop 接口" in json.dumps(client.get("/api/openapi.json", headers={"Accept-Language": "zh"}).json, ensure_ascii=False)
    page = client.get("/api/docs", headers={"Accept-Language": "en"})
    assert page.status_code == 200 and 'data-openapi="/api/openapi.json"' in page.get_data(as_text=True)


def _fail(*_args, **_more):
    raise RuntimeError("a secret")
