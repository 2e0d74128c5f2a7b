"""A desk that is no demonstration: on PostgreSQL, with accounts and passwords, from the inquiry to the closure begun."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name
from tests.browser.test_whole_loop import BEFORE_THE_WAIT, WHOLE_LOOP, do
from tests.browser.visitor import Visitor
from tests.processes.shelf import PROCESSES, procedure
from tests.webui.serving import started
from tests.webui.terminal import Terminal

PASSWORD, OWN = "correct horse battery staple", "seventeen green umbrellas"
CLERK = WHOLE_LOOP["by"]
CLOSURE = [step["task"] for step in BEFORE_THE_WAIT].index("collect_evidence")
HANDLED, CLOSING = BEFORE_THE_WAIT[:CLOSURE], BEFORE_THE_WAIT[CLOSURE]


@pytest.fixture
def terminal(new_postgres_url) -> Terminal:
    return Terminal(new_postgres_url())


@pytest.fixture
def employ(browser, terminal, tmp_path) -> Iterator[Callable[[str], Visitor]]:
    """`employ("zhang.min")`: an account with a password, and that person at a browser."""
    with ExitStack() as stack:
        process = stack.enter_context(started(tmp_path, "run", "--port", "0", DATABASE_URL=terminal.url))
        address = process.address()

        def come(login: str) -> Visitor:
            terminal.ok(*account(login), typed=PASSWORD + "\n")
            visitor = stack.enter_context(Visitor.at(browser, address))
            visitor.page.locator("#login").fill(login)
            visitor.page.locator("#password").fill(PASSWORD)
            visitor.page.locator("form .btn-primary").click()
            for name, typed in (("old", PASSWORD), ("new", OWN), ("again", OWN)):
                visitor.page.locator(f"#{name}").fill(typed)
            visitor.page.locator("form .btn-primary").click()
            expect(visitor.page.locator(".who-words")).to_be_attached()
            visitor.ready()
            return visitor

        yield come


def account(login: str) -> list[str]:
    """The words that make the account of this person of the cast."""
    cast = json.loads((PROCESSES / "cast.json").read_text(encoding="utf-8"))
    (person,) = [one for one in cast["people"] if one["login"] == login]
    words = [
        "users",
        "add",
        login,
        "--name",
        person["name"],
        "--department",
        person["department"],
        "--language",
        "en",
        "--password-stdin",
    ]
    words += [word for role in person["roles"] for word in ("--role", role)]
    return words + [word for group in person["groups"] for word in ("--group", group)]


def test_a_matter_goes_from_the_inquiry_to_its_closure(employ, terminal):
    people = {login: employ(login) for login in sorted({step["by"] for step in [*HANDLED, CLOSING]})}
    clerk, closer = people[CLERK], people[CLOSING["by"]]
    expect(clerk.page.locator(".demo")).to_have_count(0)
    clerk.make_customer("陈晓东", "138 0013 8000")

    number = clerk.open_case(WHOLE_LOOP["procedure"], "陈晓东")
    for step in HANDLED:
        do(people[step["by"]], number, step, "en")

    closer.open_task(number, step_name(CLOSING["task"]).en)
    closer.page.locator(".crumbs").get_by_role("link", name=number).click()
    tabs = closer.page.locator("[aria-labelledby=path] .tabs a")
    expect(tabs).to_have_count(3)
    expect(tabs.last).to_contain_text(procedure("complaint-closure").name.en)
    assert "the trail holds" in terminal.ok("verify")
