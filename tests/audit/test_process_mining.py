"""XES and OCEL as others read them: of their schemas, and in pm4py the same traces as in the trail."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from lxml import etree

from engine.domain import commands as c
from tests.audit import ocel
from tests.audit.test_exports import exported, traces
from tests.office import Office, clerk, lead
from tests.webui.pages import REFUND

XES = etree.XMLSchema(etree.parse(Path(__file__).with_name("xes.xsd")))
#: pm4py runs in a process of its own: it is asked, and never a part of what is tested.
READ_XES = """
import json, sys, pm4py
log = pm4py.read_xes(sys.argv[1])
print(json.dumps([[str(row["case:concept:name"]), row["concept:name"], row["lifecycle:transition"]] for _, row in log.iterrows()]))
"""
READ_OCEL = """
import json, sys, pm4py
log = pm4py.read_ocel2_json(sys.argv[1])
flat = pm4py.ocel_flattening(log, "case")
cases = flat.groupby("case:concept:name")["ocel:eid" if "ocel:eid" in flat else "concept:name"].count().to_dict()
print(json.dumps({"events": len(log.events), "objects": len(log.objects), "cases": cases}))
"""


@pytest.fixture
def office(database):
    """Cases of two procedures: under way, cancelled, overdue."""
    office = Office(database)
    first = office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
    first.task("check").complete(by=clerk, amount="20", bought_on="2026-02-27", how="card")
    first.ask(c.AddNote, "]]> =1+1", by=clerk)
    office.start("inquiry").task("record_contact").claim(by=clerk)
    cancelled = office.start(REFUND, by=clerk, amount="3")
    office.ask(c.CancelCase(cancelled.id, "withdrawn"), lead)
    office.wait("P2D")
    return office


def is_valid(data: bytes) -> bool:
    return XES.validate(etree.fromstring(data))


def test_xes_is_of_its_schema(office):
    data = exported(office, "xes")
    assert is_valid(data), XES.error_log
    for old, new in ((b'key="concept:name"', b'key="concept name"'), (b"<date ", b"<instant "), (b'xes.version="', b'xes.edition="'),
                     (b'key="org:resource"', b'key="concept:name"'), (b'scope="trace"', b'scope="case"')):  # fmt: skip
        assert old in data and not is_valid(data.replace(old, new, 1 if old != b'key="org:resource"' else -1))
    assert is_valid(exported(office, "xes", case_id=1))


def test_an_export_of_nothing_is_of_the_schemas_too(office):
    office.deploy("callback")
    assert is_valid(exported(office, "xes", procedure="callback"))
    log = json.loads(exported(office, "ocel", procedure="callback"))
    jsonschema_rs.Draft202012Validator(ocel.LOG, validate_formats=True).validate(log)
    assert log["events"] == log["objects"] == []


def test_ocel_is_of_its_schema(office):
    log = json.loads(exported(office, "ocel"))
    validator = jsonschema_rs.Draft202012Validator(ocel.LOG, validate_formats=True)
    validator.validate(log)
    log["events"][0]["time"] = "yesterday"
    assert not validator.is_valid(log)
    declared = {one["name"]: {a["name"] for a in one["attributes"]} for one in log["eventTypes"] + log["objectTypes"]}
    for one in log["events"] + log["objects"]:
        assert {a["name"] for a in one["attributes"]} <= declared[one["type"]]


@pytest.fixture
def pm4py(tmp_path):
    if importlib.util.find_spec("pm4py") is None:
        reason = "pm4py is not installed (pip install -e .[oracle])"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)

    def read(program: str, data: bytes, name: str):
        (tmp_path / name).write_bytes(data)
        command = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path / name)]
        said = subprocess.run(command, capture_output=True, check=False, timeout=300, text=True)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout.splitlines()[-1])

    return read


def test_pm4py_reads_the_same_traces(office, pm4py):
    read = [tuple(one) for one in pm4py(READ_XES, exported(office, "xes"), "log.xes")]
    assert read == traces(office) and len({case for case, _, _ in read}) == 3


def test_pm4py_reads_the_same_objects(office, pm4py):
    data = exported(office, "ocel")
    log, told = json.loads(data), traces(office)
    read = pm4py(READ_OCEL, data, "log.jsonocel")
    assert (read["events"], read["objects"]) == (len(told), len(log["objects"]))
    assert read["cases"] == {f"case:{case}": sum(1 for one, _, _ in told if one == case) for case in {case for case, _, _ in told}}
