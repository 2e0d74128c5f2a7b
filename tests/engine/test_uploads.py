"""Files under review: examined before they are stored, seen by their owner alone, changed, discarded."""

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound, NotReadable
from engine.queries import uploads
from tests.office import Office, admin, clerk, owner
from tests.webui.pages import REFUND

FAULTY = REFUND.replace(b'id="refund"', b'id="faulty"').replace(b'default="no"', b"")


@pytest.fixture
def office(database):
    return Office(database)


def find(office, upload_id, by=owner):
    with office.engine.read() as conn:
        return uploads.find(conn, office.actor(by), upload_id)


def test_what_was_uploaded_is_kept_to_the_byte_and_examined(office):
    answer = office.ask(c.UploadFile(REFUND, "C:\\work\\refund v2.bpmn", {"a.form": b"{}"}), owner)
    kept = find(office, answer["id"])
    assert (kept.data, kept.name, dict(kept.beside)) == (REFUND, "refund v2.bpmn", {"a.form": b"{}"})
    assert kept.report["key"] == "refund" and kept.report["errors"] == answer["errors"] == 0
    assert kept.version is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04", "a zip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Visio"),
        (b" " * 6_000_000, "6.0 MB"),
        ("<a>ü</a>".encode("utf-16"), "UTF-16"),
        (b"", "empty"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "no process"),
    ],
)
def test_what_is_no_bpmn_file_never_becomes_an_upload(office, data, said):
    with pytest.raises(NotReadable) as refusal:
        office.ask(c.UploadFile(data, "thing.bpmn"), owner)
    assert said in refusal.value.text.en and "thing.bpmn" in refusal.value.text.zh
    with office.engine.read() as conn:
        assert uploads.under_review(conn, office.actor(owner)) == ()


def test_only_owners_and_administrators_upload(office):
    with pytest.raises(Forbidden):
        office.ask(c.UploadFile(REFUND, "a.bpmn"), clerk)
    assert office.ask(c.UploadFile(REFUND, "a.bpmn"), admin)["errors"] == 0


def test_an_upload_is_its_owners_alone(office):
    upload_id = office.ask(c.UploadFile(REFUND, "a.bpmn"), owner)["id"]
    for command in (c.ReviseUpload(upload_id, note="x"), c.DiscardUpload(upload_id), c.ReviseUpload(upload_id, data=FAULTY)):
        with pytest.raises(NotFound):
            office.ask(command, admin)
    with pytest.raises(NotFound):
        find(office, upload_id, admin)
    assert find(office, upload_id).data == REFUND


def test_a_note_is_kept_without_examining_again(office):
    upload_id = office.ask(c.UploadFile(REFUND, "a.bpmn"), owner)["id"]
    office.ask(c.ReviseUpload(upload_id, note=" Limits are shorter. "), owner)
    assert find(office, upload_id).note == "Limits are shorter."
    with pytest.raises(InvalidInput):
        office.ask(c.ReviseUpload(upload_id, note="x" * 2_001), owner)


def test_other_bytes_are_examined_anew(office):
    upload_id = office.ask(c.UploadFile(REFUND, "a.bpmn"), owner)["id"]
    office.ask(c.ReviseUpload(upload_id, data=REFUND.replace(b'id="refund"', b'id="other"')), owner)
    assert find(office, upload_id).report["key"] == "other"
    with pytest.raises(NotReadable):
        office.ask(c.ReviseUpload(upload_id, data=b"%PDF"), owner)


def test_what_was_discarded_is_gone_and_the_trail_says_so(office):
    upload_id = office.ask(c.UploadFile(REFUND, "a.bpmn", {"a.form": b"{}"}), owner)["id"]
    office.ask(c.DiscardUpload(upload_id), owner)
    with pytest.raises(NotFound):
        find(office, upload_id)
    assert [entry.type for entry in office.system_trail().entries][-2:] == ["FileUploaded", "UploadDiscarded"]


def test_a_file_meant_for_a_procedure_there_is_not(office):
    with pytest.raises(NotFound):
        office.ask(c.UploadFile(REFUND, "a.bpmn", procedure="nothing"), owner)


def test_too_much_beside_it(office):
    for beside in ({f"{n}.form": b"{}" for n in range(21)}, {"a.form": b" " * 1_000_001}):
        with pytest.raises(InvalidInput) as refusal:
            office.ask(c.UploadFile(REFUND, "a.bpmn", beside), owner)
        assert "files" in refusal.value.fields
