"""The page of checkpoints: make, take away, gaps, and the trail verified against the file that was kept."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import text

from engine.audit import checkpoint, offline
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.queries.gaps import gaps
from engine.store.session import Database
from tests.office import auditor, clerk
from tests.webui.web import Web

PAGE = "/audit/checkpoints"


@pytest.fixture
def web(sqlite_url):
    database = Database(sqlite_url)
    web = Web.of(database)
    web.office.engine.notary = Notary(lambda: Signer(bytes(32)), every=timedelta(hours=24))
    yield web.log_in(auditor)
    database.close()


def _verify(web, data=None, **form):
    file = {"file": (BytesIO(data), "kept.json")} if data is not None else {}
    return web.post(f"{PAGE}/verification", {"scope": "all"} | form | file, content_type="multipart/form-data")


def test_one_is_made_and_taken_away(web):
    assert "No checkpoints yet" in web.get(PAGE).text
    page = web.follow(web.post(PAGE)).text
    assert "Checkpoint 1 was made" in page and f"{PAGE}/1/file" in page
    file = web.get(f"{PAGE}/1/file")
    assert checkpoint.read_file(file.data).is_genuine
    assert file.headers["Content-Disposition"] == 'attachment; filename="checkpoint-000001.json"'
    assert web.get(f"{PAGE}/2/file").status_code == 404


def test_the_proof_of_one_after_the_other(web, tmp_path):
    for _ in range(2):
        web.post(PAGE)
    assert f"{PAGE}/2/consistency?from=1" in web.get(PAGE).text
    file = tmp_path / "proof.json"
    file.write_bytes(web.get(f"{PAGE}/2/consistency?from=1").data)
    assert offline.verify(file).faults == []
    assert web.get(f"{PAGE}/2/consistency?from=7").status_code == 422


def test_against_the_file_that_was_kept(web):
    web.post(PAGE)
    kept = web.get(f"{PAGE}/1/file").data
    assert "It agrees with the checkpoint of Mon 2 Mar 2026 09:00:00" in _verify(web, kept).text
    with web.office.database.write() as conn:
        for statement in ("DROP TRIGGER checkpoint_leaf_no_update", "UPDATE checkpoint_leaf SET hash = x'00'"):
            conn.execute(text(statement))
    page = _verify(web, kept).text
    assert "Checkpoint kept outside: the whole history was written again" in page
    assert "Checkpoint 1: the checkpoint of this number was altered" in page


def test_only_what_was_added(web):
    web.post(PAGE)
    web.office.start("inquiry")
    assert "What was added since checkpoint 1 is intact" in _verify(web, scope="new").text
    assert web.office.system_trail().last("TrailVerified")["since"] == 1


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff\x00", b"{" * 100_000, json.dumps({"note": 1}).encode()])
def test_another_file_is_refused_in_words(web, data):
    answer = _verify(web, data)
    assert answer.status_code == 422 and "This is not the file of a checkpoint" in answer.text
    assert "TrailVerified" not in web.office.system_trail().types


@pytest.mark.parametrize("size", [10**30, 2**53, -1])
def test_a_count_that_cannot_be_is_refused_however_well_it_is_signed(web, size):
    signer = Signer(bytes(range(32)))
    note = checkpoint.Note(web.office.now, size, 1, 1, bytes(32), None, signer.key_id).text()
    answer = _verify(web, checkpoint.file(note, signer.sign(note), signer.public))
    assert answer.status_code == 422 and "This is not the file of a checkpoint" in answer.text


def test_gaps_are_shown(web):
    now = [web.office.now]
    for hours in (0, 24, 24, 72):
        web.office.clock.move(timedelta(hours=hours))
        web.post(PAGE)
        now.append(web.office.now)
    with web.office.engine.read() as conn:
        (gap,) = gaps(conn, timedelta(hours=24), web.office.now)
        assert (gap.after, gap.since, gap.until) == (3, now[3], now[4])
        later = gaps(conn, timedelta(hours=24), web.office.now + timedelta(hours=37))
        assert [(one.after, one.until is None) for one in later] == [(4, True), (3, False)]
    page = web.get(PAGE).text
    assert "There is 1 gap between checkpoints" in page and "No checkpoint until" in page


def test_another_key_is_marked(web):
    web.post(PAGE)
    assert "new key" not in web.get(PAGE).text
    web.office.engine.notary = Notary(lambda: Signer(bytes(range(32))))
    web.post(PAGE)
    assert web.get(PAGE).text.count("new key") == 1


def test_without_a_key_it_says_what_to_set(web):
    web.office.engine.notary = None
    page = web.get(PAGE).text
    assert "CLOSELOOP_SIGNING_KEY" in page and "Make one now" not in page


def test_many_are_read_page_by_page(web):
    for _ in range(53):
        web.office.ask(c.MakeCheckpoint(), auditor)
    first = web.get(PAGE).text
    assert ">53</td>" in first and ">3</td>" not in first and "cursor=4" in first
    assert ">3</td>" in web.get(f"{PAGE}?cursor=4").text


def test_who_may_not(web):
    assert web.another(clerk).get(PAGE).status_code == 403
