"""Cases: the list, the page of one case in both languages, what may be done to it and by whom."""

import json
import re

import pytest

from engine.domain import commands as c
from tests.office import admin, auditor, clerk, colleague, expert, lead, outsider, owner
from tests.webui.pages import HOSTILE, REFUND, SCRIPT, deploy_all, main, statements, words
from tests.webui.web import Web, in_order


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def case(web):
    """A refund that could not be shared out: an incident, a step done in time, one left."""
    case = web.office.start(REFUND, by=clerk, amount="12.50", reason="double charge")
    case.task("check").complete(by=clerk, amount="12.50", bought_on="2026-02-27", how="card")
    return case


@pytest.fixture
def failed(case):
    case.task("approve").complete(by=colleague)
    assert len(case.incidents) == 1
    return case


def marks(html):
    return json.loads(re.search(r'<script type="application/json" id="marks">(.*?)</script>', html, re.DOTALL).group(1))


def test_the_list_names_the_step_and_when_it_is_due(web, case):
    page = web.another(clerk).get("/cases").text
    assert in_order(main(page), [f"CL-{case.id:06d}", "Approve", "Refund", "张敏"])
    assert "核对" not in page
    assert "批准" in web.another(clerk, "zh_CN").get("/cases").text


@pytest.mark.parametrize(("state", "shown"), [("open", True), ("closed", False), ("cancelled", False), ("all", True), ("mine", True), ("nonsense", True)])
def test_the_list_by_state(web, case, state, shown):
    assert (f"CL-{case.id:06d}" in web.another(clerk).get(f"/cases?state={state}").text) is shown


def test_the_list_by_procedure(web, case):
    web.office.deploy("inquiry")
    browser = web.another(clerk)
    for key, shown in (("refund", True), ("inquiry", False), ("nothing", False), ("' OR 1=1", False), ("", True)):
        page = browser.get("/cases", query_string={"procedure": key}).text
        assert (f'id="case-CL-{case.id:06d}"' in page) is shown, key
    assert '<option value="refund" selected>Refund<' in browser.get("/cases?procedure=refund").text


@pytest.mark.parametrize("state", ["open", "all", "mine"])
def test_the_list_by_words(web, case, state):
    browser = web.another(clerk)
    for asked, shown in (("退款", True), (str(case.id), True), ("nobody", False), ("%", False), ("_", False)):
        assert (f"CL-{case.id:06d}" in browser.get("/cases", query_string={"state": state, "q": asked}).text) is shown, asked


def test_the_list_goes_on_where_it_stopped(web):
    made = [web.office.start(REFUND, by=clerk).id for _ in range(53)]
    browser = web.another(clerk)
    first = browser.get("/cases?state=all&q=退款").text
    following = re.search(r'href="([^"]+)" rel="next"', first).group(1).replace("&amp;", "&")
    second = browser.get(following).text
    numbers = [int(n) for page in (first, second) for n in re.findall(r'<tr id="case-CL-(\d+)"', page)]
    assert numbers == sorted(made, reverse=True)
    assert "state=all" in following and "First page" in second


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "W3RydWUsMV0", "WzksImEiXQ", "A" * 900])
def test_a_forged_cursor_is_refused_in_words(web, case, cursor):
    for path in ("/cases", f"/cases/{case.id}", "/customers", "/trail"):
        answer = web.another(lead).get(path, query_string={"cursor": cursor})
        assert answer.status_code == 422, path
        assert "start again from the first page" in answer.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Refund", "Check", "张敏", "done", "Approve", "now", "Whole", "Trail", "completed “Check”", "Amount", "12.50"]),
        ("zh_CN", ["退款", "核对", "张敏", "批准", "轨迹", "完成了“核对”", "12.50"]),
    ],
)
def test_the_page_says_where_it_is_in_the_readers_language(web, case, language, said):
    page = words(main(web.another(clerk, language).get(f"/cases/{case.id}").text))
    missing = [one for one in said if one.lower() not in page.lower()]
    assert not missing, page
    assert not re.search("[\u4e00-\u9fff]{5}", page) or language == "zh_CN"


