"""The owner's desk in a browser: a faulty file is repaired, noted, saved, tried in one department, compared, rolled out
and taken back; a revision is drawn; a file without a drawing is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.files import faulty_file, shipped
from tests.browser.test_every_page import AXE, LOOK

OWNER = "ma.lin"


@dataclass(frozen=True, slots=True)
class Said:
    """What the pages say at each turn."""

    stopped: str
    can_be_released: str
    draft: str
    in_use: str
    changed: str


WORDS = {
    "en": Said("7 things stop it; all of it can be repaired for you.", "It can be released: new version", "draft", "in use", "→ 3 h"),
    "zh": Said("有 7 处问题使其无法运行；全部可以代您修复。", "可以发布：“回访”的新版本", "草稿", "使用中", "→ 3 小时"),
}


@pytest.fixture
def bring(tmp_path):
    """Uploads bytes as a file and waits for the review, drawn."""

    def bring(visitor, data, name, path="/uploads"):
        file = tmp_path / name
        file.write_bytes(data)
        visitor.go(path)
        visitor.page.set_input_files("#upload-files", file)
        visitor.page.locator("form[data-drop] .btn-primary").click()
        visitor.page.wait_for_url(re.compile(r"/uploads/\d+$"))
        visitor.ready()
        expect(visitor.page.locator("[data-drawn]").first).to_be_visible()

    return bring


def is_legible(visitor) -> list[str]:
    visitor.page.evaluate(AXE)
    return visitor.page.evaluate(LOOK)


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("zh", "dark")])
def test_from_a_faulty_file_to_everyone_and_back(visit_ones_own, bring, language, colours):
    said, owner = WORDS[language], visit_ones_own(OWNER, language=language, color_scheme=colours)
    page = owner.page
    bring(owner, faulty_file("PT3H"), "回访.bpmn", "/uploads?procedure=callback")
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text(said.stopped)
    expect(page.locator('.djs-overlays[data-container-id="f-not-reached"], .djs-overlays[data-container-id="is_reached"]').first).to_be_attached()
    expect(page.locator("[aria-labelledby=save] .btn-primary")).to_be_disabled()
    assert is_legible(owner) == []

    page.locator('a[href*="repair=all"]').click()
    owner.ready()
    expect(page.locator("[data-drawn]")).to_have_count(3)
    expect(page.locator("[aria-labelledby=before-after] .m-changed").first).to_be_attached()
    assert is_legible(owner) == []
    page.locator("button[name=all]").click()
    owner.ready()
    expect(verdict).to_contain_text(said.can_be_released)
    expect(page.locator("[aria-labelledby=changes]")).to_contain_text(said.changed)
    assert is_legible(owner) == []

    page.locator("#note").fill("Callers need longer.")
    page.locator("[aria-labelledby=save] .btn-primary").click()
    page.wait_for_url("**/procedures/callback/versions/2/release")
    owner.ready()
    release(owner, departments=True)
    assert {one.strip() for one in page.locator("[aria-labelledby=versions] tr").all_inner_texts()}
    expect(row(owner, 2)).to_contain_text(said.in_use)
    expect(row(owner, 1)).to_contain_text(said.in_use)
    expect(row(owner, 2)).to_contain_text("Callers need longer.")
    assert is_legible(owner) == []

    owner.go("/procedures/callback/pilot")
    expect(page.locator("h1")).to_be_visible()
    owner.go("/procedures/callback/compare?from=1&to=2")
    expect(page.locator("[aria-labelledby=what-changed]")).to_contain_text(said.changed)
    owner.go("/procedures/callback/versions/2/release")
    release(owner, everyone=True)
    expect(row(owner, 1)).not_to_contain_text(said.in_use)

    withdrawal = page.locator('form[action$="/versions/2/withdrawal"]').first
    summary = page.locator("details", has=withdrawal).locator("summary").first
    if summary.count():
        summary.click()
    for field in withdrawal.locator("textarea, input[type=text], input[name=reason]").all():
        field.fill("Too long.")
    withdrawal.get_by_role("button").click()
    owner.ready()
    owner.go("/procedures/callback")
    expect(row(owner, 1)).to_contain_text(said.in_use)
    expect(row(owner, 2)).not_to_contain_text(said.in_use)


def row(owner, number):
    return owner.page.locator("[aria-labelledby=versions] tr", has=owner.page.locator("a.main-link", has_text=re.compile(rf"^v{number}$")))


def release(owner, *, departments=False, everyone=False):
    """Says who gets it, reads what will happen, confirms."""
    page = owner.page
    page.locator(f"input[name=scope][value={'departments' if departments else 'everyone'}]").check()
    if departments:
        page.locator("input[name=department]").first.check()
    page.locator('form[method=get] .btn, form:not([method=post]) button').filter(has=page.locator("svg")).last.click()
    owner.ready()
    expect(page.locator("[aria-labelledby=will] li").first).to_be_visible()
    page.locator('[aria-labelledby=will] form[method=post] .btn-primary').click()
    page.wait_for_url(re.compile(r"/procedures/callback($|\?)"))
    owner.ready()
    assert everyone or departments


def test_a_revision_is_drawn_and_undone_and_saved(visit, bring):
    owner = visit(OWNER)
    page = owner.page
    owner.go("/procedures/complaint-closure")
    page.locator('form[action$="/edit"] button').click()
    page.wait_for_url("**/uploads/*/edit")
    owner.ready()
    expect(page.locator("[data-modeler][data-drawn]")).to_be_visible()
    save, undo = page.locator("[data-save] button"), page.locator("[data-do=undo]")
    expect(save).to_be_disabled()
    page.locator('.djs-shape[data-element-id="verify_evidence"], .djs-shape[data-element-id^="check"]').first.click()
    limit = page.locator("#m-sla")
    before = limit.input_value()
    limit.fill("PT7H")
    limit.blur()
    expect(undo).to_be_enabled()
    undo.click()
    expect(limit).to_have_value(before)
    expect(save).to_be_disabled()
    limit.fill("PT7H")
    limit.blur()
    page.locator("#m-guidance-en").fill("Compare every receipt.")
    page.locator("#m-guidance-en").blur()
    page.locator("[data-add-field]").click()
    line = page.locator("[data-fields] > *").last
    line.locator("[data-of=key]").fill("seen_by")
    line.locator("[data-of=label]").fill("谁看过")
    line.locator("[data-of=english]").fill("Seen by")
    line.locator("[data-of=required]").check()
    assert is_legible(owner) == []
    save.click()
    page.wait_for_url(re.compile(r"/uploads/\d+$"))
    owner.ready()
    changes = page.locator("[aria-labelledby=changes]")
    expect(changes).to_contain_text("→ 7 h")
    expect(changes).to_contain_text("Seen by")
    expect(page.locator("#verdict")).to_contain_text("It can be released")


def test_what_the_modeler_does_not_know_survives_it(visit, bring, tmp_path):
    """A vendor's extension and a comment of a tool stay in the file that is drawn on."""
    owner = visit(OWNER)
    extension = b'<bpmn:extensionElements><acme:note xmlns:acme="http://acme.example" level="3">keep me</acme:note>'
    data = shipped("callback").replace(b"<bpmn:extensionElements>", extension, 1)
    bring(owner, data, "acme.bpmn")
    owner.page.get_by_role("link", name="Draw", exact=True).click()
    owner.page.wait_for_url("**/edit")
    owner.ready()
    expect(owner.page.locator("[data-modeler][data-drawn]")).to_be_visible()
    owner.page.locator('.djs-shape[data-element-id="call_customer"]').first.click()
    owner.page.locator("#m-sla").fill("PT5H")
    owner.page.locator("#m-sla").blur()
    owner.page.locator("[data-save] button").click()
    owner.page.wait_for_url(re.compile(r"/uploads/\d+$"))
    kept = owner.page.evaluate("() => fetch(location.pathname + '/file').then((answer) => answer.text())")
    assert "acme:note" in kept and 'level="3"' in kept and "keep me" in kept and 'value="PT5H"' in kept


