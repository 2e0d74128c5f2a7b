"""A desk that is no demonstration: on PostgreSQL, with accounts and passwords, from the inquiry to the archived case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name
from tests.browser.test_whole_loop import BEFORE_THE_WAIT, CALLBACK, WHOLE_LOOP, do
from tests.browser.visitor import Visitor
from tests.processes.shelf import KEYS, PROCESSES
from tests.webui.serving import started
from tests.webui.terminal import Terminal

PASSWORD = "correct horse battery staple"
CLERK, CALLER = WHOLE_LOOP["by"], CALLBACK[0]["by"]


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


def test_a_matter_goes_from_the_inquiry_to_the_archive(employ, terminal):
    people = {login: employ(login) for login in sorted({step["by"] for step in BEFORE_THE_WAIT})}
    clerk = people[CLERK]
    expect(clerk.page.locator(".demo")).to_have_count(0)
    clerk.make_customer("陈晓东", "138 0013 8000")

    number = clerk.open_case(WHOLE_LOOP["procedure"], "陈晓东")
    for step in BEFORE_THE_WAIT:
        do(people[step["by"]], number, step, "en")

    clerk.go(f"/cases/{int(number.removeprefix('CL-'))}")
    expect(clerk.page.locator("[aria-labelledby=path] .tabs a")).to_have_count(len(KEYS))
    expect(clerk.page.locator("tr[data-element]").filter(has_text="Wait 48 hours")).to_contain_text("waiting")
    caller = employ(CALLER)
    caller.go(f"/worklist?view=available&q={number}")
    expect(caller.row(number, step_name(CALLBACK[0]["task"]).en)).to_have_count(0)
    assert "the trail holds" in terminal.ok("verify")
