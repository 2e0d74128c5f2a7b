"""Logging in for the first time as a person does it: a password of one's own, a device, and after that its codes."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import look
from tests.browser.visitor import Visitor
from tests.webui.serving import started
from tests.webui.terminal import Terminal

FIRST, OWN = "given by administrators", "seventeen green umbrellas"


@pytest.fixture
def desk(sqlite_url, tmp_path) -> Iterator[str]:
    terminal = Terminal(sqlite_url)
    terminal.ok("users", "add", "xu.hui", "--name", "徐慧", "--role", "admin", "--password-stdin", typed=FIRST + "\n")
    environ = {"CLOSELOOP_SECRET_KEY": "a secret of the tests", "CLOSELOOP_SECOND_FACTOR": "admin"}
    with started(tmp_path, "run", "--port", "0", DATABASE_URL=sqlite_url, **environ) as process:
        yield process.address()


def log_in(visitor: Visitor, password: str, path: str = "/login?next=/organisation") -> None:
    visitor.go(path)
    visitor.page.locator("#login").fill("xu.hui")
    visitor.page.locator("#password").fill(password)
    send(visitor)


def send(visitor: Visitor) -> None:
    visitor.page.locator("main .btn-primary").first.click()
    visitor.ready()


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("zh", "dark")])
def test_the_first_log_in_and_the_second(browser, desk, language, colours):
    with Visitor.at(browser, desk, language=language, color_scheme=colours) as visitor:
        page, faults = visitor.page, []
        log_in(visitor, FIRST)
        expect(page.locator("#new")).to_be_visible()
        faults += look(visitor)
        for name, typed in (("old", FIRST), ("new", OWN), ("again", OWN)):
            page.locator(f"#{name}").fill(typed)
        send(visitor)
        expect(page).to_have_url(f"{desk}/account/second-factor?next=/organisation")
        faults += look(visitor)
        page.locator("#password").fill(OWN)
        send(visitor)
        expect(page.locator(".qr")).to_be_visible()
        faults += look(visitor)
        device = pyotp.TOTP(page.locator("span.mono").inner_text().replace(" ", ""))
        page.locator("#code").fill(device.now())
        send(visitor)
        codes = page.locator(".codes li")
        expect(codes).to_have_count(8)
        recovery = codes.first.inner_text()
        faults += look(visitor)
        page.locator("main .btn-primary").click()
        expect(page).to_have_url(f"{desk}/organisation")
        visitor.go("/account")
        page.locator("#token-name").fill("nightly")
        send(visitor)
        expect(page.locator("pre")).to_contain_text("clp_")
        faults += look(visitor)
        page.context.clear_cookies(name="closeloop_login")
        log_in(visitor, OWN, "/login")
        expect(page.locator("#code")).to_be_visible()
        faults += look(visitor)
        page.locator("#code").fill(recovery)
        send(visitor)
        expect(page).to_have_url(f"{desk}/worklist")
        visitor.go("/account/second-factor")
        faults += look(visitor)
        assert faults == []
