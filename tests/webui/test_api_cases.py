"""Cases over the API: opened, found, explained, corrected, cancelled; what is not one's to see does not exist."""

from __future__ import annotations

import pytest

from tests.office import admin, auditor, clerk, colleague, expert, lead, outsider, owner
from tests.webui.caller import Desk


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


@pytest.fixture
def case(desk: Desk) -> int:
    body = {"procedure": "refund", "variables": {"amount": "90.00", "reason": "broken"}, "business_key": "R-1"}
    return desk.caller(clerk).post("/cases", body, 201)["id"]


def test_open_a_case(desk):
    desk.caller(clerk).post("/customers", {"name": "王丽娟", "phone": "138 0013 8000"}, 201)
    body = {"procedure": "refund", "variables": {"amount": 20}, "customer": 1, "business_key": "R-7", "channel": "phone"}
    made = desk.caller(clerk).post("/cases", body, 201)
    assert (made["id"], made["number"], made["state"]) == (1, "CL-000001", "open")
    assert (made["procedure"], made["version"], made["customer_id"]) == ("refund", 1, 1)
    shown = desk.caller(clerk).get("/cases/1")
    assert (shown["customer"], shown["business_key"], shown["channel"]) == ("王丽娟", "R-7", "phone")
    assert (shown["owner"], shown["department"], shown["opened_at"]) == (clerk, "service", "2026-03-02T01:00:00Z")
    assert [task["id"] for task in shown["tasks"]] == [made["next"]]
    assert shown["instances"][0]["procedure"] == "refund" and shown["instances"][0]["ended_at"] is None


def test_a_case_may_bring_its_customer_along(desk):
    new = {"name": "Tom Black", "phone": "+44 20 7946 0958", "segment": "gold"}
    made = desk.caller(clerk).post("/cases", {"procedure": "refund", "customer": new}, 201)
    assert desk.caller(clerk).get(f"/customers/{made['customer_id']}")["segment"] == "gold"
    refused = desk.caller(clerk).post("/cases", {"procedure": "refund", "customer": {"name": "T", "phone": "?"}}, 422)
    assert refused["errors"].keys() == {"phone"}
    assert len(desk.caller(clerk).get("/customers")["items"]) == 1
    assert len(desk.caller(clerk).get("/cases")["items"]) == 1


IMPOSSIBLE = [
    ({}, 422, {"procedure"}),
    ({"procedure": "nothing"}, 404, set()),
    ({"procedure": "refund", "variables": {"amount": "a lot", "colour": "red"}}, 422, {"amount", "colour"}),
    ({"procedure": "refund", "customer": 99}, 404, set()),
    ({"procedure": "refund", "customer": "me"}, 422, {"customer"}),
    ({"procedure": "refund", "customer": {}}, 422, {"customer.name"}),
    ({"procedure": 7, "variables": [], "title": "x" * 401}, 422, {"procedure", "variables", "title"}),
    ({"procedure": "refund", "due": "now"}, 422, {"due"}),
    ([], 422, {"body"}),
    ("refund", 422, {"body"}),
]


def test_a_case_that_cannot_be_opened(desk):
    call = desk.caller(clerk)
    for body, status, places in IMPOSSIBLE:
        refused = call.ask("POST", "/cases", status, json=body).json
        assert refused.get("errors", {}).keys() == places, body
    assert desk.caller(admin).get("/cases")["items"] == []


def test_who_may_open_one(desk):
    assert desk.caller(auditor).post("/cases", {"procedure": "refund"}, 403)["code"] == "forbidden"


def test_cases_are_found_by_their_number_too(desk, case):
    assert desk.caller(clerk).get("/cases/CL-000001")["id"] == case
    for wrong in ("CL-17", "2", "0", "-1", "1.0", "999999999999999", "1e3", "CL-", "01", "9" * 40, "CL-" + "0" * 99, "%00", "1%00"):
        assert desk.caller(admin).ask("GET", f"/cases/{wrong}", 404).json["status"] == 404


