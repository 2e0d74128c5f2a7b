"""The worklist without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

STORY = "inquiry/whole-loop"
CHOSEN = "tr[aria-selected=true]"


@pytest.fixture
def clerk(visit, backstage):
    backstage.begun(STORY)
    backstage.begun(STORY)
    clerk = visit("zhang.min")
    clerk.go("/worklist?view=available")
    return clerk


def test_j_and_k_move_and_enter_opens(clerk):
    rows = clerk.page.locator("tr[data-row]")
    clerk.page.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    clerk.page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    clerk.page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    expect(clerk.page.locator(CHOSEN)).to_have_count(1)
    address = rows.nth(0).locator("[data-open]").get_attribute("href")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page).to_have_url(clerk.address + address)


def test_c_claims_the_row_and_the_next_is_chosen_from_where_it_was(clerk):
    clerk.stay()
    clerk.page.keyboard.press("j")
    taken = clerk.page.locator(CHOSEN).get_attribute("id")
    clerk.page.keyboard.press("c")
    expect(clerk.page.locator(f"#{taken}")).to_have_count(0)
    clerk.page.keyboard.press("j")
    expect(clerk.page.locator(CHOSEN)).to_have_count(1)
    assert clerk.has_stayed


def test_x_ticks_the_row(clerk):
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("x")
    expect(clerk.page.locator(CHOSEN).locator("[data-tick]")).to_be_checked()
    expect(clerk.page.locator("[data-ticked]")).to_have_text("1")


def test_slash_goes_to_the_filter_where_letters_are_letters_again(clerk):
    clerk.page.keyboard.press("/")
    expect(clerk.page.locator("[data-filter]")).to_be_focused()
    clerk.page.keyboard.type("jk?")
    expect(clerk.page.locator("[data-filter]")).to_have_value("jk?")
    expect(clerk.page.locator(CHOSEN)).to_have_count(0)
    clerk.page.keyboard.press("Escape")
    expect(clerk.page.locator("[data-filter]")).not_to_be_focused()


def test_the_question_mark_shows_all_keys(clerk):
    clerk.page.keyboard.press("?")
    expect(clerk.page.locator("#keys")).to_be_visible()
    expect(clerk.page.locator("#keys")).to_contain_text("Claim the row")
    clerk.page.keyboard.press("Escape")
    expect(clerk.page.locator("#keys")).to_be_hidden()


def test_n_opens_a_new_case(clerk):
    clerk.page.keyboard.press("n")
    expect(clerk.page.locator("#customer-q")).to_be_focused()


def test_g_and_w_lead_back_to_the_worklist_from_anywhere(clerk):
    clerk.go("/customers")
    clerk.page.keyboard.press("g")
    clerk.page.keyboard.press("w")
    expect(clerk.page).to_have_url(clerk.address + "/worklist")


def test_g_and_t_take_the_next_task_from_anywhere(visit, clerk):
    lead = visit("zhou.na")
    for visitor in (clerk, lead):
        visitor.go("/cases")
        visitor.page.keyboard.press("g")
        visitor.page.keyboard.press("t")
        expect(visitor.page.locator(".page-head .chip-accent")).to_have_text("with me")
