"""Guessing passwords is hopeless, and nobody can keep somebody else out by trying."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.clock import ManualClock
from engine.domain.errors import TooManyAttempts
from tests.office import MONDAY, clerk, colleague
from tests.webui.web import Web
from webui.attempts import Attempts, Try

HOME, OFFICE, EVIL = "203.0.113.7", "198.51.100.1", "192.0.2.66"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
def web(database, clock) -> Web:
    web = Web.of(database)
    web.app.extensions["attempts"].clock = clock
    return web


def log_in(web: Web, login: str, password: str, address: str) -> int:
    from_there = {"environ_overrides": {"REMOTE_ADDR": address}}
    web.client.delete_cookie("closeloop_login")
    return web.post("/session", {"login": login, "password": password}, token=web.token("/login"), **from_there).status_code


def guess(attempts: Attempts, tried: Try) -> bool:
    """Whether the guess was looked at; it was wrong."""
    try:
        attempts.begin(tried)
    except TooManyAttempts:
        return False
    attempts.refused(tried)
    return True


def besiege(attempts: Attempts, login: str, networks: int = 25) -> None:
    """Somebody with many addresses tries the login until nothing of theirs is looked at any more."""
    for n in range(networks):
        while guess(attempts, Try(login, f"10.0.{n}.66")):
            pass


def test_the_owner_logs_in_where_they_did_before_while_everybody_else_tries(web):
    password = web.with_password(clerk)
    assert log_in(web, clerk, password, HOME) == 303
    besiege(web.app.extensions["attempts"], clerk)
    attacker = web.another()
    assert log_in(attacker, clerk, "wrong", EVIL) == 403
    assert log_in(attacker, clerk, "wrong", EVIL) == 429
    assert log_in(web, clerk, password, HOME) == 303


def test_the_owner_logs_in_where_they_did_before_from_the_address_of_the_attacker(web):
    password = web.with_password(clerk)
    assert log_in(web, clerk, password, OFFICE) == 303
    attacker = web.another()
    answers = [log_in(attacker, name, "wrong", OFFICE) for name in [clerk] * 6 + [f"person.{n}" for n in range(40)]]
    assert answers[5] == answers[-1] == 429
    assert log_in(web, clerk, password, OFFICE) == 303


def test_the_owner_logs_in_from_a_new_browser_at_another_address_while_everybody_tries(web):
    password = web.with_password(clerk)
    besiege(web.app.extensions["attempts"], clerk)
    assert log_in(web, clerk, password, HOME) == 303


def test_a_login_tried_from_everywhere_is_open_to_each_address_but_seldom(web, clock):
    attempts = web.app.extensions["attempts"]
    besiege(attempts, clerk)
    assert [guess(attempts, Try(clerk, EVIL)) for _ in range(3)] == [True, False, False]
    clock.move(timedelta(minutes=5))
    assert not guess(attempts, Try(clerk, EVIL))
    clock.move(timedelta(minutes=6))
    assert guess(attempts, Try(clerk, EVIL))
    # Others are not touched by it.
    assert [guess(attempts, Try(colleague, HOME)) for _ in range(3)] == [True] * 3


def test_a_known_browser_guesses_no_longer_than_others(web, clock):
    attempts = web.app.extensions["attempts"]
    known = Try(clerk, HOME, "5d41402abc4b2a76")
    assert sum(guess(attempts, known) for _ in range(50)) == 10
    clock.move(timedelta(minutes=16))
    assert guess(attempts, known)


def test_a_browser_is_known_for_its_own_people_and_by_our_word_alone(web):
    assert log_in(web, clerk, web.with_password(clerk), HOME) == 303
    theirs = web.client.get_cookie("closeloop_known").value
    assert [log_in(web, colleague, "wrong", HOME) for _ in range(6)] == [403] * 5 + [429]
    forger = web.another()
    forger.client.set_cookie("closeloop_known", theirs[:-3] + "AAA")
    assert [log_in(forger, clerk, "wrong", EVIL) for _ in range(6)] == [403] * 5 + [429]
    assert clerk not in theirs


def test_a_browser_two_people_share_is_known_for_both(web):
    first, second = web.with_password(clerk), web.with_password(colleague)
    for _ in range(2):
        assert log_in(web, clerk, first, HOME) == 303
        assert log_in(web, colleague, second, HOME) == 303
    besiege(web.app.extensions["attempts"], clerk)
    besiege(web.app.extensions["attempts"], colleague)
    assert log_in(web, clerk, first, HOME) == 303
    assert log_in(web, colleague, second, HOME) == 303


def test_all_processes_count_together(database, clock):
    first, second = Attempts(database, clock), Attempts(database, clock)
    tried = Try(clerk, EVIL)
    assert [guess(one, tried) for one in (first, second) * 3] == [True] * 5 + [False]
    clock.move(timedelta(minutes=2))
    assert guess(second, tried)


def test_an_ipv6_customer_is_one_address(database, clock):
    attempts = Attempts(database, clock)
    answers = [guess(attempts, Try(clerk, f"2001:db8:1:2::{n:x}")) for n in range(6)]
    assert answers == [True] * 5 + [False]
    assert guess(attempts, Try(clerk, "2001:db8:1:3::1"))
    assert Try("", "::ffff:192.0.2.1").network == "192.0.2.1"


def test_the_database_says_neither_who_was_tried_nor_from_where_and_forgets(database, clock):
    attempts = Attempts(database, clock)
    guess(attempts, Try(clerk, EVIL))
    rows = "SELECT count(*) FROM attempt"
    with database.read() as conn:
        assert conn.exec_driver_sql(rows).scalar_one() == 4
        assert clerk not in str(conn.exec_driver_sql("SELECT * FROM attempt").all())
    clock.move(timedelta(hours=2))
    attempts.accepted(Try(colleague, HOME))
    with database.read() as conn:
        assert conn.exec_driver_sql(rows).scalar_one() == 0
