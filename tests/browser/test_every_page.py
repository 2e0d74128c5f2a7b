"""Every page, in both languages, light and dark, wide and narrow: legible to everybody, and without complaint.

What axe calls serious or critical is found by nobody; the browser's console stays empty, so nothing breaks the
content security policy; and no page is wider than a phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import resources

import pytest

from tests.browser.backstage import Backstage
from tests.browser.desks import Desk
from tests.browser.pages import all_pages
from tests.browser.visitor import Visitor
from webui.app import create_app
from webui.config import Settings

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
LOOK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
}"""
WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Answers that are no pages.
OTHERS = re.compile(r"static|live\.stream|operations\..*|api_docs\.openapi|procedures\.(bpmn|diagram|source)|uploads\.(file|diagram|as_json|edited)|api\..*|camunda\..*|deployed\..*|downloads\..*|exports\.download")


@pytest.fixture
def backstage(desk_of_ones_own: Desk) -> Iterator[Backstage]:
    """Of a desk of one's own: procedures are changed under everybody's cases."""
    with Backstage.of(desk_of_ones_own) as backstage:
        yield backstage


@pytest.fixture
def visit(visit_ones_own: Callable[..., Visitor]) -> Callable[..., Visitor]:
    return visit_ones_own


# Words do not depend on colours, nor colours on words: each of the four is looked at once.
@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("zh", "dark")])
def test_nothing_is_wrong_with_any_page(visit, backstage, language, colours):
    visitors: dict[str | None, Visitor] = {}
    faults: list[str] = []
    for place in all_pages(backstage):
        if place.login not in visitors:
            visitors[place.login] = visit(place.login, language=language, color_scheme=colours)
        visitor = visitors[place.login]
        visitor.go(place.path)
        faults += [f"{place.path}: {fault}" for fault in look(visitor)]
    assert faults == []


def test_every_page_is_among_them(backstage):
    app = create_app(backstage.engine, Settings(secret_key="a secret of the tests"))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    looked_at = {place.endpoint for place in all_pages(backstage) if place.endpoint}
    assert {page for page in pages if not OTHERS.fullmatch(page)} == looked_at


def look(visitor: Visitor) -> list[str]:
    page = visitor.page
    page.evaluate(AXE)
    faults = page.evaluate(LOOK)
    page.set_viewport_size(NARROW)
    wider = page.evaluate(WIDER)
    page.set_viewport_size(WIDE)
    return [*faults, *([f"{wider} px wider than a phone"] if wider > 0 else [])]
