"""A provider, or somebody in its place, sends what proves nothing: nobody is logged in, in plain words."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace

import pytest
from joserfc.jwk import ECKey

from engine.domain.clock import ManualClock
from engine.store.session import Database
from tests.office import MONDAY
from tests.webui.providers import CLIENT, SECRET, at, crooked, query_of, settings_of
from tests.webui.web import Web
from webui.app import create_app
from webui.auth import COOKIE
from webui.config import Settings
from webui.oidc import application


@pytest.fixture
def provider():
    with crooked() as one:
        yield one


@pytest.fixture
def web(sqlite_url, provider):
    database = Database(sqlite_url)
    web = Web.of(database)
    settings = Settings(secret_key="a secret of tests", oidc=settings_of(provider.issuer))
    web.app = create_app(web.office.engine, settings)
    web.app.extensions["logins"].clock = ManualClock(MONDAY)
    application.install(web.app, settings)
    yield web.another()
    database.close()


def come_back(web, provider):
    away = web.get("/login/provider")
    assert away.status_code == 303, away.text
    return web.get(provider.agree(away.location))


def refused(web, answer, why, status=403):
    assert answer.status_code == status, answer.text
    assert why in answer.text
    assert web.client.get_cookie(COOKIE) is None
    assert all(entry.type != "LoggedIn" for entry in web.office.system_trail().entries)


def parts_of(header, claims):
    return ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_an_honest_token_is_taken(web, provider):
    assert come_back(web, provider).status_code == 303


def test_a_secret_is_posted_where_the_provider_wants_it_so(web, provider):
    provider.knows_us_by, provider.metadata = "post", {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come_back(web, provider).status_code == 303


def test_a_public_client_has_the_verifier_alone(web, provider):
    provider.knows_us_by = "none"
    settings = Settings(secret_key="a secret of tests", oidc=replace(settings_of(provider.issuer), client_secret=None))
    application.install(web.app, settings)
    assert come_back(web, provider).status_code == 303


def test_a_wrong_secret_is_the_providers_to_refuse(web, provider):
    provider.knows_us_by = "post"
    refused(web, come_back(web, provider), "did not log you in (invalid_grant)")


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "that of another log-in"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": ["another-client", "a-third"]}, "aud"),
        ({"aud": [CLIENT, "another-client"]}, "azp"),
        ({"aud": [CLIENT, "another-client"], "azp": "another-client"}, "azp"),
        ({"iss": "https://evil.example.com"}, "iss"),
        ({"exp": at(-61)}, "expired_token"),
        ({"exp": None}, "exp"),
        ({"iat": at(61)}, "iat"),
        ({"nbf": at(61)}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "unreadable token"),
        ({"at_hash": "the hash of another access token"}, "at_hash"),
    ],
    ids=lambda value: json.dumps(value)[:50],
)
def test_a_claim_that_is_wrong_or_missing(web, provider, claims, why):
    provider.claims = claims
    refused(web, come_back(web, provider), why)


@pytest.mark.parametrize("seconds", [{"exp": at(-59)}, {"iat": at(59)}], ids=["behind", "ahead"])
def test_clocks_may_differ_by_a_minute(web, provider, seconds):
    provider.claims = seconds
    assert come_back(web, provider).status_code == 303


def test_a_token_without_signature(web, provider):
    provider.raw_token = parts_of({"alg": "none"}, {"iss": provider.issuer, "sub": "u-1", "aud": CLIENT, "exp": at(300)}) + "."
    refused(web, come_back(web, provider), "unsupported_algorithm")


@pytest.mark.parametrize("secret", ["the client's", "the public key"])
def test_a_token_signed_with_what_we_know_ourselves(web, provider, secret):
    """HS256 with the client's secret, or with the public key taken for a secret."""
    key = SECRET.encode() if secret == "the client's" else provider.key.as_pem(private=False)
    claims = {"iss": provider.issuer, "sub": "u-1", "aud": CLIENT, "exp": at(300), "iat": at(0)}
    signed = parts_of({"alg": "HS256", "kid": "one"}, claims)
    provider.raw_token = signed + "." + encoded(hmac.digest(key, signed.encode(), "sha256"))
    refused(web, come_back(web, provider), "unsupported_algorithm")


def test_a_token_signed_by_a_stranger_who_uses_the_name_of_the_key(web, provider):
    provider.key = ECKey.generate_key("P-256", {"kid": "one"})
    refused(web, come_back(web, provider), "bad_signature")


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_a_key_that_the_token_brings_along_is_not_looked_at(web, provider, name):
    provider.key = ECKey.generate_key("P-256", {"kid": "mine"})
    brought = provider.key.as_dict(private=False) if name == "jwk" else f"{provider.issuer}/evil"
    provider.header = {"alg": "ES256", name: brought, "kid": "mine"}
    refused(web, come_back(web, provider), "invalid_key_id")
    assert "/evil" not in provider.asked


