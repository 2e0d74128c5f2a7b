"""The owner moves running cases to another version and puts one back: with forms alone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.domain import commands as c
from engine.store.schema import instance, procedure_version
from tests.browser.backstage import Backstage
from tests.browser.desks import Desk
from tests.browser.files import replaced
from tests.browser.visitor import Visitor

STORY = "inquiry/whole-loop"
WORDS = {
    "en": ("Predict again", "Move the cases", "Move back", "is back where it was"),
    "zh": ("重新预测", "把工单移到", "移回", "已移回原版本"),
}


@pytest.fixture
def backstage(desk_of_ones_own: Desk) -> Iterator[Backstage]:
    """Of a desk of one's own: the procedure is changed under everybody's cases."""
    with Backstage.of(desk_of_ones_own) as backstage:
        yield backstage


@pytest.fixture
def visit(visit_ones_own: Callable[..., Visitor]) -> Callable[..., Visitor]:
    return visit_ones_own


def version_of(backstage: Backstage, number: str) -> int:
    query = select(procedure_version.c.number).join(instance, instance.c.version_id == procedure_version.c.id)
    with backstage.engine.read() as conn:
        return conn.execute(query.where(instance.c.case_id == int(number.removeprefix("CL-")))).scalars().first()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_case_moves_and_comes_back(visit, backstage, language):
    predict, move, back, done = WORDS[language]
    number = backstage.begun(STORY)
    old = version_of(backstage, number)
    owner = backstage.engine.actor("ma.lin")
    changed = replaced("inquiry", "record_contact", f"record_first_{language}")
    new = backstage.engine.execute(c.DeployVersion(changed, draft=False), owner)["version"]

    desk = visit("ma.lin", language=language, java_script_enabled=False)
    page = desk.page
    desk.go(f"/procedures/inquiry/migrations/new?from={old}&to={new}")
    pair = page.locator("select[name^=map-record]")
    expect(pair).to_have_value(f"record_first_{language}")
    pair.select_option("")
    page.get_by_role("button", name=predict).click()
    expect(page.locator("[aria-labelledby=prediction]")).to_contain_text(number)
    page.locator("select[name^=map-record]").select_option(f"record_first_{language}")
    page.get_by_role("button", name=predict).click()
    expect(page.locator("[aria-labelledby=prediction]")).not_to_contain_text(number)
    page.locator("#reason").fill("shorter")
    page.get_by_role("button", name=re.compile(move)).click()
    following = page.locator("a[rel=next]")
    while following.count():
        following.click()
    put_back = page.locator("tr", has_text=number).get_by_role("button", name=re.compile(back))
    for _ in range(200):
        if put_back.count():
            break
        page.reload()
    assert version_of(backstage, number) == new
    put_back.click()
    expect(page.locator("#flashes")).to_contain_text(done)
    assert version_of(backstage, number) == old
