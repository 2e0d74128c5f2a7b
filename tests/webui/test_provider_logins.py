"""Logging in at an OpenID provider: a real one answers over HTTP; accounts come, change and go with its groups."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput
from tests.office import admin, clerk
from tests.webui.providers import agreed, query_of, real, settings_of
from tests.webui.web import Web
from webui.app import create_app
from webui.auth import COOKIE
from webui.config import Settings
from webui.oidc.settings import Place


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    with real(tmp_path_factory.mktemp("provider")) as address:
        yield address


def opened(database, oidc):
    web = Web.of(database)
    web.app = create_app(web.office.engine, Settings(secret_key="a secret of tests", oidc=oidc))
    return web.another()


@pytest.fixture
def web(database, issuer):
    return opened(database, settings_of(issuer))


def log_in(web, subject, next_="", **claims):
    """What the browser gets when it comes back from the provider."""
    away = web.get("/login/provider", query_string={"next": next_} if next_ else None)
    assert away.status_code == 303, away.text
    back = urlsplit(agreed(away.location, subject, **claims))
    return web.get(f"{back.path}?{back.query}")


def told(web, *types):
    return [entry for entry in web.office.system_trail().entries if entry.type in types]


def person(web, login):
    with web.office.engine.read() as conn:
        return web.office.engine.organisations.current(conn).by_login.get(login)


def test_the_first_log_in_makes_the_account_as_the_groups_say(web):
    answer = log_in(web, "u-1", "/cases", preferred_username="li.na", name="李娜", email="li.na@example.com", groups=["desk", "x"])
    assert (answer.status_code, answer.location) == (303, "/cases")
    assert web.get("/cases").status_code == 200
    made = person(web, "li.na")
    assert (made.name, made.roles, made.groups, made.department) == ("李娜", {"employee"}, {"front-desk"}, "service")
    saved, linked, entered = told(web, "UserSaved", "AccountLinked", "LoggedIn")[-3:]
    assert (saved["login"], linked["subject"], entered["how"]) == ("li.na", "u-1", "provider")
    web.office.system_trail().check()


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en")])
def test_an_account_begins_in_the_language_its_owner_reads(web, language, locale):
    assert log_in(web.another(language=language), "u-1", preferred_username="li.na", groups=["desk"]).status_code == 303
    assert person(web, "li.na").locale == locale


def test_the_second_log_in_finds_it_and_saves_nothing(web):
    claims = {"preferred_username": "li.na", "name": "李娜", "groups": ["desk"]}
    log_in(web, "u-1", **claims)
    before = len(told(web, "UserSaved"))
    again = web.another()
    assert log_in(again, "u-1", **claims).status_code == 303
    assert len(told(web, "UserSaved")) == before


def test_groups_taken_away_or_given_count_from_the_next_log_in(web):
    log_in(web, "u-1", preferred_username="li.na", groups=["desk-leads"])
    assert person(web, "li.na").roles == {"lead"}
    log_in(web.another(), "u-1", preferred_username="li.na", groups=["desk"])
    assert (person(web, "li.na").roles, person(web, "li.na").groups) == ({"employee"}, {"front-desk"})


def test_without_any_mapped_group_nobody_gets_in_and_nothing_is_made(web):
    answer = log_in(web, "u-1", preferred_username="li.na", groups=["canteen"])
    assert answer.status_code == 403
    assert "has no role here" in answer.text and "u-1" in answer.text
    assert person(web, "li.na") is None
    (refused,) = told(web, "LogInRefused")
    assert (refused["login"], refused["why"]) == ("li.na", "no-access")


def test_who_lost_all_groups_is_out_everywhere_until_they_have_one_again(web):
    log_in(web, "u-1", preferred_username="li.na", groups=["desk"])
    token = web.office.ask(c.CreateToken("li.na"), by=admin)["token"]
    assert log_in(web.another(), "u-1", groups=[]).status_code == 403
    assert web.get("/cases").status_code == 303, "the session of before is ended"
    called = web.another().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert called.status_code == 401
    assert not person(web, "li.na").active
    assert log_in(web.another(), "u-1", preferred_username="li.na", groups=["desk"]).status_code == 303
    assert person(web, "li.na").active


def test_an_account_that_an_administrator_closed_stays_closed(web):
    log_in(web, "u-1", preferred_username="li.na", groups=["desk"])
    web.office.ask(c.SaveUser("li.na", active=False), by=admin)
    answer = log_in(web.another(), "u-1", preferred_username="li.na", groups=["desk"])
    assert answer.status_code == 403
    assert "is closed" in answer.text
    assert not person(web, "li.na").active


def test_nobody_takes_over_an_account_by_its_login_or_address(web):
    web.office.ask(c.SaveUser(clerk, email="zhang.min@example.com"), by=admin)
    answer = log_in(web, "stranger", preferred_username=clerk, email="zhang.min@example.com", groups=["desk-leads"])
    assert answer.status_code == 409
    assert "is not linked to yours" in answer.text
    assert web.client.get_cookie(COOKIE) is None
    assert "lead" not in person(web, clerk).roles
    other = log_in(web.another(), "another", preferred_username="other", email="zhang.min@example.com", groups=["desk"])
    assert other.status_code == 303
    assert person(web, "other").id != person(web, clerk).id


def test_an_account_that_is_linked_by_an_administrator_is_found(web, issuer):
    web.office.ask(c.LinkAccount(clerk, issuer, "u-7"), by=admin)
    assert log_in(web, "u-7", preferred_username="whatever", groups=["desk"]).status_code == 303
    assert told(web, "LoggedIn")[-1]["login"] == clerk


def test_the_local_log_in_stays(web):
    page = web.get("/login").text
    assert "Single sign-on" in page and 'name="password"' in page
    password = web.with_password(clerk)
    assert web.post("/session", {"login": clerk, "password": password}, token=web.token("/login")).status_code == 303


def test_what_is_sent_to_the_provider(web, issuer):
    away = web.get("/login/provider")
    asked = query_of(away.location)
    assert away.location.startswith(issuer)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/login/provider/callback"
    assert asked["scope"] == "openid profile email"
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3


def test_logging_out_here_goes_on_to_the_provider(web, issuer):
    log_in(web, "u-1", preferred_username="li.na", groups=["desk"])
    page = web.post("/session/end")
    assert page.status_code == 200
    assert "You are logged out here." in page.text and "li.na" not in page.text and "/cases" not in page.text
    address = page.headers["Refresh"].partition("url=")[2]
    assert address.startswith(f"{issuer}/oauth2/end_session?")
    asked = query_of(address)
    assert asked["post_logout_redirect_uri"] == "http://localhost/login"
    assert asked["id_token_hint"].count(".") == 2
    assert web.get("/cases").status_code == 303


def test_who_logged_in_with_a_password_is_not_sent_to_the_provider(web):
    web.log_in(clerk)
    assert web.post("/session/end").status_code == 303


def test_a_code_is_worth_nothing_a_second_time(web):
    away = web.get("/login/provider")
    back = urlsplit(agreed(away.location, "u-1", preferred_username="li.na", groups=["desk"]))
    kept = web.client.get_cookie("closeloop_page").value
    path = f"{back.path}?{back.query}"
    assert web.get(path).status_code == 303
    thief = web.another()
    assert thief.get(path).status_code == 409, "a browser that began nothing"
    thief.client.set_cookie("closeloop_page", kept)
    assert thief.get(path).status_code == 409, "the same request sent again, cookie and all"
    assert thief.client.get_cookie(COOKIE) is None


def test_the_code_of_somebody_else_is_not_taken(web):
    """A code slipped under the victim's own log-in: the nonce in its token is that of another log-in."""
    attacker = web.another()
    stolen = query_of(agreed(attacker.get("/login/provider").location, "attacker", preferred_username="mallory", groups=["desk"]))
    mine = query_of(web.get("/login/provider").location)
    answer = web.get("/login/provider/callback", query_string={"code": stolen["code"], "state": mine["state"]})
    assert answer.status_code == 403
    assert "does not prove who you are" in answer.text
    assert person(web, "mallory") is None


