"""Verifying since a checkpoint, and proofs that one checkpoint continues another, which hold without us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.audit import offline
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain.clock import SystemClock
from tests.office import Office, auditor, clerk
from tests.webui.caller import Desk
from tests.webui.terminal import Terminal

KEY = {"CLOSELOOP_SIGNING_KEY": "07" * 32}
VERIFIER = Path(offline.__file__)


@pytest.fixture
def office(database):
    office = Office(database, at=SystemClock().now())
    office.start("inquiry")
    return office


@pytest.fixture
def terminal(office, database_url):
    """Three checkpoints were made, with a case between each."""
    terminal = Terminal(database_url)
    for _ in range(3):
        office.start("inquiry")
        assert terminal.run("checkpoint", **KEY).exit_code == 0
    return terminal


def test_verifying_since_the_newest_checkpoint_says_so(terminal, office):
    whole = json.loads(terminal.ok("verify", "--format", "json"))
    brief = json.loads(terminal.ok("verify", "--since-checkpoint", "--format", "json"))
    assert brief["holds"] and (whole["since_checkpoint"], brief["since_checkpoint"]) == (None, 3)
    assert 0 < brief["entries"] < whole["entries"]
    said = terminal.ok("verify", "--since-checkpoint")
    assert said.startswith("Only what was added since checkpoint 3; what it holds was not read again\n")
    assert office.system_trail().last("TrailVerified")["since"] == 3


def test_against_which_checkpoint_is_recorded(terminal, office, tmp_path):
    file = tmp_path / "kept.json"
    terminal.run("checkpoint", "--out", str(file), **KEY)
    terminal.ok("verify", "--checkpoint", str(file))
    assert office.system_trail().last("TrailVerified")["against"] == office.system_trail().last("CheckpointMade")["digest"]


def test_a_proof_holds_without_us(terminal, tmp_path):
    file = tmp_path / "proof.json"
    assert "checkpoint 3 continues checkpoint 1" in terminal.ok("checkpoint", "--prove", "1", "3", "--out", str(file))
    assert "the export holds" in terminal.ok("verify-export", str(file))
    alone = subprocess.run([sys.executable, "-I", VERIFIER, file], capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stderr) == (0, "") and " → " in alone.stdout
    assert terminal.ok("checkpoint", "--prove", "1", "3") == file.read_text()


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda given: given["proof"].pop(), {"not-continued"}),
        (lambda given: given.update(proof=[]), {"not-continued"}),
        (lambda given: given["proof"].__setitem__(0, "00" * 32), {"not-continued"}),
        (lambda given: given.update(first=given["second"], second=given["first"]), {"not-continued"}),
        (lambda given: given["second"].update(note=given["second"]["note"].replace('"size":', '"size":1')), {"not-genuine"}),
    ],
    ids=["cut", "empty", "altered", "backwards", "another size"],
)
def test_a_proof_that_was_tampered_with_does_not(terminal, tmp_path, change, kinds):
    file = tmp_path / "proof.json"
    terminal.ok("checkpoint", "--prove", "1", "2", "--out", str(file))
    given = json.loads(file.read_bytes())
    change(given)
    file.write_text(json.dumps(given))
    assert {kind for _, _, kind in offline.verify(file).faults} == kinds


def test_the_checkpoint_that_was_kept_is_one_of_the_two(terminal, tmp_path):
    proof, other, kept = tmp_path / "proof.json", tmp_path / "other.json", tmp_path / "kept.json"
    terminal.run("checkpoint", "--out", str(kept), **KEY)
    terminal.ok("checkpoint", "--prove", "1", "4", "--out", str(proof))
    terminal.ok("checkpoint", "--prove", "1", "3", "--out", str(other))
    assert offline.verify(proof, kept).faults == []
    assert [kind for _, _, kind in offline.verify(other, kept).faults] == ["regenerated"]


def test_what_cannot_be_proven_says_why(terminal):
    assert "Checkpoint 9 was not found" in terminal.refused("checkpoint", "--prove", "1", "9")
    assert "earlier" in terminal.refused("checkpoint", "--prove", "3", "1")


def test_by_api(database, tmp_path):
    desk = Desk(database)
    desk.office.engine.notary = Notary(lambda: Signer(bytes(32)))
    call = desk.caller(auditor)
    for _ in range(3):
        call.post("/audit/checkpoints")
    given = call.get("/audit/checkpoints/3/consistency", **{"from": 1})
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(given))
    assert offline.verify(file).faults == [] and len(given["proof"]) > 0
    assert call.get("/audit/checkpoints/9/consistency", 404, **{"from": 1})["code"] == "not-found"
    assert call.get("/audit/checkpoints/1/consistency", 422, **{"from": 3})["code"] == "invalid-input"
    assert desk.caller(clerk).get("/audit/checkpoints/3/consistency", 403, **{"from": 1})["code"] == "forbidden"


def test_against_a_checkpoint_by_api(database):
    desk = Desk(database)
    desk.office.engine.notary = Notary(lambda: Signer(bytes(32)))
    call = desk.caller(auditor)
    made = call.post("/audit/checkpoints")
    kept = {name: made[name] for name in ("note", "signature", "public_key")}
    checked = call.post("/audit/verification", {"checkpoint": kept})
    assert (checked["verdict"], checked["since_checkpoint"]) == ("intact", None)
    brief = call.post("/audit/verification", {"since_checkpoint": True})
    assert brief["since_checkpoint"] == 1 and brief["entries"] < checked["entries"]
    assert call.get("/audit/verification", since_checkpoint="true")["since_checkpoint"] == 1
    forged = call.post("/audit/verification", {"checkpoint": kept | {"signature": "00" * 64}})
    assert [fault["kind"] for fault in forged["faults"]] == ["not-genuine"]
    refused = call.post("/audit/verification", {"checkpoint": {"note": "{}", "signature": "", "public_key": ""}}, 422)
    assert refused["code"] == "invalid-input"
    assert desk.caller(clerk).post("/audit/verification", {}, 403)["code"] == "forbidden"
