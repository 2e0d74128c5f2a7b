"""Logging in and out: sessions kept on the server, rotated, ended; attempts limited; nothing told to a stranger."""

from datetime import timedelta

import pytest

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from tests.office import MONDAY, auditor, clerk, colleague, lead
from tests.webui.web import Web
from webui.auth import COOKIE

REFUSED = "Login or password is not correct."


@pytest.fixture
def web(database):
    return Web.of(database)


def log_in(web, login, password, **more):
    return web.post("/session", {"login": login, "password": password, **more}, token=web.token("/login"))


def cookie(web):
    found = web.client.get_cookie(COOKIE)
    return found.value if found else None


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_where_they_wanted(web):
    answer = web.get("/worklist?view=available")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/worklist?view%3Davailable"
    page = web.get(answer.location).text
    assert 'name="next" value="/worklist?view=available"' in page
    answer = log_in(web, clerk, web.with_password(clerk), next="/worklist?view=available")
    assert (answer.status_code, answer.location) == (303, "/worklist?view=available")
    assert web.get(answer.location).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(web):
    answer = log_in(web, clerk, web.with_password(clerk))
    (set_,) = [header for header in answer.headers.getlist("Set-Cookie") if header.startswith(COOKIE)]
    assert "HttpOnly" in set_
    assert "SameSite=Lax" in set_
    assert "Path=/" in set_
    with web.office.engine.read() as conn:
        stored = conn.exec_driver_sql("SELECT token_hash FROM login_session").scalars().all()
    assert cookie(web) not in stored


@pytest.mark.parametrize(("login", "password"), [(clerk, "wrong"), ("nobody", "wrong"), (clerk, ""), ("", ""), (clerk, "x" * 20_000)])
def test_the_refusal_is_the_same_whoever_was_meant(web, login, password):
    web.with_password(clerk)
    answer = log_in(web, login, password)
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert cookie(web) is None
    assert password == "" or password not in answer.text


def test_both_are_in_the_trail(web):
    password = web.with_password(clerk)
    log_in(web, clerk, "wrong")
    log_in(web, clerk, password)
    web.post("/session/end")
    told = [entry for entry in web.office.system_trail().entries if entry.type.startswith("Log")]
    assert [entry.type for entry in told] == ["LogInRefused", "LoggedIn", "LoggedOut"]
    assert {entry["login"] for entry in told} == {clerk}
    web.office.system_trail().check()


def test_a_stolen_cookie_is_worthless_after_logging_out(web):
    log_in(web, clerk, web.with_password(clerk))
    stolen = cookie(web)
    thief = web.another()
    thief.client.set_cookie(COOKIE, stolen)
    assert thief.get("/worklist").status_code == 200
    assert web.post("/session/end").status_code == 303
    assert thief.get("/worklist").status_code == 303
    assert web.get("/worklist").status_code == 303


def test_the_session_is_a_new_one_after_every_log_in(web):
    password = web.with_password(clerk)
    log_in(web, clerk, password)
    first = cookie(web)
    other = web.another()
    other.client.set_cookie(COOKIE, first)
    other.client.get("/login")
    # Logged in already: the page is not shown, so the form is taken from a browser that is not.
    token = web.another().token("/login")
    assert token
    web.client.delete_cookie(COOKIE)
    log_in(web, clerk, password)
    assert cookie(web) not in (None, first)


def test_a_planted_cookie_is_not_taken_up(web):
    web.client.set_cookie(COOKIE, "planted")
    log_in(web, clerk, web.with_password(clerk))
    assert cookie(web) != "planted"


def test_a_request_to_log_in_sent_again_is_refused(web):
    password, token = web.with_password(clerk), web.token("/login")
    page = web.client.get_cookie("closeloop_page").value
    sent = {"login": clerk, "password": password, "csrf_token": token}
    assert web.client.post("/session", data=sent).status_code == 303
    replayed = web.another()
    replayed.client.set_cookie("closeloop_page", page)
    answer = replayed.client.post("/session", data=sent)
    assert answer.status_code == 409
    assert "used before" in answer.text
    assert cookie(replayed) is None


