"""The second factor: set up, asked for, used once; recovery codes; who has to have one; what is lost is reset."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from engine.domain import commands as c
from engine.domain.clock import ManualClock
from engine.handlers.vault import Vault
from engine.store.schema import user_account
from tests.office import MONDAY, Office, admin, auditor, clerk, colleague
from tests.webui.web import FIRST_PASSWORD, PASSWORD, Web
from webui.app import create_app
from webui.config import Settings

HALF_MINUTE = timedelta(seconds=30)


class Device:
    """Somebody's telephone with an app for codes; `clock` is the real time."""

    def __init__(self, clock: ManualClock, secret: str) -> None:
        self.clock, self.totp = clock, pyotp.TOTP(secret)

    def code(self) -> str:
        return self.totp.at(self.clock.now())

    def next_code(self) -> str:
        """The one before has been used."""
        self.clock.move(HALF_MINUTE)
        return self.code()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY + timedelta(days=400))


@pytest.fixture
def office(database, clock) -> Office:
    office = Office(database)
    office.engine.vault = Vault("a secret outside of the database", clock)
    return office


@pytest.fixture
def web(office, clock) -> Web:
    return browser(office, clock)


def browser(office: Office, clock: ManualClock, *roles: str) -> Web:
    web = Web(office, create_app(office.engine, Settings(secret_key="a secret of tests", second_factor=roles)))
    for part in ("logins", "attempts"):
        web.app.extensions[part].clock = clock
    return web


def log_in(web: Web, login: str, password: str = PASSWORD):
    web.client.delete_cookie("closeloop_login")
    return web.post("/session", {"login": login, "password": password, "next": "/cases"}, token=web.token("/login"))


def give_code(web: Web, code: str):
    return web.post("/session/code", {"code": code, "next": "/cases"}, token=web.token("/session/code"))


def set_up(web: Web, clock: ManualClock, login: str = clerk) -> tuple[Device, list[str]]:
    """The person has a password and a device; what it is, and the recovery codes."""
    web.with_password(login)
    log_in(web, login)
    assert web.post("/account/second-factor", {"password": PASSWORD}).status_code == 303
    return confirm(web, clock)


def confirm(web: Web, clock: ManualClock) -> tuple[Device, list[str]]:
    page = web.get("/account/second-factor").text
    assert '<svg class="qr"' in page or 'class="qr"' in page
    (secret,) = re.findall(r'<span class="mono">([A-Z2-7 ]+)</span>', page)
    device = Device(clock, secret.replace(" ", ""))
    page = web.post("/account/second-factor/confirmation", {"code": device.code()}).text
    return device, re.findall(r"<li>([A-Z2-7-]{29})</li>", page)


def told(office: Office, *types: str) -> list:
    return [entry for entry in office.system_trail().entries if entry.type in types]


def test_who_set_it_up_logs_in_with_password_and_code(web, clock):
    device, codes = set_up(web, clock)
    assert len(set(codes)) == 8
    assert web.get("/worklist").status_code == 200
    answer = log_in(web, clerk)
    assert (answer.status_code, answer.location) == (303, "/cases")
    asked = web.get("/cases")
    assert (asked.status_code, asked.location) == (303, "/session/code?next=/cases")
    assert give_code(web, device.next_code()).location == "/cases"
    assert web.get("/cases").status_code == 200
    events = told(web.office, "SecondFactorSet", "SecondFactorAsked", "LoggedIn")
    assert [entry.type for entry in events] == ["LoggedIn", "SecondFactorSet", "SecondFactorAsked", "LoggedIn"]
    assert events[-1]["how"] == "password+code"


def test_whoever_wants_nothing_in_particular_is_asked_for_the_code_too(web, clock):
    device, _ = set_up(web, clock)
    web.client.delete_cookie("closeloop_login")
    page = web.post("/session", {"login": clerk, "password": PASSWORD}, token=web.token("/login"))
    for _ in range(2):
        page = web.follow(page)
    assert page.location == "/session/code?next=/worklist"
    answer = web.post("/session/code", {"code": device.next_code()}, token=web.token("/session/code"))
    assert web.follow(answer).location == "/worklist"


