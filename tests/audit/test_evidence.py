"""Evidence packs: they hold where there is nothing but Python, and whatever is done to one of them is named."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.audit import merkle, offline
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.handlers.checkpoints import NoSigningKey
from engine.queries.exports import Wanted
from engine.store import migrate
from engine.store.session import Database
from tests.office import Office, auditor, clerk, instant
from webui.evidence.pack import SIGNED, write

OURS, FORGED = Signer(bytes(32)), Signer(bytes(range(32)))


@pytest.fixture
def kept():
    return {}


@pytest.fixture
def office(database, kept):
    office = Office(database)
    office.engine.notary = Notary(lambda: OURS, kept.__setitem__)
    return office


@pytest.fixture
def case(office):
    """A case that went on after the auditor took a checkpoint away, beside another one."""
    office.start("inquiry")
    case = office.start("inquiry")
    office.ask(c.MakeCheckpoint(), auditor)
    case.ask(c.AddNote, "王女士 asked again", by=clerk)
    office.start("inquiry")
    return case


@pytest.fixture
def made_anew(tmp_path):
    """Another history under the same numbers, by somebody with a key of their own."""
    database = Database(f"sqlite:///{tmp_path}/anew.db")
    migrate.upgrade(database)
    office = Office(database)
    office.engine.notary = Notary(lambda: FORGED)
    cases = [office.start("inquiry") for _ in range(3)]
    cases[1].ask(c.AddNote, "all is well", by=clerk)
    yield office
    database.close()


def packed(office, case_id):
    file = io.BytesIO()
    for _ in write(office.engine, Wanted(case_id=case_id), file):
        pass
    with zipfile.ZipFile(file) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def held(tmp_path, files, outside=None):
    """What the verifier says of these files in a folder of their own: (where, kind)."""
    folder = tmp_path / "pack"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    if outside is not None:
        (tmp_path / "kept.json").write_bytes(outside)
    found = offline.verify(folder, tmp_path / "kept.json" if outside is not None else None)
    return [(where, kind) for where, _, kind in found.faults]


def signed(files, signer=OURS):
    """The manifest made anew over these files, by whoever has that key."""
    names = files.keys() - {"manifest.json", "signature.json"}
    manifest = json.dumps({"files": {one: hashlib.sha256(files[one]).hexdigest() for one in names}}).encode()
    signature = {"public_key": signer.public.hex(), "signature": signer.sign(SIGNED + manifest).hex()}
    return files | {"manifest.json": manifest, "signature.json": json.dumps(signature).encode()}


def test_it_holds_where_there_is_nothing_but_python(office, case, kept, tmp_path):
    files = packed(office, case.id)
    outside = kept["checkpoint-000001.json"]
    assert held(tmp_path, files, outside) == []
    command = [sys.executable, "-I", "-S", "verify.py", "--checkpoint", "../kept.json"]
    said = subprocess.run(command, cwd=tmp_path / "pack", capture_output=True, check=False)
    assert said.returncode == 0 and "the trail holds" in said.stdout.decode(), said
    (tmp_path / "pack" / "trail.csv").write_bytes(b"x")
    said = subprocess.run(command, cwd=tmp_path / "pack", capture_output=True, check=False)
    assert said.returncode == 1 and "trail.csv: file-altered" in said.stdout.decode()


def test_what_is_in_it(office, case):
    files = packed(office, case.id)
    at = f"cases/{case.answer['number']}/"
    assert {"trail.jsonl", "trail.csv", "trail.xes", "checkpoint.json", "proofs.json", "manifest.json", "signature.json",
            "verify.py", "README.txt", "procedures/inquiry-v1.bpmn", f"{at}way-1.zh.svg", f"{at}way-1.en.svg",
            f"{at}story.zh.html", f"{at}story.en.html", f"{at}report.zh.pdf", f"{at}report.en.pdf"} == files.keys()  # fmt: skip
    zh, en = (files[f"{at}story.{one}.html"].decode() for one in ("zh", "en"))
    assert "王女士 asked again" in zh and "流程是否得到遵守" in zh and "Was the procedure followed?" in en
    assert "<svg" in en and "<script" not in en and f"{at}report.zh.pdf" in files and files[f"{at}report.zh.pdf"].startswith(b"%PDF")
    assert files["verify.py"] == Path(offline.__file__).read_bytes()


def test_the_same_pack_twice_differs_in_nothing_but_the_checkpoint(office, case):
    first, second = packed(office, case.id), packed(office, case.id)
    assert {name for name in first if first[name] != second[name]} <= {"signature.json", "manifest.json"}


def change(name, old, new, count=1):
    def do(files):
        assert old in files[name]
        return files | {name: files[name].replace(old, new, count)}

    do.__name__ = f"{name} {old.decode()}"
    return do


def drop(name):
    def do(files):
        return {one: data for one, data in files.items() if one != name}

    do.__name__ = f"without {name}"
    return do


def proof(alter):
    def do(files):
        proofs = json.loads(files["proofs.json"])
        alter(proofs)
        return files | {"proofs.json": json.dumps(proofs).encode()}

    do.__name__ = alter.__name__
    return do


def no_inclusion(proofs):
    proofs["inclusion"].clear()


def other_entry(proofs):
    proofs["inclusion"]["2"]["hash"] = "00" * 32


def other_path(proofs):
    proofs["inclusion"]["2"]["path"][0] = "00" * 32


def no_consistency(proofs):
    proofs["consistency"].clear()


BY_STRANGERS = {
    change("trail.jsonl", b'"actor":', b'"actor":1'): "altered",
    change("trail.csv", b"inquiry", b"enquiry"): "file-altered",
    change("cases/CL-000002/story.zh.html", "王女士".encode(), b"nobody"): "file-altered",
    drop("trail.jsonl"): "file-missing",
    drop("checkpoint.json"): "file-missing",
    drop("signature.json"): "not-signed",
    lambda files: files | {"more.txt": b"more"}: "file-added",
    change("manifest.json", b'"wanted"', b'"Wanted"'): "not-genuine",
}


@pytest.mark.parametrize("forgery", BY_STRANGERS, ids=lambda one: one.__name__)
def test_what_somebody_without_the_key_does_is_named(office, case, kept, tmp_path, forgery):
    found = held(tmp_path, forgery(packed(office, case.id)), kept["checkpoint-000001.json"])
    assert BY_STRANGERS[forgery] in {kind for _, kind in found}, found


BY_OURSELVES = {
    proof(no_inclusion): "not-included",
    proof(other_entry): "not-included",
    proof(other_path): "not-included",
    proof(no_consistency): "regenerated",
    change("trail.jsonl", b'"actor":', b'"actor":1'): "altered",
    lambda files: files | {"cases/CL-000002/attachments/1.txt": b"never attached"}: "not-attached",
    change("checkpoint.json", b'\\"size\\":', b'\\"size\\":1'): "not-genuine",
}


@pytest.mark.parametrize("forgery", BY_OURSELVES, ids=lambda one: one.__name__)
def test_what_whoever_has_the_key_does_is_named(office, case, kept, tmp_path, forgery):
    files = signed(forgery(packed(office, case.id)))
    found = held(tmp_path, files, kept["checkpoint-000001.json"])
    assert BY_OURSELVES[forgery] in {kind for _, kind in found}, found


def test_a_pack_signed_again_with_another_key(office, case, kept, tmp_path):
    files = signed(packed(office, case.id), FORGED)
    assert held(tmp_path, files) == [("checkpoint.json", "other-key")]


def test_history_made_anew_shows_against_the_checkpoint_kept_outside(made_anew, office, case, kept, tmp_path):
    outside = kept["checkpoint-000001.json"]
    files = packed(made_anew, case.id)
    assert held(tmp_path, files) == []
    assert {kind for _, kind in held(tmp_path, files, outside)} == {"regenerated", "other-key"}


def test_the_key_was_changed_meanwhile(office, case, kept, tmp_path):
    """The pack is signed as its checkpoint is; the old checkpoint proves its history, and says that the key is another."""
    office.engine.notary = Notary(lambda: FORGED, kept.__setitem__)
    files = packed(office, case.id)
    assert held(tmp_path, files) == []
    assert held(tmp_path, files, kept["checkpoint-000001.json"]) == [("--checkpoint", "other-key")]
    assert held(tmp_path, files, kept["checkpoint-000002.json"]) == []


def test_a_checkpoint_newer_than_the_pack_cannot_be_compared(office, case, kept, tmp_path):
    files = packed(office, case.id)
    case.ask(c.AddNote, "and again", by=clerk)
    office.ask(c.MakeCheckpoint(), auditor)
    assert held(tmp_path, files, kept[max(kept)]) == [("--checkpoint", "not-compared")]


def test_a_checkpoint_that_is_not_genuine(office, case, kept, tmp_path):
    forged = kept["checkpoint-000001.json"].replace(OURS.public.hex().encode(), FORGED.public.hex().encode())
    assert held(tmp_path, packed(office, case.id), forged) == [("--checkpoint", "not-genuine")]


def test_without_a_key_there_is_no_pack(office, case):
    office.engine.notary = None
    with pytest.raises(NoSigningKey):
        packed(office, case.id)


def test_what_was_redacted_is_not_in_it(office, case, tmp_path):
    from tests.office import admin

    office.ask(c.RedactPersonalValues(case.id, "asked"), admin)
    files = packed(office, case.id)
    assert held(tmp_path, files) == []
    assert not [name for name, data in files.items() if "王女士".encode() in data]


def test_ed25519_is_that_of_everybody_else():
    """RFC 8032, 7.1, and a thousand signatures made and broken, against another implementation."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert offline.is_signed(public, signature, b"\x72") and not offline.is_signed(public, signature, b"\x73")
    for n in range(20):
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % n).digest())
        data, public = b"x" * n, key.public_key().public_bytes_raw()
        signature = key.sign(data)
        assert offline.is_signed(public, signature, data)
        at = n % 64
        broken = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not offline.is_signed(public, broken, data)
    assert not offline.is_signed(bytes(31), signature, data) and not offline.is_signed(b"\xff" * 32, signature, data)
    too_great = signature[:32] + (int.from_bytes(signature[32:], "little") + offline.L).to_bytes(32, "little")
    assert not offline.is_signed(public, too_great, data)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 32, 37])
