"""A changed procedure is read before its tasks are taken, and those who do the work say what would be better."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from engine.domain import commands as c
from tests.browser.backstage import Backstage
from tests.browser.desks import Desk
from tests.office import PROCESSES

STORY = "inquiry/whole-loop"
INQUIRY = (PROCESSES / "inquiry" / "procedure.bpmn").read_bytes()


@pytest.fixture
def changed(desk_of_ones_own: Desk) -> Iterator[Backstage]:
    """The expert has two hours in place of four; whoever works on it reads that first."""
    with Backstage.of(desk_of_ones_own) as backstage:
        owner = backstage.engine.actor("ma.lin")
        shorter = INQUIRY.replace(b'name="sla" value="PT4H"', b'name="sla" value="PT2H"')
        version = backstage.engine.execute(c.DeployVersion(shorter, "Experts answer sooner."), owner)["version"]
        backstage.engine.execute(c.ReleaseVersion("inquiry", version, training="required"), owner)
        yield backstage


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_read_acknowledge_claim(visit_ones_own, changed, scripts):
    number = changed.begun(STORY)
    clerk = visit_ones_own("zhang.min", java_script_enabled=scripts)
    clerk.go("/worklist?view=available")
    expect(clerk.row(number).locator("[data-claim]")).to_have_count(0)
    clerk.row(number).get_by_role("link", name="Read first").click()
    expect(clerk.page.locator("#main")).to_contain_text("Experts answer sooner.")
    expect(clerk.page.locator("#main")).to_contain_text("Limit of “Expert answer” 4 h → 2 h")
    clerk.page.get_by_role("button", name="I have read it").click()
    expect(clerk.page.locator("#flashes")).to_contain_text("you have read it")
    clerk.go("/worklist?view=available")
    clerk.row(number).locator("[data-claim]").click()
    expect(clerk.page.locator("#flashes .note-late")).to_have_count(0)
    owner = visit_ones_own("ma.lin")
    owner.go("/procedures/inquiry")
    owner.page.get_by_role("link", name="What changed").click()
    expect(owner.page.get_by_role("row").filter(has_text="zhang.min")).to_contain_text("read")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_suggest_answer_and_see_what_became_of_it(visit_ones_own, desk_of_ones_own, scripts):
    with Backstage.of(desk_of_ones_own) as backstage:
        number = backstage.begun(STORY)
    clerk = visit_ones_own("zhang.min", java_script_enabled=scripts)
    clerk.go(f"/worklist?view=available&q={number}")
    clerk.row(number).locator("[data-open]").click()
    summary = clerk.page.locator("summary", has_text="Suggest something better")
    summary.press("Enter")
    clerk.page.locator("#suggestion").press_sequentially("Ask for the order number first.")
    clerk.page.get_by_role("button", name="Send the suggestion").press("Enter")
    expect(clerk.page.locator("#flashes")).to_contain_text("with the owner of the procedure")
    owner = visit_ones_own("ma.lin", java_script_enabled=scripts)
    owner.go("/suggestions")
    owner.page.locator("summary", has_text="Answer").press("Enter")
    owner.page.get_by_label("Your answer").fill("Yes, with the next version.")
    owner.page.get_by_role("button", name="Accept").click()
    expect(owner.page.locator("#main")).to_contain_text("0 open of 1")
    clerk.go("/suggestions")
    expect(clerk.page.locator(".said-list")).to_contain_text("Yes, with the next version.")
    expect(clerk.page.locator(".said-list")).to_contain_text("accepted")


def test_the_blueprint_is_printed_in_landscape(visit, tmp_path):
    owner = visit("ma.lin")
    sizes = {}
    for paper in ("a4", "a3"):
        owner.go(f"/procedures/handling/versions/1/blueprint?paper={paper}")
        printed = owner.page.pdf(prefer_css_page_size=True).decode("latin-1")
        sizes[paper] = {tuple(round(float(n)) for n in box.split("]")[0].split()) for box in printed.split("/MediaBox [")[1:]}
    assert sizes["a4"] == {(0, 0, 842, 595)} and sizes["a3"] == {(0, 0, 1191, 842)}
