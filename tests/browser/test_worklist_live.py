"""The list follows what others do: at once over the stream, every minute where there is none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.scenarios import step_name

STORY = "inquiry/whole-loop"
RECORD, IDENTIFY = step_name("record_contact").en, step_name("identify_customer").en
A_MINUTE = 61_000
INTERRUPTED = "Live updates are interrupted"


@pytest.fixture
def number(backstage) -> str:
    return backstage.begun(STORY)


def test_what_somebody_completes_is_seen_by_others_at_once(visit, backstage, number):
    clerk = visit("zhang.min")
    clerk.go(f"/worklist?view=available&q={number}")
    clerk.stay()
    backstage.complete(number, "record_contact", STORY)
    expect(clerk.row(number, IDENTIFY)).to_be_visible()
    expect(clerk.row(number, RECORD)).to_have_count(0)
    assert clerk.has_stayed


def test_what_is_chosen_and_ticked_stays_so(visit, backstage, number):
    other = backstage.begun(STORY)
    clerk = visit("zhang.min")
    clerk.go("/worklist?view=available")
    clerk.row(number).locator("[data-tick]").check()
    clerk.row(number).focus()
    backstage.complete(other, "record_contact", STORY)
    expect(clerk.row(other, IDENTIFY)).to_be_visible()
    expect(clerk.row(number)).to_have_attribute("aria-selected", "true")
    expect(clerk.row(number).locator("[data-tick]")).to_be_checked()


def full(route: Route) -> None:
    route.fulfill(status=204)


def unreachable(route: Route) -> None:
    route.abort()


@pytest.mark.parametrize("refuse", [full, unreachable])
def test_without_a_stream_the_list_renews_itself_every_minute(visit, backstage, number, refuse):
    clerk = visit("zhang.min")
    clerk.page.route("**/live", refuse)
    clerk.page.clock.install()
    clerk.go(f"/worklist?view=available&q={number}")
    expect(clerk.page.locator("[data-live-status]")).to_be_visible()
    expect(clerk.page.locator("[data-live-status]")).to_contain_text(INTERRUPTED)
    backstage.complete(number, "record_contact", STORY)
    expect(clerk.row(number, RECORD)).to_be_visible()
    clerk.page.clock.run_for(A_MINUTE)
    expect(clerk.row(number, IDENTIFY)).to_be_visible()

    clerk.page.unroute("**/live")
    clerk.page.clock.run_for(A_MINUTE)
    expect(clerk.page.locator("[data-live-status]")).to_be_hidden()
    clerk.complaints.clear()