def test_the_list(desk, case):
    call = desk.caller(clerk)
    call.post("/cases", {"procedure": "refund", "title": "Second"}, 201)
    assert [line["id"] for line in call.get("/cases")["items"]] == [2, 1]
    assert [line["id"] for line in call.get("/cases", q="r-1")["items"]] == [1]
    assert [line["title"] for line in call.get("/cases", q="cl-000002")["items"]] == ["Second"]
    assert call.get("/cases", state="closed")["items"] == []
    assert len(call.get("/cases", mine="true", procedure="refund")["items"]) == 2
    assert call.get("/cases", customer=5)["items"] == []
    first = call.get("/cases", limit=1)
    second = call.get("/cases", limit=1, cursor=first["next"])
    assert (first["items"][0]["id"], second["items"][0]["id"], second["next"]) == (2, 1, None)
    assert call.get("/cases", 422, state="lost")["errors"].keys() == {"state"}
    assert call.get("/cases", 422, cursor="WzQ2MTE2ODYwMTg0MjczODc5MDQsMV0")["errors"].keys() == {"cursor"}


def test_the_clocks_explain_themselves(desk, case):
    desk.office.wait("PT4H", work=False)
    whole, check = desk.caller(clerk).get(f"/cases/{case}/clocks")["items"]
    assert (whole["name"], whole["task_id"], whole["limit"]) == ("whole", None, "PT72H")
    assert (check["label"], check["standing"], check["due_at"]) == ("Check", "breached", "2026-03-02T03:00:00Z")
    assert [segment["kind"] for segment in check["segments"]][:1] == ["counted"]
    assert sum(segment["seconds"] for segment in check["segments"]) == 4 * 3600
    counted = [segment["seconds"] for segment in check["segments"] if segment["kind"] in ("counted", "late")]
    assert (check["used_seconds"], check["remaining_seconds"]) == (sum(counted), 0)
    assert "not counted" in " ".join(segment["text"] for segment in check["segments"])


def test_the_trail_page_by_page(desk, case):
    call = desk.caller(clerk)
    whole = call.get(f"/cases/{case}/trail", limit=200)["items"]
    assert [entry["seq"] for entry in whole] == list(range(1, len(whole) + 1))
    assert (whole[0]["type"], whole[0]["actor"], whole[0]["case_id"]) == ("CaseStarted", clerk, case)
    assert whole[0]["data"]["values"] == {"amount": "90.00", "reason": "broken"}
    first = call.get(f"/cases/{case}/trail", limit=2)
    assert call.get(f"/cases/{case}/trail", limit=200, cursor=first["next"])["items"] == whole[2:]
    assert call.get(f"/cases/{case}/trail", limit=200, newest_first="true")["items"] == whole[::-1]


def test_notes(desk, case):
    desk.caller(colleague).post(f"/cases/{case}/notes", {"text": "Called back.\n<script>alert(1)</script>"}, 201)
    last = desk.caller(clerk).get(f"/cases/{case}/trail", newest_first="true")["items"][0]
    assert (last["type"], last["actor"]) == ("NoteAdded", colleague)
    assert last["data"]["text"] == "Called back.\n<script>alert(1)</script>"
    for text in ("", "   ", "x" * 10_001):
        assert desk.caller(clerk).post(f"/cases/{case}/notes", {"text": text}, 422)["errors"].keys() == {"text"}


def test_another_owner(desk, case):
    assert desk.caller(colleague).post(f"/cases/{case}/reassignment", {"to": colleague}, 403)
    desk.caller(lead).post(f"/cases/{case}/reassignment", {"to": colleague, "reason": "holiday"})
    assert desk.caller(clerk).get(f"/cases/{case}")["owner"] == colleague
    assert desk.caller(lead).post(f"/cases/{case}/reassignment", {"to": "nobody"}, 404)


def test_cancel(desk, case):
    assert desk.caller(clerk).post(f"/cases/{case}/cancellation", {"reason": " "}, 422)["errors"].keys() == {"reason"}
    assert desk.caller(colleague).post(f"/cases/{case}/cancellation", {"reason": "no"}, 403)
    assert desk.caller(clerk).post(f"/cases/{case}/cancellation", {"reason": "by mistake"})["state"] == "cancelled"
    shown = desk.caller(clerk).get(f"/cases/{case}")
    assert (shown["state"], shown["tasks"][0]["state"]) == ("cancelled", "cancelled")
    refused = desk.caller(clerk).post(f"/cases/{case}/cancellation", {"reason": "again"}, 409)
    assert refused["detail"] == "Case CL-000001 is cancelled and can no longer be changed."


