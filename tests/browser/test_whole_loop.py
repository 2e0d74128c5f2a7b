"""One customer's matter from the inquiry to the finished callback, clicked through by the people it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import scenario, step_name
from tests.browser.visitor import Visitor
from tests.processes.shelf import KEYS, procedure

WHOLE_LOOP = scenario("inquiry/whole-loop")
BEFORE_THE_WAIT = [step for step in WHOLE_LOOP["steps"] if "task" in step][:-2]
CALLBACK = [step for step in WHOLE_LOOP["steps"] if "task" in step][-2:]
CUSTOMER = {"zh": "138 0013 8001", "en": "Peterson"}
CLOSED = {"zh": "已办结", "en": "Closed"}
MOST_WORKING_DAYS = 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_matter_goes_from_the_inquiry_to_the_callback(visit, language):
    logins = {step["by"] for step in [*BEFORE_THE_WAIT, *CALLBACK]}
    people = {login: visit(login, language=language) for login in sorted(logins)}
    clerk, caller = people[WHOLE_LOOP["by"]], people[CALLBACK[0]["by"]]

    number = clerk.open_case(WHOLE_LOOP["procedure"], CUSTOMER[language])
    for step in BEFORE_THE_WAIT:
        do(people[step["by"]], number, step, language)
    let_days_pass_until_offered(caller, number, step_name(CALLBACK[0]["task"]).in_(language))
    for step in CALLBACK:
        do(people[step["by"]], number, step, language)

    look_at_the_case(clerk, number, language)
    look_at_the_trail(visit("xu.hui", language=language), number)


def do(visitor: Visitor, number: str, step: Mapping[str, Any], language: str) -> None:
    """The step of the scenario is done by the visitor, who takes it from the list or has been led to it."""
    name = step_name(step["task"]).in_(language)
    if not visitor.is_at(number, name):
        visitor.open_task(number, name)
        visitor.claim()
    visitor.fill(step["values"])
    visitor.complete()
    visitor.done(number)


def let_days_pass_until_offered(visitor: Visitor, number: str, name: str) -> None:
    """The callback is due two days after the closure: nobody is offered it before."""
    for _ in range(MOST_WORKING_DAYS):
        visitor.go(f"/worklist?view=available&q={number}")
        if visitor.row(number, name).count():
            return
        visitor.move_clock("P1D")
    raise AssertionError(f"{name} of {number} is not offered")


def look_at_the_case(visitor: Visitor, number: str, language: str) -> None:
    visitor.go(f"/cases/{int(number.removeprefix('CL-'))}")
    page = visitor.page
    expect(page.locator(".page-head .chip").first).to_have_text(CLOSED[language])
    expect(page.locator("[aria-labelledby=trail] .panel-head .chip-fine")).to_be_visible()
    tabs = page.locator("[aria-labelledby=path] .tabs a")
    expect(tabs).to_have_count(len(KEYS))
    for at, key in enumerate(KEYS):
        expect(tabs.nth(at)).to_contain_text(procedure(key).name.in_(language))
        expect(tabs.nth(at).locator(".visually-hidden")).to_have_count(1)
        tabs.nth(at).click()
        expect(page.locator("[data-drawn] .m-passed").first).to_be_visible()
        visitor.ready()


def look_at_the_trail(visitor: Visitor, number: str) -> None:
    """The auditor has all chains verified, and reads the entries of the case."""
    visitor.go("/trail")
    visitor.page.locator('form[action*="verif"] button').click()
    expect(visitor.page.locator("main .note-fine")).to_be_visible()
    visitor.go(f"/trail?case={number}")
    expect(visitor.page.locator(".entry").first).to_contain_text(number)
