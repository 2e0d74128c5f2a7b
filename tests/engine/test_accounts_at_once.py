"""Several who are, or say they are, the same person at once: a code lets in once, a limit is a limit, one password wins."""

from __future__ import annotations

from functools import partial

import pyotp
import pytest

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from engine.domain.errors import InvalidInput, TooManyAttempts
from engine.handlers.second_factor import waiting_secret
from engine.handlers.vault import Vault
from engine.store import people
from tests.engine.test_races import at_once
from tests.office import MONDAY, Office, clerk
from webui.attempts import Attempts, Try

FIRST, OWN = "given by administrators", "chosen by oneself"
MANY = 8


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


@pytest.fixture
def office(database, clock) -> Office:
    office = Office(database)
    office.engine.vault = Vault("a secret of tests", clock)
    office.ask(c.SaveUser(clerk, password=FIRST))
    office.ask(c.ChangePassword(FIRST, OWN), clerk)
    return office


def set_up(office: Office, clock: ManualClock) -> tuple[pyotp.TOTP, list[str]]:
    office.ask(c.BeginSecondFactor(OWN), clerk)
    with office.engine.read() as conn:
        device = pyotp.TOTP(waiting_secret(people.user(conn, clerk), office.engine.vault))
    codes = office.ask(c.ConfirmSecondFactor(device.at(clock.now())), clerk)["recovery"]
    clock.move_to(MONDAY.replace(hour=MONDAY.hour + 1))
    return device, codes


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_many_with_the_same_code_one_gets_in(office, clock, kind):
    device, recovery = set_up(office, clock)
    code = device.at(clock.now()) if kind == "code" else recovery[0]
    user_id = office.actor(clerk).id
    answers = at_once(*[partial(office.ask, c.LogInWithCode(user_id, code))] * MANY)
    assert sorted(answer["user_id"] or 0 for answer in answers) == [0] * (MANY - 1) + [user_id]
    told = office.system_trail()
    assert told.types.count("LogInRefused") == MANY - 1
    told.check()


def test_of_many_who_change_the_password_one_does(office):
    answers = at_once(*(partial(office.ask, c.ChangePassword(OWN, f"{n} green umbrellas"), clerk) for n in range(MANY)))
    done = [answer for answer in answers if not isinstance(answer, InvalidInput)]
    assert len(done) == 1
    assert office.system_trail().types.count("PasswordChanged") == 2
    logged_in = [office.ask(c.LogIn(clerk, f"{n} green umbrellas"))["user_id"] for n in range(MANY)]
    assert [user_id for user_id in logged_in if user_id] == [office.actor(clerk).id]


def test_the_limit_holds_for_many_at_once_and_the_owner_gets_through(database, clock):
    attempts = Attempts(database, clock)
    stranger, owner = Try(clerk, "192.0.2.66"), Try(clerk, "192.0.2.66", "5d41402abc4b2a76")

    def guess(tried: Try) -> str:
        attempts.begin(tried)
        attempts.refused(tried)
        return "looked at"

    def prove() -> str:
        attempts.begin(owner)
        attempts.accepted(owner)
        return "in"

    answers = at_once(*[partial(guess, stranger)] * 10, prove)
    assert answers.count("looked at") == 5
    assert sum(isinstance(answer, TooManyAttempts) for answer in answers) == 5
    assert answers[-1] == "in"