def test_an_incident_is_seen_corrected_and_retried(desk, case):
    stumble(desk, case)
    (incident,) = desk.caller(clerk).get(f"/cases/{case}/incidents")["items"]
    assert (incident["element_id"], incident["name"], incident["source"]) == ("share", "Share", "amount / people")
    assert "people" in incident["text"]
    retry = f"/cases/{case}/incidents/{incident['no']}/retry"
    assert desk.caller(colleague).post(retry, {"variables": {"people": 4}}, 403)
    desk.caller(lead).post(retry, {"variables": {"people": 4}})
    assert desk.caller(clerk).get(f"/cases/{case}/incidents") == {"items": [], "next": None}
    assert desk.caller(clerk).get(f"/cases/{case}/incidents", settled="true")["items"][0]["resolved_at"]
    assert desk.caller(clerk).get(f"/cases/{case}/variables")["items"][0]["variables"]["each"] == "22.50"
    assert desk.caller(lead).post(retry, {}, 409)["code"] == "incident-not-open"


def test_variables_are_corrected_with_the_reason(desk, case):
    where = f"/cases/{case}/variables"
    instance = desk.caller(lead).get(where)["items"][0]["no"]
    edit = {"instance": instance, "variables": {"amount": 45.5, "typename": {"typename": "x"}}, "reason": "typed wrong"}
    desk.caller(lead).post(where, edit)
    values = desk.caller(lead).get(where)["items"][0]["variables"]
    assert (values["amount"], values["typename"]) == ("45.5", {"typename": "x"})
    entry = desk.caller(auditor).get(f"/cases/{case}/trail", newest_first="true")["items"][0]
    assert (entry["type"], entry["data"]["was"]["amount"]) == ("VariablesEdited", "90.00")
    assert desk.caller(clerk).post(where, edit, 403)
    assert desk.caller(lead).post(where, edit | {"instance": 99}, 404)
    assert desk.caller(lead).post(where, {"instance": 0, "variables": {}}, 422)["errors"].keys() == {
        "instance", "variables", "reason",
    }  # fmt: skip


def test_personal_values_are_redacted_and_the_chain_holds(desk, case):
    assert desk.caller(owner).post(f"/cases/{case}/redaction", {"reason": "asked to"}, 403)
    done = desk.caller(admin).post(f"/cases/{case}/redaction", {"reason": "asked to"})
    assert done["id"] == case and done["count"] >= 0
    assert desk.caller(auditor).get("/audit/verification", case=case)["verdict"] == "intact"


def test_other_peoples_cases_do_not_exist(desk, case):
    call = desk.caller(outsider)
    assert call.get("/cases")["items"] == []
    for path in ("", "/trail", "/clocks", "/incidents", "/variables"):
        assert call.get(f"/cases/{case}{path}", 404)["detail"] == "The case was not found."
    for path, body in (
        ("notes", {"text": "hello"}),
        ("cancellation", {"reason": "no"}),
        ("reassignment", {"to": outsider}),
        ("variables", {"instance": 2, "variables": {"a": 1}, "reason": "no"}),
        ("incidents/1/retry", {}),
    ):
        assert call.post(f"/cases/{case}/{path}", body, 404)["detail"] == "The case was not found."
    assert call.get("/audit/verification", 404, case=case)
    assert call.get("/audit/trail", case=case)["items"] == []


def test_whom_a_task_concerned_sees_the_case(desk, case):
    desk.caller(expert).get(f"/cases/{case}")
    desk.caller(owner).get(f"/cases/{case}")


def stumble(desk: Desk, case: int) -> None:
    """The case comes to its script, which reads a variable that is not there."""
    for login in (clerk, colleague):
        (task,) = desk.caller(login).get("/tasks", view="available", case=case)["items"]
        desk.caller(login).post(f"/tasks/{task['id']}/completion")
