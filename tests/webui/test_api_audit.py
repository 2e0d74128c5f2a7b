"""Messages, customers and the trail over the API."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.office import admin, auditor, clerk, colleague, lead, outsider, owner
from tests.webui.caller import Desk


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


@pytest.fixture
def waiting(desk: Desk) -> int:
    """A refund that waits for the customer's answer."""
    call = desk.caller(lead)
    case = desk.caller(clerk).post("/cases", {"procedure": "refund", "variables": {"amount": 9}, "business_key": "R-9"}, 201)
    for login in (clerk, colleague):
        (task,) = desk.caller(login).get("/tasks", view="available")["items"]
        desk.caller(login).post(f"/tasks/{task['id']}/completion")
    (incident,) = call.get(f"/cases/{case['id']}/incidents")["items"]
    call.post(f"/cases/{case['id']}/incidents/{incident['no']}/retry", {"variables": {"people": 3}})
    return case["id"]


@pytest.mark.parametrize("correlation", [{"case": 1}, {"case": "CL-000001"}, {"business_key": "R-9"}])
def test_a_message_reaches_the_case_it_names(desk, waiting, correlation):
    body = {"name": "customer-answered", "correlation": correlation, "variables": {"answer": "yes"}}
    assert desk.caller(clerk).post("/messages", body) == {"id": waiting, "number": "CL-000001", "state": "closed"}
    assert desk.caller(clerk).get(f"/cases/{waiting}")["state"] == "closed"
    assert desk.caller(clerk).post("/messages", body, 409)["code"] == "nobody-waits"


def test_a_message_nobody_waits_for(desk, waiting):
    call = desk.caller(clerk)
    for name, correlation in (("other", {"case": 1}), ("customer-answered", {}), ("customer-answered", {"case": 7})):
        refused = call.post("/messages", {"name": name, "correlation": correlation}, 409)
        assert refused["code"] == "nobody-waits" and name in refused["detail"]
    body = {"name": "customer-answered", "correlation": {"case": 1}}
    assert desk.caller(auditor).post("/messages", body, 403)["code"] == "forbidden"
    assert desk.caller(outsider).post("/messages", body, 409)["code"] == "nobody-waits"
    assert call.post("/messages", {"correlation": 1, "variables": None}, 422)["errors"].keys() == {
        "name", "correlation", "variables",
    }  # fmt: skip


def test_customers_are_found_by_phone_or_name(desk):
    call = desk.caller(clerk)
    call.post("/customers", {"name": "王丽娟", "phone": "138 0013 8000", "email": "wang@example.com", "note": "calls late"}, 201)
    call.post("/customers", {"name": "Tom 100% Black"}, 201)
    assert [one["name"] for one in call.get("/customers", q="8000")["items"]] == ["王丽娟"]
    assert [one["name"] for one in call.get("/customers", q="丽")["items"]] == ["王丽娟"]
    assert [one["name"] for one in call.get("/customers", q="0%")["items"]] == ["Tom 100% Black"]
    assert len(call.get("/customers", limit=1)["items"]) == 1
    call.put("/customers/1", {"name": "王丽娟", "phone": "139 0013 9000"})
    shown = call.get("/customers/1")
    assert (shown["phone"], shown["note"], shown["created_at"]) == ("139 0013 9000", "", "2026-03-02T01:00:00Z")


def test_customers_refused(desk):
    call = desk.caller(clerk)
    assert call.post("/customers", {"phone": "?"}, 422)["errors"].keys() == {"name"}
    wrong = call.post("/customers", {"name": " ", "phone": "none", "email": "nowhere"}, 422)
    assert wrong["errors"].keys() == {"name", "phone", "email"}
    assert call.get("/customers/1", 404) and call.put("/customers/1", {"name": "X"}, 404)
    assert desk.caller(auditor).post("/customers", {"name": "X"}, 403)
    call.post("/customers", {"name": "a\nb\tc"}, 201)
    assert call.get("/customers/1")["name"] == "a b c"