def test_a_file_without_a_drawing_is_drawn_to_be_looked_at(visit, bring):
    owner = visit(OWNER)
    data = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", shipped("callback"), flags=re.DOTALL)
    bring(owner, data, "bare.bpmn")
    expect(owner.page.locator("[data-laid-out]")).to_be_visible()
    expect(owner.page.locator('.djs-shape[data-element-id="call_customer"]')).to_have_count(1)


def test_choosing_a_finding_shows_it_on_the_drawing(visit, bring):
    owner = visit(OWNER)
    bring(owner, faulty_file("PT3H"), "faulty.bpmn")
    line = owner.page.locator('tr[data-element="f-not-reached"]').first
    line.hover()
    expect(owner.page.locator('.m-linked[data-element-id="f-not-reached"]')).to_have_count(1)
    line.locator("[data-find]").click()
    expect(owner.page.locator("[data-drawn]").first).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_whole_review_without_scripts(visit_ones_own, tmp_path, language):
    owner = visit_ones_own(OWNER, language=language, java_script_enabled=False)
    file = tmp_path / "faulty.bpmn"
    file.write_bytes(faulty_file("PT3H"))
    owner.go("/uploads")
    owner.page.set_input_files("#upload-files", file)
    owner.page.locator("form[data-drop] .btn-primary").click()
    expect(owner.page.locator("#verdict")).to_contain_text(WORDS[language].stopped)
    owner.page.locator("button[name=all]").click()
    expect(owner.page.locator("#verdict")).to_contain_text(WORDS[language].can_be_released)
    owner.page.locator("[aria-labelledby=save] .btn-primary").click()
    owner.go("/procedures/callback")
    expect(row(owner, 2)).to_contain_text(WORDS[language].draft)
