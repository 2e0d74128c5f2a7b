"""Moving cases on the web: mapping, prediction, start, progress, undo; no script is needed."""

from __future__ import annotations

import pytest

from tests.engine.drawn import bpmn, sequence, task
from tests.office import auditor, clerk, lead, owner
from tests.webui.pages import main
from tests.webui.web import Web, field_value

OLD = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(sequence("p", task("b", "front-desk"), task("c"), path="s > b > c > e"))
PATH = "/procedures/p/migrations"


@pytest.fixture
def web(database):
    """Two cases: one at `a`, which the second version does not have, one at `b`."""
    web = Web.of(database)
    web.behind = web.office.start(OLD)
    web.ahead = web.office.start("p")
    web.ahead.task("a").complete(by=clerk)
    web.office.deploy(NEW)
    return web


def test_what_would_happen(web):
    page = main(web.another(owner).get(f"{PATH}/new").text)
    assert "1 would move" in page
    assert "1 would stay" in page
    assert "is not in the new version" in page
    assert 'href="/cases/1"' in page
    assert 'href="/cases/2"' not in page
    assert field_value(page, "map-a") == ""


def test_it_says_so_in_chinese(web):
    page = main(web.another(owner, "zh_CN").get(f"{PATH}/new").text)
    assert "新版本中没有" in page
    assert "would" not in page


def test_another_mapping_is_predicted_anew(web):
    page = main(web.another(owner).get(f"{PATH}/new?from=1&to=2&map-a=b").text)
    assert "2 would move" in page
    assert field_value(page, "map-a") == "b"
    wrong = main(web.another(owner).get(f"{PATH}/new?from=1&to=2&map-a=s").text)
    assert "would change from task for people" in wrong


def test_the_cases_move_and_one_is_put_back(web):
    browser = web.another(owner)
    answer = browser.post(PATH, {"from": "1", "to": "2", "map-a": "", "reason": "shorter"})
    page = main(browser.follow(answer).text)
    assert "0 of 2" in page
    web.office.work()
    page = main(browser.get(f"{PATH}/1").text)
    assert "2 of 2" in page
    assert "shorter" in page
    assert page.count(">Move back<span") == 1
    assert "is not in the new version" in page
    stayed = main(browser.get(f"{PATH}/1?state=stayed").text)
    assert "CL-000001" in stayed
    assert "CL-000002" not in stayed
    page = browser.follow(browser.post(f"{PATH}/1/cases/2/undo")).text
    assert "CL-000002 is back where it was." in page
    again = browser.follow(browser.post(f"{PATH}/1/cases/2/undo")).text
    assert "was not moved by this migration" in again
    assert "1 moved" not in main(browser.get(f"{PATH}/new").text)


def test_a_migration_is_stopped(web):
    browser = web.another(owner)
    browser.post(PATH, {"from": "1", "to": "2", "map-a": ""})
    page = browser.follow(browser.post(f"{PATH}/1/stop")).text
    assert "stay where they are" in page
    web.office.work()
    assert web.ahead.open_tasks == ["b"]
    assert "CaseMigrated" not in web.ahead.trail().types


def test_a_wrong_mapping_is_answered_at_its_field(web):
    answer = web.another(owner).post(PATH, {"from": "1", "to": "2", "map-a": "nowhere", "reason": "kept"})
    assert answer.status_code == 422
    page = main(answer.text)
    assert "There is no element “nowhere” in the new version." in page


def test_versions_that_do_not_exist_or_are_the_same(web):
    browser = web.another(owner)
    assert browser.get(f"{PATH}/new?from=1&to=9").status_code == 404
    assert browser.get("/procedures/q/migrations/new").status_code == 404
    assert "Choose another version" in main(browser.get(f"{PATH}/new?from=1&to=1").text)
    assert browser.post(PATH, {"from": "x", "to": "2"}).status_code == 404
    assert browser.get(f"{PATH}/7").status_code == 404


def test_one_version_alone(web):
    web.office.deploy(OLD.replace(b'id="p"', b'id="alone"'))
    assert "only one version" in main(web.another(owner).get("/procedures/alone/migrations/new").text)


def test_who_may(web):
    for login in (clerk, lead):
        browser = web.another(login)
        assert browser.get(f"{PATH}/new").status_code == 403
        assert browser.post(PATH, {"from": "1", "to": "2"}).status_code == 403
    page = main(web.another(auditor).get(f"{PATH}/new").text)
    assert "1 would move" in page
    assert "<form method=\"post\"" not in page


def test_the_procedure_leads_there(web):
    page = main(web.another(owner).get("/procedures/p").text)
    assert 'href="/procedures/p/migrations/new?from=1"' in page
    assert "migrations/new" not in main(web.another(clerk).get("/procedures/p").text)
