"""A limit is warned of, broken and escalated while the visitor moves the organisation's clock forward."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.backstage import Backstage
from tests.browser.scenarios import step_name

STORY = "handling/department-late"
INVESTIGATE = step_name("investigate").en
DECIDE = step_name("decide_late_department").en
#: The department has two hours from half past nine; after four fifths of them it is warned.
TO_THE_WARNING = ("PT1H", "PT15M", "PT15M", "PT15M")
TO_THE_BREACH = ("PT15M",)


@pytest.fixture
def number(desk_of_ones_own) -> str:
    with Backstage.of(desk_of_ones_own) as backstage:
        return backstage.begun(STORY, through="dispatch_complaint")


def test_a_department_that_is_late(visit_ones_own, number):
    department, lead = visit_ones_own("chen.jie"), visit_ones_own("zhou.na")
    list_of_this_case = f"/worklist?view=available&q={number}"

    department.go(list_of_this_case)
    expect(department.row(number, INVESTIGATE).locator(".due-fine")).to_be_visible()

    for step in TO_THE_WARNING:
        department.move_clock(step)
    expect(department.row(number, INVESTIGATE).locator(".due-soon")).to_be_visible()

    for step in TO_THE_BREACH:
        department.move_clock(step)
    expect(department.row(number, INVESTIGATE).locator(".due-late")).to_be_visible()
    expect(department.page.locator(".band .ink-late")).to_be_visible()
    expect(department.page.locator(".tabs [aria-current] .count-late")).to_be_visible()

    lead.go(list_of_this_case)
    expect(lead.row(number, DECIDE)).to_be_visible()
    lead.row(number, DECIDE).get_by_role("link", name=number).click()

    trail = lead.page.locator("[aria-labelledby=trail] .entry")
    expect(trail.filter(has_text=f"“{INVESTIGATE}” is about to be missed")).to_have_count(1)
    expect(trail.filter(has_text=f"“{INVESTIGATE}” was missed")).to_have_count(1)
    escalated = trail.filter(has_text="Escalated to")
    expect(escalated.filter(has_text=f"“{INVESTIGATE}”")).to_contain_text("周娜")
    clock = lead.page.locator(".clock-list li").filter(has_text=INVESTIGATE)
    expect(clock.locator(".due-late")).to_be_visible()
    clock.locator("summary").click()
    expect(clock.locator("tr.counted").first).to_be_visible()


def test_a_visitor_stays_logged_in_while_days_pass(visit_ones_own):
    visitor = visit_ones_own("zhang.min")
    before = visitor.now_at
    visitor.move_clock("P1D")
    visitor.move_clock("P1D")
    assert (visitor.now_at - before).days >= 2
    expect(visitor.page.locator(".who-words")).to_be_visible()
