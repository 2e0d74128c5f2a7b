"""Two versions side by side in the browser: both drawn and marked, moved together, a sentence shown in both."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

STEP = "send_result"


@pytest.fixture
def path(backstage) -> str:
    drafted = backstage.drafted("complaint-closure", f'id="{STEP}"', f'id="{STEP}" camunda:priority="80"')
    return f"/procedures/complaint-closure/compare?from=1&to={drafted}"


def drawing(page, side: str):
    return page.locator(f'[data-marks="marks-{side}"][data-drawn]')


def test_both_are_drawn_and_marked(visit, path):
    page = _page(visit, path)
    for side in ("old", "new"):
        expect(drawing(page, side).locator(f'.djs-shape.m-changed[data-element-id="{STEP}"]')).to_have_count(1)
        expect(drawing(page, side).locator(".bjs-powered-by")).to_be_visible()
    expect(page.locator("[data-change]")).to_have_count(1)
    expect(page.locator("[data-change]")).to_contain_text("priority")


def test_a_sentence_shows_its_step_in_both(visit, path):
    page = _page(visit, path)
    for side in ("old", "new"):
        expect(drawing(page, side)).to_be_visible()
    page.locator("[data-change]").click()
    for side in ("old", "new"):
        shape = drawing(page, side).locator(f'.djs-shape.m-linked[data-element-id="{STEP}"]')
        expect(shape).to_have_count(1)
        expect(shape).to_be_in_viewport()
    expect(page.locator("[data-change][aria-current]")).to_have_count(1)


def test_they_are_moved_together_until_told_otherwise(visit, path):
    page = _page(visit, path)
    for side in ("old", "new"):
        expect(drawing(page, side)).to_be_visible()
    before = view(page, "new")
    drawing(page, "old").locator("[data-zoom=in]").click()
    expect(drawing(page, "new").locator(".viewport")).not_to_have_attribute("transform", before)
    page.wait_for_function(SAME)
    page.locator("[data-together]").uncheck()
    alone = view(page, "new")
    before = view(page, "old")
    drawing(page, "old").locator("[data-zoom=in]").click()
    expect(drawing(page, "old").locator(".viewport")).not_to_have_attribute("transform", before)
    assert view(page, "new") == alone


#: Both drawings have the same scale and show the same place, to a tenth of a pixel.
SAME = """() => {
  const numbers = [...document.querySelectorAll("[data-drawn] .viewport")].map((one) => {
    const { a, d, e, f } = one.transform.baseVal.consolidate().matrix;
    return [a, d, e, f];
  });
  return numbers.length === 2 && numbers[0].every((n, i) => Math.abs(n - numbers[1][i]) < 0.1);
}"""


def view(page, side: str) -> str:
    return drawing(page, side).locator(".viewport").get_attribute("transform")


def _page(visit, path: str):
    visitor = visit("ma.lin", language="en")
    visitor.go(path)
    return visitor.page