def test_the_diagram_has_the_path_and_the_tokens(web, case):
    page = web.another(clerk).get(f"/cases/{case.id}").text
    found = marks(page)
    assert found["passed"] == ["asked", "check"]
    assert found["flows"] == ["f1", "f2"]
    assert found["active"] == {"approve": "to be claimed"}
    assert web.another(clerk).get(re.search(r'data-bpmn="([^"]+)"', page).group(1)).status_code == 200
    case.task("approve").claim(by=colleague)
    assert marks(web.another(clerk).get(f"/cases/{case.id}").text)["active"] == {"approve": "王芳"}


def test_a_late_step_is_marked_late(web):
    case = web.office.start(REFUND, by=clerk)
    web.office.wait("PT3H", work=False)
    page = web.another(clerk).get(f"/cases/{case.id}").text
    assert marks(page)["late"] == {"check": "to be claimed"}
    assert in_order(main(page), ["now, late", "Check", "late "])


def test_a_wait_is_marked_waiting(web, failed):
    failed.ask(c.RetryIncident, failed.incidents[0].no, {"people": 2}, by=lead)
    page = web.another(clerk).get(f"/cases/{failed.id}").text
    assert marks(page)["waiting"] == {"wait": "waiting"}
    assert in_order(main(page), ["waiting", "Customer answered", "waits for a message"])


def test_each_instance_has_a_tab_and_its_own_diagram(web):
    deploy_all(web.office)
    case = web.office.start("inquiry", by=clerk)
    case.task("record_contact").complete(by=clerk, channel="phone", customer_name="陈晓东", customer_phone="138 0013 8000", question="账单比上月多了 86 元")
    case.task("identify_customer").complete(by=clerk, customer_record="found", customer_segment="standard")
    case.task("classify_request").complete(by=clerk, request_kind="complaint", topic="bill", priority="normal")
    case.task("register_complaint").complete(by=clerk, complaint_summary="2 月 28 日起被自动开通漫游日套餐，多收 86 元", demand="退还 86 元并关闭套餐", emotion="upset", special_risk="none")
    browser = web.another(clerk)
    page = browser.get(f"/cases/{case.id}").text
    tabs = re.findall(rf'<li><a href="(/cases/{case.id}\?instance=\d+)"( aria-current="true")?>(\S[^<]*)', page)
    assert [(name.strip(), bool(current)) for _href, current, name in tabs] == [("Inquiry", False), ("Complaint handling", True)]
    first = browser.get(tabs[0][0]).text
    assert "/procedures/inquiry/" in re.search(r'data-bpmn="([^"]+)"', first).group(1)
    assert "record_contact" in marks(first)["passed"] and "Bill" in words(first)
    assert browser.get(f"/cases/{case.id}?instance=99").status_code == 200


def test_the_trail_is_short_until_everything_is_asked_for(web, case):
    browser = web.another(clerk)
    short, whole = browser.get(f"/cases/{case.id}").text, browser.get(f"/cases/{case.id}?trail=all").text
    assert "went on by" not in short and "went on by" in whole
    assert "chain intact, " in short
    assert "went on by" in web.another(auditor).get(f"/cases/{case.id}").text


def test_the_trail_of_a_case_has_pages(web, case):
    for n in range(45):
        case.ask(c.AddNote, f"note {n}", by=clerk)
    browser = web.another(clerk)
    first = browser.get(f"/cases/{case.id}").text
    following = re.search(r'href="([^"]+)#trail" rel="next"', first).group(1).replace("&amp;", "&")
    assert "note 44" in first and "note 3 " not in words(first)
    assert "note 3 " in words(browser.get(following).text)


