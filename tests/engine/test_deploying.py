"""A file becomes a version: everything wrong with it at once, tried out in a child first, and nobody waits meanwhile."""

from __future__ import annotations

import hashlib

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, NotDeployable, NotFound
from engine.domain.values import check
from engine.store import procedures
from tests.engine.drawn import bpmn, element, script, sequence, task
from tests.office import admin, clerk, owner

GOOD = bpmn(sequence("p", task("a", "front-desk"), path="s > a > e"))
ROUND = bpmn(
    sequence("round", element("exclusiveGateway x"), script("one", "n = 1"), path="s > x > one > x").replace(
        '<bpmn:endEvent id="e"></bpmn:endEvent>', ""
    )
)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe", b"<x/>", b"<!DOCTYPE x><x/>", GOOD[:-20], bpmn(""), b"\0" * 1000], ids=repr
)
def test_what_is_no_procedure_is_refused_with_findings(office, data):
    before = office.system_trail()
    with pytest.raises(NotDeployable) as told:
        office.ask(c.DeployVersion(data), owner)
    assert told.value.findings
    assert office.system_trail() == before


def test_a_file_is_tried_out_before_anybody_may_use_it(office):
    office.engine.rehearses = True
    answer = office.ask(c.DeployVersion(GOOD, draft=False), owner)
    assert answer["state"] == "released"


def test_a_process_that_never_comes_to_rest_is_told(office):
    office.engine.rehearses = True
    try:
        findings = office.ask(c.DeployVersion(ROUND), owner)["findings"]
    except NotDeployable as refusal:
        assert refusal.findings
    else:
        assert [f for f in findings if f["severity"] in ("warning", "error")]


def test_who_may_not_deploy_learns_nothing_of_the_file(office, monkeypatch):
    monkeypatch.setattr("engine.bpmn.lint.check", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(Forbidden):
        office.ask(c.DeployVersion(GOOD), clerk)


def test_groups_nobody_is_in_yet_are_a_warning(office):
    answer = office.ask(c.DeployVersion(bpmn(sequence("p", task("a", "no-such-group"), path="s > a > e"))), owner)
    assert ("warning", "group-unknown", "a") in [(f["severity"], f["rule"], f["element_id"]) for f in answer["findings"]]


def test_a_version_that_is_not_there_is_not_released(office):
    office.deploy(GOOD)
    for procedure, number in (("p", 2), ("q", 1), ("p", 0)):
        with pytest.raises(NotFound):
            office.ask(c.ReleaseVersion(procedure, number), owner)


def test_other_files_beside_it_make_another_version(office):
    form = b'{"type": "default", "components": [], "schemaVersion": 16}'
    first = office.ask(c.DeployVersion(GOOD), owner)
    second = office.ask(c.DeployVersion(GOOD, beside={"refund.form": form}), owner)
    again = office.ask(c.DeployVersion(GOOD, beside={"refund.form": form}), owner)
    assert (first["version"], second["version"], again["version"], again["is_new"]) == (1, 2, 2, False)
    with office.engine.read() as conn:
        row = procedures.version_by_number(conn, "p", 2)
        version = office.engine.versions.get(conn, row.id)
    assert (version.bpmn, dict(version.beside)) == (GOOD, {"refund.form": form})
    deployed = office.system_trail().last("VersionDeployed").data
    assert deployed["files"] == {"refund.form": hashlib.sha256(form).hexdigest()}


def test_a_repaired_file_keeps_the_one_that_was_uploaded(office):
    source = GOOD.replace(b"endEvent", b"end")
    repair = {"id": "no-end:p", "message": {"zh": "补上结束事件", "en": "An end event is added"}, "choice": None}
    office.ask(c.DeployVersion(GOOD, source=source, repairs=(repair,)), owner)
    with office.engine.read() as conn:
        row = procedures.version_by_number(conn, "p", 1)
    assert (bytes(row.bpmn), bytes(row.source), row.repairs) == (GOOD, source, [repair])
    deployed = office.system_trail().last("VersionDeployed").data
    assert deployed["repairs"] == ["no-end:p"]
    assert deployed["source"] == hashlib.sha256(source).hexdigest()


def test_a_procedure_of_another_department_is_not_changed(office):
    office.ask(c.SaveUser("mei", name="梅", roles=("owner",), department="service"), admin)
    office.ask(c.SaveUser("xin", name="辛", roles=("owner",), department="quality"), admin)
    office.ask(c.DeployVersion(GOOD), "mei")
    with pytest.raises(Forbidden) as told:
        office.ask(c.DeployVersion(GOOD + b"\n"), "xin")
    assert "p" in told.value.text.en
    assert office.ask(c.DeployVersion(GOOD + b"\n"), admin)["version"] == 2


def test_a_large_file_is_no_value_to_be_searched(office):
    check({"data": GOOD * 1000})
    with pytest.raises(NotDeployable):
        office.ask(c.DeployVersion(GOOD * 20_000), owner)