def test_sessions_end_when_nothing_is_asked_for_long_enough(web):
    clock = ManualClock(MONDAY)
    web.app.extensions["logins"].clock = clock
    web.log_in(clerk)
    for _ in range(3):
        clock.move(timedelta(hours=11))
        assert web.get("/worklist").status_code == 200
    clock.move(timedelta(hours=13))
    assert web.get("/worklist").status_code == 303


def test_no_session_lasts_for_ever(web):
    clock = ManualClock(MONDAY)
    web.app.extensions["logins"].clock = clock
    web.log_in(clerk)
    for _ in range(16):
        clock.move(timedelta(hours=10))
        assert web.get("/worklist").status_code == 200
    clock.move(timedelta(hours=10))
    assert web.get("/worklist").status_code == 303


def test_a_new_password_or_a_closed_account_ends_all_sessions(web):
    web.log_in(clerk)
    other = web.another(colleague)
    web.with_password(clerk)
    assert web.get("/worklist").status_code == 303
    web.office.ask(c.SaveUser(colleague, active=False))
    assert other.get("/worklist").status_code == 303


def test_roles_count_as_they_are_now(web):
    web.log_in(clerk)
    assert 'view=team' not in web.get("/worklist").text
    web.office.ask(c.SaveUser(clerk, roles=("employee", "lead")))
    assert 'view=team' in web.get("/worklist").text


def test_five_wrong_passwords_are_enough_for_a_minute(web):
    password = web.with_password(clerk)
    answers = [log_in(web, clerk, "wrong").status_code for _ in range(6)]
    assert answers == [403] * 5 + [429]
    answer = log_in(web, clerk, password)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text
    # Somebody else is not kept out by that.
    assert log_in(web, colleague, web.with_password(colleague)).status_code == 303


def test_trying_one_password_on_many_people_is_limited_too(web):
    answers = [log_in(web, f"person.{n}", "wrong").status_code for n in range(31)]
    assert answers == [403] * 30 + [429]


def test_logging_in_often_with_the_right_password_is_no_attack(web):
    password = web.with_password(clerk)
    for _ in range(8):
        assert log_in(web, clerk, password).status_code == 303
        web.post("/session/end")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\t//evil.example", "x" * 5000, "http:evil"],
)
def test_nobody_is_led_elsewhere(web, elsewhere):
    answer = log_in(web, clerk, web.with_password(clerk), next=elsewhere)
    assert answer.location == "/"


def test_without_its_token_nothing_is_done(web):
    web.log_in(clerk)
    answer = web.client.post("/session/end")
    assert answer.status_code == 400
    assert "nothing was changed" in answer.text
    assert web.get("/worklist").status_code == 200
    assert web.client.post("/session/end", data={"csrf_token": web.another(lead).token()}).status_code == 400


def test_one_click_log_in_is_for_the_demo_alone(web, database):
    answer = web.post("/session/demo", {"login": clerk}, token=web.token("/login"))
    assert answer.status_code == 403
    assert cookie(web) is None


def test_the_demo_has_a_first_page_with_a_person_for_every_role(database):
    web = Web.of(database, is_demo=True)
    for language, words in (("en", "See the team’s work"), ("zh_CN", "查看团队的工作")):
        assert words in Web(web.office, web.app, language).get("/").text
    answer = web.post("/session/demo", {"login": auditor, "next": "/worklist?view=all"}, token=web.token("/"))
    assert (answer.status_code, answer.location) == (303, "/worklist?view=all")
    assert web.get("/worklist").status_code == 200
    assert web.get("/").status_code == 303
    assert web.get("/?roles=1").status_code == 200
    answer = web.post("/session/demo", {"login": "nobody"})
    assert answer.status_code == 404


def test_a_visitor_moves_the_clock_and_nobody_else_does(database):
    web = Web.of(database, is_demo=True).log_in(clerk)
    before = web.office.system_trail().types
    assert web.post("/demo/clock", {"by": "P1D", "next": "/worklist"}).location == "/worklist"
    moved = web.office.system_trail().since(len(before))
    assert [entry.type for entry in moved] == ["OrganisationClockMoved"]
    # From nine on Monday a working day of eight hours, lunch left out, ends at six in the evening.
    assert moved[0]["seconds"] == 9 * 3600
    assert web.post("/demo/clock", {"by": "P9D"}).status_code == 422
    real = Web(type(web.office)(database))
    assert real.log_in(clerk).post("/demo/clock", {"by": "PT1H"}).status_code == 403