def test_the_provider_may_say_no(web):
    state = query_of(web.get("/login/provider").location)["state"]
    answer = web.get("/login/provider/callback", query_string={"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert "did not log you in (access_denied)" in answer.text
    web.get("/login/provider")
    odd = web.get("/login/provider/callback", query_string={"error": "<script>", "state": "another"})
    assert odd.status_code == 409 and "<script>" not in odd.text


def test_a_provider_that_is_away_is_said_and_local_accounts_still_work(database):
    web = opened(database, settings_of("http://127.0.0.1:9"))
    answer = web.get("/login/provider?next=/cases")
    assert answer.status_code == 503
    assert "cannot be reached at the moment" in answer.text
    assert 'name="next" value="/cases"' in answer.text
    password = web.with_password(clerk)
    assert web.post("/session", {"login": clerk, "password": password}, token=web.token("/login")).status_code == 303


def test_a_mapping_to_something_that_is_not_there_is_named(database, issuer):
    wrong = settings_of(issuer)
    wrong.places["typo"] = Place(frozenset({"employee"}), frozenset({"frnt-desk"}))
    try:
        answer = log_in(opened(database, wrong), "u-9", preferred_username="li.na", groups=["typo"])
    finally:
        del wrong.places["typo"]
    assert answer.status_code == 503
    assert "There is no “frnt-desk”" in answer.text and "CLOSELOOP_OIDC_MAPPING" in answer.text


def test_only_administrators_link_and_only_once(web, issuer):
    office, vouched = web.office, c.LogInByProvider(issuer, "x", "x", "X", None, ("admin",), (), None, "en")
    for command in (c.LinkAccount(clerk, issuer, "u-7"), vouched):
        with pytest.raises(Forbidden):
            office.ask(command, by=clerk)
    office.ask(c.LinkAccount(clerk, issuer, "u-7"), by=admin)
    with pytest.raises(InvalidInput) as refused:
        office.ask(c.LinkAccount(admin, issuer, "u-7"), by=admin)
    assert clerk in refused.value.fields["subject"].en
