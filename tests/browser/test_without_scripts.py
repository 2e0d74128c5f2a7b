"""Everything that matters works in a browser that runs no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import scenario, step_name

STORY = "inquiry/whole-loop"
FIRST = scenario(STORY)["steps"][0]
RECORD, IDENTIFY = step_name("record_contact"), step_name("identify_customer")


@pytest.fixture
def clerk(visit):
    return visit("zhang.min", java_script_enabled=False)


def test_claim_fill_in_and_complete(clerk, backstage):
    number = backstage.begun(STORY)
    clerk.go("/worklist?view=available")
    clerk.row(number).locator("[data-claim]").click()
    clerk.go("/worklist?view=mine")
    clerk.row(number).locator("[data-open]").click()
    clerk.fill({"question": "Why?"})
    clerk.page.get_by_role("button", name="Save draft").click()
    expect(clerk.field("question")).to_have_value("Why?")
    clerk.fill(FIRST["values"] | {"customer_phone": ""})
    clerk.complete()
    expect(clerk.page.locator("[data-field=customer_phone] .fault")).to_be_visible()
    clerk.fill(FIRST["values"])
    clerk.complete()
    clerk.done(number)
    expect(clerk.page.locator("h1")).to_have_text(IDENTIFY.en)


def test_many_at_once(clerk, backstage):
    numbers = [backstage.begun(STORY) for _ in range(2)]
    clerk.go("/worklist?view=available")
    for number in numbers:
        clerk.row(number).locator("[data-tick]").check()
    clerk.page.get_by_role("button", name="Claim what is ticked").click()
    expect(clerk.page.locator("#flashes")).to_contain_text("2 tasks are now yours")


def test_find_a_customer_and_open_a_case(clerk):
    page = clerk.page
    clerk.go("/cases/new")
    page.locator("#customer-q").fill("Gonçalves")
    page.get_by_role("button", name="Find").click()
    page.locator("#found a.btn").first.click()
    page.locator('a.role[href*="procedure=inquiry"]').click()
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("h1")).to_have_text(RECORD.en)
    expect(page.locator("[aria-labelledby=customer]")).to_contain_text("Maria Gonçalves")


def test_make_a_customer_and_open_a_case(clerk):
    page = clerk.page
    clerk.go("/cases/new?q=020 7946 0123&procedure=inquiry")
    page.locator("#c-name").fill("Grace Hopper")
    expect(page.locator("#c-phone")).to_have_value("020 7946 0123")
    page.get_by_role("button", name="Make the record").click()
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("[aria-labelledby=customer]")).to_contain_text("Grace Hopper")


def test_the_search_in_the_head(clerk, backstage):
    number = backstage.begun(STORY)
    clerk.page.locator("#find").fill(number)
    clerk.page.locator("#find").press("Enter")
    expect(clerk.page.locator(".crumbs")).to_contain_text(number)


def test_change_the_language_and_the_appearance(clerk):
    page = clerk.page
    page.locator("summary.who").click()
    page.locator("button[name=lang][value=zh_CN]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("summary.who").click()
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_move_the_clock_and_log_out(clerk):
    before = clerk.now_at
    clerk.page.locator('.demo button[value="PT15M"]').click()
    assert (clerk.now_at - before).total_seconds() >= 15 * 60
    clerk.page.locator("summary.who").click()
    clerk.page.get_by_role("button", name="Log out").click()
    expect(clerk.page.locator("form.role").first).to_be_visible()


def test_the_case_says_in_a_list_what_the_diagram_would(clerk, backstage):
    number = backstage.begun(STORY, through="record_contact")
    clerk.go(f"/cases/{int(number.removeprefix('CL-'))}")
    expect(clerk.page.locator("[data-fallback]")).to_be_visible()
    steps = clerk.page.locator("tr[data-element]")
    expect(steps.filter(has_text=RECORD.en)).to_contain_text("done")
    expect(steps.filter(has_text=IDENTIFY.en)).to_contain_text("now")