def test_the_tree_is_that_of_the_writer(size):
    leaves = [offline.leaf(n, n + 1, f"{n:064x}") for n in range(size)]

    def root_of(start, end):
        return merkle.root(leaves[start:end])

    assert offline.root(leaves) == root_of(0, size)
    for index in range(size):
        path = merkle.inclusion(index, size, root_of)
        assert offline.root_with(leaves[index], index, size, path) == root_of(0, size)
        assert offline.root_with(leaves[index], index + 1, size, path) != root_of(0, size) or size == 1
    for first in range(1, size + 1):
        path = merkle.consistency(first, size, root_of)
        assert offline.roots_of(first, size, path, root_of(0, first)) == (root_of(0, first), root_of(0, size))
        if path:
            bad = [bytes(32), *path[1:]]
            assert offline.roots_of(first, size, bad, root_of(0, first)) != (root_of(0, first), root_of(0, size))


def test_a_whole_export_against_the_checkpoint_kept_outside(made_anew, office, case, kept, tmp_path):
    from tests.audit.test_exports import exported

    def against(data, outside):
        (tmp_path / "trail.jsonl").write_bytes(data)
        (tmp_path / "kept.json").write_bytes(outside)
        found = offline.verify(tmp_path / "trail.jsonl", tmp_path / "kept.json")
        return [(where, kind) for where, _, kind in found.faults]

    outside = kept["checkpoint-000001.json"]
    assert against(exported(office), outside) == []
    assert against(exported(office, case_id=case.id), outside) == [("--checkpoint", "not-compared")]
    assert against(exported(made_anew), outside) == [("--checkpoint", "regenerated")]


