"""Exports over the API, the pages and the command line: who may take what away, and that it verifies where it arrives."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest

from engine.audit import offline
from engine.audit.exports import forms
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from tests.office import admin, auditor, clerk, lead, outsider, owner
from tests.webui.caller import Desk
from tests.webui.pages import REFUND
from tests.webui.terminal import Terminal
from tests.webui.web import Web

FORMATS = tuple(form for form in forms.FORMS if form != "evidence")


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.engine.notary = Notary(lambda: Signer(bytes(32)))
    case = web.office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
    case.ask(c.AddNote, "private words", by=clerk)
    return web


def verified(data):
    return offline.Trail().read(io.BytesIO(data))


@pytest.mark.parametrize(("login", "chains"), [(auditor, [0, 1]), (admin, [0, 1]), (owner, [1]), (lead, None), (clerk, None), (outsider, None)])
def test_who_takes_what_from_the_pages(web, login, chains):
    browser = web.another(login)
    answer = browser.get("/trail/export.jsonl")
    assert ("/trail/export.jsonl" in browser.get("/trail").text) is (chains is not None)
    if chains is None:
        assert answer.status_code == 403 and b"private words" not in answer.data
        assert not web.office.system_trail().of("TrailExported")
        return
    assert (verified(answer.data).faults, sorted(verified(answer.data).heads)) == ([], chains)
    assert "attachment" in answer.headers["Content-Disposition"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert web.office.system_trail().last("TrailExported").by == login


def test_a_case_from_its_page_in_every_format(web):
    browser = web.another(auditor)
    page = browser.get("/cases/1").text
    for form in FORMATS:
        address = f"/trail/export.{form}?case_id=1"
        assert address in page
        answer = browser.get(address)
        assert answer.status_code == 200 and answer.data and "CL-000001" in answer.headers["Content-Disposition"]
    assert "export." not in web.another(clerk).get("/cases/1").text
    assert browser.get("/trail/export.jsonl?case_id=77").status_code == 404
    assert browser.get("/trail/export.exe").status_code == 422


def test_an_evidence_pack_verifies_where_there_is_nothing_but_python(web, tmp_path):
    data = web.another(auditor).get("/trail/export.evidence?case_id=1").data
    tmp_path = tmp_path / "pack"
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        pack.extractall(tmp_path)
    assert REFUND in [one.read_bytes() for one in (tmp_path / "procedures").iterdir()]

    def said():
        command = [sys.executable, "-I", "-S", "verify.py"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert said().returncode == 0 and b"the trail holds" in said().stdout
    (tmp_path / "trail.csv").write_bytes(b"x")
    (tmp_path / "more").write_bytes(b"x")
    (tmp_path / "README.txt").unlink()
    told = said()
    assert told.returncode == 1
    for one in (b"trail.csv: file-altered", b"more: file-added", b"README.txt: file-missing"):
        assert one in told.stdout
    assert web.another(auditor).get("/trail/export.evidence").status_code == 422
    web.office.engine.notary = None
    assert web.another(auditor).get("/trail/export.evidence?case_id=1").status_code == 503


def test_an_owner_of_another_department_takes_nothing(web):
    web.office.ask(c.SetProcedureDepartment("refund", "quality"), admin)
    web.office.ask(c.SaveUser(owner, name="林涛", roles=("owner",), department="billing"))
    browser = web.another(owner)
    assert browser.get("/trail/export.jsonl?case_id=1").status_code == 404
    assert sorted(verified(browser.get("/trail/export.jsonl").data).heads) == []
    assert "export." not in browser.get("/cases/1").text


def test_over_the_api(database):
    desk = Desk(database)
    desk.caller(clerk).post("/cases", {"procedure": "refund", "variables": {"amount": 9}}, 201)
    answer = desk.caller(auditor).ask("GET", "/audit/export", 200, query_string={"case": "CL-000001"})
    assert verified(answer.data).faults == [] and "CL-000001.jsonl" in answer.headers["Content-Disposition"]
    for form in FORMATS:
        assert desk.caller(auditor).ask("GET", "/audit/export", 200, query_string={"format": form}).data
    assert desk.caller(clerk).get("/audit/export", 403)["code"] == "forbidden"
    assert desk.caller(auditor).get("/audit/export", 404, case=77)
    assert desk.caller(auditor).get("/audit/export", 404, procedure="nothing")
    assert desk.caller(auditor).get("/audit/export", 422, format="exe")["errors"].keys() == {"format"}


def test_by_the_command_line(web, database_url, tmp_path):
    terminal = Terminal(database_url)
    for form in FORMATS:
        said = terminal.run("export", "--format", form, "--out", str(tmp_path / f"trail.{form}"))
        assert said.exit_code == 0 and "1 case(s)" in said.stderr and said.stdout == ""
    file = tmp_path / "trail.jsonl"
    assert "the export holds" in terminal.ok("verify-export", str(file))
    lines = file.read_bytes().splitlines(keepends=True)
    bad = next(n for n, line in enumerate(lines) if json.loads(line).get("case") == 1) + 1
    file.write_bytes(b"".join(lines[:bad] + lines[bad + 1 :]))
    said = terminal.run("verify-export", str(file))
    assert said.exit_code == 1 and "CL-000001, entry 2: removed" in said.stdout
    one = tmp_path / "one.jsonl"
    terminal.ok("export", "--format", "jsonl", "--case", "CL-000001", "--procedure", "refund", "--out", str(one))
    assert sorted(verified(one.read_bytes()).heads) == [1]
    terminal.refused("export", "--format", "evidence", "--sample", "7", "--out", str(one))
    terminal.refused("export", "--format", "jsonl", "--case", "77", "--out", str(one))
    terminal.refused("export", "--format", "jsonl", "--procedure", "nothing", "--out", str(one))
    terminal.refused("export", "--format", "jsonl", "--out", str(tmp_path / "no" / "where"))


def test_a_pack_and_a_whole_export_against_a_checkpoint_by_the_command_line(web, tmp_path):
    kept = {}
    web.office.engine.notary = Notary(lambda: Signer(bytes(32)), kept.__setitem__)
    web.office.ask(c.MakeCheckpoint(), auditor)
    web.office.case(1).ask(c.AddNote, "and more", by=clerk)
    pack, trail, outside, forged = (tmp_path / name for name in ("CL-1.zip", "trail.jsonl", "kept.json", "forged.json"))
    pack.write_bytes(web.another(auditor).get("/trail/export.evidence?case_id=1").data)
    trail.write_bytes(web.another(auditor).get("/trail/export.jsonl").data)
    outside.write_bytes(kept["checkpoint-000001.json"])
    forged.write_bytes(outside.read_bytes().replace(Signer(bytes(32)).public.hex().encode(), b"00" * 32))
    terminal = Terminal("")
    for file in (pack, trail):
        assert "the export holds" in terminal.ok("verify-export", str(file), "--checkpoint", str(outside))
        said = terminal.run("verify-export", str(file), "--checkpoint", str(forged))
        assert said.exit_code == 1 and "--checkpoint: not-genuine: the signature is not valid" in said.stdout


def test_verify_export_of_what_is_no_export(tmp_path):
    (tmp_path / "x").write_bytes(b"garbage")
    said = Terminal("").run("verify-export", str(tmp_path / "x"))
    assert said.exit_code == 1 and "unreadable" in said.stdout
