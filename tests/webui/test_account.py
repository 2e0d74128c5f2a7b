"""One's own account: sessions, tokens, the password; and what administrators see and end of others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from tests.office import MONDAY, admin, clerk, colleague, lead
from tests.webui.web import FIRST_PASSWORD, PASSWORD, Web

NEW = "seventeen green umbrellas"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def web(database) -> Web:
    return Web.of(database)


def log_in(web: Web, login: str, password: str, agent: str = FIREFOX):
    sent = {"login": login, "password": password}
    return web.post("/session", sent, token=web.token("/login"), headers={"User-Agent": agent})


def change(web: Web, old: str, new: str, again: str | None = None, **more: str):
    return web.post("/account/password", {"old": old, "new": new, "again": new if again is None else again, **more})


def told(web: Web, type_: str) -> list:
    return [entry for entry in web.office.system_trail().entries if entry.type == type_]


def call(web: Web, token: str):
    client = web.app.test_client(use_cookies=False)
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


# Sessions


def test_one_sees_where_one_is_logged_in_and_ends_what_is_not_oneself(web):
    password = web.with_password(clerk)
    log_in(web, clerk, password)
    thief = web.another()
    log_in(thief, clerk, password, PHONE)
    page = web.get("/account").text
    assert "Firefox, Windows" in page
    assert "Safari, iOS" in page
    assert page.count("this one") == 1
    (theirs,) = re.findall(r'name="session" value="(\w+)"', page)
    assert web.follow(web.post("/account/sessions/end", {"session": theirs})).status_code == 200
    assert thief.get("/worklist").status_code == 303
    assert web.get("/worklist").status_code == 200
    assert [(entry["login"], entry["count"]) for entry in told(web, "SessionsEnded")] == [(clerk, 1)]


def test_all_others_end_at_once(web):
    others = [web.another(clerk) for _ in range(3)]
    web.log_in(clerk)
    assert "3 session(s)" in web.follow(web.post("/account/sessions/end")).text
    assert [other.get("/worklist").status_code for other in others] == [303] * 3
    assert web.get("/worklist").status_code == 200


def test_nobody_sees_or_ends_the_sessions_of_others(web):
    other = web.another(colleague)
    with web.office.engine.read() as conn:
        (hash_,) = conn.exec_driver_sql("SELECT token_hash FROM login_session WHERE user_id IS NOT NULL").scalars().all()
    assert hash_ not in other.get("/account").text
    web.log_in(clerk)
    for id_ in (hash_[:16], hash_, "%", "_" * 16):
        assert web.post("/account/sessions/end", {"session": id_}).status_code == 404
        assert web.post("/account/sessions/end", {"session": id_, "login": colleague}).status_code == 404
    assert other.get("/worklist").status_code == 200
    assert web.get("/worklist").status_code == 200
    assert web.post("/account/sessions/end", {"login": colleague}).status_code == 404
    assert web.get(f"/accounts/{colleague}").status_code == 403


def test_administrators_see_and_end_sessions_and_tokens_of_others(web):
    other = web.another(colleague)
    token = web.office.ask(c.CreateToken(colleague, ("read",), "nightly"), colleague)["token"]
    web.log_in(admin)
    assert f"/accounts/{colleague}" in web.get("/organisation").text
    page = web.get(f"/accounts/{colleague}").text
    assert "nightly" in page
    assert token not in page
    assert web.post("/account/sessions/end", {"login": colleague}).location == f"/accounts/{colleague}"
    assert other.get("/worklist").status_code == 303
    (id_,) = re.findall(r"/account/tokens/(\d+)/revocation", page)
    assert call(web, token).status_code == 200
    assert web.post(f"/account/tokens/{id_}/revocation", {"login": colleague}).location == f"/accounts/{colleague}"
    assert call(web, token).status_code == 401
    assert told(web, "TokenRevoked")[0].by == admin
    assert web.get("/accounts/nobody").status_code == 404


# Tokens


def test_a_token_is_made_shown_once_used_and_revoked(web):
    web.log_in(clerk)
    sent = {"name": "the telephone system", "scope": ["read", "work"], "days": "30", "once": "k1"}
    page = web.post("/account/tokens", sent).text
    (token,) = re.findall(r"clp_[0-9a-f]{64}", page)
    assert "never used" in page
    again = web.follow(web.post("/account/tokens", sent)).text
    assert "shown only once" in again
    assert token not in again
    assert again.count("/revocation") == 1
    assert call(web, token).json["scopes"] == ["read", "work"]
    page = web.get("/account").text
    assert "last used" in page
    assert "never used" not in page
    (id_,) = re.findall(r"/account/tokens/(\d+)/revocation", page)
    web.post(f"/account/tokens/{id_}/revocation")
    assert "it was revoked" in call(web, token).json["detail"]


def test_a_token_expires_and_says_so_before(web):
    web.log_in(clerk)
    (token,) = re.findall(r"clp_\w+", web.post("/account/tokens", {"name": "n", "scope": "read", "days": "30", "once": "k"}).text)
    assert told(web, "TokenCreated")[0]["expires_at"].startswith("2026-04-01")
    web.office.wait("P20D")
    assert "expires soon" in web.get("/account").text
    assert call(web, token).status_code == 200
    web.office.wait("P10D")
    assert "it has expired" in call(web, token).json["detail"]
    assert "expired" in web.get("/account").text


def test_the_last_use_of_a_token_is_written_down_once_an_hour(web):
    token = web.office.ask(c.CreateToken(clerk), clerk)["token"]
    seen = []
    for _ in range(4):
        call(web, token)
        with web.office.engine.read() as conn:
            seen.append(conn.exec_driver_sql("SELECT used_at FROM api_token").scalar_one())
        web.office.wait("PT40M")
    assert seen[0] == seen[1] < seen[2] == seen[3]


@pytest.mark.parametrize("days", ["-1", "0", "9999", "x", ""])
def test_a_token_made_on_the_page_always_has_an_end(web, days):
    web.log_in(clerk).post("/account/tokens", {"name": "n", "scope": "read", "days": days, "once": "k"})
    assert told(web, "TokenCreated")[0]["expires_at"].startswith("2026-05-31")


# The password


def test_a_new_password_ends_all_other_sessions(web):
    password = web.with_password(clerk)
    log_in(web, clerk, password)
    before = web.client.get_cookie("closeloop_login").value
    other = web.another(clerk)
    assert web.follow(change(web, password, NEW)).status_code == 200
    assert web.client.get_cookie("closeloop_login").value != before
    assert web.get("/worklist").status_code == 200
    assert other.get("/worklist").status_code == 303
    assert log_in(web.another(), clerk, password).status_code == 403
    assert log_in(web.another(), clerk, NEW).status_code == 303
    assert told(web, "PasswordChanged")[-1].by == clerk
    assert NEW not in str([entry.data for entry in web.office.system_trail().entries])


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "12 to 200 characters"),
        ("x" * 201, "12 to 200 characters"),
        (PASSWORD, "should not be the old one"),
        ("password1234", "close to a password many people use"),
        ("aaaaaaaaaaaaaaa", "the same comes again and again"),
        ("abcdefghijklmnop", "follow one another"),
        ("zhang.min 2013 04", "your name, your login"),
        ("closeloop desk 2026", "the name of this system"),
    ],
)
def test_a_password_that_would_not_do_is_refused_with_the_reason(web, new, why):
    log_in(web, clerk, web.with_password(clerk))
    answer = change(web, PASSWORD, new)
    assert answer.status_code == 422
    assert why in answer.text
    assert log_in(web.another(), clerk, PASSWORD).status_code == 303


@pytest.mark.parametrize("new", ["seventeen green umbrellas", "今天下午三点在门口等我一起吃饭", "kX9#mPq2$vLw", "a" * 3 + " river of tin kettles " + "z" * 150])
def test_a_password_is_made_of_whatever_its_owner_likes(web, new):
    log_in(web, clerk, web.with_password(clerk))
    assert change(web, PASSWORD, new).status_code == 303
    assert log_in(web.another(), clerk, new).status_code == 303


def test_only_whoever_knows_the_old_one_changes_it(web):
    log_in(web, clerk, web.with_password(clerk))
    answer = change(web, "wrong", NEW)
    assert answer.status_code == 422
    assert "not the present password" in answer.text
    assert change(web, PASSWORD, NEW, "another one").status_code == 422
    assert [change(web, "wrong", NEW).status_code for _ in range(12)][-1] == 429
    assert log_in(web.another(), clerk, PASSWORD).status_code in (303, 429)


def test_who_has_no_password_changes_none(web):
    assert web.log_in(lead).post("/account/password", {"old": "", "new": NEW, "again": NEW}).status_code in (403, 422)
    assert "Change the password" not in web.get("/account").text


# A first password


def test_a_password_somebody_else_has_chosen_has_to_be_changed_before_anything_else(web):
    web.office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    answer = log_in(web, clerk, FIRST_PASSWORD, "")
    assert answer.status_code == 303
    asked = web.get("/cases?state=open")
    assert (asked.status_code, asked.location) == (303, "/account/password?next=/cases?state%3Dopen")
    assert "chosen by an administrator" in web.get(asked.location).text
    for path in ("/worklist", "/account", "/organisation", "/live"):
        assert web.get(path).location.startswith("/account/password")
    assert web.post("/tasks/next").status_code == 401
    assert web.get("/worklist", headers={"HX-Request": "true"}).status_code == 401
    assert change(web, FIRST_PASSWORD, FIRST_PASSWORD).status_code == 422
    assert change(web, FIRST_PASSWORD, NEW, next="/cases?state=open").location == "/cases?state=open"
    assert web.get("/cases?state=open").status_code == 200
    assert web.get("/worklist").status_code == 200


def test_whoever_has_to_change_their_password_may_leave_instead(web):
    web.office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    log_in(web, clerk, FIRST_PASSWORD)
    assert web.post("/session/end").status_code == 303
    assert web.get("/account/password").location.startswith("/login")


def test_a_first_password_nobody_used_for_a_week_lets_nobody_in(web):
    web.office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    web.office.wait("P7D")
    answer = log_in(web, clerk, FIRST_PASSWORD)
    assert answer.status_code == 403
    assert "has expired" in answer.text
    assert "has expired" not in log_in(web, clerk, "wrong").text
    assert told(web, "LogInRefused")[0]["why"] == "first-password-expired"
    web.office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    assert log_in(web, clerk, FIRST_PASSWORD).status_code == 303


def test_accounts_from_before_keep_their_passwords(web):
    web.with_password(clerk)
    with web.office.engine.database.write() as conn:
        conn.exec_driver_sql("UPDATE user_account SET password_at = NULL, password_by = NULL")
    log_in(web, clerk, PASSWORD)
    assert web.get("/worklist").status_code == 200


def test_sessions_say_when_they_were_last_seen(web):
    clock = ManualClock(MONDAY)
    web.app.extensions["logins"].clock = clock
    web.log_in(clerk)
    clock.move(timedelta(hours=2))
    web.get("/worklist")
    with web.office.engine.read() as conn:
        body = bytes(conn.exec_driver_sql("SELECT body FROM login_session WHERE user_id IS NOT NULL").scalar_one())
    assert clock.now().isoformat().encode() in body
