"""Migrations over the API: predicted, begun, followed page by page, stopped, undone."""

from __future__ import annotations

import pytest

from tests.engine.drawn import bpmn, sequence, task
from tests.office import auditor, clerk, lead, owner
from tests.webui.caller import Desk

OLD = bpmn(sequence("p", task("a", "front-desk"), task("b", "front-desk"), path="s > a > b > e"))
NEW = bpmn(sequence("p", task("b", "front-desk"), task("c"), path="s > b > c > e"))
BOTH = {"from": 1, "to": 2}
PATH = "/procedures/p/migrations"


@pytest.fixture
def desk(database) -> Desk:
    """Two cases: one at `a`, which the second version does not have, one at `b`."""
    desk = Desk(database)
    desk.behind = desk.office.start(OLD)
    desk.ahead = desk.office.start("p")
    desk.ahead.task("a").complete(by=clerk)
    desk.office.deploy(NEW)
    return desk


def test_what_would_happen(desk):
    said = desk.caller(owner).post(PATH, BOTH | {"dry_run": True})
    assert said["counts"] == {"moves": 1, "stays": 1}
    behind, ahead = said["cases"]
    assert (ahead["number"], ahead["answer"], ahead["why"]) == ("CL-000002", "moves", [])
    assert behind["answer"] == "stays"
    assert behind["why"][0]["element_id"] == "a"
    assert "is not in the new version" in behind["why"][0]["message"]
    assert desk.caller(auditor).get(f"{PATH}/preview", **BOTH) == said
    assert desk.caller(owner).get(PATH)["items"] == []


def test_it_happens_and_is_followed(desk):
    call = desk.caller(owner)
    begun = call.post(PATH, BOTH | {"reason": "shorter"}, 201)
    assert begun == {"id": 1, "procedure": "p", "from": 1, "to": 2, "cases": 2}
    assert call.get(f"{PATH}/1")["counts"]["planned"] == 2
    desk.office.work()
    shown = call.get(f"{PATH}/1", limit=1)
    assert (shown["state"], shown["reason"], shown["created_by"]) == ("finished", "shorter", owner)
    assert shown["counts"] == {"planned": 0, "moved": 1, "stayed": 1, "undone": 0, "stopped": 0}
    assert [one["state"] for one in shown["cases"]["items"]] == ["stayed"]
    following = call.get(f"{PATH}/1", cursor=shown["cases"]["next"])["cases"]
    assert [(one["number"], one["can_undo"]) for one in following["items"]] == [("CL-000002", True)]
    assert following["next"] is None
    assert len(call.get(f"{PATH}/1", state="moved")["cases"]["items"]) == 1
    assert [one["id"] for one in call.get(PATH)["items"]] == [1]


def test_a_mapping_and_cases_by_number(desk):
    call = desk.caller(owner)
    sent = BOTH | {"mapping": {"a": "b"}, "cases": ["CL-000001"]}
    assert call.post(PATH, sent | {"dry_run": True})["counts"] == {"moves": 1, "stays": 0}
    call.post(PATH, sent, 201)
    desk.office.work()
    assert desk.behind.open_tasks == ["b"]


def test_a_case_is_put_back(desk):
    call = desk.caller(owner)
    call.post(PATH, BOTH, 201)
    desk.office.work()
    assert call.post(f"{PATH}/1/cases/CL-000002/undo") == {"case": 2, "number": "CL-000002", "undone": 1}
    assert call.post(f"{PATH}/1/cases/2/undo", {}, 409)["code"] == "case-not-moved"
    call.post(f"{PATH}/9/cases/2/undo", {}, 404)
    call.post("/procedures/refund/migrations/1/cases/2/undo", {}, 404)


def test_a_migration_is_stopped(desk):
    call = desk.caller(owner)
    call.post(PATH, BOTH, 201)
    assert call.post(f"{PATH}/1/stop")["state"] == "stopped"
    assert call.post(f"{PATH}/1/stop", {}, 409)["code"] == "migration-over"
    call.post(f"{PATH}/2/stop", {}, 404)


def test_the_same_key_begins_one_migration(desk):
    call = desk.caller(owner)
    assert call.post(PATH, BOTH, 201, key="k") == call.post(PATH, BOTH, 201, key="k")
    assert len(call.get(PATH)["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": 1}, "to"),
        ({"from": 1, "to": 1}, "to"),
        (BOTH | {"mapping": {"a": "nowhere"}}, "a"),
        (BOTH | {"cases": ["CL-000009"]}, "cases"),
        (BOTH | {"cases": ["x"]}, "cases.0"),
        (BOTH | {"more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_named(desk, body, field):
    for more in ({}, {"dry_run": True}):
        assert field in desk.caller(owner).post(PATH, body | more, 422)["errors"]


def test_who_may(desk):
    for login in (clerk, lead):
        assert desk.caller(login).post(PATH, BOTH | {"dry_run": True}, 403)["code"] == "forbidden"
        assert desk.caller(login).post(PATH, BOTH, 403)["code"] == "forbidden"
        assert desk.caller(login).get(PATH, 403)["code"] == "forbidden"
    assert desk.caller(owner, "work").post(PATH, BOTH, 403)["code"] == "scope-missing"
    desk.caller(owner).post(PATH, {"from": 1, "to": 9}, 404)
    desk.caller(owner).post("/procedures/other/migrations", BOTH, 404)