def test_the_trail_searched(desk, waiting):
    call = desk.caller(auditor)
    newest = call.get("/audit/trail")["items"]
    assert [entry["at"] for entry in newest] == sorted((entry["at"] for entry in newest), reverse=True)
    assert {entry["case_id"] for entry in newest} == {None, waiting}
    completed = call.get("/audit/trail", type="TaskCompleted", actor=clerk, case=waiting)["items"]
    assert [(entry["type"], entry["actor"]) for entry in completed] == [("TaskCompleted", clerk)]
    assert call.get("/audit/trail", to="2026-03-02T01:00:00Z")["items"] == []
    assert call.get("/audit/trail", **{"from": "2026-03-02T09:00:00+08:00"}, limit=1)["next"]
    assert call.get("/audit/trail", 422, type="Rumour", actor="nobody")["errors"].keys() == {"type"}
    assert call.get("/audit/trail", 422, actor="nobody")["errors"].keys() == {"actor"}
    assert call.get("/audit/trail", 422, cursor="WzQ2MTE2ODYwMTg0MjczODc5MDQsMSwxXQ")["errors"].keys() == {"cursor"}
    everything = call.get("/audit/trail", limit=200)["items"]
    seen, cursor = [], {}
    while True:
        found = call.get("/audit/trail", limit=7, **cursor)
        seen += found["items"]
        if found["next"] is None:
            break
        cursor = {"cursor": found["next"]}
    assert seen == everything


def test_employees_search_what_they_may_see(desk, waiting):
    assert {entry["case_id"] for entry in desk.caller(clerk).get("/audit/trail")["items"]} == {waiting}
    assert desk.caller(outsider).get("/audit/trail")["items"] == []


def test_the_trail_verified(desk, waiting):
    found = desk.caller(auditor).get("/audit/verification")
    assert (found["verdict"], found["scope"], found["chains"], found["faults"]) == ("intact", "all", 2, [])
    assert desk.office.system_trail().last("TrailVerified").data["entries"] == found["entries"]
    one = desk.caller(clerk).get("/audit/verification", case="CL-000001")
    assert (one["scope"], one["chains"], one["verdict"]) == ("CL-000001", 1, "intact")
    assert desk.caller(clerk).get("/audit/verification", 403)["code"] == "forbidden"
    assert desk.caller(admin).get("/audit/verification", 404, case=77)


def test_the_first_bad_entry_is_named(desk, waiting):
    database = desk.office.database
    with database.write() as conn:
        if database.is_sqlite:
            for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                conn.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            conn.execute(text("SET session_replication_role = replica"))
        conn.execute(text("UPDATE entry SET actor_id = 99 WHERE case_id = 1 AND seq = 3"))
        if not database.is_sqlite:
            conn.execute(text("SET session_replication_role = origin"))
    found = desk.caller(owner).get("/audit/verification")
    assert found["verdict"] == "broken"
    assert [(fault["case_number"], fault["seq"]) for fault in found["faults"]] == [("CL-000001", 3)]
    assert found["faults"][0]["text"] == "Entry 3: its content was altered."


def test_the_trail_searched_by_what_it_is_about(desk, waiting):
    call = desk.caller(auditor)
    desk.caller(clerk).post(f"/cases/{waiting}/notes", {"text": "客户要求退款 quickly"}, 201)
    assert [one["type"] for one in call.get("/audit/trail", q="退款")["items"]] == ["NoteAdded"]
    assert call.get("/audit/trail/count", q="退款") == {"count": 1, "is_exact": True}
    assert call.get("/audit/trail", q="退款", procedure="other")["items"] == []
    found = call.get("/audit/trail", procedure="refund", version=1, element="check", type="TaskCompleted")
    assert len(found["items"]) == 1 and found["looked_until"] is None
    assert call.get("/audit/trail/count", customer=7) == {"count": 0, "is_exact": True}
    assert call.get("/audit/trail", 422, customer=0, version="x")["errors"].keys() == {"customer", "version"}


def test_the_exceptions_by_kind(desk, waiting):
    call = desk.caller(auditor)
    of_kind = {one["kind"]: one["count"] for one in call.get("/audit/exceptions/counts")["items"]}
    assert of_kind == {"deviation": 0, "late": 0, "separation": 0, "intervention": 2, "timer": 0, "log-in": 0}
    both = call.get("/audit/exceptions")["items"]
    assert [one["entry"]["type"] for one in both] == ["IncidentResolved", "VariablesEdited"]
    assert {(one["entry"]["case_id"], *one["deviations"]) for one in both} == {(waiting,)}
    assert call.get("/audit/exceptions", kind="separation")["items"] == []
    assert call.get("/audit/exceptions", 422, kind="rumour")["errors"].keys() == {"kind"}
    assert desk.caller(clerk).get("/audit/exceptions", 403)["code"] == "forbidden"
