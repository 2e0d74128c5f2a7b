"""From a file to a draft version: what the review says, repairs, the choice of a process, what never gets so far."""

import io
import json
import re

import pytest

from engine.domain import commands as c
from tests.office import admin, auditor, clerk, owner
from tests.webui.pages import REFUND, main, words
from tests.webui.web import Web, in_order

#: A gateway without a default whose ways have conditions, a task nobody may do, an end that is missing.
FAULTY = REFUND.replace(b'isExecutable="true"', b'isExecutable="false"')


@pytest.fixture
def web(database):
    return Web.of(database)


def file(data=REFUND, name="refund.bpmn"):
    return (io.BytesIO(data), name)


def upload(browser, *files, procedure=None):
    data = {"files": list(files) or [file()]} | ({"procedure": procedure} if procedure else {})
    answer = browser.post("/uploads", data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large one is a temporary file of the client's
    return answer


def marks(html):
    return json.loads(re.search(r'<script type="application/json" id="marks">(.*?)</script>', html, re.DOTALL).group(1))


@pytest.mark.parametrize(("language", "said"), [("en", "It can be released: version 1 of the new procedure “Refund”."), ("zh_CN", "可以发布：新流程“退款”的版本 1。")])
def test_a_sound_file_is_said_to_be_one_and_becomes_a_draft(web, language, said):
    browser = web.another(owner, language)
    page = browser.follow(upload(browser))
    assert said in words(main(page.text))
    answer = browser.post("/uploads/1/version", {"note": "First."})
    assert answer.status_code == 303 and "refund" in answer.location
    with web.office.engine.read() as conn:
        from engine.store import procedures

        row = procedures.version_by_number(conn, "refund", 1)
        assert (bytes(row.bpmn), row.note, row.state, row.source) == (REFUND, "First.", "draft", None)
    again = words(main(browser.get("/uploads/1").text))
    assert "version 1" in again or "版本 1" in again
    assert browser.post("/uploads/1/version").status_code == 409


def test_a_faulty_file_is_repaired_as_its_owner_agrees(web):
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(FAULTY)))
    assert in_order(words(main(page.text)), ["1 thing stops it; all of it can be repaired for you.", "What was found", "1 error", "Repairs proposed"])
    assert "disabled" in main(page.text).split('id="save"')[1].split("</form>")[0]
    assert browser.post("/uploads/1/version").status_code == 422
    shown = browser.get("/uploads/1?repair=all").text
    assert in_order(words(main(shown)), ["Before and after", "As it was uploaded", "With all repairs"])
    page = browser.follow(browser.post("/uploads/1/repairs", {"all": "1"}))
    assert "It can be released" in words(main(page.text)) and "accepted" in words(main(page.text))
    assert browser.post("/uploads/1/version", {"note": "Mended."}).status_code == 303
    with web.office.engine.read() as conn:
        from engine.store import procedures

        row = procedures.version_by_number(conn, "refund", 1)
        assert bytes(row.source) == FAULTY and b'isExecutable="true"' in bytes(row.bpmn)
        assert [one["rule"] for one in row.repairs] == ["nothing-executable"]


def test_a_file_in_an_old_encoding_is_reviewed_and_mended(web):
    data = REFUND.decode().replace('encoding="UTF-8"', 'encoding="GBK"').encode("gbk")
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(data)))
    assert "1 thing stops it; all of it can be repaired for you." in words(main(page.text))
    for side in ("before", "after"):
        assert browser.get(f"/uploads/1/diagram/{side}/en").data == data
    page = browser.follow(browser.post("/uploads/1/repairs", {"all": "1"}))
    assert "It can be released" in words(main(page.text))
    assert browser.post("/uploads/1/version").status_code == 303
    assert browser.get("/procedures/refund/versions/1/source").data == data


def test_an_accepted_repair_can_be_taken_back(web):
    browser = web.another(owner)
    upload(browser, file(FAULTY))
    browser.post("/uploads/1/repairs", {"all": "1"})
    page = browser.follow(browser.post("/uploads/1/repairs", {}))
    assert "1 thing stops it" in words(main(page.text))


