"""Procedures: the catalogue, a version drawn with what runs on it, its file as it was uploaded."""

import json
import re

import pytest

from engine.domain import commands as c
from tests.office import auditor, clerk, lead, outsider, owner
from tests.webui.pages import REFUND, SCRIPT, deploy_all, main, statements, words
from tests.webui.web import Web, in_order

CHANGED = REFUND.replace(b'value="Refund"', b'value="Refund of payments"')
SLOPPY = REFUND.replace(b'"front-desk"', b'"nobody-knows"').replace(b'id="refund"', b'id="sloppy"')


@pytest.fixture
def web(database):
    web = Web.of(database)
    web.office.deploy(REFUND)
    return web


def counts(html):
    return json.loads(re.search(r'<script type="application/json" id="marks">(.*?)</script>', html, re.DOTALL).group(1))["counts"]


@pytest.mark.parametrize("login", [clerk, lead, owner, auditor, outsider])
@pytest.mark.parametrize(("language", "said"), [("en", "Refund"), ("zh_CN", "退款")])
def test_the_catalogue(web, login, language, said):
    web.office.start(REFUND)
    web.office.wait("PT3H", work=False)
    page = main(web.another(login, language).get("/procedures").text)
    assert said in page
    assert re.findall(r'<td class="num">(?:<span class="ink-late">)?(\d+)', page) == ["1", "1", "0"]


def test_an_incident_is_counted(web):
    case = web.office.start(REFUND)
    case.task("check").complete(by=clerk, amount="1")
    case.task("approve").complete(by="wang.fang")
    page = main(web.another(owner).get("/procedures").text)
    assert re.findall(r'<td class="num">(?:<span class="ink-late">)?(\d+)', page) == ["1", "0", "1"]


def test_no_procedure_yet(database):
    assert "No procedure is deployed" in Web.of(database).another(owner).get("/procedures").text


def test_a_version_with_what_runs_on_it(web):
    for _ in range(3):
        web.office.start(REFUND)
    web.office.wait("PT3H", work=False)
    web.office.start(REFUND)
    page = web.another(owner).get("/procedures/refund").text
    assert counts(page) == {"check": {"words": "4, 3 late", "kind": "late"}}
    assert in_order(words(main(page)), ["Refund", "v1", "in use", "Check", "Front desk", "2 h", "yes", "4", "3", "Approve", "Front desk", "0", "Versions", "v1", "everyone", "4 running", "林涛", "whole", "72 h"])
    assert counts(web.another(owner, "zh_CN").get("/procedures/refund").text)["check"]["words"] == "4，超时 3"


def marks(html):
    return json.loads(re.search(r'<script type="application/json" id="marks">(.*?)</script>', html, re.DOTALL).group(1))


def test_how_late_and_how_slow_the_steps_are_stands_on_the_diagram_and_in_the_table(web):
    for minutes in (30, 60, 240):
        case = web.office.start(REFUND)
        web.office.wait(f"PT{minutes}M", work=False)
        case.task("check").complete(by=clerk, amount="1")
    browser = web.another(owner)
    late = browser.get("/procedures/refund?show=late&days=90").text
    assert marks(late) == {"counts": {"check": {"words": "33 %", "kind": "heat"}}, "heat": {"check": 4}}
    assert in_order(words(main(late)), ["Late share", "Cases begun in the last 90 days", "up to 5 %", "over 30 %", "Check", "0", "0", "3", "33 %", "1 h"])
    wait = browser.get("/procedures/refund?show=wait").text
    assert marks(wait)["counts"]["check"]["words"] == "1 h" and marks(wait)["heat"] == {"check": 4}
    assert "nights and holidays included" in words(main(wait))
    for odd in ("?show=<script>", "?days=7", "?show=late&days=-1"):
        assert browser.get(f"/procedures/refund{odd}").status_code == 200


def test_a_version_is_compared_with_the_one_in_use_and_that_one_with_the_one_before(web):
    web.office.deploy(CHANGED)
    web.office.deploy(REFUND.replace(b"PT72H", b"PT48H"), draft=True)
    page = web.another(owner).get("/procedures/refund").text
    hrefs = re.findall(r'href="(/procedures/refund/compare[^"]+)"', page)
    assert [href.replace("&amp;", "&").partition("?")[2] for href in hrefs] == ["from=2&to=3", "from=1&to=2", "from=1&to=2"]


