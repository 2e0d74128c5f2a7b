"""What a worklist shows: whose tasks, how many, in which order; narrowed down while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name

STORY = "inquiry/whole-loop"
RECORD = step_name("record_contact").en


@pytest.fixture
def clerk(visit):
    return visit("zhang.min")


def test_each_view_counts_what_it_lists(clerk, visit):
    for visitor, views in ((clerk, ("mine", "available")), (visit("zhou.na"), ("mine", "available", "team", "all"))):
        visitor.go("/worklist")
        tabs = visitor.page.locator("#views a")
        expect(tabs).to_have_count(len(views))
        for view in views:
            visitor.go(f"/worklist?view={view}")
            counted = visitor.page.locator("#views [aria-current] .count").first.inner_text()
            listed = visitor.page.locator("tr[data-row]").count()
            more = visitor.page.get_by_role("link", name="Next page").count()
            assert more or int(counted) == listed


def test_the_most_urgent_comes_first(clerk):
    clerk.go("/worklist?view=available")
    kinds = clerk.page.locator(".band th span:first-child").evaluate_all("all => all.map(one => one.className)")
    order = ["ink-late", "ink-soon", "ink-fine", "ink-paused"]
    assert kinds == [kind for kind in order if kind in kinds]


def test_typing_narrows_the_list_without_a_new_page(clerk, backstage):
    number = backstage.begun(STORY)
    clerk.go("/worklist?view=available")
    clerk.stay()
    clerk.page.locator("[data-filter]").press_sequentially(number)
    expect(clerk.page.locator("tr[data-row]")).to_have_count(1)
    expect(clerk.row(number, RECORD)).to_be_visible()
    clerk.page.locator("[data-filter]").fill("no such words")
    expect(clerk.page.locator("#list")).to_contain_text("Nothing to do here")
    assert clerk.has_stayed


def test_one_procedure_only(clerk, backstage):
    backstage.begun(STORY)
    clerk.go("/worklist?view=available")
    clerk.page.locator("#filter select").select_option("inquiry")
    clerk.page.locator("#filter button").click()
    expect(clerk.page).to_have_url(clerk.address + "/worklist?view=available&procedure=inquiry&q=")
    procedures = clerk.page.locator("tr[data-row] td.soft.wide-only").all_inner_texts()
    assert procedures
    assert all(name.startswith("Inquiry") for name in procedures)


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(clerk):
    clerk.go("/worklist?view=available")

    def cases() -> list[str]:
        return clerk.page.locator("tr[data-row] .c-case").all_inner_texts()

    clerk.page.locator("th a", has_text="Case").click()
    expect(clerk.page.locator("th[aria-sort=ascending]")).to_have_text("Case ↑")
    assert cases() == sorted(cases())
    clerk.page.locator("th a", has_text="Case").click()
    expect(clerk.page.locator("th[aria-sort=descending]")).to_have_text("Case ↓")
    assert cases() == sorted(cases(), reverse=True)
