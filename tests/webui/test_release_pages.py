"""The owner releases a version step by step, sees how the pilot fares, rolls it out and takes it back; without scripts."""

from __future__ import annotations

import re

import pytest

from engine.domain import commands as c
from engine.store import procedures, releases
from tests.engine.test_pilots import file as limited
from tests.engine.test_pilots import finish, keys, start
from tests.engine.test_releases import file
from tests.office import auditor, clerk, outsider, owner
from tests.webui.pages import main
from tests.webui.web import Web


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.deploy(file(1))
    web.office.deploy(file(2), draft=True)
    return web


def active(web):
    with web.office.engine.read() as conn:
        return [(row.version_id, row.scope, row.guard) for row in releases.active(conn, "p")]


def will(page: str) -> list[str]:
    """What the page says will happen."""
    part = page[page.index('id="will"') :]
    return re.findall(r"<li>(.*?)</li>", part[: part.index("</ul>")]) if "<ul" in part else []


def confirmed(page: str) -> dict[str, str]:
    """The form that confirms, as a browser would send it."""
    part = page[page.index('id="will"') :]
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"', part))


def test_a_draft_offers_its_release_and_the_form_asks_who_gets_it(web):
    browser = web.another(owner)
    page = browser.get("/procedures/p?version=2").text
    assert 'href="/procedures/p/versions/2/release"' in page
    form = main(browser.get("/procedures/p/versions/2/release").text)
    assert "Nothing happens yet" in form
    assert {"Customer service", "Complaints", "Billing"} <= set(re.findall(r'form-check-label">([^<]+)', form))
    assert "Release version 2" in form


def test_what_will_happen_is_said_before_it_does(web):
    web.office.start("p")
    browser = web.another(owner)
    path = "/procedures/p/versions/2/release"
    query = {"scope": "share", "share": "12.5", "training": "asked", "on_time": "90", "incidents": "5", "cases": "30", "note": "<b>"}
    page = browser.get(path, query_string=query).text
    said = will(page)
    assert said[0].startswith("12.5 % of the customers get version 2 with their new cases: each of them always or never.")
    assert said[1:] == [
        "Everybody else goes on with version 1.",
        "1 running case keeps its version.",
        "Its people are asked to read what changed and to acknowledge it.",
        "The pilot ends by itself when, of at least 30 cases, fewer than 90 % kept their limits.",
        "The pilot ends by itself when, of at least 30 cases, more than 5 % have incidents.",
    ]
    assert len(active(web)) == 1
    answer = browser.post(path, confirmed(page) | {"note": "<b>"})
    assert answer.status_code == 303
    assert active(web)[1] == (2, {"share": "0.125"}, {"on_time": "0.9", "incidents": "0.05", "cases": 30})
    shown = browser.get("/procedures/p").text
    assert "Version 2 is released." in shown
    assert "12.5 % of the customers" in shown
    again = browser.get(path).text
    assert 'name="share" value="12.5"' in again and 'name="on_time" value="90"' in again


def test_departments_and_everyone_in_words(web):
    browser = web.another(owner)
    path = "/procedures/p/versions/2/release"
    page = browser.get(path, query_string={"scope": "departments", "department": ["service", "billing"]}).text
    assert will(page)[:2] == [
        "New cases of Customer service, Billing, with the departments below, get version 2.",
        "Everybody else goes on with version 1.",
    ]
    web.office.ask(c.ReleaseVersion("p", 2, {"departments": ["service"]}), owner)
    page = browser.get(path, query_string={"scope": "everyone"}).text
    assert will(page) == [
        "Every new case gets version 2.",
        "Version 1 is retired; it comes back when this one is taken back.",
        "Until now version 2 was given to: Customer service.",
    ]
    zh = will(web.another(owner, "zh_CN").get(path, query_string={"scope": "everyone"}).text)
    assert all(re.search(r"[\u4e00-\u9fff]", sentence) for sentence in zh)


