"""What changed between two versions, as programs and terminals are told."""

from __future__ import annotations

import json

import pytest

from tests.office import PROCESSES, clerk, owner
from tests.webui.caller import REFUND, Desk
from tests.webui.terminal import Terminal

HANDLING = (PROCESSES / "handling" / "procedure.bpmn").read_bytes()
SHORTER = HANDLING.replace(b'name="sla" value="PT15M"', b'name="sla" value="PT5M"', 1)


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database)


def test_what_changed_between_two_versions(desk):
    call = desk.caller(owner)
    call.upload(HANDLING)
    call.upload(SHORTER, draft="true")
    told = desk.caller(clerk).get("/procedures/handling/diff", **{"from": 1, "to": 2})
    assert (told["procedure"], told["from"], told["to"], told["drawing_only"]) == ("handling", 1, 2, False)
    (change,) = told["changes"]
    assert change["sentence"] == "Limit of “Acknowledge” 15 min → 5 min"
    assert (change["what"], change["element_id"], change["before"]) == ("limit", "acknowledge_complaint", "15 min")
    assert told["mapping"]["acknowledge_complaint"] == "acknowledge_complaint"
    chinese = desk.caller(clerk, language="zh-CN").get("/procedures/handling/diff", **{"from": 1, "to": 2})
    assert chinese["changes"][0]["sentence"] == "“受理确认”的时限 15 分钟 → 5 分钟"


def test_without_numbers_the_newest_is_compared_with_the_one_in_use(desk):
    call = desk.caller(owner)
    call.upload(HANDLING)
    call.upload(SHORTER, draft="true")
    told = call.get("/procedures/handling/diff")
    assert (told["from"], told["to"]) == (1, 2)
    back = call.get("/procedures/handling/diff", **{"from": 2, "to": 1})
    assert back["changes"][0]["sentence"] == "Limit of “Acknowledge” 5 min → 15 min"
    assert call.get("/procedures/handling/diff", **{"from": 2, "to": 2})["changes"] == []


def test_what_cannot_be_compared(desk):
    call = desk.caller(clerk)
    assert call.get("/procedures/refund/diff", 404)["code"] == "not-found"
    assert call.get("/procedures/nobody/diff", 404)
    assert call.get("/procedures/refund/diff", 404, **{"from": 1, "to": 9})
    assert "from" in call.get("/procedures/refund/diff", 422, **{"from": "one"})["errors"]


def test_diff_of_two_files_needs_no_database(tmp_path):
    for name, data in (("old", HANDLING), ("new", SHORTER)):
        (tmp_path / f"{name}.bpmn").write_bytes(data)
    terminal = Terminal("sqlite:////nowhere/none.db")
    files = (str(tmp_path / "old.bpmn"), str(tmp_path / "new.bpmn"))
    assert terminal.ok("diff", *files) == "~ Limit of “Acknowledge” 15 min → 5 min\n"
    assert terminal.ok("diff", files[0], files[0]) == "Nothing changed\n"
    told = json.loads(terminal.ok("diff", "--format", "json", *files))
    assert told["changes"][0]["sentence"] == "Limit of “Acknowledge” 15 min → 5 min"
    assert terminal.run("diff", *files, LANG="zh_CN.UTF-8").stdout == "~ “受理确认”的时限 15 分钟 → 5 分钟\n"


def test_diff_of_a_version_and_a_file_not_deployed_yet(database, database_url, tmp_path):
    Desk(database)
    (tmp_path / "new.bpmn").write_bytes(REFUND.replace("退款".encode(), "退费".encode(), 1))
    said = Terminal(database_url).ok("diff", "refund@1", str(tmp_path / "new.bpmn"))
    assert said == "~ Name of the procedure 退款 → 退费\n"
    assert "The version was not found" in Terminal(database_url).refused("diff", "refund@7", "refund@1")


def test_diff_of_what_is_no_file_says_so(tmp_path):
    (tmp_path / "a.bpmn").write_bytes(b"PK\x03\x04")
    said = Terminal("").refused("diff", str(tmp_path / "a.bpmn"), str(tmp_path / "a.bpmn"))
    assert "Zip" in said or "zip" in said
    assert "neither a file nor a version" in Terminal("").refused("diff", "nothing", "nothing", status=2)


