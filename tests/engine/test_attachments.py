"""Files of a case: what they may be, who adds and removes them, and what the trail keeps of them."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.handlers import attachments as handler
from engine.handlers.attachments import FileTooLarge, TooManyFiles
from engine.handlers.file_types import FileNotAllowed
from engine.queries import attachments
from tests.engine.drawn import bpmn, sequence, task
from tests.office import Office, admin, auditor, clerk, colleague, lead, outsider

DESK = bpmn(sequence("desk", task("take", "front-desk"), path="s > take > e"))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n% a receipt\n"
NAME = "王女士的收据.pdf"


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return held.getvalue()


@pytest.fixture
def case(office: Office):
    return office.start(DESK, by=clerk)


def files(case) -> tuple[attachments.Attachment, ...]:
    with case.office.engine.read() as conn:
        return attachments.of_case(conn, case.id)


def data(case, no: int) -> bytes | None:
    with case.office.engine.read() as conn:
        return attachments.data(conn, case.id, no)


def test_a_file_is_kept_to_the_byte_and_its_hash_is_in_the_trail(case):
    no = case.ask(c.AddAttachment, PDF, NAME, case.task("take").no, by=clerk)["no"]
    (file,) = files(case)
    assert (file.no, file.name, file.media_type, file.size) == (no, NAME, "application/pdf", len(PDF))
    assert data(case, no) == PDF and file.sha256 == hashlib.sha256(PDF).hexdigest()
    trail = case.trail()
    trail.check()
    entry = trail.last("AttachmentAdded")
    assert (entry.by, entry["attachment"], entry["sha256"], entry["element"]) == (clerk, no, file.sha256, "take")
    assert entry["name"].keys() == {"sha256"}
    assert case.personal_values(entry.seq) == {"name": NAME}


def test_a_removed_file_is_gone_and_its_hash_stays(case):
    no = case.ask(c.AddAttachment, PDF, NAME, by=clerk)["no"]
    case.ask(c.RemoveAttachment, no, "The wrong customer's", by=clerk)
    assert data(case, no) is None
    (file,) = files(case)
    assert file.removed_at is not None and file.removed_by == case.office.actor(clerk).id
    entry = case.trail().last("AttachmentRemoved")
    assert (entry["attachment"], entry["sha256"]) == (no, file.sha256)
    assert case.personal_values(entry.seq) == {"reason": "The wrong customer's"}
    case.trail().check()
    with pytest.raises(NotFound):
        case.ask(c.RemoveAttachment, no, "again", by=clerk)


def test_who_may_add_and_who_may_remove(case):
    no = case.ask(c.AddAttachment, PDF, NAME, by=clerk)["no"]
    for login, refusal in ((auditor, Forbidden), (outsider, NotFound)):
        with pytest.raises(refusal):
            case.ask(c.AddAttachment, PDF, NAME, by=login)
        with pytest.raises(refusal):
            case.ask(c.RemoveAttachment, no, "no", by=login)
    with pytest.raises(Forbidden):
        case.ask(c.RemoveAttachment, no, "not mine", by=colleague)
    with pytest.raises(InvalidInput):
        case.ask(c.RemoveAttachment, no, " ", by=clerk)
    case.ask(c.AddAttachment, PNG, "photo.png", by=colleague)
    case.task("take").complete(by=clerk)
    assert case.state == "closed"
    with pytest.raises(Forbidden):
        case.ask(c.RemoveAttachment, no, "the case is closed", by=clerk)
    case.ask(c.RemoveAttachment, no, "not needed", by=lead)
    assert case.ask(c.AddAttachment, PNG, "late.png", by=admin)["no"]


@pytest.mark.parametrize(
    ("name", "contents", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PNG", PNG, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF" + b"0" * 30, "image/jpeg"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + b"0" * 20, "image/webp"),
        ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20, "image/heic"),
        ("call.mp3", b"ID3\x03" + b"0" * 50, "audio/mpeg"),
        ("call.wav", b"RIFF\x10\0\0\0WAVEfmt " + b"0" * 20, "audio/wav"),
        ("call.amr", b"#!AMR\n0000", "audio/amr"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("说明.txt", "您好".encode("gb18030"), "text/plain"),
        ("a.csv", "单号,金额\n1,2\n".encode(), "text/csv"),
        (r"C:\folder\a.pdf", PDF, "application/pdf"),
    ],
)  # fmt: skip
def test_what_is_taken(case, name, contents, kind):
    case.ask(c.AddAttachment, contents, name, by=clerk)
    assert files(case)[-1].media_type == kind
    assert "\\" not in files(case)[-1].name


@pytest.mark.parametrize(
    ("name", "contents", "why"),
    [
        ("page.html", b"<html><script>alert(1)</script>", "kind"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        ("program.exe", b"MZ" + b"\0" * 60, "kind"),
        ("archive.zip", zipped("a"), "kind"),
        ("nothing", PDF, "kind"),
        ("receipt.pdf.exe", PDF, "kind"),
        ("receipt.pdf", b"MZ" + b"\0" * 60, "contents"),
        ("photo.png", PDF, "contents"),
        ("photo.jpg", b"<html>" + b"\0" * 60 + b"\xff\xd9", "contents"),
        ("photo.png", b"MZ\0\0" * 20 + b"IEND\xaeB`\x82", "contents"),
        ("table.xlsx", zipped("[Content_Types].xml", "word/document.xml"), "contents"),
        ("table.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        ("table.xlsx", b"PK\x03\x04 broken", "contents"),
        ("note.txt", b"\x7fELF\0\0\1", "contents"),
        ("note.txt", b"bell \x07", "contents"),
    ],
)
def test_what_is_refused_and_why(case, name, contents, why):
    with pytest.raises(FileNotAllowed) as refused:
        case.ask(c.AddAttachment, contents, name, by=clerk)
    assert why in refused.value.text.en and name in refused.value.text.zh
    assert files(case) == ()


@pytest.mark.parametrize(("name", "contents"), [("", PDF), ("a" * 250 + ".pdf", PDF), ("a.pdf", b""), ("\u202e\u0007", PDF)])
def test_a_file_has_a_name_and_something_in_it(case, name, contents):
    with pytest.raises(InvalidInput):
        case.ask(c.AddAttachment, contents, name, by=clerk)


def test_what_cannot_be_seen_is_taken_out_of_names(case):
    case.ask(c.AddAttachment, PDF, "fdp\u202e.exe\n.pdf", by=clerk)
    assert files(case)[0].name == "fdp.exe.pdf"


def test_size_and_number_are_limited(case, monkeypatch):
    with pytest.raises(FileTooLarge):
        case.ask(c.AddAttachment, PDF + b"0" * handler.LARGEST, NAME, by=clerk)
    monkeypatch.setattr(handler, "MOST", 2)
    for name in ("a.pdf", "b.pdf"):
        case.ask(c.AddAttachment, PDF, name, by=clerk)
    with pytest.raises(TooManyFiles):
        case.ask(c.AddAttachment, PDF, "c.pdf", by=clerk)
    case.ask(c.RemoveAttachment, files(case)[0].no, "makes room", by=clerk)
    case.ask(c.AddAttachment, PDF, "c.pdf", by=clerk)
    monkeypatch.setattr(handler, "MOST_BYTES", 2 * len(PDF) + 1)
    monkeypatch.setattr(handler, "MOST", 50)
    with pytest.raises(TooManyFiles):
        case.ask(c.AddAttachment, PDF, "d.pdf", by=clerk)


def test_a_task_that_is_not_of_the_case_is_not_found(case):
    with pytest.raises(NotFound):
        case.ask(c.AddAttachment, PDF, NAME, 999, by=clerk)


def test_the_same_upload_sent_twice_happens_once(case):
    first = case.ask(c.AddAttachment, PDF, NAME, by=clerk, key="k")
    assert case.ask(c.AddAttachment, PDF, NAME, by=clerk, key="k") == first
    assert len(files(case)) == 1
