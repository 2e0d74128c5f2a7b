"""Tasks over the API: found, looked at, claimed, handed on, typed at, completed; each refusal in plain words."""

from __future__ import annotations

import pytest

from tests.office import admin, auditor, clerk, colleague, expert, lead, outsider, owner
from tests.webui.caller import Desk

FIELDS = (
    "id case_id case_number element_id name state assignee candidate_groups priority created_at due_at procedure "
    "version form guidance script"
).split()


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


@pytest.fixture
def task(desk: Desk) -> str:
    """The first task of a refund the clerk has opened."""
    return desk.caller(clerk).post("/cases", {"procedure": "refund", "variables": {"amount": "12.50"}}, 201)["next"]


def test_a_task_has_everything_its_doer_should_see(desk, task):
    shown = desk.caller(clerk).get(f"/tasks/{task}")
    assert set(FIELDS) <= shown.keys()
    assert (shown["id"], shown["case_id"], shown["case_number"]) == (task, 1, "CL-000001")
    assert (shown["element_id"], shown["name"], shown["state"]) == ("check", "Check", "open")
    assert (shown["assignee"], shown["candidate_groups"]) == (None, ["front-desk"])
    assert (shown["procedure"], shown["version"], shown["priority"]) == ("refund", 1, 50)
    assert (shown["created_at"], shown["due_at"]) == ("2026-03-02T01:00:00Z", "2026-03-02T03:00:00Z")
    assert shown["guidance"] == "Compare the **receipt**." and shown["script"] == "Good day!"
    amount, bought_on, how = shown["form"]["fields"]
    assert (amount["key"], amount["label"], amount["type"], amount["required"]) == ("amount", "Amount", "decimal", True)
    assert (bought_on["type"], bought_on["required"], bought_on["default"]) == ("date", False, None)
    assert how["options"] == [{"value": "cash", "label": "Cash"}, {"value": "card", "label": "Card"}]
    assert shown["variables"]["amount"] == "12.50"
    assert shown["may"] == {"claim": True, "complete": True, "release": False, "delegate": False, "assign": False}


def test_words_come_in_the_language_asked_for_else_in_that_of_the_owner(desk, task):
    assert desk.caller(clerk, language="zh-CN").get(f"/tasks/{task}")["name"] == "核对"
    assert desk.caller(clerk, language="fr, en;q=0.5, zh;q=0.1").get(f"/tasks/{task}")["script"] == "Good day!"
    assert desk.caller(clerk, language="").get(f"/tasks/{task}")["script"] == "您好！"


def test_claim_and_release(desk, task):
    call = desk.caller(clerk)
    assert call.post(f"/tasks/{task}/claim")["assignee"] == clerk
    assert call.get(f"/tasks/{task}")["assignee"] == clerk
    refused = desk.caller(colleague).post(f"/tasks/{task}/claim", status=409)
    assert refused["code"] == "task-held" and "张敏" in refused["detail"]
    assert call.delete(f"/tasks/{task}/claim")["assignee"] is None
    assert call.delete(f"/tasks/{task}/claim", 409)["code"] == "task-not-held"
    assert desk.caller(colleague).post(f"/tasks/{task}/claim")["assignee"] == colleague


def test_complete_leads_to_the_next_task(desk, task):
    done = desk.caller(clerk).post(
        f"/tasks/{task}/completion", {"variables": {"amount": "1234567890.10", "bought_on": "2026-02-28", "how": "card"}}
    )
    assert (done["state"], done["case_state"]) == ("completed", "open")
    values = desk.caller(clerk).get("/cases/1/variables")["items"][0]["variables"]
    assert values == {"amount": "1234567890.10", "bought_on": "2026-02-28", "how": "card"}
    shown = desk.caller(clerk).get(f"/tasks/{task}")
    assert (shown["state"], shown["ended_by"]) == ("completed", "张敏")


def test_numbers_keep_every_digit(desk, task):
    body = '{"variables": {"amount": 0.1000000000000000055511151231}}'
    desk.caller(clerk).ask("POST", f"/tasks/{task}/completion", 200, data=body, content_type="application/json")
    values = desk.caller(clerk).get("/cases/1/variables")["items"][0]["variables"]
    assert values["amount"] == "0.1000000000000000055511151231"