def test_a_key_that_came_after_we_asked_is_asked_for(web, provider):
    assert come_back(web, provider).status_code == 303
    provider.key = ECKey.generate_key("P-256", {"kid": "two"})
    provider.published, provider.header = [provider.key], {"alg": "ES256", "kid": "two"}
    assert come_back(web.another(), provider).status_code == 303
    assert provider.asked.count("/keys") == 2


def test_a_key_that_nobody_publishes(web, provider):
    provider.key, provider.header = ECKey.generate_key("P-256", {"kid": "six"}), {"alg": "ES256", "kid": "six"}
    refused(web, come_back(web, provider), "invalid_key_id")


@pytest.mark.parametrize("raw", ["", "x", "a.b.c", "." * 5, "é.é.é"])
def test_what_is_no_token_at_all(web, provider, raw):
    provider.raw_token = raw or " "
    refused(web, come_back(web, provider), "does not prove who you are")


@pytest.mark.parametrize("answer", [{"id_token": None}, {"id_token": 7}, {"access_token": None}])
def test_an_answer_without_the_tokens(web, provider, answer):
    provider.answer = answer
    assert come_back(web, provider).status_code == 403
    refused(web, web.get("/login"), "Log in", 200)


def test_groups_may_come_by_userinfo_but_only_of_the_same_person(web, provider):
    provider.claims, provider.metadata = {"groups": None}, {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.userinfo = {"sub": "somebody else", "groups": ["desk-leads"]}
    refused(web, come_back(web, provider), "userinfo of somebody else")
    provider.userinfo = {"sub": "u-1", "groups": ["desk-leads"]}
    assert come_back(web, provider).status_code == 303


def test_userinfo_does_not_replace_what_the_token_says(web, provider):
    provider.claims, provider.metadata = {"groups": None}, {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.userinfo = {"sub": "u-1", "groups": ["desk"], "preferred_username": "mallory"}
    come_back(web, provider)
    assert web.office.system_trail().last("AccountLinked")["login"] == "li.na"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example.com"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example.com/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"authorization_endpoint": 7},
    ],
    ids=json.dumps,
)
def test_a_provider_that_is_not_what_it_should_be(web, provider, metadata):
    provider.metadata = metadata
    refused(web, web.get("/login/provider"), "cannot be reached", 503)


def test_a_provider_that_points_elsewhere_is_not_followed(web, provider):
    provider.moved = {"/.well-known/openid-configuration": "/elsewhere"}
    refused(web, web.get("/login/provider"), "cannot be reached", 503)
    assert "/elsewhere" not in provider.asked
    provider.moved = {"/token": "/elsewhere"}
    web.app.extensions["logins"].clock.move_to(MONDAY.replace(second=11))
    assert come_back(web, provider).status_code in (403, 503)
    assert "/elsewhere" not in provider.asked


def test_a_provider_that_failed_is_left_alone_for_a_while(web, provider):
    provider.metadata = {"issuer": "https://evil.example.com"}
    for _ in range(3):
        assert web.get("/login/provider").status_code == 503
    assert len(provider.asked) == 1
    provider.metadata = {}
    web.app.extensions["logins"].clock.move_to(MONDAY.replace(second=11))
    assert web.get("/login/provider").status_code == 303


@pytest.mark.parametrize("state", ["", "guessed"])
def test_a_state_that_is_not_that_of_this_browser(web, provider, state):
    web.get("/login/provider")
    answer = web.get("/login/provider/callback", query_string={"code": "code-0", "state": state})
    refused(web, answer, "not begun in this browser", 409)
    assert "/token" not in provider.asked


def test_who_takes_too_long_begins_anew(web, provider):
    away = web.get("/login/provider").location
    web.app.extensions["logins"].clock.move_to(MONDAY.replace(minute=11))
    refused(web, web.get(provider.agree(away)), "took too long", 409)


def test_under_https_the_provider_sends_people_back_by_https(web, provider):
    app = create_app(web.office.engine, Settings(secret_key="s", oidc=settings_of(provider.issuer), https=True))
    away = app.test_client().get("/login/provider")
    assert query_of(away.location)["redirect_uri"] == "https://localhost/login/provider/callback"


@pytest.mark.parametrize("next_", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_afterwards(web, provider, next_):
    away = web.get("/login/provider", query_string={"next": next_})
    assert web.get(provider.agree(away.location)).location == "/"


@pytest.mark.parametrize(
    ("claims", "login"),
    [
        ({"preferred_username": "李 娜/../x"}, "李-娜-..-x"),
        ({"preferred_username": None}, "li.na@example.com"),
        ({"preferred_username": 7, "email": None}, "u-1"),
        ({"preferred_username": "x" * 300}, "x" * 64),
        ({"preferred_username": "???", "name": "a\nb" * 200, "email": "no address"}, "person"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_odd_names_become_usable_ones(web, provider, claims, login):
    provider.claims = claims
    assert come_back(web, provider).status_code == 303
    assert web.office.system_trail().last("AccountLinked")["login"] == login
