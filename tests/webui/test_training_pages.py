"""What is to be read stands on the worklist, is read on its page, and the owner sees who has."""

from __future__ import annotations

import pytest

from tests.engine.drawn import bpmn, sequence, task
from tests.engine.test_training import ask
from tests.office import auditor, clerk, colleague, lead, outsider, owner
from tests.webui.caller import Desk
from tests.webui.pages import main, words
from tests.webui.web import Web

FIRST = bpmn(sequence("desk", task("take", "front-desk", sla="PT2H"), path="s > take > e"))
SECOND = FIRST.replace(b"PT2H", b"PT1H")
PAGE = "/procedures/desk/versions/2/training"


@pytest.fixture
def web(database) -> Web:
    web = Web.of(database)
    web.office.deploy(FIRST)
    web.office.deploy(SECOND)
    return web


def test_the_worklist_says_in_one_line_that_something_is_to_be_read(web):
    assert "has changed" not in web.log_in(clerk).get("/worklist").text
    ask(web.office, "asked", number=2)
    page = web.get("/worklist").text
    assert "“desk” v2 has changed." in words(page) and PAGE in page
    assert "has changed" not in web.another(outsider).get("/worklist").text
    web.post("/procedures/desk/versions/2/acknowledgement")
    assert "has changed" not in web.get("/worklist").text


def test_the_page_says_what_changed_and_takes_the_word_of_whoever_read_it(web):
    ask(web.office, "asked", number=2)
    shown = web.log_in(clerk).get("/training")
    assert "Limit of" in words(shown.text) and "/procedures/desk/compare?from=1&amp;to=2" in shown.text
    after = web.follow(web.post("/procedures/desk/versions/2/acknowledgement", {"next": "/training"}))
    assert "Nothing to read" in words(after.text)
    assert "I have read it" not in web.get(PAGE).text


def test_the_first_version_is_read_as_a_whole(web):
    ask(web.office, "asked", number=1)
    assert "first version" in words(web.log_in(clerk).get("/procedures/desk/versions/1/training").text)


def test_a_task_to_be_read_first_is_not_offered_but_says_where_to_read(web):
    case = web.office.start("desk")
    ask(web.office, "required", number=2)
    rows = web.log_in(clerk).get("/worklist?view=available").text
    assert "Read first" in rows and "data-claim" not in main(rows)
    shown = web.get(f"/tasks/{case.id}-{case.task('take').no}").text
    assert "has not yet acknowledged it" in words(shown) and PAGE in shown
    refused = web.follow(web.post(f"/tasks/{case.id}-{case.task('take').no}/claim"))
    assert "has to be read and acknowledged first" in words(refused.text)
    web.post("/procedures/desk/versions/2/acknowledgement")
    assert "data-claim" in web.get("/worklist?view=available").text
    assert "Read what changed" not in web.get(f"/tasks/{case.id}-{case.task('take').no}").text


def test_the_owner_sees_who_has_read_and_an_employee_does_not(web):
    ask(web.office, "required", number=2)
    web.another(colleague).post("/procedures/desk/versions/2/acknowledgement")
    page = words(web.log_in(owner).get(PAGE).text)
    assert "1 of 2" in page and page.index("张敏") < page.index("王芳")
    assert "Who has read it" in words(web.another(lead).get(PAGE).text)
    assert "Who has read it" not in words(web.another(clerk).get(PAGE).text)


def test_in_chinese(web):
    ask(web.office, "required", number=2)
    page = words(web.another(clerk, "zh").get("/training").text)
    assert "待阅读" in page and "我已阅读" in page and "领取其任务前须阅读" in page


def test_what_is_not_asked_for_has_no_page(web):
    web.log_in(clerk)
    assert web.get(PAGE).status_code == 404
    assert web.get("/procedures/desk/versions/9/training").status_code == 404
    assert web.post("/procedures/desk/versions/2/acknowledgement").status_code == 409


def test_over_the_api(database):
    desk = Desk(database)
    desk.office.deploy(FIRST)
    desk.office.deploy(SECOND)
    ask(desk.office, "required", number=2)
    call = desk.caller(clerk)
    (item,) = call.get("/training")["items"]
    assert (item["procedure"], item["version"], item["before"], item["training"]) == ("desk", 2, 1, "required")
    task_id = call.post("/cases", {"procedure": "desk"}, 201)["next"] or "1-2"
    refused = call.post(f"/tasks/{task_id}/claim", status=403)
    assert refused["code"] == "training-required"
    assert "acknowledged" in call.get(f"/tasks/{task_id}")["why_not"]
    at = "/procedures/desk/versions/2"
    assert call.post(f"{at}/acknowledgement") == {"procedure": "desk", "version": 2}
    call.post(f"/tasks/{task_id}/claim")
    assert [one["login"] for one in call.get(f"{at}/training")["people"]] == [clerk]
    shown = desk.caller(owner).get(f"{at}/training")
    assert [(one["login"], one["read_at"] is None) for one in shown["people"]] == [(colleague, True), (clerk, False)]
    assert any("Limit of" in sentence for sentence in shown["changes"])
    assert len(desk.caller(auditor).get(f"{at}/training")["people"]) == 2
    assert call.get("/training")["items"] == []
    assert call.post("/procedures/desk/versions/1/acknowledgement", status=409)["code"] == "nothing-to-read"
