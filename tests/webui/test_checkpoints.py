"""Checkpoints by the command line, by the API and by the worker; the key lies outside the database."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.audit import checkpoint
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.worker import make_checkpoint
from tests.office import Office, auditor, clerk
from tests.webui.caller import Desk
from tests.webui.terminal import Terminal
from webui.config import Settings
from webui.notary import notary

KEY = "07" * 32


@pytest.fixture
def office(database):
    office = Office(database)
    office.start("inquiry")
    return office


@pytest.fixture
def desk(database):
    return Desk(database)


def test_on_demand(office, database_url, tmp_path):
    terminal, file = Terminal(database_url), tmp_path / "kept.json"
    kept = {"CLOSELOOP_SIGNING_KEY": KEY, "CLOSELOOP_CHECKPOINTS": str(tmp_path / "folder")}
    said = terminal.run("checkpoint", "--out", str(file), **kept)
    assert said.exit_code == 0 and said.stdout.startswith("Checkpoint 1: 2 chain(s), ")
    assert checkpoint.read_file(file.read_bytes()).is_genuine
    assert (tmp_path / "folder/checkpoint-000001.json").read_bytes() == file.read_bytes()


def test_a_key_is_made_once_beside_the_sqlite_file_for_us_alone(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path}/desk.db")
    first, second = notary(settings).signer(), notary(settings).signer()
    assert first == second
    assert (tmp_path / "desk.db.key").stat().st_mode & 0o077 == 0
    assert first.private.hex() not in repr(first)


def test_postgresql_is_told_how(office, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("there the key lies beside the file")
    assert "Set CLOSELOOP_SIGNING_KEY or" in Terminal(database_url).refused("checkpoint")


def test_a_key_that_is_none_is_named(office, database_url):
    said = Terminal(database_url).refused("checkpoint", CLOSELOOP_SIGNING_KEY="secret words")
    assert "CLOSELOOP_SIGNING_KEY" in said and "64 hexadecimal" in said and "secret words" not in said


def test_a_folder_that_cannot_be_is_no_reason_to_fail(office, database_url, tmp_path):
    (tmp_path / "file").write_text("")
    kept = {"CLOSELOOP_SIGNING_KEY": KEY, "CLOSELOOP_CHECKPOINTS": str(tmp_path / "file/folder")}
    assert Terminal(database_url).run("checkpoint", **kept).exit_code == 0


def test_the_worker_makes_one_every_so_often(office):
    office.engine.notary = Notary(lambda: Signer(bytes(32)), None, timedelta(hours=24))
    assert make_checkpoint(office.engine) and not make_checkpoint(office.engine)
    office.clock.move(timedelta(hours=23, minutes=59))
    assert not make_checkpoint(office.engine)
    office.clock.move(timedelta(minutes=1))
    assert make_checkpoint(office.engine)
    office.engine.notary = None
    assert not make_checkpoint(office.engine)


def test_by_api(desk):
    desk.office.engine.notary = Notary(lambda: Signer(bytes(32)))
    call = desk.caller(auditor)
    first, second = (call.post("/audit/checkpoints") for _ in range(2))
    assert (first["id"], second["id"]) == (1, 2)
    assert json.loads(second["note"])["previous"] == checkpoint.digest(first["note"].encode()).hex()
    assert [one["id"] for one in call.get("/audit/checkpoints", limit=1)["items"]] == [2]
    assert call.get("/audit/checkpoints", limit=1)["next"] == "2"
    assert call.get("/audit/checkpoints", before=2)["items"] == [first]
    assert desk.caller(clerk).get("/audit/checkpoints", 403)["code"] == "forbidden"
    assert desk.caller(clerk).post("/audit/checkpoints", status=403)["code"] == "forbidden"


def test_the_trail_is_verified_against_one_kept_outside(office, database_url, tmp_path):
    terminal, file = Terminal(database_url), tmp_path / "kept.json"
    terminal.run("checkpoint", "--out", str(file), CLOSELOOP_SIGNING_KEY=KEY)
    assert terminal.ok("verify", "--checkpoint", str(file)).endswith("the trail holds\n")
    file.write_bytes(file.read_bytes().replace(b'"signature": "', b'"signature": "00'))
    forged = terminal.run("verify", "--checkpoint", str(file))
    assert forged.exit_code == 1 and "the signature of the checkpoint kept outside is not valid" in forged.stdout
    file.write_text("[]")
    assert "is not a checkpoint" in terminal.refused("verify", "--checkpoint", str(file), status=2)
