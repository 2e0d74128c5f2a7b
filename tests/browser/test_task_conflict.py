"""Two people do the same step at the same time: one of them is faster, the other loses nothing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.scenarios import scenario, step_name

STORY = "handling/happy"
ACKNOWLEDGE = step_name("acknowledge_complaint").en
VALUES = next(step["values"] for step in scenario(STORY)["steps"] if step["task"] == "acknowledge_complaint")


def test_the_second_is_told_who_was_faster_and_keeps_what_was_typed(visit, backstage):
    number = backstage.begun(STORY, through="register_direct")
    first, second = visit("wang.fang"), visit("he.jing")
    for visitor in (first, second):
        visitor.open_task(number, ACKNOWLEDGE)
    typed = VALUES | {"next_contact_at": "2031-05-06T07:08", "acknowledged_by": "written"}
    second.fill(typed)
    first.fill(VALUES)
    first.complete(then="case")
    first.done(number)

    second.complete(then="case")
    expect(second.page.locator("main > .note-late")).to_contain_text("王芳")
    expect(second.field("next_contact_at")).to_have_value("2031-05-06T07:08")
    expect(second.page.locator(".task-form [name=acknowledged_by][value=written]")).to_be_checked()
    expect(second.page.locator("[data-complete]")).to_have_count(0)
