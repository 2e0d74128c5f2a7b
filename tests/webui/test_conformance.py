"""Conformance over the API and on the command line: what was forged in the database is named; who may ask."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from tests.office import auditor, clerk, outsider
from tests.webui.caller import Desk
from tests.webui.terminal import Terminal
from tests.webui.test_cli_verify import _forge


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


@pytest.fixture
def case(desk: Desk) -> int:
    case = desk.caller(clerk).post("/cases", {"procedure": "refund", "variables": {"amount": 9}}, 201)
    (task,) = desk.caller(clerk).get("/tasks", view="available")["items"]
    desk.caller(clerk).post(f"/tasks/{task['id']}/completion")
    return case["id"]


@pytest.fixture
def terminal(database_url):
    return Terminal(database_url)


def entry_of(database, case, type_):
    with database.read() as conn:
        row = conn.execute(text("SELECT seq, body FROM entry WHERE case_id = :c AND type = :t ORDER BY seq"), {"c": case, "t": type_})
        return row.first()


def test_a_clean_case(desk, case, terminal):
    found = desk.caller(clerk).get(f"/cases/{case}/conformance")
    assert (found["conforms"], found["deviations"], found["case_number"]) == (True, [], "CL-000001")
    assert desk.caller(auditor).get("/audit/conformance", procedure="refund")["items"] == [found]
    assert desk.caller(auditor).get("/audit/conformance", procedure="other")["items"] == []
    assert terminal.ok("conformance") == "1 case(s), 0 with deviations\n"


def test_who_may_ask(desk, case):
    desk.caller(outsider).get(f"/cases/{case}/conformance", 404)
    assert desk.caller(clerk).get("/audit/conformance", 403)["code"] == "forbidden"


def test_a_forged_person_is_named(desk, case, database, terminal):
    row = entry_of(database, case, "TaskCompleted")
    body = json.loads(bytes(row.body)) | {"by": "mallory"}
    _forge(database, "UPDATE entry SET body = :body WHERE case_id = :case AND seq = :seq", case,
           body=json.dumps(body).encode(), seq=row.seq)  # fmt: skip
    (one,) = desk.caller(auditor).get("/audit/conformance")["items"]
    told = [(d["kind"], d["element"], d["seq"]) for d in one["deviations"]]
    assert told == [("not-allowed", body["data"]["element"], row.seq)]
    result = terminal.run("conformance", "--case", "1")
    assert result.exit_code == 1 and "not-allowed: mallory did" in result.stdout
    result = terminal.run("conformance", "--format", "json")
    assert result.exit_code == 1 and json.loads(result.stdout)["conforms"] is False


@pytest.mark.parametrize("type_", ["InstanceStarted", "TaskCreated", "TaskCompleted", "PathTaken"])
def test_what_cannot_be_read_is_said_and_breaks_nothing(desk, case, database, type_):
    row = entry_of(database, case, type_)
    _forge(database, "UPDATE entry SET body = :body WHERE case_id = :case AND seq = :seq", case, body=b"?", seq=row.seq)
    (one,) = desk.caller(auditor).get("/audit/conformance")["items"]
    assert ("unreadable", row.seq) in [(d["kind"], d["seq"]) for d in one["deviations"]]


def test_a_case_there_is_not(terminal, case):
    assert terminal.run("conformance", "--case", "77").exit_code == 1