@pytest.mark.parametrize(
    "sent, words",
    [
        ({"scope": "share", "share": "120"}, "A share is above 0 and below 1"),
        ({"scope": "share", "share": "some"}, "A share is above 0 and below 1"),
        ({"scope": "share", "share": ""}, "A share is above 0 and below 1"),
        ({"scope": "departments"}, "Choose at least one department."),
        ({"scope": "departments", "department": "moon"}, "There is no department “moon”."),
        ({"scope": "share", "share": "10", "on_time": "<script>"}, "on_time is a rate from 0 to 1"),
        ({"scope": "share", "share": "10", "on_time": "90", "cases": "1"}, "cases is the number there must be first"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_at_its_field_and_the_form_keeps_what_was_typed(web, sent, words):
    browser = web.another(owner)
    path = "/procedures/p/versions/2/release"
    for answer in (browser.get(path, query_string=sent), browser.post(path, sent)):
        assert words in answer.text
        assert "<script>" not in main(answer.text)
        assert f'value="{sent["scope"]}" checked' in answer.text
    assert len(active(web)) == 1


def test_what_does_not_fit_as_things_stand_is_said(web):
    answer = web.another(owner).post("/procedures/p/versions/1/release", {"scope": "share", "share": "10"})
    assert answer.status_code == 409
    assert "Everyone has version 1" in answer.text


def test_rolled_out_and_taken_back_each_by_one_press(web):
    browser = web.another(owner)
    web.office.ask(c.ReleaseVersion("p", 2, {"departments": ["service"]}), owner)
    page = browser.get("/procedures/p").text
    assert "From now on every new case gets version 2." in page
    assert browser.post("/procedures/p/versions/2/release", {"scope": "everyone"}).status_code == 303
    assert '<option value="1" selected>' in browser.get("/procedures/p/pilot?b=2").text
    assert [scope for _, scope, _ in active(web)] == [{"all": True}]
    assert "The version everyone had before takes its place" in browser.get("/procedures/p").text
    answer = browser.post("/procedures/p/versions/2/withdrawal", {"reason": "worse"}, follow_redirects=True)
    assert "Version 2 was taken back; its place takes version 1." in answer.text
    answer = browser.post("/procedures/p/versions/1/withdrawal", {"reason": "worse"}, follow_redirects=True)
    assert "Nothing is released to everyone now." in answer.text
    assert browser.post("/procedures/p/versions/1/withdrawal", {"reason": ""}).status_code == 422


def test_who_may_not_change_it_is_offered_nothing(web):
    for login in (clerk, auditor, outsider):
        browser = web.another(login)
        page = browser.get("/procedures/p?version=2").text
        assert "/versions/2/release" not in page and "withdrawal" not in page
        assert browser.get("/procedures/p/versions/2/release").status_code == 403
        assert browser.post("/procedures/p/versions/2/release", {"scope": "everyone"}).status_code == 403
        assert browser.post("/procedures/p/versions/1/withdrawal", {"reason": "x"}).status_code == 403
        assert browser.get("/procedures/p/pilot").status_code == 200
    assert [scope for _, scope, _ in active(web)] == [{"all": True}]


def test_addresses_of_nothing(web):
    browser = web.another(owner)
    for path in ("/procedures/p/versions/9/release", "/procedures/none/versions/1/release", "/procedures/none/pilot",
                 "/procedures/p/pilot?a=1&b=9"):  # fmt: skip
        assert browser.get(path).status_code == 404


def test_the_pilot_beside_the_current_version(database):
    web = Web.of(database)
    office = web.office
    office.deploy(limited(1))
    browser = web.another(owner)
    assert "There are no two versions to compare" in browser.get("/procedures/p/pilot").text
    office.deploy(limited(2), draft=True)
    guard = {"on_time": "0.8", "cases": 5}
    office.ask(c.ReleaseVersion("p", 2, {"share": "0.5"}, guard=guard), owner)
    for key in keys(False, 2):
        finish(office, key, 10)
    finish(office, keys(True, 1)[0], 15)
    start(office, keys(True, 2)[1], broken=True).task("a").complete(by=clerk)
    page = browser.get("/procedures/p/pilot").text
    assert "Too few finished cases yet: version 2 has 1 of 30 needed." in page
    assert "So far: 1 of 1 in time, 1 of 2 with incidents." in page
    assert "fewer than 80 % kept their limits" in page
    assert re.search(r"with incidents</th>.*?<strong>0.0 %</strong>.*?<strong>50.0 %</strong>.*?n = 2", page, re.DOTALL)
    assert page.count('<svg class="span"') == 16
    assert "Roll out to everyone" in page and "style=" not in main(page)
    assert "办结的工单还太少" in web.another(auditor, "zh_CN").get("/procedures/p/pilot").text


def test_why_a_pilot_ended_by_itself_stands_on_its_page(database):
    web = Web.of(database)
    web.office.deploy(limited(1))
    web.office.deploy(limited(2), draft=True)
    web.office.ask(c.ReleaseVersion("p", 2, {"share": "0.5"}, guard={"incidents": "0.1", "cases": 5}), owner)
    for key in keys(True, 5):
        start(web.office, key, broken=True).task("a").complete(by=clerk)
    web.office.ask(c.CheckPilot(2))
    link = "/procedures/p/pilot?b=2"
    assert f'href="{link}"' in web.another(owner).get("/procedures/p").text
    page = web.another(owner).get(link).text
    assert "The pilot has ended by itself: the rate of cases with incidents 100.0 % (5 of 5) is above the limit of 10.0 %." in page
    with web.office.engine.read() as conn:
        assert procedures.version_by_number(conn, "p", 2).state == "retired"