def test_the_effect_on_running_cases(desk):
    call = desk.caller(owner)
    call.upload(HANDLING)
    desk.office.start("handling", by=clerk)
    call.upload(SHORTER, draft="true")
    told = call.get("/procedures/handling/effect")
    assert (told["to"], told["running"], told["can_move"], told["cannot"], told["stays"]) == (2, 1, 1, 0, [])
    (place,) = told["standing"]
    assert place == {"version": 1, "element_id": "register_direct", "name": "Register the complaint", "count": 1, "can_move": 1}
    assert call.get("/procedures/handling/effect", **{"from": 7})["running"] == 0
    assert desk.caller(clerk).get("/procedures/handling/effect", 403)["code"] == "forbidden"
    assert call.get("/procedures/nobody/effect", 404)


def test_finished_cases_driven_again(desk):
    call = desk.caller(owner)
    case = desk.office.start("refund", by=clerk, amount="120", reason="broken")
    told = call.get("/procedures/refund/replay")
    assert (told["to"], told["finished"], told["cases"], told["instances"]) == (1, 0, 0, 0)
    assert case.open_tasks
    assert "limit" in call.get("/procedures/refund/replay", 422, limit=0)["errors"]
    assert desk.caller(clerk).get("/procedures/refund/replay", 403)["code"] == "forbidden"


def test_a_finished_case_is_told_where_it_would_have_gone(desk):
    call = desk.caller(owner)
    call.upload(CHOICE)
    case = desk.office.start("choice", by=clerk)
    case.task("ask").complete(by=clerk, amount="120")
    case.task("small").complete(by=clerk)
    assert case.state == "closed"
    call.upload(CHOICE.replace(b"amount &gt; 500", b"amount &gt; 100"), draft="true")
    told = call.get("/procedures/choice/replay")
    assert (told["to"], told["finished"], told["same"], told["other"], told["unknown"]) == (2, 1, 0, 1, 0)
    (way,) = told["ways"]
    assert way["sentence"] == "After “Large?” it would have gone to “Large amount” instead of “Small amount”"
    assert (way["at"], way["was"], way["would"], way["cases"]) == ("large", "small", "big", [f"CL-{case.id:06d}"])
    assert call.get("/procedures/choice/replay", to=1)["same"] == 1


CHOICE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="http://example.org" id="d">
<process id="choice" name="Choice" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
  <userTask id="ask" name="Ask"><extensionElements><camunda:formData>
    <camunda:formField id="amount" label="Amount" type="string"><camunda:properties>
      <camunda:property id="type" value="decimal"/></camunda:properties></camunda:formField>
  </camunda:formData></extensionElements></userTask>
  <sequenceFlow id="f2" sourceRef="ask" targetRef="large"/>
  <exclusiveGateway id="large" name="Large?" default="f4"/>
  <sequenceFlow id="f3" sourceRef="large" targetRef="big"><conditionExpression>${amount &gt; 500}</conditionExpression></sequenceFlow>
  <sequenceFlow id="f4" sourceRef="large" targetRef="small"/>
  <userTask id="big" name="Large amount"/><userTask id="small" name="Small amount"/>
  <sequenceFlow id="f5" sourceRef="big" targetRef="end"/><sequenceFlow id="f6" sourceRef="small" targetRef="end"/>
  <endEvent id="end"/>
</process></definitions>"""


def test_effect_and_replay_on_the_command_line(desk, database_url, tmp_path):
    call = desk.caller(owner)
    call.upload(CHOICE)
    case = desk.office.start("choice", by=clerk)
    case.task("ask").complete(by=clerk, amount="120")
    case.task("small").complete(by=clerk)
    desk.office.start("choice", by=clerk)
    terminal, path = Terminal(database_url), tmp_path / "new.bpmn"
    path.write_bytes(CHOICE.replace(b"amount &gt; 500", b"amount &gt; 100"))
    said = terminal.ok("replay", str(path))
    assert said.startswith("1 finished cases, 1 driven again: 0 the same way, 1 another way, 0 unknown\n")
    assert f"1: After “Large?” it would have gone to “Large amount” instead of “Small amount” (CL-{case.id:06d})" in said
    assert json.loads(terminal.ok("replay", "choice@1", "--format", "json"))["same"] == 1
    said = terminal.ok("effect", str(path))
    assert said.startswith("1 instances run on other versions (0 are on it already): 1 could move, 0 could not\n")
    assert json.loads(terminal.ok("effect", "choice@1", "--format", "json"))["there"] == 1
    assert "neither a file nor a version" in terminal.refused("replay", "choice", status=2)
    path.write_bytes(CHOICE.replace(b'id="choice"', b'id="other"'))
    assert "“other” was not found" in terminal.refused("effect", str(path))