@pytest.mark.parametrize("path", ["", "/notes", "/owner", "/cancellation", "/incidents/1/retry"])
def test_forged_ids_are_not_found(web, case, path):
    """The first is a case that is there, but not this person's to see."""
    browser = web.another(outsider)
    token, sent = browser.token(), {"text": "x", "reason": "x", "to": clerk}
    for number in (case.id, "0", "999999", "-1", "1e3", "１", "99999999999999999999", "..%2f1", "a'"):
        address = f"/cases/{number}{path}"
        answer = browser.post(address, sent, token=token) if path else browser.get(address)
        assert answer.status_code == 404, address
        assert "退款" not in answer.text
    assert case.state == "open"


@pytest.mark.parametrize(("login", "sees"), [(clerk, True), (lead, True), (owner, True), (auditor, True), (admin, True), (outsider, False)])
def test_who_sees_the_case(web, case, login, sees):
    browser = web.another(login)
    assert (browser.get(f"/cases/{case.id}").status_code == 200) is sees
    assert (f"CL-{case.id:06d}" in browser.get("/cases").text) is sees


@pytest.mark.parametrize(
    ("login", "offered"),
    [
        (clerk, {"notes", "attachments", "owner", "cancellation"}),
        (colleague, {"notes", "attachments"}),
        (lead, {"notes", "attachments", "owner", "cancellation"}),
        (auditor, set()),
        (owner, {"notes", "attachments"}),
        (admin, {"notes", "attachments", "owner", "cancellation", "redaction"}),
    ],
)
def test_what_is_offered_is_what_is_allowed(web, case, login, offered):
    browser = web.another(login)
    page = browser.get(f"/cases/{case.id}").text
    assert set(re.findall(rf'action="/cases/{case.id}/(\w+)"', page)) == offered
    for action, status in (("notes", 303), ("owner", 303), ("redaction", 303), ("cancellation", 303)):
        answer = browser.post(f"/cases/{case.id}/{action}", {"text": "x", "to": clerk, "reason": "y"})
        assert answer.status_code == (status if action in offered else 403), action


def test_a_note_stands_in_the_trail_as_it_was_typed(web, case):
    browser = web.another(clerk)
    for said in (*HOSTILE, "two\nlines"):
        answer = browser.post(f"/cases/{case.id}/notes", {"text": said})
        assert answer.location == f"/cases/{case.id}#trail"
    page = browser.get(f"/cases/{case.id}").text
    assert SCRIPT not in page
    assert [said for said in HOSTILE if said not in words(page)] == []


@pytest.mark.parametrize(("sent", "status"), [("", 422), ("   ", 422), ("x" * 10_000, 303), ("x" * 10_001, 422), ("a\0b", 422)])
def test_notes_that_cannot_be_taken(web, case, sent, status):
    assert web.another(clerk).post(f"/cases/{case.id}/notes", {"text": sent}).status_code in ((status, 400) if "\0" in sent else (status,))


def test_another_owner(web, case):
    browser = web.another(clerk)
    assert browser.post(f"/cases/{case.id}/owner", {"to": expert, "reason": "on leave"}).status_code == 303
    page = browser.get(f"/cases/{case.id}").text
    assert in_order(words(page), ["made 李伟 the owner in place of 张敏", "on leave"])
    assert browser.post(f"/cases/{case.id}/owner", {"to": clerk}).status_code == 403
    assert web.another(lead).post(f"/cases/{case.id}/owner", {"to": "nobody"}).status_code == 404


def test_cancelling_wants_a_reason(web, case):
    browser = web.another(clerk)
    assert browser.post(f"/cases/{case.id}/cancellation", {"reason": " "}).status_code == 422
    assert case.state == "open"
    assert browser.post(f"/cases/{case.id}/cancellation", {"reason": "by mistake"}).status_code == 303
    page = browser.get(f"/cases/{case.id}").text
    assert in_order(words(page), ["Cancelled", "张敏 cancelled the case", "by mistake"])
    assert set(re.findall(rf'action="/cases/{case.id}/(\w+)"', page)) == {"notes", "attachments"}
    assert browser.post(f"/cases/{case.id}/cancellation", {"reason": "again"}).status_code == 409


