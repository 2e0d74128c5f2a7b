"""What is being typed is kept, whatever becomes of the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name

STORY = "inquiry/whole-loop"
RECORD = step_name("record_contact").en
TYPED = 'The bill is higher than it was; "why"? 账单比上月高。'
MOST_LOOKS = 30


@pytest.fixture
def clerk(visit, backstage):
    clerk = visit("zhang.min")
    clerk.open_task(backstage.begun(STORY), RECORD)
    clerk.claim()
    return clerk


def test_a_draft_is_kept_by_itself_and_survives_a_reload(clerk):
    clerk.fill({"question": TYPED, "channel": "web"})
    expect(clerk.page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    clerk.page.reload()
    expect(clerk.field("question")).to_have_value(TYPED)
    expect(clerk.page.locator(".task-form [name=channel][value=web]")).to_be_checked()


def test_leaving_in_the_middle_of_a_word_keeps_it(clerk):
    path = clerk.path
    clerk.fill({"question": TYPED})
    clerk.go("/worklist?view=mine")
    # The browser sends what was left behind after it has left.
    for _ in range(MOST_LOOKS):
        clerk.go(path)
        if clerk.field("question").input_value():
            break
    expect(clerk.field("question")).to_have_value(TYPED)


def test_the_worklist_marks_what_has_a_draft(clerk):
    number = clerk.number
    clerk.fill({"question": TYPED})
    expect(clerk.page.locator("[data-draft-status]")).to_contain_text("Draft saved")
    clerk.go("/worklist?view=mine")
    expect(clerk.row(number).get_by_title("A draft is kept")).to_be_visible()


def test_a_draft_that_cannot_be_saved_is_said_to_be_so(clerk):
    clerk.page.route("**/draft", lambda route: route.abort())
    clerk.fill({"question": TYPED})
    expect(clerk.page.locator("[data-draft-status]")).to_contain_text("could not be saved")
    expect(clerk.field("question")).to_have_value(TYPED)
    clerk.complaints.clear()
