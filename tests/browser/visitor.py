"""A person at a browser: what one does on the desk, in few words. Whatever a page complains about is kept.

Nothing here waits for time to pass, only for what should come to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
NUMBER = re.compile(r"CL-\d{6,}")
#: A page that refuses something has a status that says so, and the browser's console repeats it.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


class Visitor:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._see)

    @classmethod
    @contextmanager
    def at(
        cls, browser: Browser, address: str, login: str | None = None, *, language: str = "en", **how: Any
    ) -> Iterator[Visitor]:
        """A browser of one's own with the desk's first page in it; with a login: as that person. `how` as Playwright
        has it. No page may have complained in the end.
        """
        usual = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(locale=LANGUAGES[language], **(usual | how))
        try:
            visitor = cls(context.new_page(), address)
            visitor.go("/")
            if login:
                visitor.log_in(login)
            yield visitor
            assert visitor.complaints == []
        finally:
            context.close()

    # ---------- where one is

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        """The page's scripts are at work, where it has any to run."""
        self.page.wait_for_selector("html:not(.js), html[data-ready]", state="attached")

    def stay(self) -> None:
        """From here on no other page should be loaded: `has_stayed` says whether that is so."""
        self.page.evaluate("() => { window.stayed = true }")

    @property
    def has_stayed(self) -> bool:
        return self.page.evaluate("() => window.stayed === true")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    @property
    def number(self) -> str:
        """The number of the case this page is about."""
        found = NUMBER.search(self.page.locator(".crumbs").inner_text())
        assert found, self.page.title()
        return found[0]

    @property
    def now_at(self) -> datetime:
        """What the clock of the organisation showed when the page was made."""
        return datetime.fromisoformat(self.page.locator(".demo time").get_attribute("datetime") or "")

    # ---------- who one is

    def log_in(self, login: str) -> None:
        """One click on the first page. Who has no card there comes in by another's: it is the same form."""
        cards, own = self.page.locator("form.role"), self.page.locator(f'input[name=login][value="{login}"]')
        if own.count() == 0:
            cards.first.locator("input[name=login]").evaluate("(field, login) => { field.value = login }", login)
            cards.first.get_by_role("button").click()
        else:
            cards.filter(has=own).get_by_role("button").click()
        expect(self.page.locator(".who-words")).to_be_attached()
        self.ready()

    def move_clock(self, by: str) -> None:
        """The organisation's clock goes forward by `PT15M`, `PT1H` or `P1D`."""
        before = self.now_at
        self.page.locator(f'.demo button[value="{by}"]').click()
        self.page.wait_for_function(
            "before => document.querySelector('.demo time')?.dateTime > before", arg=before.isoformat()
        )
        self.ready()

    # ---------- the work

    def make_customer(self, name: str, phone: str) -> None:
        self.go("/customers")
        self.page.locator("details summary", has=self.page.locator("h2")).click()
        self.page.locator("#c-name").fill(name)
        self.page.locator("#c-phone").fill(phone)
        self.page.locator('form[action="/customers"] .btn-primary').click()
        expect(self.page.locator("h1")).to_have_text(name)
        self.ready()

    def open_case(self, procedure: str, customer: str) -> str:
        """A case for the customer found by these words, begun with this procedure; returns its number."""
        self.go("/cases/new")
        self.page.locator("#customer-q").press_sequentially(customer)
        self.page.locator("#found a.btn").first.click()
        self.page.locator(f'a.role[href*="procedure={procedure}"]').click()
        self.page.locator("[data-complete]").click()
        self.page.wait_for_url("**/tasks/*")
        self.ready()
        return self.number

    def row(self, number: str, name: str = "") -> Locator:
        """The row of a list that is about the case, and about the step of that name."""
        return self.page.locator("tr[data-row]").filter(has_text=number).filter(has_text=name)

    def open_task(self, number: str, name: str) -> None:
        """The step of that case is on the page, found in the worklist where it is not there already."""
        if self.is_at(number, name):
            return
        for view in ("available", "mine"):
            self.go(f"/worklist?view={view}&q={number}")
            if self.row(number, name).count():
                break
        self.row(number, name).first.locator("a[data-open]").click()
        expect(self.page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
        self.ready()

    def is_at(self, number: str, name: str) -> bool:
        heading = self.page.locator("h1")
        return self.path.startswith("/tasks/") and self.number == number and heading.inner_text() == name

    def claim(self) -> None:
        """The task on the page is with the visitor, if it was not before."""
        button = self.page.locator(".page-head [data-claim]")
        if button.count():
            button.click()
            expect(button).to_have_count(0)
            self.ready()

    def fill(self, values: Mapping[str, Any]) -> None:
        for key, value in values.items():
            self._fill(key, value)

    def field(self, key: str) -> Locator:
        return self.page.locator(f'.task-form [name="{key}"]')

    def complete(self, then: str = "next") -> None:
        """What is filled in is sent; `then` the `next` task is opened, or the `case`."""
        self.page.locator(f'.task-form button[name=then][value="{then}"]').click()
        self.page.wait_for_load_state()
        self.ready()

    def done(self, number: str) -> None:
        """The desk says so, naming the case."""
        expect(self.page.locator("#flashes .note-fine")).to_contain_text(number)

    def _fill(self, key: str, value: Any) -> None:
        field = self.field(key)
        kind = field.first.evaluate("element => element.type")
        if kind == "radio":
            self.page.locator(f'.task-form [name="{key}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))

    # ---------- what pages complain about

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")