def test_every_field_with_a_problem_is_named(desk, task):
    wrong = {"amount": "a lot", "bought_on": "yesterday", "how": "barter", "more": 1}
    refused = desk.caller(clerk).post(f"/tasks/{task}/completion", {"variables": wrong}, 422)
    assert refused["code"] == "invalid-input" and refused["errors"].keys() == wrong.keys()
    assert refused["errors"]["how"] == "“How” should be one of: Cash, Card."
    in_chinese = desk.caller(clerk, language="zh").post(f"/tasks/{task}/completion", {"variables": wrong}, 422)
    assert in_chinese["errors"]["bought_on"].startswith("“Bought on”应为日期")
    assert desk.caller(clerk).post(f"/tasks/{task}/completion", status=200)["state"] == "completed"


def test_the_second_of_two_completions_is_refused(desk, task):
    desk.caller(clerk).post(f"/tasks/{task}/completion")
    refused = desk.caller(colleague).post(f"/tasks/{task}/completion", status=409)
    assert refused["code"] == "task-not-open" and "张敏" in refused["detail"]
    assert "2026-03-02 01:00 UTC" in refused["detail"]


def test_four_eyes(desk, task):
    desk.caller(clerk).post(f"/tasks/{task}/completion")
    (approve,) = desk.caller(colleague).get("/tasks", view="available")["items"]
    refused = desk.caller(clerk).post(f"/tasks/{approve['id']}/claim", status=403)
    assert refused["code"] == "separation-of-duties" and "Check" in refused["detail"]
    shown = desk.caller(clerk).get(f"/tasks/{approve['id']}")
    assert not shown["may"]["complete"] and "Separation of duties" in shown["why_not"]


def test_delegate_and_assign(desk, task):
    call = desk.caller(clerk)
    assert call.post(f"/tasks/{task}/delegation", {"to": colleague}, 409)["code"] == "task-not-held"
    call.post(f"/tasks/{task}/claim")
    assert call.post(f"/tasks/{task}/delegation", {"to": "nobody"}, 404)["code"] == "not-found"
    assert call.post(f"/tasks/{task}/delegation", {}, 422)["errors"] == {"to": "This is required."}
    assert call.post(f"/tasks/{task}/delegation", {"to": colleague, "note": "please"})["assignee"] == colleague
    assert call.post(f"/tasks/{task}/assignment", {"to": clerk}, 403)["code"] == "forbidden"
    assert desk.caller(lead).post(f"/tasks/{task}/assignment", {"to": clerk})["assignee"] == clerk
    assert desk.caller(admin).get(f"/tasks/{task}")["assignee"] == clerk


def test_a_draft_is_kept_as_typed(desk, task):
    call = desk.caller(clerk)
    call.put(f"/tasks/{task}/draft", {"variables": {"amount": 12.25, "how": "?", "sure": True, "note": None}})
    assert call.get(f"/tasks/{task}")["draft"] == {"amount": "12.25", "how": "?", "sure": "true", "note": ""}
    call.post(f"/tasks/{task}/draft", {"variables": {"amount": "13"}})
    assert call.get(f"/tasks/{task}")["draft"] == {"amount": "13"}
    assert call.put(f"/tasks/{task}/draft", {"variables": {}}) and call.get(f"/tasks/{task}")["draft"] is None
    assert call.put(f"/tasks/{task}/draft", {"variables": {"a": [1]}}, 422)["errors"].keys() == {"variables.a"}


def test_take_the_next_task(desk, task):
    assert desk.caller(clerk).post("/tasks/next")["id"] == task
    assert desk.caller(colleague).post("/tasks/next", status=404)["code"] == "no-next-task"


