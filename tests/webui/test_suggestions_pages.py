"""A suggestion goes from the task to the owner and back to whoever made it, without a script."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from tests.engine.drawn import bpmn, sequence, task
from tests.office import clerk, colleague, expert, owner
from tests.webui.caller import REFUND, Desk
from tests.webui.pages import SCRIPT, words
from tests.webui.web import Web, field_value

DESK = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > e"))


@pytest.fixture
def web(database) -> Web:
    web = Web.of(database)
    web.office.deploy(DESK)
    return web


def suggested(web: Web, text: str = "Ask for the order number first.") -> str:
    """The address of the task at which it was made."""
    case = web.office.start("desk")
    at = f"/tasks/{case.id}-{case.task('take').no}"
    answer = web.follow(web.post(f"{at}/suggestions", {"text": text}))
    assert "with the owner of the procedure" in words(answer.text)
    return at


def test_from_the_task_to_the_owner_and_back(web):
    suggested(web.log_in(clerk), SCRIPT)
    mine = web.get("/suggestions").text
    assert SCRIPT not in mine and SCRIPT in words(mine) and "open" in words(mine)
    desk = web.another(owner)
    page = words(desk.get("/suggestions").text)
    assert "1 open of 1" in page and "take" in page and "张敏" in page
    sent = {"verdict": "accepted", "answer": "Yes, from the next version on.", "procedure": "desk"}
    assert "0 open of 1" in words(desk.follow(desk.post("/suggestions/1/answer", sent)).text)
    mine = words(web.get("/suggestions").text)
    assert "accepted" in mine and "Yes, from the next version on." in mine
    web.office.ask(c.DeployVersion(DESK.replace(b'"take"', b'"take_it"'), suggestions=(1,)), owner)
    assert "taken up in v2" in words(web.get("/suggestions").text)
    assert "Change the answer" not in desk.get("/suggestions").text


def test_what_was_typed_stays_where_it_is_refused(web):
    case = web.office.start("desk")
    at = f"/tasks/{case.id}-{case.task('take').no}/suggestions"
    refused = web.log_in(clerk).post(at, {"text": "x" * 2001})
    assert refused.status_code == 422 and field_value(refused.text, "text") == "x" * 2001
    assert "between 1 and 2,000 characters" in words(refused.text)
    suggested(web)
    refused = web.another(owner).post("/suggestions/1/answer", {"verdict": "declined", "answer": " ", "procedure": "desk"})
    assert refused.status_code == 422 and "between 1 and 2,000 characters" in words(refused.text)


def test_others_neither_see_nor_answer_it(web):
    suggested(web.log_in(clerk))
    other = web.another(colleague)
    assert "order number" not in other.get("/suggestions").text
    assert other.post("/suggestions/1/answer", {"verdict": "accepted", "answer": "ok"}).status_code == 403
    assert web.another(expert).post("/tasks/1-2/suggestions", {"text": "x"}).status_code == 404


def test_over_the_api(database):
    desk = Desk(database)
    call = desk.caller(clerk)
    at = call.post("/cases", {"procedure": "refund", "variables": {"amount": "12.50"}}, 201)["next"]
    made = call.post(f"/tasks/{at}/suggestions", {"text": "Ask first."}, 201)
    assert made == {"id": 1, "state": "open"}
    (mine,) = call.get("/suggestions")["items"]
    assert (mine["element_id"], mine["step"], mine["task_id"], mine["author"]) == ("check", "Check", at, clerk)
    assert call.get("/procedures/refund/suggestions", 403)["code"] == "forbidden"
    owns = desk.caller(owner)
    assert owns.get("/procedures/refund/suggestions")["items"] == [mine]
    assert owns.get("/procedures/nothing/suggestions", 404)["code"] == "not-found"
    assert owns.post("/suggestions/1/answer", {"verdict": "perhaps", "answer": "x"}, 422)["errors"].keys() == {"verdict"}
    assert owns.post("/suggestions/1/answer", {"verdict": "declined", "answer": "Not yet."})["state"] == "declined"
    assert owns.post("/suggestions/7/answer", {"verdict": "declined", "answer": "x"}, 404)["code"] == "not-found"
    assert call.get("/suggestions")["items"][0]["answer"] == "Not yet."
    again = REFUND.replace(b"Good day!", b"Good morning!")
    for wrong in ("one", "9", "1,,x"):
        assert "suggestions" in owns.upload(again, 422, suggestions=wrong)["errors"]
    assert owns.upload(again, suggestions="1", draft="true")["version"] == 2
    assert call.get("/suggestions")["items"][0]["taken_up_in"] == 2
