"""Releases over the API: scopes, shares, taken back, and the cases of two versions beside each other."""

from __future__ import annotations

import pytest

from engine.domain import commands as c
from tests.office import clerk, outsider, owner
from tests.webui.caller import REFUND, Desk

CHANGED = REFUND.replace("退款".encode(), "退费".encode())
PATH = "/procedures/refund/versions/2"


@pytest.fixture
def desk(database) -> Desk:
    desk = Desk(database)
    desk.office.deploy(CHANGED, draft=True)
    return desk


def test_to_a_department_then_to_everyone_then_back(desk):
    call = desk.caller(owner)
    answer = call.post(f"{PATH}/release", {"scope": {"departments": ["service"]}, "note": "shorter", "training": "asked"})
    assert answer == {"key": "refund", "version": 2, "state": "released", "scope": {"departments": ["service"]}}
    assert desk.caller(clerk).post("/cases", {"procedure": "refund"}, 201)["version"] == 2
    assert desk.caller(outsider).post("/cases", {"procedure": "refund"}, 201)["version"] == 1
    call.post(f"{PATH}/release", {"scope": {"all": True}})
    assert call.post(f"{PATH}/withdrawal", {"reason": "worse"})["replaced_by"] == 1
    newest, *older = call.get("/procedures/refund/releases")["items"]
    assert (newest["version"], newest["scope"], newest["ended_at"]) == (1, {"all": True}, None)
    assert [(one["version"], one["ended_how"], one["ended_why"]) for one in older] == [
        (2, "withdrawn", "worse"), (2, "promoted", None), (1, "replaced", None)
    ]  # fmt: skip
    assert older[1]["note"] == "shorter"


def test_a_share_with_its_limits(desk):
    call = desk.caller(owner)
    sent = {"scope": {"share": 0.125}, "guard": {"on_time": 0.9, "cases": 30}}
    assert call.post(f"{PATH}/release", sent)["scope"] == {"share": "0.125"}
    (pilot, _) = call.get("/procedures/refund/releases")["items"]
    assert pilot["guard"] == {"on_time": "0.9", "cases": 30}


@pytest.mark.parametrize(
    "body, field",
    [
        ({}, "scope"), ({"scope": {}}, "scope"), ({"scope": {"all": True, "share": 0.1}}, "scope"),
        ({"scope": {"share": 0.00001}}, "scope"), ({"scope": {"share": "a tenth"}}, "scope.share"),
        ({"scope": {"departments": ["moon"]}}, "scope"), ({"scope": {"departments": []}}, "scope"),
        ({"scope": {"share": 0.1}, "guard": {}}, "guard"), ({"scope": {"share": 0.1}, "guard": {"on_time": 2}}, "guard.on_time"),
        ({"scope": {"all": True}, "guard": {"on_time": 0.9}}, "guard"), ({"scope": {"all": True}, "training": "no"}, "training"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_refused_names_the_field(desk, body, field):
    assert field in desk.caller(owner).post(f"{PATH}/release", body, 422)["errors"]


def test_what_does_not_fit_as_things_stand(desk):
    call = desk.caller(owner)
    assert call.post("/procedures/refund/versions/1/release", {"scope": {"share": 0.1}}, 409)["code"] == "version-for-everyone"
    assert call.post(f"{PATH}/withdrawal", {"reason": "x"}, 409)["code"] == "version-not-released"
    assert call.post(f"{PATH}/withdrawal", {"reason": " "}, 422)["errors"]
    call.post("/procedures/refund/versions/9/withdrawal", {"reason": "x"}, 404)
    call.get("/procedures/none/releases", 404)
    desk.caller(clerk).post(f"{PATH}/withdrawal", {"reason": "x"}, 403)
    call.post(f"{PATH}/release", {"scope": {"departments": ["warehouse"]}})
    call.post("/procedures/refund/versions/1/withdrawal", {"reason": "closed"})
    refused = desk.caller(clerk).post("/cases", {"procedure": "refund"}, 409)
    assert refused["code"] == "procedure-not-released-here"


def test_whose_a_procedure_is(desk):
    call = desk.caller(owner)
    assert call.put("/procedures/refund/department", {"department": "billing"}) == {"key": "refund", "department": "billing"}
    assert "department" in call.put("/procedures/refund/department", {"department": "moon"}, 422)["errors"]
    assert call.put("/procedures/refund/department", {"department": None})["department"] is None


def test_the_cases_of_two_versions_beside_each_other(desk):
    call = desk.caller(owner)
    call.get("/procedures/refund/comparison", 404)
    call.post(f"{PATH}/release", {"scope": {"departments": ["service"]}})
    for by in (clerk, clerk, outsider):
        desk.office.ask(c.StartCase("refund"), by)
    desk.office.wait("PT1H")
    found = call.get("/procedures/refund/comparison")
    assert (found["a"]["version"], found["a"]["started"], found["b"]["version"], found["b"]["started"]) == (1, 1, 2, 2)
    assert not found["enough"] and "of 30 needed" in found["verdict"]
    assert len(found["periods"]) == 1
    incidents = found["measures"][-1]
    assert (incidents["measure"], incidents["unit"], incidents["b"]) == (
        "incidents", "rate", {"n": 2, "value": 0.0, "low": 0.0, "high": 0.6576}
    )  # fmt: skip
    assert call.get("/procedures/refund/comparison", a=2, b=1)["a"]["version"] == 2
    call.get("/procedures/refund/comparison", 404, a=2, b=9)
    call.get("/procedures/none/comparison", 404)
    assert "需要 30 件" in desk.caller(owner, language="zh-CN").get("/procedures/refund/comparison")["verdict"]
