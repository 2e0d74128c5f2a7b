"""The diagram of a case is really drawn: its shapes, the way it went, where it stands, in the reader's language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.scenarios import step_name
from tests.processes.shelf import procedure

STORY = "handling/department-late"
DONE = ("register_direct", "acknowledge_complaint", "calm_customer", "assess_severity", "dispatch_complaint")


@pytest.fixture
def path(backstage) -> str:
    number = backstage.begun(STORY, through="dispatch_complaint")
    return f"/cases/{int(number.removeprefix('CL-'))}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_way_a_case_went_is_marked(visit, path, language):
    visitor = visit("zhou.na", language=language)
    visitor.go(path)
    drawing = visitor.page.locator("[data-drawn]")
    for element in DONE:
        expect(drawing.locator(f'.djs-shape.m-passed[data-element-id="{element}"]')).to_have_count(1)
    expect(drawing.locator('.djs-shape.m-active[data-element-id="investigate"]')).to_have_count(1)
    expect(drawing.locator(".djs-connection.m-flow")).not_to_have_count(0)
    shapes = drawing.locator(".djs-shape")
    assert shapes.count() > len(procedure("handling").steps)
    shown = "".join(drawing.locator('[data-element-id="investigate"] text').all_text_contents())
    assert step_name("investigate").in_(language).replace(" ", "") in shown.replace(" ", "")
    expect(drawing.locator(".bjs-powered-by")).to_be_visible()


def test_a_row_of_the_list_points_at_its_shape(visit, path):
    visitor = visit("zhou.na")
    visitor.go(path)
    expect(visitor.page.locator("[data-drawn]")).to_be_visible()
    visitor.page.locator('tr[data-element="investigate"]').first.hover()
    expect(visitor.page.locator('.djs-shape.m-linked[data-element-id="investigate"]')).to_have_count(1)


def test_larger_and_whole_again(visit, path):
    visitor = visit("zhou.na")
    visitor.go(path)
    canvas = visitor.page.locator("[data-drawn] .viewport")
    fitted = canvas.get_attribute("transform")
    visitor.page.locator("[data-zoom=in]").click()
    expect(canvas).not_to_have_attribute("transform", fitted)


def test_a_procedure_shows_how_many_stand_where(visit, path):
    owner = visit("ma.lin")
    owner.go("/procedures/handling")
    expect(owner.page.locator("[data-drawn] .djs-shape").first).to_be_visible()
    row = owner.page.locator('tr[data-element="investigate"]')
    standing = int(row.locator(".num").first.inner_text())
    assert standing >= 1
    over = owner.page.locator('.djs-overlays[data-container-id="investigate"] .on-shape')
    expect(over).to_contain_text(str(standing))