def test_the_worklist(desk, task):
    call = desk.caller(clerk)
    assert [line["id"] for line in call.get("/tasks", view="available")["items"]] == [task]
    assert call.get("/tasks") == {"items": [], "next": None}
    call.post(f"/tasks/{task}/claim")
    assert [line["id"] for line in call.get("/tasks", view="mine")["items"]] == [task]
    assert [line["id"] for line in desk.caller(lead).get("/tasks", view="team")["items"]] == [task]
    assert [line["id"] for line in desk.caller(auditor).get("/tasks", view="all")["items"]] == [task]
    for view in ("team", "all"):
        assert call.get("/tasks", 403, view=view)["code"] == "forbidden"


def test_the_worklist_filtered(desk, task):
    call = desk.caller(owner)
    wanted = {"case": "CL-000001", "procedure": "refund", "due_before": "2026-03-02T03:00:01Z", "q": "cl-000001"}
    for name, value in wanted.items():
        assert len(call.get("/tasks", view="all", **{name: value})["items"]) == 1, name
    others = {"case": "2", "procedure": "inquiry", "due_before": "2026-03-02T11:00:00+08:00", "q": "nothing"}
    for name, value in others.items():
        assert call.get("/tasks", view="all", **{name: value})["items"] == [], name
    for sort in ("due", "-created", "priority", "-case", "step", "customer"):
        assert len(call.get("/tasks", view="all", sort=sort)["items"]) == 1, sort


def test_the_worklist_page_by_page(desk):
    call = desk.caller(clerk)
    for _ in range(5):
        call.post("/cases", {"procedure": "refund"}, 201)
    for sort in ("due", "-created"):
        seen, cursor = [], None
        while True:
            found = call.get("/tasks", view="available", limit=2, sort=sort, **({"cursor": cursor} if cursor else {}))
            seen += [line["case_id"] for line in found["items"]]
            if (cursor := found["next"]) is None:
                break
        assert sorted(seen) == [1, 2, 3, 4, 5]


def test_counts(desk, task):
    desk.office.wait("PT3H", work=False)
    found = desk.caller(clerk).get("/tasks/count", view="available")
    assert (found["count"], found["late"], found["soon"], found["waiting"]) == (1, 1, 0, 0)
    assert found["views"] == {"mine": 0, "available": 1, "team": 0, "all": 0}
    assert desk.caller(lead).get("/tasks/count")["views"]["team"] == 1


MEANINGLESS = [
    ("view", "others"), ("sort", "colour"), ("limit", "0"), ("limit", "201"), ("limit", "many"), ("cursor", "zzz"),
    ("cursor", "W3RydWUsMSwxXQ"), ("case", "17-4"), ("due_before", "2026-03-02"), ("colour", "blue"), ("q", "x" * 201),
]  # fmt: skip


def test_a_parameter_that_cannot_be_meant_is_named(desk):
    call = desk.caller(clerk)
    for name, value in MEANINGLESS:
        assert call.get("/tasks", 422, **{name: value})["errors"].keys() == {name}


def test_what_stands_twice_is_refused(desk):
    assert desk.caller(clerk).ask("GET", "/tasks?limit=1&limit=2", 422).json["errors"].keys() == {"limit"}


def test_other_peoples_tasks_do_not_exist(desk, task):
    for login in (outsider, expert):
        call = desk.caller(login)
        for answer in (
            call.get(f"/tasks/{task}", 404),
            call.post(f"/tasks/{task}/claim", status=404),
            call.delete(f"/tasks/{task}/claim", 404),
            call.post(f"/tasks/{task}/completion", status=404),
            call.post(f"/tasks/{task}/delegation", {"to": login}, 404),
            call.post(f"/tasks/{task}/assignment", {"to": login}, 404),
            call.put(f"/tasks/{task}/draft", {"variables": {}}, 404),
        ):
            assert (answer["code"], answer["detail"]) == ("not-found", "The task was not found.")
        assert call.get("/tasks", view="available")["items"] == []


def test_a_task_that_is_none(desk):
    call = desk.caller(admin)
    ids = "1-99 99-1 999999999999999-999999999 9999999999999999-1 1 1- a-b -1-4 1-4-1 1-4%00 01-3 1-03 0-0"
    for task_id in ids.split():
        call.get(f"/tasks/{task_id}", 404)