def test_with_the_password_alone_nothing_is_seen_and_nothing_done(web, clock):
    set_up(web, clock)
    log_in(web, clerk)
    for path in ("/worklist", "/account", "/account/password", "/account/second-factor", "/cases/1", "/live", "/trail"):
        assert web.get(path).location.startswith("/session/code"), path
    for path in ("/account/tokens", "/account/second-factor/removal", "/session/end", "/tasks/next"):
        assert web.post(path, token=web.token("/session/code")).status_code == 401, path
    assert "My account" not in web.get("/session/code").text
    assert "LoggedIn" not in [entry.type for entry in web.office.system_trail().entries[-2:]]


def test_half_a_log_in_ends_after_a_moment(web, clock):
    set_up(web, clock)
    log_in(web, clerk)
    clock.move(timedelta(minutes=11))
    assert web.get("/session/code").location.startswith("/login")
    assert web.get("/cases").location.startswith("/login")


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 5000])
def test_a_wrong_code_lets_nobody_in_and_is_in_the_trail(web, clock, code):
    set_up(web, clock)
    log_in(web, clerk)
    answer = give_code(web, code)
    assert answer.status_code == 403
    assert "not right or was used before" in answer.text
    assert web.get("/cases").status_code == 303
    assert told(web.office, "LogInRefused")[-1]["why"] == "wrong-code"


def test_a_code_counts_once(web, clock):
    device, _ = set_up(web, clock)
    code = device.next_code()
    log_in(web, clerk)
    assert give_code(web, code).status_code == 303
    thief = web.another()
    log_in(thief, clerk)
    assert give_code(thief, code).status_code == 403
    # The one that set the device up is used up as well, and so is every one before.
    clock.move(-2 * HALF_MINUTE)
    assert give_code(thief, device.code()).status_code == 403
    clock.move(3 * HALF_MINUTE)
    assert give_code(thief, device.code()).status_code == 303


def test_a_device_may_be_half_a_minute_off_and_no_more(web, clock):
    device, _ = set_up(web, clock)
    for off, status in ((-1, 303), (1, 303), (-2, 403), (2, 403)):
        clock.move(timedelta(minutes=5))
        log_in(web, clerk)
        assert give_code(web, device.totp.at(clock.now() + off * HALF_MINUTE)).status_code == status, off


def test_codes_are_not_guessed(web, clock):
    device, _ = set_up(web, clock)
    stranger = web.another()
    answers = []
    for _ in range(4):
        log_in(stranger, clerk)
        answers += [give_code(stranger, f"{n:06}").status_code for n in range(4)]
    assert answers == [403] * 10 + [429] * 6
    # The owner, in a browser known here, is not kept out by that.
    log_in(web, clerk)
    assert give_code(web, device.next_code()).status_code == 303


def test_a_recovery_code_lets_in_once(web, clock):
    _, codes = set_up(web, clock)
    log_in(web, clerk)
    assert give_code(web, codes[0].lower().replace("-", " ")).status_code == 303
    assert told(web.office, "LoggedIn")[-1]["how"] == "password+recovery-code"
    assert "Recovery codes left: 7" in web.get("/account/second-factor").text
    log_in(web, clerk)
    assert give_code(web, codes[0]).status_code == 403
    assert give_code(web, codes[1]).status_code == 303


def test_new_recovery_codes_make_the_old_ones_worthless(web, clock):
    device, old = set_up(web, clock)
    assert web.post("/account/second-factor/codes", {"code": "000000"}).status_code == 422
    page = web.post("/account/second-factor/codes", {"code": device.next_code()}).text
    new = re.findall(r"<li>([A-Z2-7-]{29})</li>", page)
    assert len(new) == 8 and not set(new) & set(old)
    log_in(web, clerk)
    assert give_code(web, old[3]).status_code == 403
    assert give_code(web, new[3]).status_code == 303


def test_it_is_turned_off_with_a_code_alone(web, clock):
    device, _ = set_up(web, clock)
    assert web.post("/account/second-factor/removal", {"code": "000000"}).status_code == 422
    assert web.post("/account/second-factor/removal", {"code": device.next_code()}).location == "/account"
    log_in(web, clerk)
    assert web.get("/cases").status_code == 200
    assert told(web.office, "SecondFactorRemoved")[0].by == clerk


