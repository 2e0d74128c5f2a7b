"""Customers: the list, the search in the head, the record and who may change it."""

import re

import pytest

from engine.domain import commands as c
from tests.office import admin, auditor, clerk, lead, outsider, owner
from tests.webui.pages import REFUND, SCRIPT, main, statements, words
from tests.webui.web import Web, field_value, in_order


@pytest.fixture
def web(database):
    return Web.of(database)


@pytest.fixture
def customer(web):
    given = c.RegisterCustomer("王丽娟", "138 0013 8000", "wang@example.com", "care", "likes afternoons")
    return web.office.ask(given, clerk)["id"]


@pytest.fixture
def case(web, customer):
    web.office.deploy(REFUND)
    return web.office.ask(c.StartCase("refund", {}, customer, title="Router broken"), clerk)["id"]


def test_the_list_counts_the_matters_one_may_see(web, customer, case):
    for login, counts in ((clerk, ["1", "1"]), (outsider, ["0", "0"]), (auditor, ["1", "1"])):
        page = main(web.another(login).get("/customers").text)
        assert re.findall(r'<td class="num">(\d+)</td>', page) == counts


@pytest.mark.parametrize("asked", ["王", "13800138000", "8000", "WANG@example", ""])
def test_found(web, customer, asked):
    assert "王丽娟" in web.another(clerk).get("/customers", query_string={"q": asked}).text


@pytest.mark.parametrize("asked", ["nobody", "%", "\\", "800", SCRIPT, "x" * 500])
def test_not_found(web, customer, asked):
    answer = web.another(clerk).get("/customers", query_string={"q": asked})
    assert "Nobody found" in answer.text and SCRIPT not in answer.text


def test_the_list_has_pages_and_few_statements(web, database):
    for n in range(55):
        web.office.ask(c.RegisterCustomer(f"Customer {n}"), clerk)
    browser = web.another(clerk)
    first = browser.get("/customers").text
    following = re.search(r'href="([^"]+)" rel="next"', first).group(1).replace("&amp;", "&")
    with statements(database.engine) as sent:
        second = browser.get(following).text
    assert first.count("data-row") == 50 and second.count("data-row") == 5
    assert len(sent) <= 10, "\n".join(sent)


def test_the_record_with_all_matters(web, customer, case):
    page = words(main(web.another(clerk).get(f"/customers/{customer}").text))
    assert in_order(page, ["王丽娟", "New case", "All matters", f"CL-{case:06d}", "Router broken", "Check", "138 0013 8000", "wang@example.com", "likes afternoons"])
    assert "Router broken" not in web.another(outsider).get(f"/customers/{customer}").text


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "１", "99999999999999999999"])
def test_records_that_are_not_there(web, customer, number):
    browser = web.another(clerk)
    assert browser.get(f"/customers/{number}").status_code == 404
    assert browser.post(f"/customers/{number}/record", {"name": "x"}).status_code == 404


def test_the_record_is_changed(web, customer):
    browser = web.another(clerk)
    page = browser.get(f"/customers/{customer}").text
    assert field_value(page, "phone") == "138 0013 8000"
    answer = browser.post(f"/customers/{customer}/record", {"name": "王丽娟", "phone": "139 0000 0000", "note": ""})
    assert in_order(words(browser.follow(answer).text), ["The record was saved.", "139 0000 0000"])
    assert "likes afternoons" not in browser.get(f"/customers/{customer}").text
    assert web.office.system_trail().last("CustomerUpdated")["customer"] == customer


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "x" * 201), ("phone", "call me"), ("email", "nowhere"), ("note", "n" * 2001)])
def test_a_record_that_cannot_be_kept(web, customer, field, value):
    browser = web.another(clerk)
    sent = {"name": "Li Wei", "phone": "", "email": "", "note": ""} | {field: value}
    for path, place in ((f"/customers/{customer}/record", "/customers/1"), ("/customers", "/customers")):
        answer = browser.post(path, sent)
        assert answer.status_code == 422, path
        assert f'id="c-{field}-fault"' in answer.text
        assert (field_value(answer.text, field) or "").strip() == value
        assert browser.get(place).status_code == 200
    assert "王丽娟" in browser.get(f"/customers/{customer}").text


@pytest.mark.parametrize(("login", "may"), [(clerk, True), (lead, True), (admin, True), (auditor, False), (owner, False)])
def test_who_may_change_records(web, customer, login, may):
    browser = web.another(login)
    assert ("Change the record" in browser.get(f"/customers/{customer}").text) is may
    assert ("Make a new customer record" in browser.get("/customers").text) is may
    assert browser.post(f"/customers/{customer}/record", {"name": "Li Wei"}).status_code == (303 if may else 403)
    assert browser.post("/customers", {"name": "Li Wei"}).status_code == (303 if may else 403)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [("CL-000001", "/cases/1"), ("cl-1", "/cases/1"), ("1", "/cases/1"), (" 13800138000 ", "/customers/1"), ("王丽娟", "/customers/1"), ("Router", "/cases/1"), ("", "/cases")],
)
def test_the_search_leads_straight_to_the_one_thing(web, case, asked, leads_to):
    answer = web.another(clerk).get("/find", query_string={"q": asked})
    assert (answer.status_code, answer.location) == (303, leads_to)


def test_the_search_lists_what_may_be_meant(web, case):
    web.office.ask(c.RegisterCustomer("王小明", "139 0000 0000"), clerk)
    page = words(main(web.another(clerk).get("/find?q=王").text))
    assert in_order(page, ["Found by “王”", "Customers", "王小明", "王丽娟", "Cases", "CL-000001"])


@pytest.mark.parametrize("asked", ["CL-000099", "99999999999999999999", "%", "_", SCRIPT, "x" * 900, "١"])
def test_the_search_finds_nothing_in_words(web, case, asked):
    answer = web.another(clerk).get("/find", query_string={"q": asked})
    assert answer.status_code == 200
    assert "Nothing found" in answer.text and SCRIPT not in answer.text


def test_the_search_does_not_tell_of_other_peoples_cases(web, case):
    browser = web.another(outsider)
    for asked in ("CL-000001", "1", "Router"):
        answer = browser.get("/find", query_string={"q": asked})
        assert answer.status_code == 200 and "Router" not in main(answer.text).replace("“Router”", "")