def test_the_pack_tells_when_things_were_in_full(office, case):
    office.clock.move_to(instant("2026-03-02T10:30"))
    story = packed(office, case.id)[f"cases/{case.answer['number']}/story.en.html"].decode()
    assert "Mon 2 Mar 2026 09:00:00" in story


def test_attached_files_are_in_it_and_those_the_trail_names(office, case, tmp_path):
    pdf, gone = b"%PDF-1.7\n% a receipt", b"%PDF-1.7\n% not ours"
    office.ask(c.AddAttachment(case.id, pdf, "../发票.pdf"), clerk)
    removed = office.ask(c.AddAttachment(case.id, gone, "other.pdf"), clerk)["no"]
    office.ask(c.RemoveAttachment(case.id, removed, "not ours"), clerk)
    files = packed(office, case.id)
    attached = {name: data for name, data in files.items() if "/attachments/" in name}
    assert list(attached.values()) == [pdf] and all(name.isascii() and ".." not in name for name in attached)
    assert held(tmp_path, files) == [] and "发票.pdf" in files[f"cases/{case.answer['number']}/story.zh.html"].decode()
    forged = signed(files | {next(iter(attached)): pdf + b" for more"})
    assert held(tmp_path, forged) == [(next(iter(attached)), "not-attached")]
