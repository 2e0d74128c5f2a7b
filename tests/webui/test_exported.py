"""Great exports: ordered, made by the worker piece by piece, fetched by whoever ordered them, gone after a week."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine.audit import offline
from engine.audit.exports import forms
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import StaleState
from engine.handlers.effects import LEASE
from engine.mail import LogSender
from engine.queries.exports import Wanted
from engine.store import exports as store
from engine.store.schema import effect, export, export_piece, sample, sample_case
from engine.worker.effects import Effects
from tests.office import admin, auditor, clerk, owner
from tests.webui.caller import Desk
from tests.webui.pages import REFUND
from tests.webui.web import Web
from webui import evidence, exports


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.engine.notary, web.office.engine.packer = Notary(lambda: Signer(bytes(32))), evidence.pieces
    for n in range(3):
        case = web.office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
        case.ask(c.AddNote, f"王女士 {n}", by=clerk)
    return web


def order(web, form="jsonl", by=auditor, **wanted):
    return exports.order(web.office.engine, web.office.actor(by), form, Wanted(**wanted), "en")


def row(web, export_id):
    with web.office.engine.read() as conn:
        return store.find(conn, export_id)


def count(web, table):
    with web.office.engine.read() as conn:
        return len(conn.execute(select(table)).all())


@pytest.mark.parametrize("form", sorted(forms.FORMS.keys() - {"evidence"}))
def test_it_is_what_it_would_be_at_once(web, form):
    at_once = web.another(auditor).get(f"/trail/export.{form}?case_id=1").data
    made = order(web, form, case_id=1)
    assert row(web, made).state == "waiting"
    web.office.work()
    found = row(web, made)
    answer = web.another(auditor).get(f"/audit/exports/{made}/file")
    assert (found.state, answer.status_code, found.done) == ("ready", 200, found.total)
    assert hashlib.sha256(answer.data).hexdigest() == found.sha256 and len(answer.data) == found.size == int(answer.headers["Content-Length"])
    assert answer.headers["Content-Disposition"] == f'attachment; filename="CL-000001.{forms.FORMS[form][0]}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if form in ("csv", "xes", "ocel"):
        assert answer.data == at_once
    if form == "jsonl":
        assert offline.Trail().read(io.BytesIO(answer.data)).faults == []


def test_it_grows_piece_by_piece_and_says_how_far_it_is(web, monkeypatch):
    monkeypatch.setattr("engine.worker.exports.PIECE", 1)
    monkeypatch.setattr("engine.audit.exports.forms.PIECE", 500)
    made, worker = order(web), Effects(web.office.engine, LogSender())
    worker.carry_out_one()
    seen = []
    while worker.step():
        found = row(web, made)
        seen.append((found.done, found.state)) if found.state == "running" else None
    far = [done for done, _ in seen]
    assert far == sorted(far) and len(set(far)) > 3 and far[-1] == row(web, made).total and seen[-1][1] == "running"
    assert row(web, made).state == "ready"
    assert offline.Trail().read(io.BytesIO(web.another(auditor).get(f"/audit/exports/{made}/file").data)).faults == []


def test_where_the_worker_dies_another_begins_anew_and_the_first_cannot_go_on(web, monkeypatch):
    monkeypatch.setattr("engine.worker.exports.PIECE", 1)
    monkeypatch.setattr("engine.audit.exports.forms.PIECE", 500)
    made, first = order(web), Effects(web.office.engine, LogSender())
    first.carry_out_one(), first.step(), first.step()
    web.office.clock.move(LEASE + timedelta(seconds=1))
    web.office.work()
    assert row(web, made).state == "ready"
    data = web.another(auditor).get(f"/audit/exports/{made}/file").data
    while first.step():
        pass
    assert web.another(auditor).get(f"/audit/exports/{made}/file").data == data
    with pytest.raises(StaleState):
        web.office.engine.execute(c.AddExportPiece(made, 1, b"x", 1), SYSTEM)


def test_it_goes_after_a_week(web):
    made = order(web)
    web.office.work()
    web.office.clock.move(timedelta(days=6))
    assert web.office.ask(c.TidyUp())["exports"] == 0
    web.office.clock.move(timedelta(days=1))
    assert web.office.ask(c.TidyUp())["exports"] == 1
    assert row(web, made) is None and count(web, export_piece) == 0


def test_it_is_of_whoever_ordered_it(web):
    made = order(web)
    web.office.work()
    other = web.another(admin)
    assert other.get(f"/audit/exports/{made}/file").status_code == 404
    assert other.post(f"/audit/exports/{made}/removal").status_code == 404
    assert web.another(clerk).get("/audit/exports").status_code == 403
    mine = web.another(auditor)
    assert mine.post(f"/audit/exports/{made}/removal").status_code == 303 and count(web, export) == count(web, export_piece) == 0
    assert mine.get(f"/audit/exports/{made}/file").status_code == 404


def test_a_removed_one_is_not_made(web, monkeypatch):
    monkeypatch.setattr("engine.worker.exports.PIECE", 1)
    made, worker = order(web), Effects(web.office.engine, LogSender())
    worker.carry_out_one(), worker.step()
    web.office.ask(c.RemoveExport(made), auditor)
    while worker.step():
        pass
    assert count(web, export) == count(web, export_piece) == 0
    with web.office.engine.read() as conn:
        assert conn.execute(select(effect.c.done_at).where(effect.c.kind == "export")).scalar() is not None


def test_what_cannot_be_made_says_why(web):
    made = order(web, "evidence", case_id=1)
    web.office.engine.notary = None
    web.office.work()
    page = web.another(auditor).get("/audit/exports").text
    assert row(web, made).state == "failed" and "没有签名密钥" in page
    assert web.another(auditor).get(f"/audit/exports/{made}/file").status_code == 404


def test_an_evidence_pack_of_a_sample(web, tmp_path, monkeypatch):
    with web.office.database.write() as conn:
        columns = {column.name: None for column in sample.c if column.name != "id"}
        known = {"user_id": 1, "name": "s", "method": "random", "seed": "1", "wanted": {}, "scorecard": {}, "population": 3,
                 "created_at": web.office.now, "drawn_at": web.office.now}  # fmt: skip
        more = {name: 0 if sample.c[name].type.python_type is int else "" for name, one in columns.items()
                if name not in known and not sample.c[name].nullable}  # fmt: skip
        sample_id = conn.execute(insert(sample).returning(sample.c.id), {k: v for k, v in (known | more).items() if k in sample.c}).scalar_one()
        kept = {column.name: 0 if column.type.python_type is int else "" for column in sample_case.c if not column.nullable}
        conn.execute(insert(sample_case), [kept | {"sample_id": sample_id, "case_id": n, "no": n} for n in (1, 3)])
    made = order(web, "evidence", sample=sample_id)
    web.office.work()
    (tmp_path / "pack.zip").write_bytes(web.another(auditor).get(f"/audit/exports/{made}/file").data)
    found = offline.verify(tmp_path / "pack.zip")
    assert (found.faults, sorted(found.heads), row(web, made).total) == ([], [1, 3], 2)
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert {name.split("/")[1] for name in pack.namelist() if name.startswith("cases/")} == {"CL-000001", "CL-000003"}
    assert web.office.system_trail().last("TrailExported")["sample"] == sample_id
    assert web.another(auditor).get("/trail/export.evidence?sample=99").status_code == 404
    at_once = web.another(auditor).get(f"/trail/export.evidence?sample={sample_id}")
    assert at_once.status_code == 200 and f"sample-{sample_id}.zip" in at_once.headers["Content-Disposition"]
    assert f"sample {sample_id}" in web.another(auditor).get("/audit/exports").text
    monkeypatch.setattr(exports, "MOST_PACKED_AT_ONCE", 1)
    offered = web.another(auditor).get(f"/trail/export.evidence?sample={sample_id}")
    assert f"sample={sample_id}" in offered.headers["Location"]
    assert f'name="sample" value="{sample_id}"' in web.another(auditor).get(offered.headers["Location"]).text


def test_deleting_personal_values_takes_what_was_made_with_it(web, monkeypatch):
    whole, one, other, form = order(web), order(web, case_id=1), order(web, case_id=2), "王女士 0".encode()
    web.office.work()
    monkeypatch.setattr("engine.worker.exports.PIECE", 1)
    monkeypatch.setattr("engine.audit.exports.forms.PIECE", 500)
    under_way, worker = order(web), Effects(web.office.engine, LogSender())
    worker.carry_out_one(), worker.step(), worker.step()
    web.office.ask(c.RedactPersonalValues(1, "asked"), admin)
    assert [row(web, n) and row(web, n).state for n in (whole, one, other, under_way)] == [None, None, "ready", "waiting"]
    worker.step()
    web.office.wait("PT10M")
    assert row(web, under_way).state == "ready"
    assert form not in web.another(auditor).get(f"/audit/exports/{under_way}/file").data


def test_on_the_page(web):
    browser = web.another(auditor)
    page = browser.get("/audit/exports").text
    assert "No exports" in page
    wrong = browser.post("/audit/exports", {"format": "csv", "case": "x", "from": "yesterday", "to": "9999-12-31"})
    assert wrong.status_code == 422
    for words in ("A case has a number such as CL-000017.", "Give a date such as 2026-03-02.", 'value="yesterday"'):
        assert words in wrong.text
    assert browser.post("/audit/exports", {"format": "exe"}).status_code == 422
    assert browser.post("/audit/exports", {"format": "csv", "case": "77"}).status_code == 404
    assert browser.post("/audit/exports", {"format": "evidence"}).status_code == 422
    made = browser.post("/audit/exports", {"format": "csv", "case": "CL-000002", "from": "2026-03-02", "to": "2026-03-02"})
    assert made.status_code == 303
    assert "waiting" in browser.get("/audit/exports").text and 'hx-trigger="every 2s"' in browser.get("/audit/exports").text
    web.office.work()
    page = browser.get("/audit/exports").text
    assert "/audit/exports/1/file" in page and "CL-000002, 2026-03-01 – 2026-03-02" in page and "every 2s" not in page
    assert web.office.system_trail().last("TrailExported").by == auditor


def test_what_is_large_is_offered_to_be_made(web, monkeypatch):
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 10)
    answer = web.another(auditor).get("/trail/export.csv")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/audit/exports?format=csv&entries=")
    assert "This is large" in web.another(auditor).get(answer.headers["Location"]).text
    assert not web.office.system_trail().of("TrailExported")


def test_an_owner_takes_what_is_theirs(web):
    web.office.ask(c.SetProcedureDepartment("refund", "quality"), admin)
    web.office.ask(c.SaveUser(owner, name="林涛", roles=("owner",), department="billing"))
    made = order(web, by=owner)
    web.office.work()
    data = web.another(owner).get(f"/audit/exports/{made}/file").data
    assert offline.Trail().read(io.BytesIO(data)).heads == {}


def test_over_the_api(database):
    desk = Desk(database)
    desk.caller(clerk).post("/cases", {"procedure": "refund", "variables": {"amount": 9}}, 201)
    made = desk.caller(auditor).post("/audit/exports", {"format": "jsonl", "case": "CL-000001"}, 201)
    assert made["state"] == "waiting"
    at = f"/audit/exports/{made['id']}"
    assert desk.caller(auditor).get(f"{at}/file", 404)
    desk.office.work()
    assert desk.caller(auditor).get(at)["state"] == "ready" and desk.caller(auditor).get("/audit/exports")["items"][0]["size"]
    data = desk.caller(auditor).ask("GET", f"{at}/file", 200).data
    assert offline.Trail().read(io.BytesIO(data)).faults == []
    assert desk.caller(admin).get(at, 404)
    assert desk.caller(clerk).post("/audit/exports", {"format": "csv"}, 403)
    desk.caller(auditor).ask("DELETE", at, 200)
    assert desk.caller(auditor).get("/audit/exports")["items"] == []