def test_another_device_takes_over_with_its_first_code_and_not_before(web, clock):
    first, _ = set_up(web, clock)
    web.post("/account/second-factor", {"password": PASSWORD})
    log_in(web, clerk)
    assert give_code(web, first.next_code()).status_code == 303
    clock.move(HALF_MINUTE)
    second, _ = confirm(web, clock)
    log_in(web, clerk)
    assert give_code(web, first.next_code()).status_code == 403
    assert give_code(web, second.code()).status_code == 303


def test_a_browser_left_alone_is_not_enough_to_set_one_up(web, clock):
    web.with_password(clerk)
    log_in(web, clerk)
    answer = web.post("/account/second-factor", {"password": "wrong"})
    assert answer.status_code == 422
    assert "not the present password" in answer.text
    assert web.post("/account/second-factor/confirmation", {"code": "123456"}).status_code == 403


def test_an_administrator_resets_what_is_lost(web, clock):
    set_up(web, clock)
    lost = web.another(clerk)
    boss = web.another(admin)
    assert "Reset it" in boss.get(f"/accounts/{clerk}").text
    assert boss.post("/account/second-factor/removal", {"login": clerk}).location == f"/accounts/{clerk}"
    assert told(web.office, "SecondFactorRemoved")[0].by == admin
    assert lost.get("/worklist").status_code == 303
    log_in(web, clerk)
    assert web.get("/cases").status_code == 200
    assert web.another(colleague).post("/account/second-factor/removal", {"login": clerk}).status_code == 404


def test_a_first_password_is_changed_after_the_code(web, clock):
    device, _ = set_up(web, clock)
    web.office.ask(c.SaveUser(clerk, password=FIRST_PASSWORD))
    log_in(web, clerk, FIRST_PASSWORD)
    assert web.get("/cases").location.startswith("/session/code")
    give_code(web, device.next_code())
    assert web.get("/cases").location.startswith("/account/password")
    new = {"old": FIRST_PASSWORD, "new": PASSWORD, "again": PASSWORD}
    assert web.post("/account/password", new).status_code == 303
    assert web.get("/cases").status_code == 200


def test_roles_that_want_one_set_it_up_before_anything_else(office, clock):
    web = browser(office, clock, "auditor", "admin")
    web.with_password(auditor)
    log_in(web, auditor)
    asked = web.get("/cases")
    assert asked.location == "/account/second-factor?next=/cases"
    assert "Your role asks for a second factor" in web.get(asked.location).text
    assert web.get("/trail").location.startswith("/account/second-factor")
    assert web.post("/account/second-factor", {"password": PASSWORD, "next": "/cases"}).location.endswith("?next=/cases")
    device, codes = confirm(web, clock)
    assert len(codes) == 8
    assert web.get("/cases").status_code == 200
    log_in(web, auditor)
    assert web.get("/cases").location.startswith("/session/code")
    # Off again, it is wanted again at once; other roles are not asked.
    give_code(web, device.next_code())
    web.post("/account/second-factor/removal", {"code": device.next_code()})
    assert web.get("/cases").location.startswith("/account/second-factor")
    other = web.another()
    other.with_password(clerk)
    log_in(other, clerk)
    assert other.get("/cases").status_code == 200


def test_programs_with_tokens_go_on(office, clock):
    web = browser(office, clock, "employee")
    set_up(web, clock)
    token = office.ask(c.CreateToken(clerk, ("read",)), clerk)["token"]
    client = web.app.test_client(use_cookies=False)
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_database_alone_makes_no_codes(web, clock, office):
    device, codes = set_up(web, clock)
    with office.engine.read() as conn:
        kept = conn.execute(select(user_account.c.totp).where(user_account.c.login == clerk)).scalar_one()
    assert device.totp.secret not in str(kept)
    assert codes[0].replace("-", "") not in str(kept)
    trail = str([entry.data for entry in office.system_trail().entries])
    assert device.totp.secret not in trail and codes[0] not in trail
    office.engine.vault = Vault("another secret", clock)
    log_in(web, clerk)
    answer = give_code(web, device.next_code())
    assert answer.status_code == 503
    assert "Ask an administrator to reset it" in answer.text
    assert give_code(web, codes[0]).status_code == 303


def test_a_secret_of_one_account_is_of_no_use_to_another(clock):
    vault = Vault("s", clock)
    locked = vault.lock(1, "text", bytes(12))
    assert vault.open(1, locked) == "text"
    assert vault.open(2, locked) is None