def test_the_drawing_is_given_before_and_after_and_the_file_as_it_is(web):
    browser = web.another(owner)
    upload(browser, file(FAULTY, "a b.bpmn"))
    answer = browser.get("/uploads/1/file")
    assert answer.data == FAULTY and 'filename="a b.bpmn"' in answer.headers["Content-Disposition"]
    before, after = (browser.get(f"/uploads/1/diagram/{side}").text for side in ("before/en", "after/en?with=nothing-executable:file"))
    assert 'isExecutable="false"' in before and 'isExecutable="true"' in after and "Check" in after


def test_findings_stand_on_the_diagram_in_the_list_and_as_json(web):
    browser = web.another(owner)
    upload(browser, file(REFUND.replace(b'"front-desk"', b'"nobody-knows"', 1)))
    page = browser.get("/uploads/1").text
    told = browser.get("/uploads/1.json").json
    at = {finding["element_id"] for finding in told["findings"] if finding["element_id"]}
    assert at and set(marks(page)["counts"]) == at
    for element in at:
        assert f'data-element="{element}"' in page
    assert all(finding["message"]["zh"] and finding["message"]["en"] for finding in told["findings"])


def test_a_revision_says_what_it_changes(web):
    web.office.deploy(REFUND)
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(REFUND.replace(b'value="PT2H"', b'value="PT1H"')), procedure="refund"))
    assert in_order(words(main(page.text)), ["It can be released: new version 2 of “Refund”.", "Changes against version 1", "2 h → 1 h"])


def test_it_is_held_against_the_version_in_use_side_by_side_and_looks_ahead(web):
    web.office.start(REFUND)
    browser = web.another(owner)
    upload(browser, file(REFUND.replace(b'value="PT2H"', b'value="PT1H"')))
    page = browser.get("/uploads/1/comparison").text
    assert in_order(words(main(page)), ["against version 1", "What changed", "2 h → 1 h", "Side by side", "What it would do to cases"])
    assert "/uploads/1/diagram/after/en" in page and "/procedures/refund/versions/1/diagram/en" in page
    ahead = words(main(browser.get("/uploads/1/comparison?cases=1").text))
    assert "1 run on other versions: 1 could move to this one" in ahead
    upload(browser, file(REFUND.replace(b'id="refund"', b'id="other"')))
    assert browser.get("/uploads/2/comparison").status_code == 404


def test_lanes_are_mapped_to_groups_by_the_names_people_know(web):
    lanes = (b'<bpmn:laneSet id="lanes"><bpmn:lane id="one" name="\xe4\xb8\x80\xe7\xba\xbf\xe5\x9d\x90\xe5\xb8\xad"><bpmn:flowNodeRef>check</bpmn:flowNodeRef></bpmn:lane>'
             b'<bpmn:lane id="two" name="Second floor"><bpmn:flowNodeRef>approve</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet><bpmn:startEvent id="asked">')
    data = REFUND.replace(b'<bpmn:startEvent id="asked">', lanes).replace(b' camunda:candidateGroups="front-desk"', b"")
    browser = web.another(owner)
    upload(browser, file(data))
    (lane,) = [one for one in browser.get("/uploads/1.json").json["repairs"] if one["rule"] == "lane-without-group"]
    assert lane["element_id"] == "two" and len(lane["choices"]) == 9 and lane["default"] in [c["value"] for c in lane["choices"]]
    page = browser.get("/uploads/1").text
    (place,) = re.findall(r'id="repair-(\d+)" name="accept" value="lane-without-group:two"', page)
    browser.post("/uploads/1/repairs", {"accept": lane["id"], f"choice-{place}": "leads"})
    assert 'value="leads"' in browser.get("/uploads/1/diagram/after/en").text


def test_the_same_bytes_are_the_version_they_already_are(web):
    web.office.deploy(REFUND)
    browser = web.another(owner)
    page = browser.follow(upload(browser))
    assert "The very same file is version 1 of “Refund” already." in words(main(page.text))


