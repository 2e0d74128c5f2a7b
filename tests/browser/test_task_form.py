"""Filling in a step: what is wrong is said at its field, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import scenario, step_name

STORY = "inquiry/whole-loop"
RECORD, IDENTIFY = step_name("record_contact").en, step_name("identify_customer").en
GOOD = scenario(STORY)["steps"][0]["values"]
WRONG = {
    "customer_name": "",
    "customer_phone": "by the window",
    "customer_email": "nobody",
    "question": "Why?\nWhy me?",
}


@pytest.fixture
def clerk(visit, backstage):
    clerk = visit("zhang.min")
    clerk.open_task(backstage.begun(STORY), RECORD)
    return clerk


def test_faults_by_field_and_what_was_typed_is_kept(clerk):
    clerk.fill(WRONG)
    clerk.complete()
    for key in ("customer_name", "customer_phone", "customer_email"):
        expect(clerk.field(key)).to_have_attribute("aria-invalid", "true")
        expect(clerk.page.locator(f"[data-field={key}] .fault")).to_be_visible()
        expect(clerk.page.locator(f'#faults a[href="#f-{key}"]')).to_be_visible()
    for key, typed in WRONG.items():
        expect(clerk.field(key)).to_have_value(typed)
    expect(clerk.page.locator("[data-field=question] .fault")).to_have_count(0)
    clerk.page.locator('#faults a[href="#f-customer_phone"]').click()
    expect(clerk.field("customer_phone")).to_be_focused()


def test_corrected_it_is_accepted_and_the_next_step_opens(clerk):
    number = clerk.number
    clerk.fill(WRONG)
    clerk.complete()
    clerk.fill(GOOD | {"customer_email": ""})
    clerk.complete()
    clerk.done(number)
    assert clerk.is_at(number, IDENTIFY)


def test_control_and_enter_complete(clerk):
    number = clerk.number
    clerk.fill(GOOD)
    clerk.field("question").press("Control+Enter")
    expect(clerk.page.locator("h1")).to_have_text(IDENTIFY)
    clerk.done(number)


def test_completing_may_lead_to_the_case_instead(clerk):
    number = clerk.number
    clerk.fill(GOOD)
    clerk.complete(then="case")
    clerk.done(number)
    assert clerk.path.startswith("/cases/")


def test_a_double_click_completes_once(clerk):
    number = clerk.number
    clerk.fill(GOOD)
    clerk.page.locator("[data-complete]").dblclick()
    expect(clerk.page.locator("h1")).to_have_text(IDENTIFY)
    clerk.done(number)
    expect(clerk.page.locator("#flashes .note-late")).to_have_count(0)
