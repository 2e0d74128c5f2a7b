"""Procedures over the API: deployed with all findings together, the same bytes once, given back byte by byte."""

from __future__ import annotations

import hashlib

import pytest

from tests.office import PROCESSES, clerk, lead, owner
from tests.webui.caller import REFUND, Desk

CHANGED = REFUND.replace("退款".encode(), "退费".encode())


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


def test_a_new_version_is_released_at_once(desk):
    made = desk.caller(owner).upload(CHANGED, note="clearer name")
    assert (made["key"], made["version"], made["state"]) == ("refund", 2, "released")
    assert {"severity", "rule", "element_id", "message"} <= made["findings"][0].keys()
    assert desk.caller(clerk).post("/cases", {"procedure": "refund"}, 201)["version"] == 2
    newest, first = desk.caller(clerk).get("/procedures/refund/versions")["items"]
    assert (newest["number"], newest["state"], newest["note"]) == (2, "released", "clearer name")
    assert (first["number"], first["state"], first["deployed_by"]) == (1, "retired", owner)


def test_the_same_bytes_are_the_same_version(desk):
    again = desk.caller(owner).upload(REFUND, 200)
    assert (again["key"], again["version"]) == ("refund", 1)
    assert len(desk.caller(owner).get("/procedures/refund/versions")["items"]) == 1


def test_a_draft_waits_for_its_release(desk):
    call = desk.caller(owner)
    assert call.upload(CHANGED, draft="true")["state"] == "draft"
    assert desk.caller(clerk).post("/cases", {"procedure": "refund"}, 201)["version"] == 1
    assert call.post("/procedures/refund/versions/2/release", {"scope": {"all": True}})["state"] == "released"
    assert desk.caller(clerk).post("/cases", {"procedure": "refund"}, 201)["version"] == 2
    for body in ({}, {"scope": {}}, {"scope": {"all": False}}, {"scope": {"share": 2}}, {"scope": {"departments": ["moon"]}}):
        assert call.post("/procedures/refund/versions/2/release", body, 422)["errors"]
    assert call.post("/procedures/refund/versions/9/release", {"scope": {"all": True}}, 404)
    assert call.post("/procedures/other/versions/1/release", {"scope": {"all": True}}, 404)


def test_findings_come_all_together_in_the_readers_language(desk):
    broken = CHANGED.replace(b'targetRef="check"', b'targetRef="nowhere"').replace(b"amount / people", b"import os")
    refused = desk.caller(owner).upload(broken, 422)
    assert refused["code"] == "not-deployable"
    errors = [finding for finding in refused["findings"] if finding["severity"] == "error"]
    assert {finding["element_id"] for finding in errors} >= {"f1", "share"}
    assert all(finding["message"] and finding["rule"] for finding in errors)
    in_chinese = desk.caller(owner, language="zh-CN").upload(broken, 422)
    assert any("\u4e00" <= c <= "\u9fff" for c in in_chinese["findings"][0]["message"])
    assert len(desk.caller(owner).get("/procedures/refund/versions")["items"]) == 1


def test_forms_and_decisions_come_beside_the_file(desk):
    form = b'{"type": "default", "components": [], "schemaVersion": 16}'
    call = desk.caller(owner)
    assert call.upload(REFUND, beside=[("forms/refund.form", form)])["version"] == 2
    assert call.upload(REFUND, 200, beside=[("refund.form", form)])["version"] == 2
    twice = [("a/refund.form", form), ("refund.form", form)]
    assert "beside" in call.upload(REFUND, 422, beside=twice)["errors"]


def test_the_process_that_runs_is_named(desk):
    call = desk.caller(owner)
    assert call.upload(REFUND, 200, process="refund")["version"] == 1
    assert call.upload(REFUND, 422, process="nobody")["findings"]


NO_BPMN = [b"", b"hello", b"\x00" * 100, b"<x/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b"PK\x03\x04 a zip file"]


def test_what_is_no_bpmn_is_refused_with_findings(desk):
    for data in NO_BPMN:
        assert desk.caller(owner).upload(data, 422)["findings"][0]["severity"] == "error"


def test_a_file_too_large(desk):
    assert desk.caller(owner).upload(b"<" + b" " * 5_300_000, 422)["findings"]
    assert desk.caller(owner).upload(b" " * 5_900_000, 413)["code"] == "body-too-large"


def test_the_form_of_an_upload(desk):
    call = desk.caller(owner)
    assert call.upload(None, 422)["errors"].keys() == {"file"}
    assert call.upload("text", 422)["errors"].keys() == {"file"}
    wrong = call.upload(CHANGED, 422, note="x" * 2001, draft="perhaps", more="1")
    assert wrong["errors"].keys() == {"note", "draft", "more"}
    assert call.post("/procedures", {"file": "x"}, 415)["code"] == "content-type-unsupported"
    refused = call.ask("POST", "/procedures", 422, data=b"--x", content_type="multipart/form-data; boundary=x")
    assert refused.json["errors"].keys() == {"file"}


def test_who_may_deploy(desk):
    assert desk.caller(lead).upload(CHANGED, 403)["code"] == "forbidden"
    assert desk.caller(owner, "work").upload(CHANGED, 403)["code"] == "scope-missing"
    assert desk.caller(owner, "deploy").upload(CHANGED)["version"] == 2


def test_a_file_comes_back_byte_by_byte(desk):
    response = desk.caller(clerk).ask("GET", "/procedures/refund/versions/1/bpmn", 200)
    assert response.data == REFUND
    (version,) = desk.caller(clerk).get("/procedures/refund/versions")["items"]
    assert version["sha256"] == hashlib.sha256(response.data).hexdigest()
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "attachment; filename=refund-v1.bpmn"
    assert desk.caller(clerk).get("/procedures/refund/versions/2/bpmn", 404)
    assert desk.caller(clerk).get("/procedures/other/versions/1/bpmn", 404)


def test_the_name_of_the_file_cannot_break_the_header(desk):
    desk.caller(owner).upload(REFUND.replace(b'id="refund"', 'id="退款"'.encode()))
    response = desk.caller(clerk).ask("GET", "/procedures/退款/versions/1/bpmn", 200)
    assert "filename*=UTF-8''" in response.headers["Content-Disposition"]


def test_the_catalogue(desk):
    (line,) = desk.caller(clerk).get("/procedures")["items"]
    assert (line["key"], line["name"], line["released"], line["starts_by_hand"]) == ("refund", "Refund", 1, True)
    shown = desk.caller(clerk).get("/procedures/refund")
    assert [field["key"] for field in shown["start_form"]["fields"]] == ["amount", "reason"]
    assert desk.caller(clerk).get("/procedures/refund/versions/1")["number"] == 1
    for path in ("/procedures/other", "/procedures/other/versions", "/procedures/refund/versions/7"):
        desk.caller(clerk).get(path, 404)


def test_the_shipped_procedures_deploy(desk):
    for folder in sorted(path.parent for path in PROCESSES.glob("*/procedure.bpmn")):
        made = desk.caller(owner).upload((folder / "procedure.bpmn").read_bytes())
        assert (made["key"], made["state"]) == (folder.name, "released")
