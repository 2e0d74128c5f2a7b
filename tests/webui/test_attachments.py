"""Files on the pages of a case and of a task, and over the API: what leaves is a file to keep, never a page."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.handlers.attachments import LARGEST
from tests.office import admin, auditor, clerk, colleague, outsider
from tests.webui.caller import REFUND, Desk
from tests.webui.pages import main, words
from tests.webui.web import Web

PDF = b"%PDF-1.7\n% a receipt\n"
NAME = "王女士的收据.pdf"


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def case(web):
    return web.office.start(REFUND, by=clerk)


def attach(browser, case, data=PDF, name=NAME, **more):
    """The body as bytes: the test client would keep a large one in a file and leave that open."""
    form = {"csrf_token": browser.token(), "file": FileStorage(io.BytesIO(data), name), **more}
    boundary, body = encode_multipart(form)
    how = {"content_type": f"multipart/form-data; boundary={boundary}"}
    return browser.client.post(f"/cases/{case.id}/attachments", data=body, **how)


def links(page: str) -> list[str]:
    return re.findall(r'href="(/cases/\d+/attachments/\d+)"', page)


def test_a_file_is_added_shown_taken_home_and_removed(web, case):
    browser = web.another(clerk)
    assert attach(browser, case).location == f"/cases/{case.id}#files"
    page = browser.get(f"/cases/{case.id}").text
    assert NAME in page and "21 B" in page
    (href,) = links(page)
    got = browser.get(href)
    assert got.data == PDF and got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment;") and "UTF-8''" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in got.headers["Cache-Control"] and "no-store" in got.headers["Cache-Control"]
    assert "sandbox" in got.headers["Content-Security-Policy"]
    browser.post(f"{href}/removal", {"reason": "Another customer's"})
    page = browser.get(f"/cases/{case.id}").text
    assert links(page) == [] and "removed by 张敏" in words(main(page)) and "Another customer's" in page.replace("&#39;", "'")
    assert browser.get(href).status_code == 404


def test_a_file_of_a_task_is_added_on_its_page(web, case):
    browser, task = web.another(clerk), f"{case.id}-{case.task('check').no}"
    assert f'value="{task}"' in browser.get(f"/tasks/{task}").text
    assert attach(browser, case, task=task).location == f"/tasks/{task}#files"
    assert NAME in browser.get(f"/tasks/{task}").text
    assert case.trail().last("AttachmentAdded")["element"] == "check"
    assert attach(browser, case, task="999-1").location == f"/cases/{case.id}#files"


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        (b"<script>", "page.html", 415, "files of this kind are not taken"),
        (b"MZ" + b"\0" * 60, "receipt.pdf", 415, "not what its ending .pdf says"),
        (b"", "empty.pdf", 422, "The file is empty."),
        (PDF + b"0" * LARGEST, "large.pdf", 413, "at most 10 MB"),
        (PDF + b"0" * (LARGEST + 3_000_000), "huge.pdf", 413, "choose a smaller file"),
    ],
)
def test_what_is_not_taken_is_said_in_words(web, case, data, name, status, said):
    browser = web.another(clerk)
    answer = attach(browser, case, data, name)
    assert (answer.status_code, said in answer.text) == (status, True), words(main(answer.text))
    assert links(browser.get(f"/cases/{case.id}").text) == []


def test_a_form_without_a_file_says_so(web, case):
    answer = web.another(clerk).post(f"/cases/{case.id}/attachments", {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Choose a file." in answer.text


def test_others_see_no_file_and_auditors_only_take_it(web, case):
    attach(web.another(clerk), case)
    (href,) = links(web.another(clerk).get(f"/cases/{case.id}").text)
    assert web.another(outsider).get(href).status_code == 404
    assert web.another(auditor).get(href).data == PDF
    page = web.another(auditor).get(f"/cases/{case.id}").text
    assert 'type="file"' not in page and "/removal" not in page
    assert "/removal" not in web.another(colleague).get(f"/cases/{case.id}").text
    assert "/removal" in web.another(admin).get(f"/cases/{case.id}").text


def test_by_program(database):
    desk = Desk(database)
    case = desk.office.start("refund", by=clerk)
    caller = desk.caller(clerk)
    path = f"/cases/CL-{case.id:06d}/attachments"

    def send(status=201, key=None, **form):
        headers = {"Idempotency-Key": key} if key else {}
        return caller.ask("POST", path, status, data=form, content_type="multipart/form-data", headers=headers).json

    task = f"{case.id}-{case.task('check').no}"
    added = send(file=(io.BytesIO(PDF), NAME), task=task, key="once")
    assert (added["name"], added["media_type"], added["task"], added["added_by"]) == (NAME, "application/pdf", task, clerk)
    assert send(file=(io.BytesIO(PDF), NAME), task=task, key="once") == added
    assert caller.get(path)["items"] == [added]
    got = caller.ask("GET", f"{path}/{added['no']}", 200)
    assert got.data == PDF and got.headers["Content-Disposition"].startswith("attachment;")
    assert "file" in send(422, note="no file")["errors"]
    assert "task" in send(422, file=(io.BytesIO(PDF), NAME), task="999-1")["errors"]
    assert send(415, file=(io.BytesIO(b"<svg/>"), "a.svg"))["code"] == "file-not-allowed"
    assert caller.ask("POST", path, 415, json={"file": "x"}).json["code"] == "content-type-unsupported"
    caller.post(f"{path}/{added['no']}/removal", {"reason": "not needed"})
    caller.get(f"{path}/{added['no']}", 404)
    assert caller.get(path)["items"][0]["removed_by"] == clerk
    desk.caller(outsider).get(path, 404)
    desk.caller(auditor).get(path)
    desk.caller(auditor, "read").post(f"{path}/{added['no']}/removal", {"reason": "no"}, 403)