def test_an_incident_is_corrected_and_tried_again(web, failed):
    no = failed.incidents[0].no
    page = web.another(lead).get(f"/cases/{failed.id}").text
    assert in_order(words(page), ["“Share” could not be carried out", "amount / people", "Amount", "people", "Correct and try again"])
    assert f'id="i{no}-people"' in page and 'value="12.50"' in page
    assert marks(page)["failed"] == {"share": "failed"}
    again = web.another(lead).post(f"/cases/{failed.id}/incidents/{no}/retry", {"amount": "12.50", "people": ""})
    assert "could not be carried out" in web.another(lead).get(again.location).text
    no = failed.incidents[0].no
    assert web.another(lead).post(f"/cases/{failed.id}/incidents/{no}/retry", {"amount": "12.50", "people": "2"}).status_code == 303
    assert failed.incidents == []
    assert str(failed.variables()["each"]) == "6.25"
    edits = failed.trail().last("VariablesEdited")
    assert set(edits["values"]) == {"people"}


@pytest.mark.parametrize("amount", ["a lot", "1e999999999", "NaN"])
def test_a_correction_that_cannot_be_read_is_refused_by_its_field(web, failed, amount):
    no = failed.incidents[0].no
    answer = web.another(lead).post(f"/cases/{failed.id}/incidents/{no}/retry", {"amount": amount, "people": "2"})
    assert answer.status_code == 422
    assert "should be a number" in answer.text
    assert len(failed.incidents) == 1


def test_the_owner_may_retry_but_not_correct(web, failed):
    no = failed.incidents[0].no
    page = web.another(clerk).get(f"/cases/{failed.id}").text
    assert f"/incidents/{no}/retry" in page and f'id="i{no}-people"' not in page
    assert web.another(clerk).post(f"/cases/{failed.id}/incidents/{no}/retry", {"people": "2"}).status_code == 403
    assert web.another(colleague).post(f"/cases/{failed.id}/incidents/{no}/retry", {}).status_code == 403
    assert len(failed.incidents) == 1


def test_clocks_are_explained(web, case):
    web.office.wait("PT5H", work=False)
    page = words(web.another(clerk).get(f"/cases/{case.id}").text)
    assert in_order(page, ["Clocks", "whole", "72 h", "How this is counted", "counted", "break between shifts, not counted", "1 clock has ended"])


def test_matters_of_the_same_customer_stand_beside_it(web):
    customer = web.office.ask(c.RegisterCustomer("王丽娟", "138 0013 8000"), clerk)["id"]
    web.office.deploy(REFUND)
    one, other = (web.office.ask(c.StartCase("refund", {}, customer), clerk)["id"] for _ in range(2))
    page = web.another(clerk).get(f"/cases/{one}").text
    assert in_order(words(page), ["Customer", "王丽娟", "138 0013 8000", "Related cases", f"CL-{other:06d}"])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_number_of_statements_does_not_grow_with_the_case(web, database, failed, language):
    browser = web.another(lead, language)
    browser.get(f"/cases/{failed.id}?trail=all")
    with statements(database.engine) as few:
        browser.get(f"/cases/{failed.id}?trail=all")
    for n in range(20):
        failed.ask(c.AddNote, f"note {n}", by=clerk)
    others = [web.office.start(REFUND, by=clerk) for _ in range(5)]
    with statements(database.engine) as many:
        assert browser.get(f"/cases/{failed.id}?trail=all").status_code == 200
    assert len(many) == len(few) <= 36, "\n".join(many)
    with statements(database.engine) as of_list:
        assert browser.get("/cases").text.count("data-row") == len(others) + 1
    assert len(of_list) <= 14, "\n".join(of_list)