def test_a_revision_that_is_another_procedure(web):
    web.office.deploy(REFUND)
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(REFUND.replace(b'id="refund"', b'id="other"')), procedure="refund"))
    assert "give the process the id “refund”" in words(main(page.text))


def test_suggestions_of_the_desk_are_taken_up(web):
    case = web.office.start(REFUND)
    number = case.task("check").no
    made = web.office.ask(c.MakeSuggestion(case.id, number, "Ask for the receipt first."), clerk)
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(REFUND.replace(b'value="PT2H"', b'value="PT1H"'))))
    assert "Ask for the receipt first." in words(main(page.text))
    assert browser.post("/uploads/1/version", {"suggestion": str(made["id"])}).status_code == 303
    web.office.deploy(REFUND.replace(b'value="PT2H"', b'value="PT3H"'))
    page = browser.follow(upload(browser, file(REFUND.replace(b'value="PT2H"', b'value="PT4H"'))))
    assert "Ask for the receipt first." not in words(main(page.text))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([file(b"PK\x03\x04", "plan.vsdx")], "“plan.vsdx” cannot be read: "),
        ([file(b"%PDF-1.7", "plan.pdf")], "a PDF document"),
        ([file(b"<a>" + b" " * 6_000_000, "big.bpmn")], "The file has 6.0 MB; the limit is 5 MB."),
        ([file(), file(name="second.bpmn")], "Upload one BPMN file at a time"),
        ([file(b"{}", "a.form")], "Upload them together with the BPMN file that uses them."),
        ([file(b"", "")], "Choose a BPMN file."),
    ],
)
def test_what_cannot_be_taken_is_said_on_the_page(web, files, said):
    browser = web.another(owner)
    browser.get("/uploads")
    answer = upload(browser, *[(io.BytesIO(data.getvalue()), name) for data, name in files])
    assert answer.status_code == 422
    assert said in words(main(answer.text)), words(main(answer.text))[:600]
    assert "Nothing is under review" in words(main(answer.text))


def test_files_beside_it_come_along_and_can_be_replaced(web):
    browser = web.another(owner)
    upload(browser, file(), (io.BytesIO(b'{"components": []}'), "ask.form"))
    assert "ask.form" in words(main(browser.get("/uploads/1").text))
    changed = REFUND.replace(b'id="refund"', b'id="other"')
    browser.post("/uploads/1/contents", {"files": [file(changed, "other.bpmn")]}, content_type="multipart/form-data")
    told = browser.get("/uploads/1.json").json
    assert (told["key"], told["beside"]) == ("other", ["ask.form"])
    refused = browser.post("/uploads/1/contents", {"files": [file(b"%PDF", "x.pdf")]}, content_type="multipart/form-data")
    assert refused.status_code == 422 and "a PDF document" in words(main(refused.text))


def test_what_was_discarded_is_gone(web):
    browser = web.another(owner)
    upload(browser)
    browser.follow(browser.post("/uploads/1/discarding"))
    assert browser.get("/uploads/1").status_code == 404


def test_an_upload_is_nobody_elses(web):
    upload(web.another(owner))
    for path in ("/uploads/1", "/uploads/1.json", "/uploads/1/file", "/uploads/1/diagram/before/en"):
        assert web.another(admin).get(path).status_code == 404
    browser = web.another(admin)
    for path in ("repairs", "process", "version", "discarding"):
        assert browser.post(f"/uploads/1/{path}").status_code == 404


@pytest.mark.parametrize("login", [clerk, auditor])
def test_others_upload_nothing(web, login):
    browser = web.another(login)
    assert browser.get("/uploads").status_code == 403
    assert upload(browser).status_code == 403
    assert "Upload a procedure" not in browser.get("/procedures").text


def test_names_that_would_be_markup_are_words(web):
    browser = web.another(owner)
    page = browser.follow(upload(browser, file(name="<script>alert(1)</script>.bpmn")))
    assert "<script>alert" not in page.text
