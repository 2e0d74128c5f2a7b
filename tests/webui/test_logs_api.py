"""Logs of other systems over the API: import, match, check, read, discard."""

from __future__ import annotations

import io

import pytest

from tests.bpmn.logged import xes
from tests.engine.drawn import bpmn, sequence, task
from tests.office import auditor, clerk, owner
from tests.webui.caller import Desk

LINE = bpmn(sequence("line", *(task(step, "front-desk") for step in "abc"), path="s > a > b > c > e"))
PAST = xes("1: a b c; 2: a c; 3: a b c end")


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.office.deploy(LINE)
    return desk


def send(caller, data=PAST, status=201, name="past.xes", **fields):
    given = {"file": (io.BytesIO(data), name), "procedure": "line", **fields}
    return caller.ask("POST", "/audit/logs", status, data=given, content_type="multipart/form-data").json


def test_from_the_file_to_what_was_found(desk):
    caller = desk.caller(auditor)
    log = send(caller)
    assert (log["version"], log["state"], log["cases"], log["found"]) == (1, "read", 3, None)
    assert log["activities"] == {"a": "a", "b": "b", "c": "c", "end": ""}
    path = f"/audit/logs/{log['id']}"
    assert caller.post(f"{path}/check", status=202)["state"] == "waiting"
    assert caller.post(f"{path}/check", status=409)["code"] == "log-under-way"
    desk.office.work()
    found = caller.get(path)["found"]
    assert (found["cases"], found["fitting"], found["fitness"]) == (3, 2, 0.941176)
    assert found["deviations"][0]["sentence"] == "“b” should have been passed, and was not."
    assert [one["id"] for one in caller.get("/audit/logs")["items"]] == [log["id"]]
    caller.delete(path)
    caller.get(path, 404)


def test_otherwise_matched_and_otherwise_read(desk):
    caller = desk.caller(owner)
    log = send(caller, b"no,step,other,at\n1,x,a,2026-03-02\n1,y,b,2026-03-03\n", name="t.csv", case="no", activity="step", version="1")
    path = f"/audit/logs/{log['id']}"
    assert (log["activities"], log["read"]["time_format"]) == ({"x": "", "y": ""}, "iso")
    again = caller.post(f"{path}/columns", {"columns": {"case": "no", "activity": "other"}})
    assert again["activities"] == {"a": "a", "b": "b"}
    caller.post(f"{path}/check", {"activities": {"a": "b"}, "strict": True}, 202)
    desk.office.work()
    kinds = [one["kind"] for one in caller.get(path)["found"]["deviations"]]
    assert sorted(kinds) == ["ended-early", "skipped", "unknown-path"]


def test_what_is_refused_names_the_part(desk):
    caller = desk.caller(auditor)
    assert "no text" in send(caller, b"\0\1", 422)["detail"]
    assert send(caller, status=422, version="x", colour="red")["errors"].keys() == {"version", "colour"}
    send(caller, status=404, procedure="nowhere")
    send(caller, status=404, version="9")
    caller.post("/audit/logs", {}, 415)
    path = f"/audit/logs/{send(caller)['id']}"
    assert caller.post(f"{path}/check", {"activities": {"a": "q"}}, 422)["errors"].keys() == {"a"}
    assert caller.post(f"{path}/check", {"activities": {}}, 422)["errors"].keys() == {"activities"}
    assert caller.post(f"{path}/columns", {"columns": {"colour": "a"}}, 422)


def test_nobody_elses(desk):
    path = f"/audit/logs/{send(desk.caller(auditor))['id']}"
    desk.caller(owner).get(path, 404)
    desk.caller(owner).delete(path, 404)
    assert desk.caller(owner).get("/audit/logs")["items"] == []
    desk.caller(clerk).get("/audit/logs", 403)
    send(desk.caller(clerk), status=403)