def test_the_file_as_it_was_uploaded_can_be_had_beside_the_repaired_one(web):
    source = CHANGED.replace(b'isExecutable="true"', b"")
    web.office.ask(c.DeployVersion(CHANGED, source=source, repairs=({"id": "x:y", "message": {"zh": "修复", "en": "It was mended."}},)), owner)
    page = web.another(owner).get("/procedures/refund?version=2").text
    assert "It was mended." in words(main(page))
    browser = web.another(owner)
    assert browser.get("/procedures/refund/versions/2/source").data == source
    assert browser.get("/procedures/refund/versions/2/bpmn").data == CHANGED
    assert browser.get("/procedures/refund/versions/9/source").status_code == 404


def test_only_those_who_may_change_it_are_offered_to(web):
    assert "Upload a revision" in web.another(owner).get("/procedures/refund").text
    for login in (clerk, lead, auditor):
        assert "Upload a revision" not in web.another(login).get("/procedures/refund").text


def test_the_shipped_procedures_are_drawn_in_both_languages(web):
    deploy_all(web.office)
    for key in ("inquiry", "handling", "complaint-closure", "callback"):
        for language in ("en", "zh_CN"):
            answer = web.another(owner, language).get(f"/procedures/{key}")
            assert answer.status_code == 200
            has_chinese = bool(re.search("[\u4e00-\u9fff]{4}", main(answer.text)))
            assert has_chinese is (language == "zh_CN"), (key, re.findall("[\u4e00-\u9fff]{4,}", main(answer.text)))


def test_earlier_versions_and_drafts_stay_to_be_seen(web):
    web.office.deploy(CHANGED)
    web.office.deploy(REFUND.replace(b"PT72H", b"PT48H"), draft=True)
    browser = web.another(owner)
    page = words(main(browser.get("/procedures/refund").text))
    assert in_order(page, ["Refund of payments", "v2", "in use", "Versions", "v3", "draft", "v2", "in use", "v1", "retired"])
    assert "48 h" in browser.get("/procedures/refund?version=3").text
    assert "retired" in main(browser.get("/procedures/refund?version=1").text).split("Versions")[0]


def test_findings_of_the_file_are_shown_with_their_elements(web):
    web.office.deploy(SLOPPY)
    page = web.another(owner).get("/procedures/sloppy").text
    assert in_order(words(main(page)), ["What the check of the file found", "warning", "nobody-knows"])
    assert 'data-element="check"' in page.split('id="findings"')[1]


@pytest.mark.parametrize("path", ["nothing", "refund?version=9", "refund?version=x", "refund?version=-1", "refund?version=", "../etc/passwd", "%3Cscript%3E", "x" * 300])
def test_what_is_not_there(web, path):
    answer = web.another(owner).get(f"/procedures/{path}")
    assert answer.status_code == 404
    assert SCRIPT not in answer.text


def test_the_file_is_given_as_it_was_uploaded(web):
    browser = web.another(auditor)
    answer = browser.get("/procedures/refund/versions/1/bpmn")
    assert answer.data == REFUND
    assert answer.mimetype == "application/xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    again = browser.get("/procedures/refund/versions/1/bpmn", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    for number in ("0", "2", "x", "1.0", "99999999999999999999"):
        assert browser.get(f"/procedures/refund/versions/{number}/bpmn").status_code == 404


def test_the_pages_of_procedures_are_for_those_who_are_logged_in(web):
    for path in ("/procedures", "/procedures/refund", "/procedures/refund/versions/1/bpmn"):
        answer = web.another().get(path)
        assert answer.status_code == 303 and answer.location.startswith("/login")


def test_names_that_would_be_markup_are_words(web):
    web.office.deploy(REFUND.replace(b'name="\xe6\xa0\xb8\xe5\xaf\xb9"', b'name="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"').replace(b'value="Check"', b'value="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"'))
    web.office.start(REFUND)
    for path in ("/procedures/refund", "/cases", "/cases/1"):
        page = web.another(clerk).get(path).text
        assert SCRIPT not in page
        assert SCRIPT in words(page)


def test_few_statements_however_many_procedures(web, database):
    browser = web.another(owner)
    browser.get("/procedures")
    with statements(database.engine) as few:
        browser.get("/procedures")
    for n in range(4):
        web.office.deploy(REFUND.replace(b'id="refund"', f'id="refund{n}"'.encode()))
    browser.get("/procedures")
    with statements(database.engine) as many:
        browser.get("/procedures")
    assert len(many) == len(few) <= 14, "\n".join(many)


def test_a_case_keeps_the_version_it_was_opened_with(web):
    case = web.office.start(REFUND)
    web.office.deploy(CHANGED)
    page = web.another(clerk).get(f"/cases/{case.id}").text
    assert "/procedures/refund/versions/1/" in page
    assert case.ask(c.AddNote, "x", by=clerk)
