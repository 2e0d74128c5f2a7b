"""Tasks are taken where they stand: one, or all that are ticked; or simply the next."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name

STORY = "inquiry/whole-loop"
RECORD = step_name("record_contact").en


@pytest.fixture
def clerk(visit):
    return visit("zhang.min")


def count(clerk, view: str) -> int:
    return int(clerk.page.locator(f'#views a[href*="view={view}"] .count').first.inner_text())


def test_a_claim_in_place_loads_no_page(clerk, backstage):
    number = backstage.begun(STORY)
    clerk.go("/worklist?view=available")
    before = count(clerk, "mine")
    clerk.stay()
    clerk.row(number).locator("[data-claim]").click()
    expect(clerk.row(number)).to_have_count(0)
    expect(clerk.page.locator('#views a[href*="view=mine"] .count').first).to_have_text(str(before + 1))
    assert clerk.has_stayed
    clerk.go(f"/worklist?view=mine&q={number}")
    expect(clerk.row(number, RECORD)).to_be_visible()


def test_all_that_is_ticked_is_taken_at_once(clerk, backstage):
    numbers = [backstage.begun(STORY) for _ in range(3)]
    clerk.go("/worklist?view=available")
    expect(clerk.page.locator("[data-batch]")).to_be_hidden()
    for number in numbers[:2]:
        clerk.row(number).locator("[data-tick]").check()
    expect(clerk.page.locator("[data-ticked]")).to_have_text("2")
    clerk.page.get_by_role("button", name="Claim what is ticked").click()
    expect(clerk.page.locator("#flashes")).to_contain_text("2 tasks are now yours")
    clerk.go("/worklist?view=mine")
    for number in numbers[:2]:
        expect(clerk.row(number)).to_be_visible()
    expect(clerk.row(numbers[2])).to_have_count(0)


def test_the_box_in_the_head_ticks_all(clerk, backstage):
    number = backstage.begun(STORY)
    clerk.go(f"/worklist?view=available&q={number}")
    clerk.page.locator("[data-tick-all]").check()
    expect(clerk.row(number).locator("[data-tick]")).to_be_checked()
    expect(clerk.page.locator("[data-ticked]")).to_have_text("1")


def test_somebody_was_faster(clerk, visit, backstage):
    number = backstage.begun("handling/happy", through="register_direct")
    first, second = visit("wang.fang"), visit("he.jing")
    for visitor in (first, second):
        visitor.page.route("**/live", lambda route: route.fulfill(status=204))
        visitor.go(f"/worklist?view=available&q={number}")
    first.row(number).locator("[data-claim]").click()
    expect(first.row(number)).to_have_count(0)
    second.row(number).locator("[data-claim]").click()
    expect(second.page.locator("#flashes .note-late")).to_contain_text("王芳")


def test_the_next_is_taken_and_opened(clerk, backstage):
    backstage.begun(STORY)
    clerk.go("/worklist?view=available")
    clerk.page.get_by_role("button", name="Take the next").click()
    expect(clerk.page.locator(".task-form")).to_be_visible()
    expect(clerk.page.locator(".page-head .chip-accent")).to_have_text("with me")
